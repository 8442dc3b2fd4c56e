//! What a filter means for a resource type: every attribute found, every value of the attribute's type and folded.

mod evaluate;
mod resolve;

pub use evaluate::{Relation, Resource};

use crate::Operator;

/// A condition that a resource meets or does not meet.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of them.
    And(Vec<Condition>),
    /// One of them at least.
    Or(Vec<Condition>),
    /// Not this one.
    Not(Box<Condition>),
    /// The field compares like this with the operand. A field without a value meets only [`Operator::NotEqual`].
    Compare {
        /// What is compared.
        field: Field,
        /// How.
        operator: Operator,
        /// With what; of the same type as the field's values.
        operand: Operand,
    },
    /// The field has a value.
    Present(Field),
    /// Some value of the list meets the condition, in which [`Field::Element`] means the value.
    Any {
        /// The list's path in the search document.
        list: Vec<String>,
        /// What one value must meet.
        condition: Box<Condition>,
    },
    /// Some member, or some group that it is a member of, meets the condition, in which [`Field::Related`] means it.
    Related {
        /// Which side.
        relation: RelationKind,
        /// What one of them must meet.
        condition: Box<Condition>,
    },
    /// Met by all or by none.
    Constant(bool),
}

/// The side of a membership that a condition looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// A group's members.
    Members,
    /// The groups that a resource is a member of, directly or through other groups.
    Groups,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// `id`
    Id,
    /// `meta.created`, in microseconds since the epoch.
    Created,
    /// `meta.lastModified`, in microseconds since the epoch.
    LastModified,
    /// The number in `meta.version`.
    Version,
    /// A value at a path of the search document.
    Document(Vec<String>),
    /// Inside [`Condition::Any`]: a value of the list's value; an empty path is the value itself.
    Element(Vec<String>),
    /// Inside [`Condition::Related`]: of the other side of the membership.
    Related(RelationField),
}

/// What a membership shows of the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationField {
    /// Its `id`.
    Value,
    /// Its resource type.
    Type,
    /// Its name.
    Display,
    /// Whether the membership is direct: a truth value.
    Direct,
}

/// A value to compare with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A text, folded where the attribute is not `caseExact`.
    Text(String),
    /// A truth value; only with [`Operator::Equal`] and [`Operator::NotEqual`].
    Boolean(bool),
    /// A whole number, or a time in microseconds since the epoch.
    Integer(i64),
    /// A number.
    Decimal(f64),
}
