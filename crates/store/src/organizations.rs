//! Organizations: the customers of the SaaS product, each with its own directory.

use crate::schema::organizations::{self, dsl};
use crate::{Connection, StoreError, Timestamp, control};
use diesel::prelude::*;

/// The organization that a first start makes.
pub const DEFAULT_NAME: &str = "default";

/// One organization. No organization sees another's resources.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = organizations)]
pub struct Organization {
    /// The database's own key, which resources refer to.
    pub key: i64,
    /// Its public identifier, the `org` claim of a token.
    pub id: String,
    /// Its name, unique without regard to case.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Makes an organization.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the name, folded, is taken.
pub fn create(
    connection: &mut Connection,
    id: &str,
    name: &str,
    now: Timestamp,
) -> Result<Organization, StoreError> {
    let row = (dsl::id.eq(id), dsl::name.eq(name), dsl::name_key.eq(fold(name)), dsl::created_at.eq(now));
    let organization = on_either!(connection, |connection| {
        diesel::insert_into(dsl::organizations)
            .values(row)
            .returning(Organization::as_returning())
            .get_result(connection)?
    });
    control::bump(connection)?;
    Ok(organization)
}

/// Gives an organization another name; `None` when there is none of that name.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the new name, folded, is another's.
pub fn rename(
    connection: &mut Connection,
    name: &str,
    new_name: &str,
) -> Result<Option<Organization>, StoreError> {
    let values = (dsl::name.eq(new_name), dsl::name_key.eq(fold(new_name)));
    let renamed = on_either!(connection, |connection| {
        diesel::update(dsl::organizations.filter(dsl::name_key.eq(fold(name))))
            .set(values)
            .returning(Organization::as_returning())
            .get_result(connection)
            .optional()?
    });
    if renamed.is_some() {
        control::bump(connection)?;
    }
    Ok(renamed)
}

/// Makes the organization [`DEFAULT_NAME`] where there is none at all; returns it when it was made.
///
/// # Errors
///
/// When the database fails.
pub fn create_default(
    connection: &mut Connection,
    id: &str,
    now: Timestamp,
) -> Result<Option<Organization>, StoreError> {
    let row =
        (dsl::id.eq(id), dsl::name.eq(DEFAULT_NAME), dsl::name_key.eq(DEFAULT_NAME), dsl::created_at.eq(now));
    let made = on_either!(connection, |connection| {
        if dsl::organizations.count().get_result::<i64>(connection)? > 0 {
            return Ok(None);
        }
        // Another node may do the same at the same time.
        diesel::insert_into(dsl::organizations)
            .values(row)
            .on_conflict_do_nothing()
            .returning(Organization::as_returning())
            .get_result(connection)
            .optional()?
    });
    if made.is_some() {
        control::bump(connection)?;
    }
    Ok(made)
}

/// All organizations, oldest first.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection) -> Result<Vec<Organization>, StoreError> {
    Ok(on_either!(connection, |connection| {
        dsl::organizations.order(dsl::key).select(Organization::as_select()).load(connection)?
    }))
}

/// The organization of that name, without regard to case.
///
/// # Errors
///
/// When the database fails.
pub fn find_by_name(connection: &mut Connection, name: &str) -> Result<Option<Organization>, StoreError> {
    let key = fold(name);
    Ok(on_either!(connection, |connection| {
        dsl::organizations
            .filter(dsl::name_key.eq(&key))
            .select(Organization::as_select())
            .first(connection)
            .optional()?
    }))
}

/// The organization with that public identifier.
///
/// # Errors
///
/// When the database fails.
pub fn find(connection: &mut Connection, id: &str) -> Result<Option<Organization>, StoreError> {
    Ok(on_either!(connection, |connection| {
        dsl::organizations
            .filter(dsl::id.eq(id))
            .select(Organization::as_select())
            .first(connection)
            .optional()?
    }))
}

/// A name as it is compared.
pub(crate) fn fold(name: &str) -> String {
    icu_casemap::CaseMapper::new().fold_string(name).into_owned()
}
