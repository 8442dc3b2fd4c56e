//! Resources as the store keeps them.

use super::entry::{self, Beside, Updating};
use crate::call::Call;
use crate::error::ApiError;
use muster_scim_core::{Object, ResourceType, ScimError, lookup_values, search_content};
use muster_store::journal::Action;
use muster_store::resources::{self as store, Before, Content, Resource, Stamp};
use muster_store::{Connection, StoreError, Timestamp};
use serde_json::Value;

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

/// A resource as an operation left it, and what the change meant, when there was one.
pub(crate) struct Done {
    pub(crate) resource: Resource,
    pub(crate) change: Option<Action>,
}

/// What is to be written of a resource.
pub(super) struct Saved<'o> {
    pub(super) old: &'o Object,
    pub(super) new: &'o Object,
    pub(super) beside: Beside,
    pub(super) how: Updating,
}

/// Writes what has changed: the document, or, when only something beside it did, the version; and what the log says of it.
/// What is the same as before leaves the resource as it was.
pub(super) fn save(
    connection: &mut Connection,
    call: &Call,
    resource: Resource,
    saved: &Saved<'_>,
    now: Timestamp,
) -> Result<Done, ApiError> {
    let Saved { old, new, beside, how } = saved;
    if old == new && beside.is_nothing() {
        return Ok(Done { resource, change: None });
    }
    let (action, entry) = entry::updated(connection, call, *how, &resource, (old, new), beside)?;
    let stamp = Stamp { now, entry: Some(entry) };
    let resource = if old == new {
        store::touch(connection, &resource, stamp)?
    } else {
        let resource_type = call.resource_type();
        let before = lookup_values(resource_type, old);
        let before = Before { values: before.values, unique_values: before.unique_values };
        let content = content(resource_type, new);
        store::update(connection, call.organization_key(), &resource, &before, &content, stamp)
            .map_err(|error| name_conflict(error.into(), resource_type, new))?
    };
    Ok(Done { resource, change: Some(action) })
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
