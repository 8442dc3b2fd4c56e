//! One-time links by which people become admins, or set a new password.

use crate::schema::admin_links;
use crate::{Connection, StoreError, Timestamp};
use diesel::prelude::*;

/// A link, of which only the hash of its secret is kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = admin_links)]
pub struct Link {
    /// The SHA-256 of what is in the link, in base64url.
    pub digest: String,
    /// An identifier that is no secret.
    pub id: String,
    /// The organization that it leads into.
    pub organization_id: String,
    /// The role that it gives.
    pub role: String,
    /// Who may set a new password with it; `None`: it makes an admin.
    pub admin_id: Option<String>,
    /// Whom it is meant for.
    pub note: String,
    /// Who made it.
    pub made_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// Stores a new link.
///
/// # Errors
///
/// When the database fails.
pub fn insert(connection: &mut Connection, link: &Link) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(admin_links::table).values(link).execute(connection)?;
    });
    Ok(())
}

/// The link with that digest.
///
/// # Errors
///
/// When the database fails.
pub fn find(connection: &mut Connection, digest: &str) -> Result<Option<Link>, StoreError> {
    Ok(on_either!(connection, |connection| {
        admin_links::table.find(digest).select(Link::as_select()).first(connection).optional()?
    }))
}

/// Uses a link up; false when another request was first.
///
/// # Errors
///
/// When the database fails.
pub fn take(connection: &mut Connection, digest: &str) -> Result<bool, StoreError> {
    let taken = on_either!(connection, |connection| diesel::delete(admin_links::table.find(digest))
        .execute(connection)?);
    Ok(taken > 0)
}

/// An organization's links, oldest first.
///
/// # Errors
///
/// When the database fails.
pub fn of_organization(
    connection: &mut Connection,
    organization_id: &str,
    now: Timestamp,
) -> Result<Vec<Link>, StoreError> {
    Ok(on_either!(connection, |connection| {
        admin_links::table
            .filter(admin_links::organization_id.eq(organization_id))
            .filter(admin_links::expires_at.gt(now))
            .order((admin_links::created_at, admin_links::id))
            .select(Link::as_select())
            .load(connection)?
    }))
}

/// Removes an organization's link by its identifier; false when there is none.
///
/// # Errors
///
/// When the database fails.
pub fn delete(connection: &mut Connection, organization_id: &str, id: &str) -> Result<bool, StoreError> {
    let deleted = on_either!(connection, |connection| {
        diesel::delete(
            admin_links::table
                .filter(admin_links::id.eq(id))
                .filter(admin_links::organization_id.eq(organization_id)),
        )
        .execute(connection)?
    });
    Ok(deleted > 0)
}

/// Removes the links with which an admin could set a new password.
///
/// # Errors
///
/// When the database fails.
pub fn delete_of_admin(connection: &mut Connection, admin_id: &str) -> Result<usize, StoreError> {
    Ok(on_either!(connection, |connection| {
        diesel::delete(admin_links::table.filter(admin_links::admin_id.eq(admin_id))).execute(connection)?
    }))
}

/// Drops links that have expired, and those of this maker, who is about to make another.
///
/// # Errors
///
/// When the database fails.
pub fn prune(
    connection: &mut Connection,
    made_by: Option<&str>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    Ok(on_either!(connection, |connection| {
        diesel::delete(
            admin_links::table.filter(
                admin_links::expires_at.le(now).or(admin_links::made_by.eq(made_by.unwrap_or_default())),
            ),
        )
        .execute(connection)?
    }))
}
