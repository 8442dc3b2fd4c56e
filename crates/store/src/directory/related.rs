//! What belongs to an entry: a group's members, the groups of a resource, who refers to it.

use super::count::Counted;
use crate::resources::Resource;
use crate::schema::{memberships, resource_values, resources};
use crate::{Connection, StoreError};
use diesel::prelude::*;

/// Members of a group in the order of their keys, which is that of creation: those behind `after`.
///
/// # Errors
///
/// When the database fails.
pub fn members(
    connection: &mut Connection,
    group_key: i64,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<Resource>, StoreError> {
    Ok(on_either!(connection, |connection| {
        memberships::table
            .inner_join(resources::table.on(resources::key.eq(memberships::member_key)))
            .filter(memberships::group_key.eq(group_key))
            .filter(memberships::member_key.gt(after.unwrap_or(i64::MIN)))
            .order(memberships::member_key)
            .select(Resource::as_select())
            .limit(limit)
            .load(connection)?
    }))
}

/// How many members a group has; counting ends at `most`.
///
/// # Errors
///
/// When the database fails.
pub fn count_members(connection: &mut Connection, group_key: i64, most: i64) -> Result<i64, StoreError> {
    let members = memberships::table
        .filter(memberships::group_key.eq(group_key))
        .select(memberships::member_key)
        .limit(most);
    Ok(on_either!(connection, |connection| Counted(members).get_result(connection)?))
}

/// Groups that a resource is a direct member of, oldest first.
///
/// # Errors
///
/// When the database fails.
pub fn groups(connection: &mut Connection, member_key: i64, limit: i64) -> Result<Vec<Resource>, StoreError> {
    Ok(on_either!(connection, |connection| {
        memberships::table
            .inner_join(resources::table.on(resources::key.eq(memberships::group_key)))
            .filter(memberships::member_key.eq(member_key))
            .order(memberships::group_key)
            .select(Resource::as_select())
            .limit(limit)
            .load(connection)?
    }))
}

/// How many groups a resource is a direct member of; counting ends at `most`.
///
/// # Errors
///
/// When the database fails.
pub fn count_groups(connection: &mut Connection, member_key: i64, most: i64) -> Result<i64, StoreError> {
    let groups = memberships::table
        .filter(memberships::member_key.eq(member_key))
        .select(memberships::group_key)
        .limit(most);
    Ok(on_either!(connection, |connection| Counted(groups).get_result(connection)?))
}

/// Resources of the organization that have this value of this indexed attribute, such as a manager's people, oldest
/// first.
///
/// # Errors
///
/// When the database fails.
pub fn referring(
    connection: &mut Connection,
    organization_key: i64,
    attribute: &str,
    value: &str,
    limit: i64,
) -> Result<Vec<Resource>, StoreError> {
    Ok(on_either!(connection, |connection| {
        resource_values::table
            .inner_join(resources::table.on(resources::key.eq(resource_values::resource_key)))
            .filter(resource_values::organization_key.eq(organization_key))
            .filter(resource_values::attribute.eq(attribute))
            .filter(resource_values::value.eq(value))
            .order(resource_values::resource_key)
            .select(Resource::as_select())
            .limit(limit)
            .load(connection)?
    }))
}

/// How many [`referring`] would return without a limit; counting ends at `most`.
///
/// # Errors
///
/// When the database fails.
pub fn count_referring(
    connection: &mut Connection,
    organization_key: i64,
    attribute: &str,
    value: &str,
    most: i64,
) -> Result<i64, StoreError> {
    let referring = resource_values::table
        .filter(resource_values::organization_key.eq(organization_key))
        .filter(resource_values::attribute.eq(attribute))
        .filter(resource_values::value.eq(value))
        .select(resource_values::resource_key)
        .limit(most);
    Ok(on_either!(connection, |connection| Counted(referring).get_result(connection)?))
}
