//! A resource is replaced (RFC 7644 §3.5.1).

use super::entry::{Beside, Updating};
use super::resources::{Done, Saved};
use super::{members, resources};
use crate::call::Call;
use crate::error::ApiError;
use crate::password::HashedPassword;
use crate::preconditions::Preconditions;
use crate::server::Inner;
use muster_scim_core::{MembershipChange, Object, resource};
use muster_store::{Connection, Timestamp};
use serde_json::Value;

/// What a resource is to be.
pub(crate) struct Replace {
    call: Call,
    id: String,
    document: Object,
    members: Vec<MembershipChange>,
    password: Option<HashedPassword>,
    preconditions: Preconditions,
    now: Timestamp,
}

impl Replace {
    pub(crate) async fn prepare(
        server: &Inner,
        call: &Call,
        id: String,
        body: &Value,
        preconditions: Preconditions,
    ) -> Result<Self, ApiError> {
        let resource_type = call.resource_type();
        let parsed = resource::parse(resource_type, body)?;
        resources::checked_id(resource_type, &id)?;
        let document = resources::with_id(parsed.document, &id);
        // What a PUT does not name is removed, members too.
        let members = if resource_type.has_members() {
            vec![MembershipChange::Replace(parsed.members.unwrap_or_default())]
        } else {
            Vec::new()
        };
        let password = server.passwords.hash(parsed.password).await?;
        let now = Timestamp::now();
        Ok(Self { call: call.clone(), id, document, members, password, preconditions, now })
    }

    pub(crate) fn run(&self, connection: &mut Connection) -> Result<Done, ApiError> {
        let resource_type = self.call.resource_type();
        let resource = resources::hold(connection, &self.call, &self.id)?;
        self.preconditions.check(&resource)?;
        let old = resources::document(&resource)?;
        let mut document = self.document.clone();
        resource::keep_immutable(resource_type, &old, &mut document)?;
        let organization = self.call.organization_key();
        let members = members::change(connection, organization, &resource, &self.members)?;
        let password = match &self.password {
            Some(password) => password.write(connection, resource.key, self.now)?,
            None => false,
        };
        let beside = Beside { members, password };
        let how = Updating { method: "PUT", status: 200 };
        let saved = Saved { old: &old, new: &document, beside, how };
        resources::save(connection, &self.call, resource, &saved, self.now)
    }
}
