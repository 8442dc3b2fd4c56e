//! Applications that are being made in the console, step by step.

use crate::schema::application_drafts;
use crate::{Connection, StoreError, Timestamp};
use diesel::prelude::*;

/// What was typed so far.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = application_drafts)]
pub struct Draft {
    /// Its own identifier.
    pub id: String,
    /// Who makes the application.
    pub admin_id: String,
    /// The organization that it is for.
    pub organization_id: String,
    /// What was typed, as the console writes it down.
    pub content: String,
    /// The `client_id`, once it is made.
    pub application_id: Option<String>,
    /// Its secret, sealed; gone when the last step is done.
    pub sealed_secret: Option<String>,
    /// When the secret was shown.
    pub shown_at: Option<Timestamp>,
    /// When it was begun.
    pub created_at: Timestamp,
}

/// Stores a new draft.
///
/// # Errors
///
/// When the database fails.
pub fn insert(connection: &mut Connection, draft: &Draft) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(application_drafts::table).values(draft).execute(connection)?;
    });
    Ok(())
}

/// An admin's draft for an organization.
///
/// # Errors
///
/// When the database fails.
pub fn find(
    connection: &mut Connection,
    admin_id: &str,
    organization_id: &str,
    id: &str,
) -> Result<Option<Draft>, StoreError> {
    Ok(on_either!(connection, |connection| {
        application_drafts::table
            .find(id)
            .filter(application_drafts::admin_id.eq(admin_id))
            .filter(application_drafts::organization_id.eq(organization_id))
            .select(Draft::as_select())
            .first(connection)
            .optional()?
    }))
}

/// Writes down what was typed.
///
/// # Errors
///
/// When the database fails.
pub fn save(connection: &mut Connection, id: &str, content: &str) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::update(application_drafts::table.find(id))
            .set(application_drafts::content.eq(content))
            .execute(connection)?;
    });
    Ok(())
}

/// Notes which application it became; false when it became one before.
///
/// # Errors
///
/// When the database fails.
pub fn complete(
    connection: &mut Connection,
    id: &str,
    application_id: &str,
    sealed_secret: &str,
) -> Result<bool, StoreError> {
    let values = (
        application_drafts::application_id.eq(Some(application_id)),
        application_drafts::sealed_secret.eq(Some(sealed_secret)),
    );
    let completed = on_either!(connection, |connection| {
        diesel::update(application_drafts::table.find(id))
            .filter(application_drafts::application_id.is_null())
            .set(values)
            .execute(connection)?
    });
    Ok(completed > 0)
}

/// Notes that the secret was shown; false when it was shown before.
///
/// # Errors
///
/// When the database fails.
pub fn note_shown(connection: &mut Connection, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    let shown = on_either!(connection, |connection| {
        diesel::update(application_drafts::table.find(id))
            .filter(application_drafts::shown_at.is_null())
            .set(application_drafts::shown_at.eq(Some(now)))
            .execute(connection)?
    });
    Ok(shown > 0)
}

/// Drops the secret: the last step is done.
///
/// # Errors
///
/// When the database fails.
pub fn finish(connection: &mut Connection, id: &str) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::update(application_drafts::table.find(id))
            .set(application_drafts::sealed_secret.eq(None::<String>))
            .execute(connection)?;
    });
    Ok(())
}

/// Drops drafts that were begun before.
///
/// # Errors
///
/// When the database fails.
pub fn prune(connection: &mut Connection, before: Timestamp) -> Result<usize, StoreError> {
    Ok(on_either!(connection, |connection| {
        diesel::delete(application_drafts::table.filter(application_drafts::created_at.le(before)))
            .execute(connection)?
    }))
}
