//! An entry.

use super::Action;
use crate::Timestamp;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Tells a request from all others, in answers and in the log: 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(u64);

impl RequestId {
    /// A random one.
    #[must_use]
    pub fn random() -> Self {
        // The bits that say which kind of UUID it is are in another place of each half.
        let (one, other) = Uuid::new_v4().as_u64_pair();
        Self(one ^ other)
    }

    /// Its digits.
    #[must_use]
    pub fn digits(self) -> [u8; 16] {
        let mut digits = [0; 16];
        for (place, digit) in digits.iter_mut().enumerate() {
            *digit = b"0123456789abcdef"[(self.0 >> (60 - 4 * place)) as usize & 15];
        }
        digits
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:016x}", self.0)
    }
}

/// Where requests come from. Cloning is cheap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Source {
    /// The organization's [`crate::organizations::Organization::key`]; none, when it could not be told.
    pub organization_key: Option<i64>,
    /// The application's `client_id`, or what stands for it in the token of another issuer.
    pub application_id: Option<Arc<str>>,
    /// Whether it says that it is practice: such requests are counted apart from all others.
    pub is_rehearsal: bool,
}

/// What is written of a request or a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who asked.
    pub source: Source,
    /// The admin, when it was done in the console.
    pub actor: Option<String>,
    /// When the request began.
    pub at: Timestamp,
    /// How long it took; a change's, until its entry was written.
    pub duration: Duration,
    /// The request; none of an entry that stands for several.
    pub request_id: Option<RequestId>,
    /// What it meant.
    pub action: Action,
    /// Whether something was changed.
    pub is_change: bool,
    /// The HTTP method.
    pub method: Cow<'static, str>,
    /// The URL's path.
    pub path: String,
    /// What was looked for (a filter), or the scope that was asked for.
    pub query: Option<String>,
    /// The HTTP status of the answer.
    pub status: u16,
    /// What the client read of the error.
    pub error: Option<String>,
    /// The error's keyword: `scimType`, or OAuth's `error`.
    pub error_kind: Option<Cow<'static, str>>,
    /// The type of the resource concerned, such as `User`.
    pub resource_type: Option<String>,
    /// Its identifier.
    pub resource_id: Option<String>,
    /// Its name; of a token request of an unknown client, the client id that was sent.
    pub resource_name: Option<String>,
    /// A JSON object: what was changed, as it was.
    pub before: Option<String>,
    /// A JSON object: what was changed, as it is.
    pub after: Option<String>,
    /// How many requests it stands for: 1; more, when further ones were not listed one by one.
    pub requests: u64,
    /// Of a change: the key of the entry before it about the same resource.
    pub previous: Option<i64>,
}

impl Entry {
    /// An entry without everything that may be absent.
    #[must_use]
    pub const fn new(source: Source, at: Timestamp, action: Action, status: u16) -> Self {
        Self {
            source,
            actor: None,
            at,
            duration: Duration::ZERO,
            request_id: None,
            action,
            is_change: false,
            method: Cow::Borrowed(""),
            path: String::new(),
            query: None,
            status,
            error: None,
            error_kind: None,
            resource_type: None,
            resource_id: None,
            resource_name: None,
            before: None,
            after: None,
            requests: 1,
            previous: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_what_is_displayed() {
        let id = RequestId(0x0123_4567_89ab_cdef);
        assert_eq!(id.to_string(), "0123456789abcdef");
        assert_eq!(&id.digits(), b"0123456789abcdef");
        assert_ne!(RequestId::random(), RequestId::random());
    }
}
