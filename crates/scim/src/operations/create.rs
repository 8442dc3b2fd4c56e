//! A resource is made (RFC 7644 §3.3).

use super::entry::{self, Beside};
use super::resources::Done;
use super::{members, resources};
use crate::call::Call;
use crate::error::ApiError;
use crate::password::HashedPassword;
use crate::server::Inner;
use muster_scim_core::{MembershipChange, Object, resource};
use muster_store::journal::Action;
use muster_store::resources::{self as store, NewResource};
use muster_store::{Connection, Timestamp};
use serde_json::Value;
use uuid::Uuid;

/// A resource to be made.
pub(crate) struct Create {
    call: Call,
    new: NewResource,
    document: Object,
    members: Vec<MembershipChange>,
    password: Option<HashedPassword>,
}

impl Create {
    /// An identifier for a resource to be made.
    pub(crate) fn new_id() -> String {
        Uuid::now_v7().to_string()
    }

    pub(crate) async fn prepare(
        server: &Inner,
        call: &Call,
        id: String,
        body: &Value,
    ) -> Result<Self, ApiError> {
        let resource_type = call.resource_type();
        let parsed = resource::parse(resource_type, body)?;
        let document = resources::with_id(parsed.document, &id);
        let new = NewResource {
            organization_key: call.organization_key(),
            resource_type: resource_type.name.clone(),
            id,
            now: Timestamp::now(),
            content: resources::content(resource_type, &document),
        };
        let members = parsed.members.map(MembershipChange::Add).into_iter().collect();
        let password = server.passwords.hash(parsed.password).await?;
        Ok(Self { call: call.clone(), new, document, members, password })
    }

    pub(crate) fn run(&self, connection: &mut Connection) -> Result<Done, ApiError> {
        let resource = store::create(connection, &self.new).map_err(|error| {
            resources::name_conflict(error.into(), self.call.resource_type(), &self.document)
        })?;
        let mut beside = Beside::default();
        if !self.members.is_empty() {
            let organization = self.new.organization_key;
            beside.members = members::change(connection, organization, &resource, &self.members)?;
        }
        if let Some(password) = &self.password {
            beside.password = password.write(connection, resource.key, self.new.now)?;
        }
        entry::created(connection, &self.call, &resource, &self.document, &beside)?;
        Ok(Done { resource, change: Some(Action::Create) })
    }
}
