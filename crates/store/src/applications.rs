//! OAuth applications and their secrets.

use crate::schema::{application_secrets, applications};
use crate::{Connection, StoreError, Timestamp, control};
use diesel::prelude::*;

/// An OAuth client of the client credentials grant (RFC 6749 §2).
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = applications)]
pub struct Application {
    /// The `client_id`.
    pub id: String,
    /// The organization whose directory its tokens open.
    pub organization_id: String,
    /// A name for people.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// The scopes that it may ask for, separated by spaces.
    pub scopes: String,
    /// How long its access tokens live, in seconds.
    pub token_lifetime_seconds: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The public identifier of the user that its tokens speak for, where that is not the application itself.
    pub user_id: Option<String>,
    /// The JWS algorithm of its access tokens, such as `ES256`.
    pub signing_algorithm: String,
    /// Access tokens of an earlier generation have ended; each carries the generation that it was issued under.
    pub token_generation: i64,
}

/// A client secret, of which only the hash is kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = application_secrets)]
pub struct Secret {
    /// Its own identifier.
    pub id: String,
    /// The application's `client_id`.
    pub application_id: String,
    /// Argon2id, as a PHC string.
    pub hash: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the hour or so.
    pub last_used_at: Option<Timestamp>,
}

/// When a secret of an application expires.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct SecretExpiry {
    /// The application's `client_id`.
    pub application_id: String,
    /// The application's name.
    pub application_name: String,
    /// From when on the secret is refused.
    pub expires_at: Option<Timestamp>,
}

/// Stores a new application.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the `client_id` is taken.
pub fn create(connection: &mut Connection, application: &Application) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(applications::table).values(application).execute(connection)?;
    });
    control::bump(connection)
}

/// All applications, or an organization's, oldest first.
///
/// # Errors
///
/// When the database fails.
pub fn list(
    connection: &mut Connection,
    organization_id: Option<&str>,
) -> Result<Vec<Application>, StoreError> {
    Ok(on_either!(connection, |connection| {
        let mut query = applications::table.select(Application::as_select()).into_boxed();
        if let Some(organization_id) = organization_id {
            query = query.filter(applications::organization_id.eq(organization_id));
        }
        query.order((applications::created_at, applications::id)).load(connection)?
    }))
}

/// The application with that `client_id`.
///
/// # Errors
///
/// When the database fails.
pub fn find(connection: &mut Connection, id: &str) -> Result<Option<Application>, StoreError> {
    Ok(on_either!(connection, |connection| {
        applications::table.find(id).select(Application::as_select()).first(connection).optional()?
    }))
}

/// Changes what can be changed of an application: name, description, scopes, algorithm and lifetime; false when there is
/// none.
///
/// # Errors
///
/// When the database fails.
pub fn update(connection: &mut Connection, application: &Application) -> Result<bool, StoreError> {
    let values = (
        applications::name.eq(&application.name),
        applications::description.eq(&application.description),
        applications::scopes.eq(&application.scopes),
        applications::signing_algorithm.eq(&application.signing_algorithm),
        applications::token_lifetime_seconds.eq(application.token_lifetime_seconds),
        applications::updated_at.eq(application.updated_at),
    );
    let updated = on_either!(connection, |connection| {
        diesel::update(applications::table.find(&application.id)).set(values).execute(connection)?
    });
    control::bump(connection)?;
    Ok(updated > 0)
}

/// Ends the access tokens that an application has: those of later generations alone are believed.
///
/// # Errors
///
/// When the database fails.
pub fn end_tokens(connection: &mut Connection, id: &str) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::update(applications::table.find(id))
            .set(applications::token_generation.eq(applications::token_generation + 1))
            .execute(connection)?;
    });
    control::bump(connection)
}

/// Removes an application and its secrets; false when there is none.
///
/// # Errors
///
/// When the database fails.
pub fn delete(connection: &mut Connection, id: &str) -> Result<bool, StoreError> {
    let deleted = on_either!(connection, |connection| diesel::delete(applications::table.find(id))
        .execute(connection)?);
    control::bump(connection)?;
    Ok(deleted > 0)
}

/// Stores a new secret.
///
/// # Errors
///
/// When the database fails.
pub fn insert_secret(connection: &mut Connection, secret: &Secret) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(application_secrets::table).values(secret).execute(connection)?;
    });
    control::bump(connection)
}

/// An application's secrets, newest first.
///
/// # Errors
///
/// When the database fails.
pub fn secrets(connection: &mut Connection, application_id: &str) -> Result<Vec<Secret>, StoreError> {
    Ok(on_either!(connection, |connection| {
        application_secrets::table
            .filter(application_secrets::application_id.eq(application_id))
            .order((application_secrets::created_at.desc(), application_secrets::id.desc()))
            .select(Secret::as_select())
            .load(connection)?
    }))
}

/// Replaces a secret's hash by another of the same secret, unless it has changed since it was read. What is remembered
/// of the secret stays true: the revision does not grow.
///
/// # Errors
///
/// When the database fails.
pub fn rehash_secret(
    connection: &mut Connection,
    secret_id: &str,
    old: &str,
    new: &str,
) -> Result<bool, StoreError> {
    let replaced = on_either!(connection, |connection| {
        diesel::update(application_secrets::table.find(secret_id))
            .filter(application_secrets::hash.eq(old))
            .set(application_secrets::hash.eq(new))
            .execute(connection)?
    });
    Ok(replaced > 0)
}

/// When each secret of each application expires.
///
/// # Errors
///
/// When the database fails.
pub fn secret_expiries(connection: &mut Connection) -> Result<Vec<SecretExpiry>, StoreError> {
    Ok(on_either!(connection, |connection| {
        application_secrets::table
            .inner_join(applications::table.on(applications::id.eq(application_secrets::application_id)))
            .select((applications::id, applications::name, application_secrets::expires_at))
            .load(connection)?
    }))
}

/// Sets from when on a secret is refused.
///
/// # Errors
///
/// When the database fails.
pub fn set_secret_expiry(
    connection: &mut Connection,
    secret_id: &str,
    expires_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::update(application_secrets::table.find(secret_id))
            .set(application_secrets::expires_at.eq(expires_at))
            .execute(connection)?;
    });
    control::bump(connection)
}

/// Removes a secret.
///
/// # Errors
///
/// When the database fails.
pub fn delete_secret(connection: &mut Connection, secret_id: &str) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::delete(application_secrets::table.find(secret_id)).execute(connection)?;
    });
    control::bump(connection)
}
