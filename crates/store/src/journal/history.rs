//! A resource's history: the resource names the newest entry about it, each entry the one before.

use super::page::{LogEntry, Page, Position};
use crate::schema::{log_entries as log, resources};
use crate::{Connection, StoreError};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

/// From an entry to those before it. Keys grow along the chain: where one does not, the entry that was there is gone and
/// its key was given to another.
const CHAIN: &str = "
    WITH RECURSIVE chain (key, previous, place) AS (
        SELECT key, previous, 1 FROM log_entries
        WHERE key = $1 AND organization_key = $2 AND resource_id = $3
        UNION ALL
        SELECT log_entries.key, log_entries.previous, place + 1
        FROM chain
        JOIN log_entries ON log_entries.key = chain.previous AND log_entries.key < chain.key
            AND log_entries.resource_id = $3
        WHERE place < $4
    )
    SELECT key FROM chain";

#[derive(QueryableByName)]
struct Link {
    #[diesel(sql_type = BigInt)]
    key: i64,
}

/// All changes of a resource, newest first. Bounded work on a log of any length.
///
/// # Errors
///
/// When the database fails.
pub fn history(
    connection: &mut Connection,
    organization_key: i64,
    resource_id: &str,
    after: Option<Position>,
    limit: usize,
) -> Result<Page, StoreError> {
    let begin = match after {
        Some(place) => previous(connection, organization_key, resource_id, place.key)?,
        None => newest(connection, organization_key, resource_id)?,
    };
    let Some(begin) = begin else { return Ok(Page::default()) };
    // One more than wanted says whether there are more.
    let most = i64::try_from(limit).map_or(i64::MAX, |limit| limit.saturating_add(1));
    let mut entries: Vec<LogEntry> = on_either!(connection, |connection| {
        let chain: Vec<Link> = diesel::sql_query(CHAIN)
            .bind::<BigInt, _>(begin)
            .bind::<BigInt, _>(organization_key)
            .bind::<Text, _>(resource_id)
            .bind::<BigInt, _>(most)
            .load(connection)?;
        let keys = chain.iter().map(|link| link.key);
        log::table
            .filter(log::key.eq_any(keys))
            .order(log::key.desc())
            .select(LogEntry::as_select())
            .load(connection)?
    });
    let has_more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| has_more).map(LogEntry::position);
    Ok(Page { entries, next })
}

/// The entry that the resource names; of one that was deleted, the entry of that.
fn newest(
    connection: &mut Connection,
    organization_key: i64,
    resource_id: &str,
) -> Result<Option<i64>, StoreError> {
    Ok(on_either!(connection, |connection| {
        let named = resources::table
            .filter(resources::id.eq(resource_id))
            .filter(resources::organization_key.eq(organization_key))
            .select(resources::last_entry)
            .first::<Option<i64>>(connection)
            .optional()?;
        match named {
            Some(named) => named,
            None => log::table
                .filter(log::resource_id.eq(resource_id))
                .filter(log::organization_key.eq(organization_key))
                // Not bound: the index over deletions is used only where the statement itself says so.
                .filter(sql::<Bool>("log_entries.class = 1 AND log_entries.action = 'delete'"))
                .order(log::key.desc())
                .select(log::key)
                .first(connection)
                .optional()?,
        }
    }))
}

fn previous(
    connection: &mut Connection,
    organization_key: i64,
    resource_id: &str,
    key: i64,
) -> Result<Option<i64>, StoreError> {
    Ok(on_either!(connection, |connection| {
        log::table
            .find(key)
            .filter(log::resource_id.eq(resource_id))
            .filter(log::organization_key.eq(organization_key))
            .filter(log::previous.lt(log::key.nullable()))
            .select(log::previous)
            .first::<Option<i64>>(connection)
            .optional()?
            .flatten()
    }))
}
