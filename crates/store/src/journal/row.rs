//! How entries are written. On SQLite by statements that are prepared once for each connection: each change writes an entry, and
//! Diesel would put its statement together anew for each.

use super::count::has_failed;
use super::entry::Entry;
use crate::connection::Either;
use crate::insert::{LastKey, push_next};
use crate::schema::log_entries;
use crate::{Connection, StoreError, Timestamp};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::sqlite::Sqlite;
use std::borrow::Cow;

/// What succeeded and changed nothing, what changed something, what failed: read and dropped apart from each other.
pub(super) const ORDINARY: i64 = 0;
pub(super) const CHANGE: i64 = 1;
pub(super) const FAILURE: i64 = 2;

/// So many rows go into one statement, where a statement is a way to the server and back.
const ROWS_PER_STATEMENT: usize = 100;
/// Longer texts of a request are cut, in characters.
const LONGEST_TEXT: usize = 2_000;

/// Writes an entry, in the transaction of what it tells of; returns its key, which the resource is to name as its
/// [`crate::resources::Resource::last_entry`].
///
/// # Errors
///
/// When the database fails.
pub fn write(connection: &mut Connection, entry: &Entry) -> Result<i64, StoreError> {
    let row = Row::of(entry);
    Ok(match &mut connection.0 {
        Either::Sqlite(connection) => {
            Insert(&row).execute(connection)?;
            LastKey.get_result(connection)?
        }
        Either::Postgres(connection) => diesel::insert_into(log_entries::table)
            .values(&row)
            .returning(log_entries::key)
            .get_result(connection)?,
    })
}

/// Writes many.
pub(super) fn write_all(connection: &mut Connection, entries: &[&Entry]) -> Result<(), StoreError> {
    match &mut connection.0 {
        Either::Sqlite(connection) => {
            for entry in entries {
                Insert(&Row::of(entry)).execute(connection)?;
            }
        }
        Either::Postgres(connection) => {
            for entries in entries.chunks(ROWS_PER_STATEMENT) {
                let rows: Vec<Row<'_>> = entries.iter().map(|entry| Row::of(entry)).collect();
                diesel::insert_into(log_entries::table).values(&rows).execute(connection)?;
            }
        }
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
    let end = if text.len() > LONGEST_TEXT { text.char_indices().nth(LONGEST_TEXT) } else { None };
    let cut = end.map_or(text, |(end, _)| &text[..end]);
    if cut.contains('\0') { cut.replace('\0', "\u{fffd}").into() } else { cut.into() }
}

/// Writes a row, on SQLite.
struct Insert<'a>(&'a Row<'a>);

impl QueryFragment<Sqlite> for Insert<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let row = self.0;
        out.push_sql(
            "INSERT INTO log_entries (organization_key, class, at, application_id, actor, duration, request_id, \
             action, method, path, query, status, error, error_kind, resource_type, resource_id, resource_name, \
             before, after, requests, previous, rehearsal) VALUES (",
        );
        out.push_bind_param::<Nullable<BigInt>, _>(&row.organization_key)?;
        push_next::<BigInt, _>(&mut out, &row.class)?;
        push_next::<BigInt, _>(&mut out, &row.at)?;
        push_next::<Nullable<Text>, _>(&mut out, &row.application_id)?;
        push_next::<Nullable<Text>, _>(&mut out, &row.actor)?;
        push_next::<BigInt, _>(&mut out, &row.duration)?;
        push_next::<Text, str>(&mut out, &row.request_id)?;
        push_next::<Text, str>(&mut out, row.action)?;
        push_next::<Text, str>(&mut out, row.method)?;
        push_next::<Text, str>(&mut out, &row.path)?;
        push_next::<Nullable<Text>, _>(&mut out, &row.query)?;
        push_next::<BigInt, _>(&mut out, &row.status)?;
        push_next::<Nullable<Text>, _>(&mut out, &row.error)?;
        push_next::<Nullable<Text>, _>(&mut out, &row.error_kind)?;
        push_next::<Nullable<Text>, _>(&mut out, &row.resource_type)?;
        push_next::<Nullable<Text>, _>(&mut out, &row.resource_id)?;
        push_next::<Nullable<Text>, _>(&mut out, &row.resource_name)?;
        push_next::<Nullable<Text>, _>(&mut out, &row.before)?;
        push_next::<Nullable<Text>, _>(&mut out, &row.after)?;
        push_next::<BigInt, _>(&mut out, &row.requests)?;
        push_next::<Nullable<BigInt>, _>(&mut out, &row.previous)?;
        push_next::<BigInt, _>(&mut out, &row.rehearsal)?;
        out.push_sql(")");
        Ok(())
    }
}

// The derive asks for a type without a lifetime.
impl QueryId for Insert<'_> {
    type QueryId = Insert<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for Insert<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_can_be_stored() {
        assert_eq!(storable("a\0b"), "a\u{fffd}b");
        assert_eq!(storable(&"ä".repeat(3_000)).chars().count(), LONGEST_TEXT);
    }
}
