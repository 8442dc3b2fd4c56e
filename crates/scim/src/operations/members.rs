//! A group's members are changed.

use crate::error::ApiError;
use muster_scim_core::MembershipChange;
use muster_store::Connection;
use muster_store::memberships::{self, Ended, MOST_NAMED};
use muster_store::resources::Resource;
use serde_json::{Value, json};

/// Who became a member, and who ceased to be one.
#[derive(Default)]
pub(super) struct MembersChanged {
    added: Vec<String>,
    removed: Vec<String>,
    /// More than are named, when a large group was emptied.
    removed_count: usize,
}

impl MembersChanged {
    pub(super) fn ended(Ended { count, ids }: Ended) -> Self {
        Self { added: Vec::new(), removed: ids, removed_count: count }
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.added.is_empty() && self.removed_count == 0
    }

    /// Counts of all, and the first thousand of each.
    pub(super) fn to_json(&self) -> Value {
        let most = usize::try_from(MOST_NAMED).unwrap_or_default();
        let first = |ids: &[String]| ids.iter().take(most).cloned().collect::<Vec<_>>();
        json!({
            "added": first(&self.added),
            "removed": first(&self.removed),
            "addedCount": self.added.len(),
            "removedCount": self.removed_count
        })
    }

    fn add(&mut self, ids: Vec<String>) {
        self.added.extend(ids);
    }

    fn remove(&mut self, ids: Vec<String>) {
        self.removed_count += ids.len();
        self.removed.extend(ids);
    }
}

/// Applies changes to a group's members in order. Identifiers that the organization does
/// not have are left out and logged: one of them must not fail the others (entra-facts 6 row 23).
pub(super) fn change(
    connection: &mut Connection,
    organization_key: i64,
    group: &Resource,
    changes: &[MembershipChange],
) -> Result<MembersChanged, ApiError> {
    let mut changed = MembersChanged::default();
    for change in changes {
        let unknown = match change {
            MembershipChange::Add(ids) => {
                let result = memberships::add(connection, organization_key, group.key, ids)?;
                changed.add(result.added);
                result.unknown
            }
            MembershipChange::Remove(ids) => {
                changed.remove(memberships::remove(connection, organization_key, group.key, ids)?);
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
                changed.remove(memberships::remove(connection, organization_key, group.key, &gone)?);
                Vec::new()
            }
            MembershipChange::Clear => {
                let ended = memberships::clear(connection, group.key)?;
                changed.removed_count += ended.count;
                changed.removed.extend(ended.ids);
                Vec::new()
            }
            MembershipChange::Replace(ids) => {
                let (result, removed) = memberships::replace(connection, organization_key, group.key, ids)?;
                changed.add(result.added);
                changed.remove(removed);
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
