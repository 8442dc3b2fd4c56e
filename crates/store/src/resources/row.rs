//! One resource: made, read, changed, deleted.

use super::statement::{Insert, Touch, Update};
use super::{unique_values, values};
use crate::connection::Either;
use crate::insert::LastKey;
use crate::jsonb::Jsonb;
use crate::schema::{memberships, resource_values, resources};
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
    /// Such as `User`.
    pub resource_type: String,
    /// Grows by one with each change.
    pub version: i64,
    /// When it was made (`meta.created`).
    pub created_at: Timestamp,
    /// When it was last changed (`meta.lastModified`).
    pub modified_at: Timestamp,
    /// The canonical JSON text, less what is derived (`meta`, `groups`, `members`).
    pub document: String,
    /// The key of the provisioning log's newest entry about it.
    pub last_entry: Option<i64>,
}

/// When a resource is changed, and the key of the log's entry of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When.
    pub now: Timestamp,
    /// See [`Resource::last_entry`].
    pub entry: Option<i64>,
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
    /// The values of further unique attributes: attribute path, normalised value.
    pub unique_values: Vec<(String, String)>,
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

/// Stores a new resource, which names the log's entry of that as its [`Resource::last_entry`].
///
/// # Errors
///
/// [`StoreError::Conflict`] when its unique key is taken.
pub fn create(
    connection: &mut Connection,
    new: &NewResource,
    last_entry: Option<i64>,
) -> Result<Resource, StoreError> {
    let content = &new.content;
    let key: i64 = match &mut connection.0 {
        Either::Sqlite(connection) => {
            let insert = Insert {
                organization_key: new.organization_key,
                resource_type: &new.resource_type,
                id: &new.id,
                external_id: content.external_id.as_deref(),
                unique_key: content.unique_key.as_deref(),
                display: content.display.as_deref(),
                now: new.now,
                document: &content.document,
                search: Jsonb(&content.search),
                last_entry,
            };
            insert.execute(connection)?;
            LastKey.get_result(connection)?
        }
        Either::Postgres(connection) => {
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
                resources::last_entry.eq(last_entry),
            );
            diesel::insert_into(resources::table)
                .values(row)
                .returning(resources::key)
                .get_result(connection)?
        }
    };
    values::insert(connection, new.organization_key, key, content.values.iter())?;
    unique_values::insert(connection, new.organization_key, &new.resource_type, key, &content.unique_values)?;
    Ok(Resource {
        key,
        id: new.id.clone(),
        resource_type: new.resource_type.clone(),
        version: 1,
        created_at: new.now,
        modified_at: new.now,
        document: content.document.clone(),
        last_entry,
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

/// The rows beside a resource's own that its content had before a change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Before {
    /// [`Content::values`].
    pub values: Vec<(String, String)>,
    /// [`Content::unique_values`].
    pub unique_values: Vec<(String, String)>,
}

/// Holds the rows of several resources until the transaction ends, in one order whoever asks.
///
/// # Errors
///
/// When the database fails.
pub fn hold_all(connection: &mut Connection, organization_key: i64, ids: &[&str]) -> Result<(), StoreError> {
    dialect::lock_resources(connection, organization_key, ids)
}

/// Replaces what a resource says. Returns the row as it is now.
///
/// # Errors
///
/// [`StoreError::Conflict`] when its new unique key is taken.
pub fn update(
    connection: &mut Connection,
    organization_key: i64,
    resource: &Resource,
    before: &Before,
    content: &Content,
    stamp: Stamp,
) -> Result<Resource, StoreError> {
    let touch = touched(resource, stamp);
    let update = Update {
        external_id: content.external_id.as_deref(),
        unique_key: content.unique_key.as_deref(),
        display: content.display.as_deref(),
        document: &content.document,
        search: Jsonb(&content.search),
        touch,
    };
    on_either!(connection, |connection| {
        update.execute(connection)?;
        for (attribute, value) in before.values.iter().filter(|value| !content.values.contains(value)) {
            diesel::delete(resource_values::table.find((resource.key, attribute, value)))
                .execute(connection)?;
        }
    });
    let added = content.values.iter().filter(|value| !before.values.contains(value));
    values::insert(connection, organization_key, resource.key, added)?;
    if before.unique_values != content.unique_values {
        unique_values::delete(connection, resource.key)?;
        let values = &content.unique_values;
        unique_values::insert(connection, organization_key, &resource.resource_type, resource.key, values)?;
    }
    let document = content.document.clone();
    Ok(Resource { document, ..after(resource, touch) })
}

/// Counts one more version of a resource whose own document did not change, such as a group whose members did.
///
/// # Errors
///
/// When the database fails.
pub fn touch(connection: &mut Connection, resource: &Resource, stamp: Stamp) -> Result<Resource, StoreError> {
    let touch = touched(resource, stamp);
    on_either!(connection, |connection| touch.execute(connection)?);
    Ok(after(resource, touch))
}

fn touched(resource: &Resource, stamp: Stamp) -> Touch {
    Touch {
        key: resource.key,
        version: resource.version + 1,
        modified_at: stamp.now,
        last_entry: stamp.entry,
    }
}

fn after(resource: &Resource, Touch { version, modified_at, last_entry, .. }: Touch) -> Resource {
    Resource { version, modified_at, last_entry, ..resource.clone() }
}

/// Names the newest entry about a resource whose row is written already.
///
/// # Errors
///
/// When the database fails.
pub fn set_last_entry(
    connection: &mut Connection,
    resource: &Resource,
    entry: i64,
) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::update(resources::table.find(resource.key))
            .set(resources::last_entry.eq(entry))
            .execute(connection)?;
    });
    Ok(())
}

/// Counts one more version of the groups that a resource is a direct member of, which are about to lose it; returns them as
/// they are now.
///
/// # Errors
///
/// When the database fails.
pub fn touch_groups_of(
    connection: &mut Connection,
    member_key: i64,
    now: Timestamp,
) -> Result<Vec<Resource>, StoreError> {
    dialect::lock_groups_of(connection, member_key)?;
    Ok(on_either!(connection, |connection| {
        let groups =
            memberships::table.filter(memberships::member_key.eq(member_key)).select(memberships::group_key);
        diesel::update(resources::table.filter(resources::key.eq_any(groups)))
            .set((resources::version.eq(resources::version + 1), resources::modified_at.eq(now)))
            .returning(Resource::as_returning())
            .get_results(connection)?
    }))
}

/// The resources of the organization that have this value of this indexed attribute.
///
/// # Errors
///
/// When the database fails.
pub fn find_by_value(
    connection: &mut Connection,
    organization_key: i64,
    attribute: &str,
    value: &str,
) -> Result<Vec<Resource>, StoreError> {
    Ok(on_either!(connection, |connection| {
        resource_values::table
            .inner_join(resources::table.on(resources::key.eq(resource_values::resource_key)))
            .filter(resource_values::organization_key.eq(organization_key))
            .filter(resource_values::attribute.eq(attribute))
            .filter(resource_values::value.eq(value))
            .order(resources::key)
            .select(Resource::as_select())
            .load(connection)?
    }))
}

/// The type and the name of each of these resources of the organization, by its public identifier.
///
/// # Errors
///
/// When the database fails.
pub fn names(
    connection: &mut Connection,
    organization_key: i64,
    ids: &[&str],
) -> Result<Vec<(String, String, Option<String>)>, StoreError> {
    Ok(on_either!(connection, |connection| {
        let columns = (resources::id, resources::resource_type, resources::display);
        if let [id] = ids {
            // A statement that is prepared once: most answers show one resource.
            return Ok(resources::table
                .filter(resources::id.eq(id))
                .filter(resources::organization_key.eq(organization_key))
                .select(columns)
                .load(connection)?);
        }
        resources::table
            .filter(resources::id.eq_any(ids))
            .filter(resources::organization_key.eq(organization_key))
            .select(columns)
            .load(connection)?
    }))
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
