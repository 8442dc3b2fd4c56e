//! An organization's directory, for the people who look after it: shown a page at a time, searched as they type, and
//! changed by the same operations as a SCIM request changes it. Whoever calls has seen to it that they may.

mod actor;
mod affected;
mod attributes;
mod change;
mod counts;
mod error;
mod members;
mod page;
mod summary;
mod terms;
mod total;
mod whole;

#[cfg(test)]
mod tests;

pub use actor::Actor;
pub use affected::Affected;
pub use attributes::Attribute;
pub use counts::Counts;
pub use error::DirectoryError;
pub use members::{Member, MembersPage};
pub use page::{Ask, DirectoryPage, Order};
pub use summary::{Entries, Entry, Summary};
pub use total::Total;
pub use whole::{Membership, Whole};

use crate::call::Call;
use crate::server::Inner;
use crate::trace::Asked;
use muster_store::journal::Source;
use muster_store::organizations::Organization;
use muster_token::ScopeSet;
use std::sync::Arc;

/// The directories of all organizations. Cloning is cheap and shares them.
#[derive(Clone)]
pub struct Directory(Arc<Inner>);

impl Directory {
    pub(crate) fn new(server: Arc<Inner>) -> Self {
        Self(server)
    }

    /// A call without a token: for somebody who may do everything in the organization.
    async fn call(&self, organization: &Organization, resource_type: &str) -> Result<Call, DirectoryError> {
        let source = Source { organization_key: Some(organization.key), ..Source::default() };
        let caller = self.0.authorizer.caller(source, organization, ScopeSet::ALL, None).await?;
        let position = caller.types.position(resource_type);
        let position = position.ok_or_else(|| DirectoryError::UnknownType(resource_type.to_owned()))?;
        Ok(Call { caller, position, asked: Asked::now(), alias: None })
    }
}
