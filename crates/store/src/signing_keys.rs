//! Signing keys, sealed.

use crate::schema::signing_keys;
use crate::{Connection, StoreError, Timestamp, control};
use diesel::prelude::*;

/// A key that signs access tokens, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys)]
pub struct SigningKeyRow {
    /// The `kid`.
    pub id: String,
    /// The JWS algorithm, such as `ES256`.
    pub algorithm: String,
    /// The private key, sealed under the key-encryption key.
    pub sealed_private_key: Vec<u8>,
    /// The public key, as a JWK (RFC 7517).
    pub public_jwk: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it signs; it is published before.
    pub active_from: Timestamp,
    /// From when on it is neither used nor published.
    pub retired_at: Option<Timestamp>,
    /// When it was revoked. Its private key is gone, and the row stays so that the key never comes back.
    pub revoked_at: Option<Timestamp>,
}

/// Stores a new key.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the `kid` is taken.
pub fn insert(connection: &mut Connection, key: &SigningKeyRow) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(signing_keys::table).values(key).execute(connection)?;
    });
    control::bump(connection)
}

/// All keys, newest first.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection) -> Result<Vec<SigningKeyRow>, StoreError> {
    Ok(on_either!(connection, |connection| {
        signing_keys::table
            .order((signing_keys::created_at.desc(), signing_keys::id))
            .select(SigningKeyRow::as_select())
            .load(connection)?
    }))
}

/// The key with that `kid`.
///
/// # Errors
///
/// When the database fails.
pub fn find(connection: &mut Connection, id: &str) -> Result<Option<SigningKeyRow>, StoreError> {
    Ok(on_either!(connection, |connection| {
        signing_keys::table.find(id).select(SigningKeyRow::as_select()).first(connection).optional()?
    }))
}

/// Sets from when on a key is neither used nor published; never, for a key that is needed again.
///
/// # Errors
///
/// When the database fails.
pub fn set_retirement(
    connection: &mut Connection,
    id: &str,
    retired_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::update(signing_keys::table.find(id))
            .set(signing_keys::retired_at.eq(retired_at))
            .execute(connection)?;
    });
    control::bump(connection)
}

/// Ends a key at once and destroys its private half.
///
/// # Errors
///
/// When the database fails.
pub fn revoke(connection: &mut Connection, id: &str, now: Timestamp) -> Result<(), StoreError> {
    let values = (
        signing_keys::retired_at.eq(now),
        signing_keys::revoked_at.eq(now),
        signing_keys::sealed_private_key.eq(Vec::new()),
    );
    on_either!(connection, |connection| {
        diesel::update(signing_keys::table.find(id)).set(values).execute(connection)?;
    });
    control::bump(connection)
}

/// Replaces a key's sealed private half by the same key sealed anew.
///
/// # Errors
///
/// When the database fails.
pub fn set_sealed(connection: &mut Connection, id: &str, sealed: &[u8]) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::update(signing_keys::table.find(id))
            .set(signing_keys::sealed_private_key.eq(sealed))
            .execute(connection)?;
    });
    control::bump(connection)
}

/// Removes the keys that retired before that time and were not revoked; how many there were.
///
/// # Errors
///
/// When the database fails.
pub fn delete_retired(connection: &mut Connection, now: Timestamp) -> Result<usize, StoreError> {
    let deleted = on_either!(connection, |connection| {
        diesel::delete(
            signing_keys::table
                .filter(signing_keys::retired_at.le(now))
                .filter(signing_keys::revoked_at.is_null()),
        )
        .execute(connection)?
    });
    if deleted > 0 {
        control::bump(connection)?;
    }
    Ok(deleted)
}

/// Holds back other transactions that would change the keys until this one ends, so that two nodes that start at once
/// on an empty table do not both make a first key.
///
/// # Errors
///
/// When the database fails.
pub fn lock(connection: &mut Connection) -> Result<(), StoreError> {
    // The revision's row is updated by every change; updating it first makes the second transaction wait.
    control::bump(connection)
}

/// Removes a key that has signed nothing.
///
/// # Errors
///
/// When the database fails.
pub fn delete(connection: &mut Connection, id: &str) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::delete(signing_keys::table.find(id)).execute(connection)?;
    });
    control::bump(connection)
}
