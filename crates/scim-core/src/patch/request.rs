//! A PATCH request as it is written.

use crate::{Path, ScimError, ScimType};
use serde_json::Value;

/// So many operations may be in one request.
const MOST_OPERATIONS: usize = 10_000;

/// The operations of a PATCH request, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchRequest {
    /// One at least.
    pub operations: Vec<Operation>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// What is done.
    pub kind: PatchKind,
    /// To what; to the resource itself when there is none.
    pub path: Option<Path>,
    /// With what; null when there is none.
    pub value: Value,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the RFC's own word")]
pub enum PatchKind {
    Add,
    Replace,
    Remove,
}

impl PatchRequest {
    /// Reads a request. Names and operations are compared without regard to case: Entra writes `Add` (entra-facts 3.5);
    /// other members, such as `name` inside an operation, are ignored (entra-facts 5.3).
    ///
    /// # Errors
    ///
    /// `invalidSyntax` when it has no operations or one that is none; `invalidPath` when a path cannot be read.
    pub fn parse(body: Value) -> Result<Self, ScimError> {
        let Value::Object(body) = body else {
            return Err(ScimError::invalid_syntax("The body must be a JSON object with Operations."));
        };
        let list = body.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("Operations"));
        let Some((_, Value::Array(list))) = list else {
            return Err(ScimError::invalid_syntax("The body must have Operations: a list of operations."));
        };
        if list.is_empty() {
            return Err(ScimError::invalid_syntax(
                "Operations is empty: at least one operation is expected.",
            ));
        }
        if list.len() > MOST_OPERATIONS {
            let detail = format!("Operations has more than {MOST_OPERATIONS} operations.");
            return Err(ScimError::bad_request(ScimType::TooMany, detail));
        }
        let operations = list
            .into_iter()
            .enumerate()
            .map(|(number, value)| operation(number + 1, value))
            .collect::<Result<_, _>>()?;
        Ok(Self { operations })
    }
}

fn operation(number: usize, value: Value) -> Result<Operation, ScimError> {
    let Value::Object(object) = value else {
        return Err(ScimError::invalid_syntax(format!("Operation {number} is not a JSON object.")));
    };
    let (mut op, mut path, mut given) = (None, None, Value::Null);
    for (name, value) in object {
        match name.to_ascii_lowercase().as_str() {
            "op" => op = Some(value),
            "path" => path = Some(value),
            "value" => given = value,
            _ => (),
        }
    }
    let kind = match op.as_ref().and_then(Value::as_str).map(str::to_ascii_lowercase).as_deref() {
        Some("add") => PatchKind::Add,
        Some("replace") => PatchKind::Replace,
        Some("remove") => PatchKind::Remove,
        _ => {
            return Err(ScimError::invalid_syntax(format!(
                "Operation {number} must have an op: add, replace or remove."
            )));
        }
    };
    let path = match path {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.trim().is_empty() => None,
        Some(Value::String(text)) => Some(text.parse()?),
        Some(_) => {
            return Err(ScimError::bad_request(
                ScimType::InvalidPath,
                format!("The path of operation {number} must be a text."),
            ));
        }
    };
    Ok(Operation { kind, path, value: given })
}
