//! A resource is changed in parts (RFC 7644 §3.5.2).

use super::resources;
use crate::call::Call;
use crate::error::ApiError;
use crate::password::HashedPassword;
use crate::preconditions::Preconditions;
use crate::server::Inner;
use muster_scim_core::PatchRequest;
use muster_store::resources::Resource;
use muster_store::{Connection, Timestamp};
use serde_json::Value;

/// How a resource is to change.
pub(crate) struct Patch {
    call: Call,
    id: String,
    request: PatchRequest,
    password: Option<HashedPassword>,
    preconditions: Preconditions,
    now: Timestamp,
}

impl Patch {
    pub(crate) async fn prepare(
        server: &Inner,
        call: &Call,
        id: String,
        body: Value,
        preconditions: Preconditions,
    ) -> Result<Self, ApiError> {
        let resource_type = call.resource_type();
        let request = PatchRequest::parse(body)?;
        resources::checked_id(resource_type, &id)?;
        let password = server.passwords.hash(request.password_change(resource_type)?).await?;
        Ok(Self { call: call.clone(), id, request, password, preconditions, now: Timestamp::now() })
    }

    pub(crate) fn run(&self, connection: &mut Connection) -> Result<Resource, ApiError> {
        let resource_type = self.call.resource_type();
        let resource = resources::hold(connection, &self.call, &self.id)?;
        self.preconditions.check(&resource)?;
        let old = resources::document(&resource)?;
        let patched = self.request.apply(resource_type, &old)?;
        let organization = self.call.organization_key();
        let members = resources::change_members(connection, organization, &resource, &patched.members)?;
        let password = match &self.password {
            Some(password) => password.write(connection, resource.key, self.now)?,
            None => false,
        };
        let beside = members || password;
        resources::save(connection, &self.call, resource, &old, &patched.document, beside, self.now)
    }
}
