//! Long-lived bearer tokens, for clients that know only a fixed one.

use crate::schema::provisioning_tokens;
use crate::{Connection, StoreError, Timestamp, control};
use diesel::prelude::*;

/// A provisioning token, of which only the hash is kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = provisioning_tokens)]
pub struct ProvisioningToken {
    /// Its own identifier.
    pub id: String,
    /// The `client_id` of the application that it acts for.
    pub application_id: String,
    /// A name for people; may be empty.
    pub name: String,
    /// Its SHA-256: it is random enough that no slow hash is needed.
    pub hash: Vec<u8>,
    /// What it allows, separated by spaces; never more than the application is allowed.
    pub scopes: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
    /// When it was last used, to the hour or so.
    pub last_used_at: Option<Timestamp>,
}

/// Stores a new token.
///
/// # Errors
///
/// When the database fails.
pub fn insert(connection: &mut Connection, token: &ProvisioningToken) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(provisioning_tokens::table).values(token).execute(connection)?;
    });
    control::bump(connection)
}

/// All tokens, or an application's, oldest first.
///
/// # Errors
///
/// When the database fails.
pub fn list(
    connection: &mut Connection,
    application_id: Option<&str>,
) -> Result<Vec<ProvisioningToken>, StoreError> {
    Ok(on_either!(connection, |connection| {
        let mut query = provisioning_tokens::table.select(ProvisioningToken::as_select()).into_boxed();
        if let Some(application_id) = application_id {
            query = query.filter(provisioning_tokens::application_id.eq(application_id));
        }
        query.order((provisioning_tokens::created_at, provisioning_tokens::id)).load(connection)?
    }))
}

/// The token that hashes to this.
///
/// # Errors
///
/// When the database fails.
pub fn find_by_hash(
    connection: &mut Connection,
    hash: &[u8],
) -> Result<Option<ProvisioningToken>, StoreError> {
    Ok(on_either!(connection, |connection| {
        provisioning_tokens::table
            .filter(provisioning_tokens::hash.eq(hash))
            .select(ProvisioningToken::as_select())
            .first(connection)
            .optional()?
    }))
}

/// Removes a token; false when there is none.
///
/// # Errors
///
/// When the database fails.
pub fn delete(connection: &mut Connection, id: &str) -> Result<bool, StoreError> {
    let deleted = on_either!(connection, |connection| {
        diesel::delete(provisioning_tokens::table.find(id)).execute(connection)?
    });
    control::bump(connection)?;
    Ok(deleted > 0)
}
