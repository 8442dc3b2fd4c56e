//! A resource is changed in parts (RFC 7644 §3.5.2).

use super::entry::{Beside, Updating};
use super::resources::{Done, Saved};
use super::{members, resources};
use crate::call::Call;
use crate::error::ApiError;
use crate::password::HashedPassword;
use crate::preconditions::Preconditions;
use crate::server::Inner;
use muster_scim_core::PatchRequest;
use muster_store::{Connection, Timestamp};
use serde_json::Value;

/// How a resource is to change.
pub(crate) struct Patch {
    call: Call,
    id: String,
    request: PatchRequest,
    password: Option<HashedPassword>,
    preconditions: Preconditions,
    /// How it will be answered.
    status: u16,
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
        Ok(Self {
            call: call.clone(),
            id,
            request,
            password,
            preconditions,
            status: 200,
            now: Timestamp::now(),
        })
    }

    /// The status of its answer, for the log; 200 when nobody says another.
    pub(crate) fn answered(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn run(&self, connection: &mut Connection) -> Result<Done, ApiError> {
        let resource_type = self.call.resource_type();
        let resource = resources::hold(connection, &self.call, &self.id)?;
        self.preconditions.check(&resource)?;
        let old = resources::document(&resource)?;
        let patched = self.request.apply(resource_type, &old)?;
        let organization = self.call.organization_key();
        let members = members::change(connection, organization, &resource, &patched.members)?;
        let password = match &self.password {
            Some(password) => password.write(connection, resource.key, self.now)?,
            None => false,
        };
        let beside = Beside { members, password };
        let how = Updating { method: "PATCH", status: self.status };
        let saved = Saved { old: &old, new: &patched.document, beside, how };
        resources::save(connection, &self.call, resource, &saved, self.now)
    }
}
