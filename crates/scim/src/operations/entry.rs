//! The provisioning log's entries of changes, written in the change's own transaction.

use super::members::MembersChanged;
use crate::call::Call;
use crate::error::ApiError;
use muster_scim_core::{Object, ResourceType};
use muster_store::journal::{self, Action, Entry};
use muster_store::memberships::Ended;
use muster_store::resources::{NewResource, Resource, set_last_entry};
use muster_store::{Connection, StoreError};
use serde_json::{Value, json};

/// What changed of a resource besides its document.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) members: MembersChanged,
    pub(super) password: bool,
}

impl Beside {
    pub(super) fn is_nothing(&self) -> bool {
        self.members.is_nothing() && !self.password
    }

    /// Adds it to an object of changes. A password is never said, not even its hash.
    fn put_into(&self, after: &mut Object) {
        if !self.members.is_nothing() {
            after.insert("members".to_owned(), self.members.to_json());
        }
        if self.password {
            after.insert("password".to_owned(), "changed".into());
        }
    }
}

/// A resource is made: `after` is all of it. Returns the entry's key.
pub(super) fn created(
    connection: &mut Connection,
    call: &Call,
    new: &NewResource,
    document: &Object,
    beside: &Beside,
) -> Result<i64, StoreError> {
    let mut more = Object::new();
    beside.put_into(&mut more);
    let entry = Entry {
        method: "POST".into(),
        path: call.path(None),
        resource_name: name(call.resource_type(), document),
        after: Some(with(&new.content.document, &more)),
        ..change(call, Action::Create, 201, (&new.resource_type, &new.id))
    };
    journal::write(connection, &entry)
}

/// How a resource is changed, and how that is answered.
#[derive(Clone, Copy)]
pub(super) struct Updating {
    pub(super) method: &'static str,
    pub(super) status: u16,
}

/// A resource is changed: `before` and `after` have what differs. Returns what it meant, and the entry's key.
pub(super) fn updated(
    connection: &mut Connection,
    call: &Call,
    how: Updating,
    resource: &Resource,
    (old, new): (&Object, &Object),
    beside: &Beside,
) -> Result<(Action, i64), StoreError> {
    let (before, mut after) = delta(old, new);
    let action = match (is_active(old), is_active(new)) {
        (true, false) => Action::Disable,
        (false, true) => Action::Restore,
        _ if old == new && !beside.password => Action::Members,
        _ => Action::Update,
    };
    beside.put_into(&mut after);
    let entry = Entry {
        method: how.method.into(),
        path: call.path(Some(&resource.id)),
        resource_name: name(call.resource_type(), new),
        before: (!before.is_empty()).then(|| text(&before)),
        after: Some(text(&after)),
        ..change_of(call, action, how.status, resource)
    };
    Ok((action, journal::write(connection, &entry)?))
}

/// A resource is deleted: `before` is all of it, and `after` has the members that a group lost.
pub(super) fn deleted(
    connection: &mut Connection,
    call: &Call,
    resource: &Resource,
    members: Ended,
) -> Result<(), ApiError> {
    let document = super::resources::document(resource)?;
    let beside = Beside { members: MembersChanged::ended(members), password: false };
    let mut after = Object::new();
    beside.put_into(&mut after);
    let entry = Entry {
        method: "DELETE".into(),
        path: call.path(Some(&resource.id)),
        resource_name: name(call.resource_type(), &document),
        before: Some(resource.document.clone()),
        after: (!after.is_empty()).then(|| text(&after)),
        ..change_of(call, Action::Delete, 204, resource)
    };
    journal::write(connection, &entry)?;
    Ok(())
}

/// A group lost a member that was deleted.
pub(super) fn member_left(
    connection: &mut Connection,
    call: &Call,
    group: &Resource,
    member: &Resource,
) -> Result<(), ApiError> {
    let document = super::resources::document(group)?;
    let left = MembersChanged::ended(Ended { count: 1, ids: vec![member.id.clone()] });
    let entry = Entry {
        method: "DELETE".into(),
        path: call.path(Some(&member.id)),
        resource_name: document.get("displayName").and_then(Value::as_str).map(str::to_owned),
        after: Some(json!({ "members": left.to_json() }).to_string()),
        ..change_of(call, Action::Members, 204, group)
    };
    let entry = journal::write(connection, &entry)?;
    Ok(set_last_entry(connection, group, entry)?)
}

/// An entry of a resource that is there.
fn change_of(call: &Call, action: Action, status: u16, resource: &Resource) -> Entry {
    Entry {
        previous: resource.last_entry,
        ..change(call, action, status, (&resource.resource_type, &resource.id))
    }
}

fn change(call: &Call, action: Action, status: u16, (resource_type, id): (&str, &str)) -> Entry {
    let asked = call.asked;
    Entry {
        is_change: true,
        actor: call.caller.actor.clone(),
        request_id: Some(asked.id),
        duration: asked.elapsed(),
        resource_type: Some(resource_type.to_owned()),
        resource_id: Some(id.to_owned()),
        ..Entry::new(asked.source(&call.caller), asked.at, action, status)
    }
}

/// What people know it by: `Ada Byron (ada@example.com)`, or a group's `displayName`.
fn name(resource_type: &ResourceType, document: &Object) -> Option<String> {
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    let unique = resource_type.unique_attribute().and_then(|attribute| text(&attribute.name));
    match (text("displayName"), unique) {
        (Some(display), Some(unique)) if display != unique => Some(format!("{display} ({unique})")),
        (display, unique) => unique.or(display).map(str::to_owned),
    }
}

/// Who has no `active` is: most resource types have none.
fn is_active(document: &Object) -> bool {
    document.get("active").and_then(Value::as_bool).unwrap_or(true)
}

/// The attributes that differ, as they were and as they are; of extensions, the attributes in them.
fn delta(old: &Object, new: &Object) -> (Object, Object) {
    let (mut before, mut after) = (Object::new(), Object::new());
    let added = new.keys().filter(|name| !old.contains_key(*name));
    // Which schemas there are follows from the rest.
    for name in old.keys().chain(added).filter(|name| *name != "schemas") {
        match (old.get(name), new.get(name)) {
            (was, is) if was == is => (),
            (Some(Value::Object(was)), Some(Value::Object(is))) if name.starts_with("urn:") => {
                let (was, is) = delta(was, is);
                before.insert(name.clone(), was.into());
                after.insert(name.clone(), is.into());
            }
            (was, is) => {
                before.extend(was.map(|was| (name.clone(), was.clone())));
                after.extend(is.map(|is| (name.clone(), is.clone())));
            }
        }
    }
    (before, after)
}

/// A document with more attributes behind its own.
fn with(document: &str, more: &Object) -> String {
    match document.strip_suffix('}') {
        Some(open) if !more.is_empty() => format!("{open},{}", &text(more)[1..]),
        _ => document.to_owned(),
    }
}

/// Writing JSON into memory fails for no object.
fn text(object: &Object) -> String {
    serde_json::to_string(object).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Object {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn only_what_differs_is_kept() {
        let old = object(json!({
            "schemas": ["a"], "title": "x", "active": true, "name": {"givenName": "A", "familyName": "B"},
            "urn:e": {"department": "D", "costCenter": "1"}, "nickName": "n"
        }));
        let new = object(json!({
            "schemas": ["a", "b"], "title": "x", "active": false, "name": {"givenName": "A", "familyName": "C"},
            "urn:e": {"department": "E", "costCenter": "1"}, "locale": "de"
        }));
        let (before, after) = delta(&old, &new);
        assert_eq!(
            Value::Object(before),
            json!({"active": true, "name": {"givenName": "A", "familyName": "B"},
                "urn:e": {"department": "D"}, "nickName": "n"})
        );
        assert_eq!(
            Value::Object(after),
            json!({"active": false, "name": {"givenName": "A", "familyName": "C"},
                "urn:e": {"department": "E"}, "locale": "de"})
        );
    }

    #[test]
    fn more_is_put_behind_a_document() {
        let more = object(json!({"password": "changed"}));
        assert_eq!(with("{\"id\":\"1\"}", &more), "{\"id\":\"1\",\"password\":\"changed\"}");
        assert_eq!(with("{\"id\":\"1\"}", &Object::new()), "{\"id\":\"1\"}");
    }
}
