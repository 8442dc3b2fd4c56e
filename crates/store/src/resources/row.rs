//! One resource: made, read, changed, deleted.

use crate::jsonb::Jsonb;
use crate::schema::{resource_values, resources};
use crate::{Connection, StoreError, Timestamp, dialect};
use diesel::prelude::*;
use serde_json::Value;

/// A resource as it is read.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = resources)]
pub struct Resource {
    /// The database's own key, in order of creation.
    pub key: i64,
    /// The public identifier (RFC 7643 §3.1 `id`).
    pub id: String,
    /// Grows by one with each change.
    pub version: i64,
    /// When it was made (`meta.created`).
    pub created_at: Timestamp,
    /// When it was last changed (`meta.lastModified`).
    pub modified_at: Timestamp,
    /// The canonical JSON text, less what is derived (`meta`, `groups`, `members`).
    pub document: String,
}

/// What a resource says: the text that is served, and everything that is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// The canonical JSON text, less what is derived.
    pub document: String,
    /// The same, normalised for comparison: what a [`super::Condition`] looks at.
    pub search: Value,
    /// `externalId`.
    pub external_id: Option<String>,
    /// The folded value that must be unique among the organization's resources of this type.
    pub unique_key: Option<String>,
    /// What a membership shows of it (`display`).
    pub display: Option<String>,
    /// The values of indexed attributes: attribute path, normalised value.
    pub values: Vec<(String, String)>,
}

/// A resource to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct NewResource {
    /// The organization's [`crate::organizations::Organization::key`].
    pub organization_key: i64,
    /// Such as `User`.
    pub resource_type: String,
    /// The public identifier.
    pub id: String,
    /// When it is made.
    pub now: Timestamp,
    /// What it says.
    pub content: Content,
}

#[derive(Insertable)]
#[diesel(table_name = resource_values, treat_none_as_default_value = false)]
struct ValueRow<'a> {
    resource_key: i64,
    attribute: &'a str,
    value: &'a str,
    organization_key: i64,
}

/// Stores a new resource.
///
/// # Errors
///
/// [`StoreError::Conflict`] when its unique key is taken.
pub fn create(connection: &mut Connection, new: &NewResource) -> Result<Resource, StoreError> {
    let content = &new.content;
    let row = (
        resources::organization_key.eq(new.organization_key),
        resources::resource_type.eq(&new.resource_type),
        resources::id.eq(&new.id),
        resources::external_id.eq(content.external_id.as_deref()),
        resources::unique_key.eq(content.unique_key.as_deref()),
        resources::display.eq(content.display.as_deref()),
        resources::version.eq(1_i64),
        resources::created_at.eq(new.now),
        resources::modified_at.eq(new.now),
        resources::document.eq(&content.document),
        resources::search.eq(Jsonb(&content.search)),
    );
    let key = on_either!(connection, |connection| {
        diesel::insert_into(resources::table)
            .values(row)
            .returning(resources::key)
            .get_result::<i64>(connection)?
    });
    insert_values(connection, new.organization_key, key, content.values.iter())?;
    Ok(Resource {
        key,
        id: new.id.clone(),
        version: 1,
        created_at: new.now,
        modified_at: new.now,
        document: content.document.clone(),
    })
}

/// The resource of that type and identifier in the organization.
///
/// # Errors
///
/// When the database fails.
pub fn find(
    connection: &mut Connection,
    organization_key: i64,
    resource_type: &str,
    id: &str,
) -> Result<Option<Resource>, StoreError> {
    Ok(on_either!(connection, |connection| {
        resources::table
            .filter(resources::id.eq(id))
            .filter(resources::organization_key.eq(organization_key))
            .filter(resources::resource_type.eq(resource_type))
            .select(Resource::as_select())
            .first(connection)
            .optional()?
    }))
}

/// As [`find`], and holds the row until the transaction ends, so that what is read may be changed and written back.
///
/// # Errors
///
/// When the database fails.
pub fn find_for_update(
    connection: &mut Connection,
    organization_key: i64,
    resource_type: &str,
    id: &str,
) -> Result<Option<Resource>, StoreError> {
    dialect::lock_resource(connection, organization_key, id)?;
    find(connection, organization_key, resource_type, id)
}

/// Replaces what a resource says; `before` holds the indexed values that it had. Returns the row as it is now.
///
/// # Errors
///
/// [`StoreError::Conflict`] when its new unique key is taken.
pub fn update(
    connection: &mut Connection,
    organization_key: i64,
    resource: &Resource,
    before: &[(String, String)],
    content: &Content,
    now: Timestamp,
) -> Result<Resource, StoreError> {
    let version = resource.version + 1;
    on_either!(connection, |connection| {
        diesel::update(resources::table.find(resource.key))
            .set((
                resources::external_id.eq(content.external_id.as_deref()),
                resources::unique_key.eq(content.unique_key.as_deref()),
                resources::display.eq(content.display.as_deref()),
                resources::version.eq(version),
                resources::modified_at.eq(now),
                resources::document.eq(&content.document),
                resources::search.eq(Jsonb(&content.search)),
            ))
            .execute(connection)?;
        for (attribute, value) in before.iter().filter(|value| !content.values.contains(value)) {
            diesel::delete(resource_values::table.find((resource.key, attribute, value)))
                .execute(connection)?;
        }
    });
    let added = content.values.iter().filter(|value| !before.contains(value));
    insert_values(connection, organization_key, resource.key, added)?;
    Ok(Resource { version, modified_at: now, document: content.document.clone(), ..resource.clone() })
}

/// Counts one more version of a resource whose own document did not change, such as a group whose members did.
///
/// # Errors
///
/// When the database fails.
pub fn touch(
    connection: &mut Connection,
    resource: &Resource,
    now: Timestamp,
) -> Result<Resource, StoreError> {
    let version = resource.version + 1;
    on_either!(connection, |connection| {
        diesel::update(resources::table.find(resource.key))
            .set((resources::version.eq(version), resources::modified_at.eq(now)))
            .execute(connection)?;
    });
    Ok(Resource { version, modified_at: now, ..resource.clone() })
}

/// Removes a resource, its memberships and its members' rows; false when there is none.
///
/// # Errors
///
/// When the database fails.
pub fn delete(
    connection: &mut Connection,
    organization_key: i64,
    resource_type: &str,
    id: &str,
) -> Result<bool, StoreError> {
    let deleted = on_either!(connection, |connection| {
        diesel::delete(
            resources::table
                .filter(resources::id.eq(id))
                .filter(resources::organization_key.eq(organization_key))
                .filter(resources::resource_type.eq(resource_type)),
        )
        .execute(connection)?
    });
    Ok(deleted > 0)
}

fn insert_values<'a>(
    connection: &mut Connection,
    organization_key: i64,
    resource_key: i64,
    values: impl Iterator<Item = &'a (String, String)>,
) -> Result<(), StoreError> {
    let rows: Vec<ValueRow<'_>> = values
        .map(|(attribute, value)| ValueRow { resource_key, attribute, value, organization_key })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    on_either!(connection, |connection| {
        // Two e-mail addresses that differ only in case are one value.
        diesel::insert_into(resource_values::table)
            .values(rows)
            .on_conflict_do_nothing()
            .execute(connection)?;
    });
    Ok(())
}
