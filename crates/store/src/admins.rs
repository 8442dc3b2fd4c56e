//! People who use the console, and what each may do in which organization.

use crate::organizations::{self as organization_rows, Organization};
use crate::schema::{admin_roles, admins, organizations};
use crate::{Connection, StoreError, Timestamp};
use diesel::prelude::*;

/// A person who signs in to the console.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = admins)]
pub struct Admin {
    /// Its own identifier.
    pub id: String,
    /// The name to sign in with.
    pub name: String,
    /// The name, folded; unique.
    pub name_key: String,
    /// Argon2id, as a PHC string.
    pub password_hash: String,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the password was last set.
    pub password_changed_at: Timestamp,
    /// When they last signed in.
    pub signed_in_at: Option<Timestamp>,
}

/// An admin of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Member {
    /// The admin's identifier.
    pub admin_id: String,
    /// The admin's name.
    pub name: String,
    /// `owner`, `admin` or `auditor`.
    pub role: String,
    /// Since when they have it.
    pub created_at: Timestamp,
    /// When they last signed in.
    pub signed_in_at: Option<Timestamp>,
}

/// A name as it is compared.
#[must_use]
pub fn name_key(name: &str) -> String {
    organization_rows::fold(name.trim())
}

/// Stores a new admin.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the name, folded, is taken.
pub fn create(connection: &mut Connection, admin: &Admin) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(admins::table).values(admin).execute(connection)?;
    });
    Ok(())
}

/// Whether there is an admin at all.
///
/// # Errors
///
/// When the database fails.
pub fn exist(connection: &mut Connection) -> Result<bool, StoreError> {
    Ok(on_either!(connection, |connection| {
        diesel::select(diesel::dsl::exists(admins::table.select(admins::id))).get_result(connection)?
    }))
}

/// The admin of that name, without regard to case.
///
/// # Errors
///
/// When the database fails.
pub fn find_by_name(connection: &mut Connection, name: &str) -> Result<Option<Admin>, StoreError> {
    let key = name_key(name);
    Ok(on_either!(connection, |connection| {
        admins::table
            .filter(admins::name_key.eq(&key))
            .select(Admin::as_select())
            .first(connection)
            .optional()?
    }))
}

/// The admin with that identifier.
///
/// # Errors
///
/// When the database fails.
pub fn find(connection: &mut Connection, id: &str) -> Result<Option<Admin>, StoreError> {
    Ok(on_either!(connection, |connection| {
        admins::table.find(id).select(Admin::as_select()).first(connection).optional()?
    }))
}

/// Sets a new password.
///
/// # Errors
///
/// When the database fails.
pub fn set_password(
    connection: &mut Connection,
    id: &str,
    hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values = (admins::password_hash.eq(hash), admins::password_changed_at.eq(now));
    on_either!(connection, |connection| {
        diesel::update(admins::table.find(id)).set(values).execute(connection)?;
    });
    Ok(())
}

/// Notes that they signed in, and which organization they look at.
///
/// # Errors
///
/// When the database fails.
pub fn note_sign_in(
    connection: &mut Connection,
    id: &str,
    organization_id: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values = (admins::signed_in_at.eq(Some(now)), admins::organization_id.eq(organization_id));
    on_either!(connection, |connection| {
        diesel::update(admins::table.find(id)).set(values).execute(connection)?;
    });
    Ok(())
}

/// Notes which organization they look at.
///
/// # Errors
///
/// When the database fails.
pub fn note_organization(
    connection: &mut Connection,
    id: &str,
    organization_id: &str,
) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::update(admins::table.find(id))
            .set(admins::organization_id.eq(organization_id))
            .execute(connection)?;
    });
    Ok(())
}

/// The organization that they looked at last; they may have no role there any more.
///
/// # Errors
///
/// When the database fails.
pub fn last_organization(connection: &mut Connection, id: &str) -> Result<Option<String>, StoreError> {
    Ok(on_either!(connection, |connection| {
        admins::table
            .find(id)
            .select(admins::organization_id)
            .first::<Option<String>>(connection)
            .optional()?
            .flatten()
    }))
}

/// Gives an admin a role in an organization, in place of the one that they have there.
///
/// # Errors
///
/// When the database fails.
pub fn set_role(
    connection: &mut Connection,
    admin_id: &str,
    organization_id: &str,
    role: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        admin_roles::admin_id.eq(admin_id),
        admin_roles::organization_id.eq(organization_id),
        admin_roles::role.eq(role),
        admin_roles::created_at.eq(now),
    );
    on_either!(connection, |connection| {
        diesel::insert_into(admin_roles::table)
            .values(row)
            .on_conflict((admin_roles::admin_id, admin_roles::organization_id))
            .do_update()
            .set(admin_roles::role.eq(role))
            .execute(connection)?;
    });
    Ok(())
}

/// Takes an admin's role in an organization away; one who has none left anywhere is removed. False when they had none.
///
/// # Errors
///
/// When the database fails.
pub fn remove_role(
    connection: &mut Connection,
    admin_id: &str,
    organization_id: &str,
) -> Result<bool, StoreError> {
    Ok(on_either!(connection, |connection| {
        let removed =
            diesel::delete(admin_roles::table.find((admin_id, organization_id))).execute(connection)?;
        let left: i64 =
            admin_roles::table.filter(admin_roles::admin_id.eq(admin_id)).count().get_result(connection)?;
        if removed > 0 && left == 0 {
            diesel::delete(admins::table.find(admin_id)).execute(connection)?;
        }
        removed > 0
    }))
}

/// The organizations that an admin has a role in, oldest first.
///
/// # Errors
///
/// When the database fails.
pub fn organizations_of(
    connection: &mut Connection,
    admin_id: &str,
) -> Result<Vec<(Organization, String)>, StoreError> {
    Ok(on_either!(connection, |connection| {
        admin_roles::table
            .inner_join(organizations::table.on(organizations::id.eq(admin_roles::organization_id)))
            .filter(admin_roles::admin_id.eq(admin_id))
            .order(organizations::key)
            .select((Organization::as_select(), admin_roles::role))
            .load(connection)?
    }))
}

/// The admins of an organization, in the order in which they came.
///
/// # Errors
///
/// When the database fails.
pub fn of_organization(
    connection: &mut Connection,
    organization_id: &str,
) -> Result<Vec<Member>, StoreError> {
    Ok(on_either!(connection, |connection| {
        admin_roles::table
            .inner_join(admins::table.on(admins::id.eq(admin_roles::admin_id)))
            .filter(admin_roles::organization_id.eq(organization_id))
            .order((admin_roles::created_at, admin_roles::admin_id))
            .select((
                admins::id,
                admins::name,
                admin_roles::role,
                admin_roles::created_at,
                admins::signed_in_at,
            ))
            .load(connection)?
    }))
}

/// Holds an organization's roles until the transaction ends, so that two who take the last two owners away wait for
/// each other. SQLite has one writer at a time; on PostgreSQL the update holds the row.
///
/// # Errors
///
/// When the database fails.
pub fn hold_roles(connection: &mut Connection, organization_id: &str) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::update(organizations::table.filter(organizations::id.eq(organization_id)))
            .set(organizations::created_at.eq(organizations::created_at))
            .execute(connection)?;
    });
    Ok(())
}
