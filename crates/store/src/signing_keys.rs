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
