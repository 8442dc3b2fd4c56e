//! One resource, with everything that belongs to it.

use super::affected::{count_members, referring};
use super::attributes::attributes;
use super::{Attribute, Directory, DirectoryError, Entries, Entry, Summary, Total};
use crate::call::Call;
use crate::reference;
use crate::relations::Relations;
use crate::render;
use crate::view::View;
use muster_scim_core::Projection;
use muster_store::organizations::Organization;
use muster_store::resources::{self, Resource};
use muster_store::{Connection, StoreError};
use serde_json::Value;

/// So many of those who refer to it are named.
const NAMED: i64 = 50;

/// A resource, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// What a list shows of it.
    pub summary: Summary,
    /// As a SCIM client gets it; a group without its members.
    pub json: Value,
    /// The same for people to read, in the order of the schemas.
    pub attributes: Vec<Attribute>,
    /// The groups that it is a member of: the direct ones first.
    pub groups: Vec<Membership>,
    /// Its manager.
    pub manager: Option<Entry>,
    /// Who refers to it: the people whose manager it is.
    pub reports: Entries,
    /// How many members it has, where it is a group.
    pub members_count: Option<Total>,
}

/// That a resource is a member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The group.
    pub group: Entry,
    /// Whether it is so directly, and not only through another group.
    pub direct: bool,
}

impl Directory {
    /// One resource; `None` when there is no such resource.
    ///
    /// # Errors
    ///
    /// When the organization has no such type, or the store fails.
    pub async fn resource(
        &self,
        organization: &Organization,
        resource_type: &str,
        id: &str,
    ) -> Result<Option<Whole>, DirectoryError> {
        if id.contains('\0') {
            return Ok(None);
        }
        let call = self.call(organization, resource_type).await?;
        let kind = call.resource_type();
        // A group may have 100,000 members.
        let excluded = kind.has_members().then_some("members");
        let view = View::one(&call, Projection::parse(kind, None, excluded));
        let (work_call, work_view, id) = (call.clone(), view.clone(), id.to_owned());
        let work = move |connection: &mut Connection| -> Result<_, StoreError> {
            let (key, kind) = (work_call.organization_key(), work_call.resource_type());
            let Some(resource) = resources::find(connection, key, &kind.name, &id)? else {
                return Ok(None);
            };
            let relations = Relations::read(connection, &work_view, std::slice::from_ref(&resource))?;
            let reports = referring(connection, &work_call, &resource, NAMED)?;
            let manager = manager(connection, &work_call, &relations, &resource)?;
            let members = count_members(connection, &work_call, &resource)?;
            Ok(Some((resource, relations, manager, reports, members)))
        };
        let found = self.0.store.read(work).await?;
        let Some((resource, relations, manager, reports, members_count)) = found else { return Ok(None) };
        // What was written here is JSON.
        let text = render::text(&self.0, &resource, &relations, &view);
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        Ok(Some(Whole {
            summary: Summary::of(&call.caller.types, &resource),
            attributes: attributes(kind, &json),
            groups: groups(&relations, &resource),
            manager,
            reports,
            members_count,
            json,
        }))
    }
}

fn groups(relations: &Relations, resource: &Resource) -> Vec<Membership> {
    let memberships = relations.groups_of(resource.key).iter();
    memberships
        .map(|membership| {
            let group = &membership.group;
            let name = group.display.clone().unwrap_or_else(|| group.id.clone());
            let resource_type = group.resource_type.clone();
            let group = Entry { id: group.id.clone(), resource_type, name };
            Membership { group, direct: membership.direct }
        })
        .collect()
}

/// Its name is its identifier when the organization does not have it any more.
fn manager(
    connection: &mut Connection,
    call: &Call,
    relations: &Relations,
    resource: &Resource,
) -> Result<Option<Entry>, StoreError> {
    let kind = call.resource_type();
    let references = kind.references();
    let Some(reference) = references.iter().find(|reference| reference.attribute == "manager") else {
        return Ok(None);
    };
    let object = reference::place(&resource.document, kind, reference).map(|place| &resource.document[place]);
    let Some(referred) = object.and_then(reference::read) else { return Ok(None) };
    let id = referred.value.into_owned();
    let found = match relations.named(&id) {
        Some(named) => resources::find(connection, call.organization_key(), &named.resource_type, &id)?,
        None => None,
    };
    let resource_type = reference.types.first().cloned().unwrap_or_default();
    Ok(Some(match found {
        Some(found) => Entry::of(&call.caller.types, &found),
        None => Entry { name: id.clone(), id, resource_type },
    }))
}
