//! What a resource shows of others: a group's members, a user's groups.

use muster_scim_core::{Projection, ResourceType};
use muster_store::memberships::{self, Member};
use muster_store::resources::Resource;
use muster_store::{Connection, StoreError};
use std::collections::HashMap;

/// Members or groups of several resources, by their key.
#[derive(Debug, Default)]
pub(crate) struct Relations {
    kind: Kind,
    of: HashMap<i64, Vec<Member>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    None,
    Members,
    Groups,
}

impl Relations {
    /// Reads what the projection shows, in one query for all.
    pub(crate) fn read(
        connection: &mut Connection,
        resource_type: &ResourceType,
        projection: &Projection,
        resources: &[Resource],
    ) -> Result<Self, StoreError> {
        let kind = if resource_type.has_members() && projection.shows("members") {
            Kind::Members
        } else if resource_type.shows_groups() && projection.shows("groups") {
            Kind::Groups
        } else {
            Kind::None
        };
        let mut of: HashMap<i64, Vec<Member>> = HashMap::new();
        if kind == Kind::None || resources.is_empty() {
            return Ok(Self { kind, of });
        }
        if let [only] = resources {
            let members = match kind {
                Kind::Members => memberships::members(connection, only.key)?,
                _ => memberships::groups_of(connection, only.key)?,
            };
            if !members.is_empty() {
                of.insert(only.key, members);
            }
            return Ok(Self { kind, of });
        }
        let keys: Vec<i64> = resources.iter().map(|resource| resource.key).collect();
        let pairs = match kind {
            Kind::Members => memberships::members_of_each(connection, &keys)?,
            _ => memberships::groups_of_each(connection, &keys)?,
        };
        for (key, member) in pairs {
            of.entry(key).or_default().push(member);
        }
        Ok(Self { kind, of })
    }

    pub(crate) fn members_of(&self, key: i64) -> &[Member] {
        self.get(Kind::Members, key)
    }

    pub(crate) fn groups_of(&self, key: i64) -> &[Member] {
        self.get(Kind::Groups, key)
    }

    fn get(&self, kind: Kind, key: i64) -> &[Member] {
        if self.kind == kind { self.of.get(&key).map(Vec::as_slice).unwrap_or_default() } else { &[] }
    }
}
