//! An entry, and how it is written.

use super::Action;
use super::count::has_failed;
use crate::schema::log_entries;
use crate::{Connection, StoreError, Timestamp};
use diesel::prelude::*;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// What succeeded and changed nothing, what changed something, what failed: read and dropped apart from each other.
pub(super) const ORDINARY: i64 = 0;
pub(super) const CHANGE: i64 = 1;
pub(super) const FAILURE: i64 = 2;

/// So many rows go into one statement.
const ROWS_PER_STATEMENT: usize = 100;
/// Longer texts of a request are cut, in characters.
const LONGEST_TEXT: usize = 2_000;

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

/// Writes an entry, in the transaction of what it tells of; returns its key, which the resource is to name as its
/// [`crate::resources::Resource::last_entry`].
///
/// # Errors
///
/// When the database fails.
pub fn write(connection: &mut Connection, entry: &Entry) -> Result<i64, StoreError> {
    let row = Row::of(entry);
    Ok(on_either!(connection, |connection| {
        diesel::insert_into(log_entries::table)
            .values(&row)
            .returning(log_entries::key)
            .get_result(connection)?
    }))
}

/// Writes many.
pub(super) fn write_all(connection: &mut Connection, entries: &[&Entry]) -> Result<(), StoreError> {
    for entries in entries.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<Row<'_>> = entries.iter().map(|entry| Row::of(entry)).collect();
        on_either!(connection, |connection| {
            diesel::insert_into(log_entries::table).values(&rows).execute(connection)?;
        });
    }
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = log_entries, treat_none_as_default_value = false)]
struct Row<'a> {
    organization_key: Option<i64>,
    class: i64,
    at: Timestamp,
    application_id: Option<Cow<'a, str>>,
    actor: Option<&'a str>,
    duration: i64,
    request_id: Cow<'a, str>,
    action: &'a str,
    method: &'a str,
    path: Cow<'a, str>,
    query: Option<Cow<'a, str>>,
    status: i64,
    error: Option<Cow<'a, str>>,
    error_kind: Option<&'a str>,
    resource_type: Option<&'a str>,
    resource_id: Option<Cow<'a, str>>,
    resource_name: Option<Cow<'a, str>>,
    before: Option<&'a str>,
    after: Option<&'a str>,
    requests: i64,
    previous: Option<i64>,
    rehearsal: i64,
}

impl<'a> Row<'a> {
    fn of(entry: &'a Entry) -> Self {
        Self {
            organization_key: entry.source.organization_key,
            class: match entry {
                Entry { source, action, status, .. } if has_failed(source, *action, *status) => FAILURE,
                Entry { is_change: true, .. } => CHANGE,
                _ => ORDINARY,
            },
            at: entry.at,
            application_id: entry.source.application_id.as_deref().map(storable),
            actor: entry.actor.as_deref(),
            duration: i64::try_from(entry.duration.as_micros()).unwrap_or(i64::MAX),
            request_id: entry.request_id.map(|id| id.to_string()).unwrap_or_default().into(),
            action: entry.action.as_str(),
            method: &entry.method,
            path: storable(&entry.path),
            query: entry.query.as_deref().map(storable),
            status: entry.status.into(),
            error: entry.error.as_deref().map(storable),
            error_kind: entry.error_kind.as_deref(),
            resource_type: entry.resource_type.as_deref(),
            resource_id: entry.resource_id.as_deref().map(storable),
            resource_name: entry.resource_name.as_deref().map(storable),
            before: entry.before.as_deref(),
            after: entry.after.as_deref(),
            requests: i64::try_from(entry.requests).unwrap_or(i64::MAX),
            previous: entry.previous,
            rehearsal: entry.source.is_rehearsal.into(),
        }
    }
}

/// A text from outside: without NUL, which PostgreSQL refuses, and of bounded length.
fn storable(text: &str) -> Cow<'_, str> {
    let cut = match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) if text.len() > LONGEST_TEXT => &text[..end],
        _ => text,
    };
    if cut.contains('\0') { cut.replace('\0', "\u{fffd}").into() } else { cut.into() }
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

    #[test]
    fn what_comes_from_outside_can_be_stored() {
        assert_eq!(storable("a\0b"), "a\u{fffd}b");
        assert_eq!(storable(&"ä".repeat(3_000)).chars().count(), LONGEST_TEXT);
    }
}
