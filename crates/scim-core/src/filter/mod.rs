//! Filters as they are written (RFC 7644 §3.4.2.2); what one means for a resource type is a [`crate::Condition`].

mod parse;
mod print;
mod scan;

pub(crate) use parse::value_filter;

use serde_json::Number;
use thiserror::Error;

/// What a filter says. Attribute notations are kept as they were written.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// All of them; two or more.
    And(Vec<Filter>),
    /// One of them at least; two or more.
    Or(Vec<Filter>),
    /// Not this one.
    Not(Box<Filter>),
    /// `attribute operator value`
    Compare {
        /// The attribute's notation.
        attribute: String,
        /// The operator.
        operator: Operator,
        /// The value.
        value: Literal,
    },
    /// `attribute pr`
    Present(String),
    /// `attribute[filter]`
    ValuePath {
        /// The attribute's notation.
        attribute: String,
        /// What one value of it must meet.
        filter: Box<Filter>,
    },
}

/// The operators that take a value.
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

impl Operator {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Equal,
        Self::NotEqual,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Less,
        Self::LessOrEqual,
    ];

    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::Contains => "co",
            Self::StartsWith => "sw",
            Self::EndsWith => "ew",
            Self::Greater => "gt",
            Self::GreaterOrEqual => "ge",
            Self::Less => "lt",
            Self::LessOrEqual => "le",
        }
    }
}

/// A value in a filter.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each is JSON's own word")]
pub enum Literal {
    String(String),
    Number(Number),
    Boolean(bool),
    Null,
}

/// A filter that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("The filter cannot be read at character {character}: {problem}.")]
pub struct FilterError {
    /// Which character of the filter, counted from 1.
    pub character: usize,
    /// What is wrong there.
    pub problem: String,
}
