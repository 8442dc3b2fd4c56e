//! The values of unique attributes beyond the first.

use crate::schema::resource_unique_values::{self as rows, dsl};
use crate::{Connection, StoreError};
use diesel::prelude::*;

/// What the constraint of a conflict begins with; the attribute's path follows.
const CONSTRAINT: &str = "attribute ";

impl StoreError {
    /// The path of the attribute whose value is taken, where [`super::Content::unique_values`] had it.
    #[must_use]
    pub fn conflicting_attribute(&self) -> Option<&str> {
        match self {
            Self::Conflict { constraint } => constraint.strip_prefix(CONSTRAINT),
            _ => None,
        }
    }
}

pub(super) fn insert(
    connection: &mut Connection,
    organization_key: i64,
    resource_type: &str,
    resource_key: i64,
    values: &[(String, String)],
) -> Result<(), StoreError> {
    for (attribute, value) in values {
        let row = (
            dsl::organization_key.eq(organization_key),
            dsl::resource_type.eq(resource_type),
            dsl::attribute.eq(attribute),
            dsl::value.eq(value),
            dsl::resource_key.eq(resource_key),
        );
        let inserted = on_either!(connection, |connection| diesel::insert_into(rows::table)
            .values(row)
            .execute(connection));
        inserted.map_err(|error| match StoreError::from(error) {
            StoreError::Conflict { .. } => {
                StoreError::Conflict { constraint: format!("{CONSTRAINT}{attribute}") }
            }
            error => error,
        })?;
    }
    Ok(())
}

pub(super) fn delete(connection: &mut Connection, resource_key: i64) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::delete(rows::table.filter(rows::resource_key.eq(resource_key))).execute(connection)?;
    });
    Ok(())
}
