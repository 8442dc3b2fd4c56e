//! Resources as the store keeps them.

use crate::call::Call;
use crate::error::ApiError;
use muster_scim_core::{MembershipChange, Object, ResourceType, ScimError, lookup_values, search_content};
use muster_store::resources::{self as store, Before, Content, Resource};
use muster_store::{Connection, StoreError, Timestamp, memberships};
use serde_json::{Value, json};

/// A document and everything that is compared, for the store.
pub(super) fn content(resource_type: &ResourceType, document: &Object) -> Content {
    let found = search_content(resource_type, document);
    Content {
        // Writing JSON into memory fails for no document.
        document: serde_json::to_string(document).unwrap_or_default(),
        search: found.search,
        external_id: found.external_id,
        unique_key: found.unique_key,
        display: found.display,
        values: found.lookup.values,
        unique_values: found.lookup.unique_values,
    }
}

/// The document that the store has.
pub(super) fn document(resource: &Resource) -> Result<Object, ApiError> {
    serde_json::from_str(&resource.document).map_err(|error| {
        tracing::error!(id = resource.id, %error, "a stored document is not JSON");
        ScimError::new(500, "The stored resource cannot be read. The server's log says why.").into()
    })
}

/// Puts the identifier behind `schemas`.
pub(super) fn with_id(mut document: Object, id: &str) -> Object {
    document.shift_insert(1, "id".to_owned(), id.into());
    document
}

pub(crate) fn not_found(resource_type: &ResourceType, id: &str) -> ApiError {
    let id: String = id.chars().take(100).collect();
    ScimError::new(404, format!("There is no {} with the id {id:?}.", resource_type.name)).into()
}

/// The resource, held until the unit of work ends.
pub(super) fn hold(connection: &mut Connection, call: &Call, id: &str) -> Result<Resource, ApiError> {
    let resource_type = call.resource_type();
    store::find_for_update(connection, call.organization_key(), &resource_type.name, id)?
        .ok_or_else(|| not_found(resource_type, id))
}

/// Writes what has changed: the document, or, when only something `beside` it did, the version. What is the same as
/// before leaves the resource as it was.
pub(super) fn save(
    connection: &mut Connection,
    call: &Call,
    resource: Resource,
    old: &Object,
    new: &Object,
    beside: bool,
    now: Timestamp,
) -> Result<Resource, ApiError> {
    if old == new {
        return if beside { Ok(store::touch(connection, &resource, now)?) } else { Ok(resource) };
    }
    let resource_type = call.resource_type();
    let before = lookup_values(resource_type, old);
    let before = Before { values: before.values, unique_values: before.unique_values };
    let content = content(resource_type, new);
    store::update(connection, call.organization_key(), &resource, &before, &content, now)
        .map_err(|error| name_conflict(error.into(), resource_type, new))
}

/// An identifier that the database can look up; one that it cannot names nothing.
pub(crate) fn checked_id(resource_type: &ResourceType, id: &str) -> Result<(), ApiError> {
    if id.contains('\0') { Err(not_found(resource_type, id)) } else { Ok(()) }
}

/// A conflict, named by the value that is taken.
pub(super) fn name_conflict(error: ApiError, resource_type: &ResourceType, document: &Object) -> ApiError {
    match (&error, resource_type.unique_attribute()) {
        (ApiError::Store(conflict @ StoreError::Conflict { .. }), Some(attribute))
            if conflict.conflicting_attribute().is_none() =>
        {
            let value = document.get(&attribute.name).and_then(Value::as_str).unwrap_or_default();
            let (kind, name) = (&resource_type.name, &attribute.name);
            ScimError::uniqueness(format!("There is a {kind} with the {name} {value:?} already.")).into()
        }
        _ => error,
    }
}

/// Applies changes to a group's members in order; says whether there was any. Identifiers that the organization does
/// not have are left out and logged: one of them must not fail the others (entra-facts 6 row 23).
pub(super) fn change_members(
    connection: &mut Connection,
    organization_key: i64,
    group: &Resource,
    changes: &[MembershipChange],
) -> Result<bool, ApiError> {
    let mut changed = false;
    for change in changes {
        let unknown = match change {
            MembershipChange::Add(ids) => {
                let result = memberships::add(connection, organization_key, group.key, ids)?;
                changed |= !result.added.is_empty();
                result.unknown
            }
            MembershipChange::Remove(ids) => {
                changed |= !memberships::remove(connection, organization_key, group.key, ids)?.is_empty();
                Vec::new()
            }
            MembershipChange::RemoveWhere(condition) => {
                let gone: Vec<String> = memberships::members(connection, group.key)?
                    .into_iter()
                    .filter(|member| {
                        let display = member.display.as_deref().map(muster_scim_core::fold);
                        let kind = muster_scim_core::fold(&member.resource_type);
                        condition
                            .matches_element(&json!({"value": member.id, "type": kind, "display": display}))
                    })
                    .map(|member| member.id)
                    .collect();
                changed |= !memberships::remove(connection, organization_key, group.key, &gone)?.is_empty();
                Vec::new()
            }
            MembershipChange::Clear => {
                changed |= memberships::clear(connection, group.key)?.count > 0;
                Vec::new()
            }
            MembershipChange::Replace(ids) => {
                let (result, removed) = memberships::replace(connection, organization_key, group.key, ids)?;
                changed |= !result.added.is_empty() || !removed.is_empty();
                result.unknown
            }
        };
        if !unknown.is_empty() {
            let examples = &unknown[..unknown.len().min(5)];
            tracing::warn!(
                group = group.id,
                count = unknown.len(),
                ?examples,
                "unknown members were left out"
            );
        }
    }
    Ok(changed)
}
