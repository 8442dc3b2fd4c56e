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
use muster_store::resources::{self as store, NewResource, Resource};
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
        let resource = if self.members.is_empty() {
            self.create(connection)
        } else {
            self.create_with_members(connection)
        };
        Ok(Done { resource: resource?, change: Some(Action::Create) })
    }

    fn create(&self, connection: &mut Connection) -> Result<Resource, ApiError> {
        let beside = Beside { password: self.sets_password(), ..Beside::default() };
        let entry = entry::created(connection, &self.call, &self.new, &self.document, &beside)?;
        self.insert(connection, Some(entry))
    }

    /// Who becomes a member is known only when the group is there, and the entry says it.
    fn create_with_members(&self, connection: &mut Connection) -> Result<Resource, ApiError> {
        let resource = self.insert(connection, None)?;
        let organization = self.new.organization_key;
        let beside = Beside {
            members: members::change(connection, organization, &resource, &self.members)?,
            password: self.sets_password(),
        };
        let entry = entry::created(connection, &self.call, &self.new, &self.document, &beside)?;
        store::set_last_entry(connection, &resource, entry)?;
        Ok(resource)
    }

    fn insert(&self, connection: &mut Connection, last_entry: Option<i64>) -> Result<Resource, ApiError> {
        let resource = store::create(connection, &self.new, last_entry).map_err(|error| {
            resources::name_conflict(error.into(), self.call.resource_type(), &self.document)
        })?;
        if let Some(password) = &self.password {
            password.write(connection, resource.key, self.new.now)?;
        }
        Ok(resource)
    }

    const fn sets_password(&self) -> bool {
        matches!(self.password, Some(HashedPassword::Set(_)))
    }
}
