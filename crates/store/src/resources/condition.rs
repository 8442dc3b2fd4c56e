//! A condition on resources: what a filter means, said in the store's own words.

/// A condition that a resource meets or does not meet; there is no third answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of them.
    And(Vec<Condition>),
    /// One of them at least.
    Or(Vec<Condition>),
    /// Not this one.
    Not(Box<Condition>),
    /// The target compares like this. A target without a value meets no comparison but [`Operator::NotEqual`].
    Compare {
        /// What is compared.
        target: Target,
        /// How.
        operator: Operator,
        /// With what; of the same type as the target's values.
        operand: Operand,
    },
    /// The target has a value.
    Present(Target),
    /// Some element of the list at this path of the search document meets the condition, in which
    /// [`Target::Element`] means the element.
    Any {
        /// The list's path.
        path: Vec<String>,
        /// What the element must meet.
        condition: Box<Condition>,
    },
    /// Some member of the group meets the condition, in which [`Target::Related`] means the member.
    Member(Box<Condition>),
    /// Some group that it is a member of meets a condition, in which [`Target::Related`] means the group.
    Group {
        /// What a group must meet of which it is a direct member.
        direct: Box<Condition>,
        /// What a group must meet of which it is a member through other groups only.
        indirect: Box<Condition>,
    },
    /// Met by none.
    Never,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The public identifier.
    Id,
    /// `externalId`, by its index.
    ExternalId,
    /// The folded unique value, by its index.
    UniqueKey,
    /// When it was made, in microseconds.
    CreatedAt,
    /// When it was last changed, in microseconds.
    ModifiedAt,
    /// The version, a number.
    Version,
    /// One of the values of an indexed attribute; only [`Operator::Equal`] with a text.
    Indexed(String),
    /// A value of the search document.
    Document(Vec<String>),
    /// Inside [`Condition::Any`]: a value of the element; an empty path is the element itself.
    Element(Vec<String>),
    /// Inside [`Condition::Member`] and [`Condition::Group`]: of the other side of the membership.
    Related(MembershipField),
}

/// What a membership shows of the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MembershipField {
    /// Its public identifier.
    Id,
    /// Its resource type.
    ResourceType,
    /// Its name, folded: `$display` in its search document.
    Display,
}

/// How two values compare (RFC 7644 §3.4.2.2); texts by code point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `co`
    Contains,
    /// `sw`
    StartsWith,
    /// `ew`
    EndsWith,
    /// `gt`
    Greater,
    /// `ge`
    GreaterOrEqual,
    /// `lt`
    Less,
    /// `le`
    LessOrEqual,
}

/// A value to compare with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A text, folded where the attribute is.
    Text(String),
    /// A truth value; only `eq` and `ne`.
    Boolean(bool),
    /// A whole number or a time in microseconds.
    Integer(i64),
    /// A number.
    Decimal(f64),
}
