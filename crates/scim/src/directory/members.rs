//! The members of a group, a page at a time.

use super::total::MOST_COUNTED;
use super::{Directory, DirectoryError, Summary, Total};
use crate::cursor::{Cursor, Fingerprint};
use muster_store::directory as store;
use muster_store::organizations::Organization;
use muster_store::resources::{self, Position};
use muster_store::{Connection, StoreError};

/// A page has so many at most.
const LARGEST: usize = 200;
/// The type that has members.
const GROUP: &str = "Group";

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its public identifier.
    pub id: String,
    /// Such as `User` or `Group`.
    pub resource_type: String,
    /// What people call it.
    pub name: String,
    /// [`Summary::unique_name`]: tells those apart that are called the same.
    pub unique_name: String,
    /// Whether it may be used; `None` where the type does not say.
    pub active: Option<bool>,
}

/// A page of members, in the order in which they were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembersPage {
    /// This page's.
    pub members: Vec<Member>,
    /// How many the group has; counted for the first page.
    pub total: Total,
    /// Where the next page begins, when there is one.
    pub next: Option<String>,
}

impl Directory {
    /// A page of a group's members; `None` when there is no such group.
    ///
    /// # Errors
    ///
    /// [`DirectoryError::Cursor`], or when the store fails.
    pub async fn members(
        &self,
        organization: &Organization,
        group_id: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Option<MembersPage>, DirectoryError> {
        if group_id.contains('\0') {
            return Ok(None);
        }
        let call = self.call(organization, GROUP).await?;
        let list = Fingerprint::of(call.organization_key(), ["members", group_id]);
        let cursor = after.map(|text| Cursor::read(text, list, None)).transpose();
        let cursor = cursor.map_err(|_| DirectoryError::Cursor)?;
        let limit = limit.clamp(1, LARGEST);
        let (organization_key, id) = (call.organization_key(), group_id.to_owned());
        let work = move |connection: &mut Connection| -> Result<_, StoreError> {
            let Some(group) = resources::find(connection, organization_key, GROUP, &id)? else {
                return Ok(None);
            };
            let after = cursor.as_ref().map(|cursor| cursor.position.key);
            // One more says whether there are more.
            let wanted = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
            let members = store::members(connection, group.key, after, wanted)?;
            let total = match &cursor {
                Some(cursor) => Total::read(cursor.total),
                None => {
                    Total::up_to(MOST_COUNTED, store::count_members(connection, group.key, MOST_COUNTED + 1)?)
                }
            };
            Ok(Some((members, total)))
        };
        let Some((mut found, total)) = self.0.store.read(work).await? else { return Ok(None) };
        let has_more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| has_more).map(|last| {
            let position = Position { value: None, key: last.key };
            Cursor { position, total: total.written() }.write(list)
        });
        let members = found
            .into_iter()
            .map(|resource| {
                let Summary { id, name, unique_name, active, .. } =
                    Summary::of(&call.caller.types, &resource);
                Member { id, resource_type: resource.resource_type, name, unique_name, active }
            })
            .collect();
        Ok(Some(MembersPage { members, total, next }))
    }
}
