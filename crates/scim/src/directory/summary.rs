//! A resource in a line.

use super::Total;
use crate::types::Types;
use muster_scim_core::{Object, ResourceType};
use muster_store::Timestamp;
use muster_store::resources::Resource;
use serde_json::Value;

/// What a list shows of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its public identifier.
    pub id: String,
    /// What people call it: the display name, the full name, or the unique name where it has neither.
    pub name: String,
    /// `userName`, or `displayName` of a group, as it was written; the identifier where the type has no such attribute.
    pub unique_name: String,
    /// Whether it may be used; `None` where the type does not say.
    pub active: Option<bool>,
    /// The primary e-mail address, or the first.
    pub email: Option<String>,
    /// `title`.
    pub title: Option<String>,
    /// `department`, of whichever schema has it.
    pub department: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub modified_at: Timestamp,
}

/// Another resource, as much of it as a link shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its public identifier.
    pub id: String,
    /// Such as `User`.
    pub resource_type: String,
    /// What people call it.
    pub name: String,
}

/// Some of many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries {
    /// The first ones.
    pub first: Vec<Entry>,
    /// How many there are in all.
    pub total: Total,
}

impl Summary {
    pub(super) fn of(types: &Types, resource: &Resource) -> Self {
        // What the store has is a JSON object.
        let document: Object = serde_json::from_str(&resource.document).unwrap_or_default();
        let unique_name = types
            .catalog
            .resource_type(&resource.resource_type)
            .and_then(ResourceType::unique_attribute)
            .and_then(|attribute| text(document.get(&attribute.name)))
            .unwrap_or_else(|| resource.id.clone());
        Self {
            id: resource.id.clone(),
            name: name(&document).unwrap_or_else(|| unique_name.clone()),
            unique_name,
            active: document.get("active").and_then(Value::as_bool),
            email: email(&document),
            title: text(document.get("title")),
            department: department(&document),
            created_at: resource.created_at,
            modified_at: resource.modified_at,
        }
    }
}

impl Entry {
    pub(super) fn of(types: &Types, resource: &Resource) -> Self {
        let Summary { id, name, .. } = Summary::of(types, resource);
        Self { id, resource_type: resource.resource_type.clone(), name }
    }
}

fn name(document: &Object) -> Option<String> {
    let name = document.get("name");
    let part = |part: &str| text(name.and_then(|name| name.get(part)));
    text(document.get("displayName")).or_else(|| part("formatted")).or_else(|| {
        let parts: Vec<String> = ["givenName", "familyName"].into_iter().filter_map(part).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    })
}

fn email(document: &Object) -> Option<String> {
    let list = document.get("emails")?.as_array()?;
    let primary = list.iter().find(|email| email.get("primary") == Some(&Value::Bool(true)));
    text(primary.or(list.first())?.get("value"))
}

fn department(document: &Object) -> Option<String> {
    let inner = document.values().filter_map(Value::as_object);
    let department = document.get("department").or_else(|| inner.clone().find_map(|of| of.get("department")));
    text(department)
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}
