//! Assertions that may be used once: several nodes agree on which were.

use crate::schema::used_assertions;
use crate::{Connection, StoreError, Timestamp};
use diesel::prelude::*;

/// Notes that an assertion is used; false when it was before.
///
/// # Errors
///
/// When the database fails.
pub fn note(connection: &mut Connection, digest: &str, expires_at: Timestamp) -> Result<bool, StoreError> {
    let row = (used_assertions::digest.eq(digest), used_assertions::expires_at.eq(expires_at));
    let noted = on_either!(connection, |connection| {
        diesel::insert_into(used_assertions::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(connection)?
    });
    Ok(noted > 0)
}

/// Forgets those that have expired; says how many.
///
/// # Errors
///
/// When the database fails.
pub fn prune(connection: &mut Connection, now: Timestamp) -> Result<usize, StoreError> {
    Ok(on_either!(connection, |connection| {
        diesel::delete(used_assertions::table.filter(used_assertions::expires_at.lt(now)))
            .execute(connection)?
    }))
}
