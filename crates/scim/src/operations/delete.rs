//! A resource is deleted, and what refers to it (RFC 7644 §3.6).

use super::entry::{self, Beside, Updating};
use super::resources::{self, Saved};
use crate::call::Call;
use crate::error::ApiError;
use crate::preconditions::Preconditions;
use muster_scim_core::resource;
use muster_store::memberships::{self, Ended};
use muster_store::resources::{self as store, Resource};
use muster_store::{Connection, Timestamp};

/// A resource to be deleted.
pub(crate) struct Delete {
    call: Call,
    id: String,
    preconditions: Preconditions,
    now: Timestamp,
}

impl Delete {
    pub(crate) fn prepare(call: &Call, id: String, preconditions: Preconditions) -> Result<Self, ApiError> {
        resources::checked_id(call.resource_type(), &id)?;
        Ok(Self { call: call.clone(), id, preconditions, now: Timestamp::now() })
    }

    pub(crate) fn run(&self, connection: &mut Connection) -> Result<(), ApiError> {
        let resource = resources::hold(connection, &self.call, &self.id)?;
        self.preconditions.check(&resource)?;
        self.clear_references(connection, &resource)?;
        for group in store::touch_groups_of(connection, resource.key, self.now)? {
            entry::member_left(connection, &self.call, &group, &resource)?;
        }
        let members = if self.call.resource_type().has_members() {
            memberships::clear(connection, resource.key)?
        } else {
            Ended::default()
        };
        entry::deleted(connection, &self.call, &resource, members)?;
        store::delete(connection, self.call.organization_key(), &resource.resource_type, &self.id)?;
        Ok(())
    }

    /// Nobody is left with a manager who is gone.
    fn clear_references(&self, connection: &mut Connection, gone: &Resource) -> Result<(), ApiError> {
        let types = &self.call.caller.types;
        for (position, kind) in types.catalog.resource_types().iter().enumerate() {
            let references = kind.references().iter();
            for reference in references.filter(|reference| reference.types.contains(&gone.resource_type)) {
                let organization = self.call.organization_key();
                let referring = store::find_by_value(connection, organization, &reference.path, &gone.id)?;
                for resource in referring.iter().filter(|resource| resource.resource_type == kind.name) {
                    let call = Call { position, ..self.call.clone() };
                    let held = store::find_for_update(connection, organization, &kind.name, &resource.id)?;
                    // Another request may have deleted it in between.
                    let Some(resource) = held else { continue };
                    let old = resources::document(&resource)?;
                    let new = resource::without_reference(kind, &old, reference, &gone.id);
                    let how = Updating { method: "DELETE", status: 204 };
                    let saved = Saved { old: &old, new: &new, beside: Beside::default(), how };
                    resources::save(connection, &call, resource, &saved, self.now)?;
                }
            }
        }
        Ok(())
    }
}
