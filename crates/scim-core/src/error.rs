//! Errors as SCIM says them (RFC 7644 §3.12).

use serde_json::{Value, json};
use std::borrow::Cow;
use std::fmt;
use thiserror::Error;

/// The schema of an error message.
const ERROR_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// The detail error keywords (RFC 7644 table 9, RFC 9865).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScimType {
    /// The filter's syntax is wrong, or the attribute and the operator do not go together.
    InvalidFilter,
    /// The answer would be larger than the server gives.
    TooMany,
    /// A unique value is taken.
    Uniqueness,
    /// The attribute may not be changed so.
    Mutability,
    /// The body's structure is wrong.
    InvalidSyntax,
    /// The path of a PATCH operation is wrong.
    InvalidPath,
    /// The path yields nothing that could be operated on.
    NoTarget,
    /// A required value is missing, or a value is not of the attribute's type.
    InvalidValue,
    /// The cursor is none of ours, or belongs to another query (RFC 9865).
    InvalidCursor,
    /// The number of results asked for is not possible with a cursor (RFC 9865).
    InvalidCount,
}

impl ScimType {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidCursor => "invalidCursor",
            Self::InvalidCount => "invalidCount",
        }
    }
}

/// An error for the client. Entra's portal shows `detail` to the admin word for word (entra-facts 2).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct ScimError {
    /// The HTTP status.
    pub status: u16,
    /// The keyword, where the RFC has one.
    pub scim_type: Option<ScimType>,
    /// A sentence for the admin.
    pub detail: Cow<'static, str>,
}

impl fmt::Display for ScimError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.detail)
    }
}

impl ScimError {
    /// An error without a keyword.
    pub fn new(status: u16, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, scim_type: None, detail: detail.into() }
    }

    /// A 400 with its keyword.
    pub fn bad_request(scim_type: ScimType, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status: 400, scim_type: Some(scim_type), detail: detail.into() }
    }

    /// 400 `invalidValue`.
    pub fn invalid_value(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad_request(ScimType::InvalidValue, detail)
    }

    /// 400 `invalidSyntax`.
    pub fn invalid_syntax(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad_request(ScimType::InvalidSyntax, detail)
    }

    /// 400 `mutability`.
    pub fn mutability(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::bad_request(ScimType::Mutability, detail)
    }

    /// 409 `uniqueness`.
    pub fn uniqueness(detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status: 409, scim_type: Some(ScimType::Uniqueness), detail: detail.into() }
    }

    /// The message's body; `status` is a string there.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut body = json!({ "schemas": [ERROR_SCHEMA], "status": self.status.to_string() });
        if let Some(scim_type) = self.scim_type {
            body["scimType"] = scim_type.as_str().into();
        }
        body["detail"] = self.detail.as_ref().into();
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_a_string() {
        let body = ScimError::uniqueness("taken").to_json();
        let expected =
            json!({"schemas": [ERROR_SCHEMA], "status": "409", "scimType": "uniqueness", "detail": "taken"});
        assert_eq!(body, expected);
        assert_eq!(ScimError::new(404, "gone").to_json().get("scimType"), None);
    }
}
