//! Who is affected when a resource is disabled or deleted.

use super::total::MOST_COUNTED;
use super::{Directory, DirectoryError, Entries, Entry, Total};
use crate::call::Call;
use muster_store::directory as store;
use muster_store::organizations::Organization;
use muster_store::resources::{self, Resource};
use muster_store::{Connection, StoreError};
use std::collections::BTreeSet;

/// So many are named.
const NAMED: i64 = 20;

/// What a change to a resource touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// Groups that it is a direct member of: deleted, it leaves them.
    pub groups: Entries,
    /// Who refers to it, such as the people whose manager it is: deleted, they have none.
    pub referring: Entries,
    /// How many members it has, where it is a group.
    pub members: Option<Total>,
}

impl Directory {
    /// Who is affected when the resource is disabled or deleted; `None` when there is no such resource.
    ///
    /// # Errors
    ///
    /// When the organization has no such type, or the store fails.
    pub async fn affected(
        &self,
        organization: &Organization,
        resource_type: &str,
        id: &str,
    ) -> Result<Option<Affected>, DirectoryError> {
        if id.contains('\0') {
            return Ok(None);
        }
        let call = self.call(organization, resource_type).await?;
        let id = id.to_owned();
        let work = move |connection: &mut Connection| -> Result<_, StoreError> {
            let kind = call.resource_type();
            let Some(resource) = resources::find(connection, call.organization_key(), &kind.name, &id)?
            else {
                return Ok(None);
            };
            Ok(Some(Affected {
                groups: groups(connection, &call, &resource)?,
                referring: referring(connection, &call, &resource, NAMED)?,
                members: count_members(connection, &call, &resource)?,
            }))
        };
        Ok(self.0.store.read(work).await?)
    }
}

fn groups(connection: &mut Connection, call: &Call, resource: &Resource) -> Result<Entries, StoreError> {
    let found = store::groups(connection, resource.key, NAMED)?;
    let total = store::count_groups(connection, resource.key, MOST_COUNTED + 1)?;
    let first = found.iter().map(|group| Entry::of(&call.caller.types, group)).collect();
    Ok(Entries { first, total: Total::up_to(MOST_COUNTED, total) })
}

/// Who refers to the resource by any attribute of any type.
pub(super) fn referring(
    connection: &mut Connection,
    call: &Call,
    resource: &Resource,
    most: i64,
) -> Result<Entries, StoreError> {
    let types = &call.caller.types;
    let kinds = types.catalog.resource_types().iter();
    let paths: BTreeSet<&str> = kinds
        .flat_map(muster_scim_core::ResourceType::references)
        .filter(|reference| reference.types.contains(&resource.resource_type))
        .map(|reference| reference.path.as_str())
        .collect();
    let (mut first, mut total) = (Vec::new(), 0);
    for path in paths {
        let (organization_key, id) = (call.organization_key(), resource.id.as_str());
        let left = most - i64::try_from(first.len()).unwrap_or(most);
        let found = store::referring(connection, organization_key, path, id, left)?;
        first.extend(found.iter().map(|resource| Entry::of(types, resource)));
        total += store::count_referring(connection, organization_key, path, id, MOST_COUNTED + 1)?;
    }
    Ok(Entries { first, total: Total::up_to(MOST_COUNTED, total) })
}

/// `None` for what is no group.
pub(super) fn count_members(
    connection: &mut Connection,
    call: &Call,
    resource: &Resource,
) -> Result<Option<Total>, StoreError> {
    if !call.resource_type().has_members() {
        return Ok(None);
    }
    let counted = store::count_members(connection, resource.key, MOST_COUNTED + 1)?;
    Ok(Some(Total::up_to(MOST_COUNTED, counted)))
}
