//! How large a directory is.

use super::total::MOST_COUNTED;
use super::{Directory, DirectoryError, Total};
use muster_store::directory as store;
use muster_store::organizations::Organization;
use muster_store::resources::{Condition, Operand, Operator, Target, TypeQuery};
use muster_store::{Connection, StoreError};

/// How many there are of what every organization has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Users.
    pub users: Total,
    /// Users whose `active` is false.
    pub disabled_users: Total,
    /// Groups.
    pub groups: Total,
}

impl Directory {
    /// Counts the directory; each count ends at its bound.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn counts(&self, organization: &Organization) -> Result<Counts, DirectoryError> {
        let organization_key = organization.key;
        let work = move |connection: &mut Connection| -> Result<_, StoreError> {
            let mut count = |resource_type: &str, condition| -> Result<_, StoreError> {
                let of = TypeQuery { resource_type: resource_type.to_owned(), condition };
                let counted = store::count(connection, organization_key, &of, MOST_COUNTED + 1)?;
                Ok(Total::up_to(MOST_COUNTED, counted))
            };
            Ok(Counts {
                users: count("User", None)?,
                disabled_users: count("User", Some(disabled()))?,
                groups: count("Group", None)?,
            })
        };
        Ok(self.0.store.read(work).await?)
    }
}

/// What the filter `active eq false` says; an index has who meets it.
fn disabled() -> Condition {
    Condition::Compare {
        target: Target::Document(vec!["active".to_owned()]),
        operator: Operator::Equal,
        operand: Operand::Boolean(false),
    }
}
