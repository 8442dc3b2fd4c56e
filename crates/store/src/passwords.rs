//! Passwords of resources, hashed.

use crate::schema::resource_passwords;
use crate::{Connection, StoreError, Timestamp};
use diesel::prelude::*;

/// Stores a password's hash (Argon2id, as a PHC string) in place of the one before.
///
/// # Errors
///
/// When the database fails.
pub fn set(
    connection: &mut Connection,
    resource_key: i64,
    hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(resource_passwords::table)
            .values((
                resource_passwords::resource_key.eq(resource_key),
                resource_passwords::hash.eq(hash),
                resource_passwords::changed_at.eq(now),
            ))
            .on_conflict(resource_passwords::resource_key)
            .do_update()
            .set((resource_passwords::hash.eq(hash), resource_passwords::changed_at.eq(now)))
            .execute(connection)?;
    });
    Ok(())
}

/// Removes a password; says whether there was one.
///
/// # Errors
///
/// When the database fails.
pub fn clear(connection: &mut Connection, resource_key: i64) -> Result<bool, StoreError> {
    let deleted = on_either!(connection, |connection| {
        diesel::delete(resource_passwords::table.find(resource_key)).execute(connection)?
    });
    Ok(deleted > 0)
}

/// A password's hash.
///
/// # Errors
///
/// When the database fails.
pub fn find(connection: &mut Connection, resource_key: i64) -> Result<Option<String>, StoreError> {
    Ok(on_either!(connection, |connection| {
        resource_passwords::table
            .find(resource_key)
            .select(resource_passwords::hash)
            .first(connection)
            .optional()?
    }))
}
