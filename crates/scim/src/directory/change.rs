//! Changes by hand, through the operations that SCIM requests use: versions, groups and references are kept right.

use super::{Actor, Directory, DirectoryError, Summary};
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{Delete, Patch};
use crate::preconditions::Preconditions;
use muster_store::organizations::Organization;
use serde_json::json;

impl Directory {
    /// Lets a user be used, or not any more. Returns the resource as it is now; `None` when there is none.
    ///
    /// # Errors
    ///
    /// [`DirectoryError::Refused`] when the type has no `active`; otherwise when the organization has no such type, or the
    /// store fails.
    pub async fn set_active(
        &self,
        organization: &Organization,
        resource_type: &str,
        id: &str,
        active: bool,
        actor: &Actor,
    ) -> Result<Option<Summary>, DirectoryError> {
        let call = self.call_of(actor, organization, resource_type).await?;
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "active", "value": active}]
        });
        let id = id.to_owned();
        let patch = Patch::prepare(&self.0, &call, id, body, Preconditions::default()).await;
        let changed = match patch {
            Ok(patch) => self.0.store.write(move |connection| patch.run(connection)).await,
            Err(error) => Err(error),
        };
        let changed = unless_gone(changed)?;
        Ok(changed.map(|resource| Summary::of(&call.caller.types, &resource)))
    }

    /// Deletes a resource, its memberships and what refers to it; false when there is none.
    ///
    /// # Errors
    ///
    /// When the organization has no such type, or the store fails.
    pub async fn delete(
        &self,
        organization: &Organization,
        resource_type: &str,
        id: &str,
        actor: &Actor,
    ) -> Result<bool, DirectoryError> {
        let call = self.call_of(actor, organization, resource_type).await?;
        let deleted = match Delete::prepare(&call, id.to_owned(), Preconditions::default()) {
            Ok(delete) => self.0.store.write(move |connection| delete.run(connection)).await,
            Err(error) => Err(error),
        };
        Ok(unless_gone(deleted)?.is_some())
    }

    /// The call by which somebody changes something: the one place that knows who.
    async fn call_of(
        &self,
        actor: &Actor,
        organization: &Organization,
        resource_type: &str,
    ) -> Result<Call, DirectoryError> {
        let Actor { name, request_id } = actor;
        tracing::info!(actor = name, request_id, organization = organization.id, "a change by hand");
        self.call(organization, resource_type).await
    }
}

/// "Not found" is no error here.
fn unless_gone<T>(result: Result<T, ApiError>) -> Result<Option<T>, DirectoryError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(ApiError::Scim(error)) if error.status == 404 => Ok(None),
        Err(error) => Err(error.into()),
    }
}
