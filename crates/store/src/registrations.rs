//! Dynamic client registration: initial access tokens, and the applications that registered themselves.

use crate::schema::{application_registrations, registration_tokens};
use crate::{Connection, StoreError, Timestamp, control};
use diesel::prelude::*;

/// An initial access token (RFC 7591 §3), of which only the hash is kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = registration_tokens)]
pub struct RegistrationToken {
    /// Its own identifier.
    pub id: String,
    /// The organization that whoever has it may register applications for.
    pub organization_id: String,
    /// Its SHA-256, in base64url.
    pub hash: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// An application that registered itself.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = application_registrations)]
pub struct Registration {
    /// The `client_id`.
    pub application_id: String,
    /// The SHA-256 of its registration access token (RFC 7592 §3), in base64url.
    pub hash: String,
    /// Its `token_endpoint_auth_method` (RFC 7591 §2).
    pub authentication_method: String,
}

/// Stores an initial access token.
///
/// # Errors
///
/// When the database fails.
pub fn insert_token(connection: &mut Connection, token: &RegistrationToken) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(registration_tokens::table).values(token).execute(connection)?;
    });
    control::bump(connection)
}

/// All initial access tokens, oldest first.
///
/// # Errors
///
/// When the database fails.
pub fn list_tokens(connection: &mut Connection) -> Result<Vec<RegistrationToken>, StoreError> {
    Ok(on_either!(connection, |connection| {
        registration_tokens::table
            .order((registration_tokens::created_at, registration_tokens::id))
            .select(RegistrationToken::as_select())
            .load(connection)?
    }))
}

/// The initial access token with that hash.
///
/// # Errors
///
/// When the database fails.
pub fn find_token(connection: &mut Connection, hash: &str) -> Result<Option<RegistrationToken>, StoreError> {
    Ok(on_either!(connection, |connection| {
        registration_tokens::table
            .filter(registration_tokens::hash.eq(hash))
            .select(RegistrationToken::as_select())
            .first(connection)
            .optional()?
    }))
}

/// Removes an initial access token; false when there is none.
///
/// # Errors
///
/// When the database fails.
pub fn delete_token(connection: &mut Connection, id: &str) -> Result<bool, StoreError> {
    let deleted = on_either!(connection, |connection| {
        diesel::delete(registration_tokens::table.find(id)).execute(connection)?
    });
    control::bump(connection)?;
    Ok(deleted > 0)
}

/// Stores that an application registered itself.
///
/// # Errors
///
/// When the database fails.
pub fn insert(connection: &mut Connection, registration: &Registration) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(application_registrations::table).values(registration).execute(connection)?;
    });
    control::bump(connection)
}

/// Changes how an application authenticates.
///
/// # Errors
///
/// When the database fails.
pub fn set_method(connection: &mut Connection, application_id: &str, method: &str) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::update(application_registrations::table.find(application_id))
            .set(application_registrations::authentication_method.eq(method))
            .execute(connection)?;
    });
    control::bump(connection)
}

/// How an application registered itself.
///
/// # Errors
///
/// When the database fails.
pub fn find(connection: &mut Connection, application_id: &str) -> Result<Option<Registration>, StoreError> {
    Ok(on_either!(connection, |connection| {
        application_registrations::table
            .find(application_id)
            .select(Registration::as_select())
            .first(connection)
            .optional()?
    }))
}
