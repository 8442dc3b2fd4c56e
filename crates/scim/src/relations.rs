//! What a resource shows of others: a group's members, a user's groups, its manager's name.

use crate::reference;
use crate::view::View;
use muster_store::groups::{self, Membership};
use muster_store::memberships::{self, Member};
use muster_store::resources::{self, Resource};
use muster_store::{Connection, StoreError};
use std::collections::HashMap;

/// What several resources show of others, by their keys.
#[derive(Debug, Default)]
pub(crate) struct Relations {
    members: HashMap<i64, Vec<Member>>,
    groups: HashMap<i64, Vec<Membership>>,
    /// Type and name of what is referred to, by its `id`.
    named: HashMap<String, Named>,
}

/// A resource that another refers to.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) resource_type: String,
    pub(crate) display: Option<String>,
}

impl Relations {
    /// Reads what the view shows: for each kind of relation one query for all resources.
    pub(crate) fn read(
        connection: &mut Connection,
        view: &View,
        shown: &[Resource],
    ) -> Result<Self, StoreError> {
        let (mut of_members, mut of_groups, mut referred) = (Vec::new(), Vec::new(), Vec::new());
        for resource in shown {
            let Some((kind, projection)) = view.of(&resource.resource_type) else { continue };
            if kind.has_members() && projection.shows("members") {
                of_members.push(resource.key);
            }
            if kind.shows_groups() && projection.shows("groups") {
                of_groups.push(resource.key);
            }
            for reference in kind.references().iter().filter(|reference| !reference.multi_valued) {
                let object =
                    reference::place(&resource.document, kind, reference).map(|at| &resource.document[at]);
                referred.extend(object.and_then(reference::read).map(|referred| referred.value));
            }
        }
        let mut relations = Self::default();
        match of_members.as_slice() {
            [] => (),
            [only] => {
                relations.members.insert(*only, memberships::members(connection, *only)?);
            }
            several => {
                for (key, member) in memberships::members_of_each(connection, several)? {
                    relations.members.entry(key).or_default().push(member);
                }
            }
        }
        if !of_groups.is_empty() {
            relations.groups = groups::of_each(connection, &of_groups)?;
        }
        if !referred.is_empty() {
            let ids: Vec<&str> = referred.iter().map(AsRef::as_ref).collect();
            let named = resources::names(connection, view.organization_key, &ids)?;
            relations.named = named
                .into_iter()
                .map(|(id, resource_type, display)| (id, Named { resource_type, display }))
                .collect();
        }
        Ok(relations)
    }

    pub(crate) fn members_of(&self, key: i64) -> &[Member] {
        self.members.get(&key).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn groups_of(&self, key: i64) -> &[Membership] {
        self.groups.get(&key).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn named(&self, id: &str) -> Option<&Named> {
        self.named.get(id)
    }
}
