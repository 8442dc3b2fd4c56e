//! Writing a filter in its plain form.

use super::{Filter, Literal};
use std::fmt::{Display, Formatter, Result};

impl Display for Filter {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::And(parts) => join(parts, " and ", |part| matches!(part, Self::And(_) | Self::Or(_)), out),
            Self::Or(parts) => join(parts, " or ", |part| matches!(part, Self::Or(_)), out),
            Self::Not(part) => write!(out, "not ({part})"),
            Self::Compare { attribute, operator, value } => {
                write!(out, "{attribute} {} {value}", operator.as_str())
            }
            Self::Present(attribute) => write!(out, "{attribute} pr"),
            Self::ValuePath { attribute, filter } => write!(out, "{attribute}[{filter}]"),
        }
    }
}

fn join(
    parts: &[Filter],
    between: &str,
    needs_brackets: fn(&Filter) -> bool,
    out: &mut Formatter<'_>,
) -> Result {
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            out.write_str(between)?;
        }
        if needs_brackets(part) {
            write!(out, "({part})")?;
        } else {
            write!(out, "{part}")?;
        }
    }
    Ok(())
}

impl Display for Literal {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::String(text) => out.write_str(&serde_json::Value::from(text.as_str()).to_string()),
            Self::Number(number) => write!(out, "{number}"),
            Self::Boolean(value) => write!(out, "{value}"),
            Self::Null => out.write_str("null"),
        }
    }
}
