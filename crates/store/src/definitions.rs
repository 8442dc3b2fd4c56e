//! Schemas and resource types that one organization has for itself.

use crate::schema::organization_definitions::{self as rows};
use crate::{Connection, StoreError, Timestamp, control};
use diesel::prelude::*;

/// A schema or a resource type.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = rows)]
pub struct Definition {
    /// The organization's public identifier.
    pub organization_id: String,
    /// The schema's URN or the resource type's name.
    pub id: String,
    /// JSON in the form of RFC 7643 §6 or §7.
    pub definition: String,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Stores a definition.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the organization has one with this identifier.
pub fn insert(connection: &mut Connection, definition: &Definition) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(rows::table).values(definition).execute(connection)?;
    });
    control::bump(connection)
}

/// An organization's definitions, in the order in which they were added.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection, organization_id: &str) -> Result<Vec<Definition>, StoreError> {
    Ok(on_either!(connection, |connection| {
        rows::table
            .filter(rows::organization_id.eq(organization_id))
            .order((rows::created_at, rows::id))
            .select(Definition::as_select())
            .load(connection)?
    }))
}

/// Removes a definition; false when there is none.
///
/// # Errors
///
/// When the database fails.
pub fn delete(connection: &mut Connection, organization_id: &str, id: &str) -> Result<bool, StoreError> {
    let deleted = on_either!(connection, |connection| {
        diesel::delete(rows::table.find((organization_id, id))).execute(connection)?
    });
    control::bump(connection)?;
    Ok(deleted > 0)
}
