//! Who is signed in to the console.

use crate::admins::Admin;
use crate::schema::{admin_sessions, admins};
use crate::{Connection, StoreError, Timestamp};
use diesel::prelude::*;

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = admin_sessions)]
pub struct Session {
    /// The SHA-256 of what the browser keeps, in base64url.
    pub digest: String,
    /// An identifier that is no secret.
    pub id: String,
    /// Who is signed in.
    pub admin_id: String,
    /// The organization that they look at.
    pub organization_id: String,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When they were last there, to the minute or so.
    pub seen_at: Timestamp,
    /// When the session ends, whatever happens.
    pub expires_at: Timestamp,
    /// The address that they came from when they signed in.
    pub address: String,
    /// What their browser calls itself.
    pub user_agent: String,
}

/// Stores a new session.
///
/// # Errors
///
/// When the database fails.
pub fn insert(connection: &mut Connection, session: &Session) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(admin_sessions::table).values(session).execute(connection)?;
    });
    Ok(())
}

/// The session with that digest, and whose it is.
///
/// # Errors
///
/// When the database fails.
pub fn find(connection: &mut Connection, digest: &str) -> Result<Option<(Session, Admin)>, StoreError> {
    Ok(on_either!(connection, |connection| {
        admin_sessions::table
            .inner_join(admins::table.on(admins::id.eq(admin_sessions::admin_id)))
            .filter(admin_sessions::digest.eq(digest))
            .select((Session::as_select(), Admin::as_select()))
            .first(connection)
            .optional()?
    }))
}

/// An admin's sessions that have not ended, newest first.
///
/// # Errors
///
/// When the database fails.
pub fn of_admin(
    connection: &mut Connection,
    admin_id: &str,
    now: Timestamp,
) -> Result<Vec<Session>, StoreError> {
    Ok(on_either!(connection, |connection| {
        admin_sessions::table
            .filter(admin_sessions::admin_id.eq(admin_id))
            .filter(admin_sessions::expires_at.gt(now))
            .order((admin_sessions::created_at.desc(), admin_sessions::id))
            .select(Session::as_select())
            .load(connection)?
    }))
}

/// Notes that somebody is there.
///
/// # Errors
///
/// When the database fails.
pub fn touch(connection: &mut Connection, digest: &str, now: Timestamp) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::update(admin_sessions::table.find(digest))
            .set(admin_sessions::seen_at.eq(now))
            .execute(connection)?;
    });
    Ok(())
}

/// Turns to another organization.
///
/// # Errors
///
/// When the database fails.
pub fn switch(connection: &mut Connection, digest: &str, organization_id: &str) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::update(admin_sessions::table.find(digest))
            .set(admin_sessions::organization_id.eq(organization_id))
            .execute(connection)?;
    });
    Ok(())
}

/// Ends the session of that admin with that identifier; false when there is none.
///
/// # Errors
///
/// When the database fails.
pub fn delete(connection: &mut Connection, admin_id: &str, id: &str) -> Result<bool, StoreError> {
    let deleted = on_either!(connection, |connection| {
        diesel::delete(
            admin_sessions::table
                .filter(admin_sessions::id.eq(id))
                .filter(admin_sessions::admin_id.eq(admin_id)),
        )
        .execute(connection)?
    });
    Ok(deleted > 0)
}

/// Ends all sessions of an admin, but for the one with this digest.
///
/// # Errors
///
/// When the database fails.
pub fn delete_all(
    connection: &mut Connection,
    admin_id: &str,
    except: Option<&str>,
) -> Result<usize, StoreError> {
    let except = except.unwrap_or_default();
    Ok(on_either!(connection, |connection| {
        diesel::delete(
            admin_sessions::table
                .filter(admin_sessions::admin_id.eq(admin_id))
                .filter(admin_sessions::digest.ne(except)),
        )
        .execute(connection)?
    }))
}

/// Drops sessions that have ended.
///
/// # Errors
///
/// When the database fails.
pub fn prune(
    connection: &mut Connection,
    idle_since: Timestamp,
    now: Timestamp,
) -> Result<usize, StoreError> {
    Ok(on_either!(connection, |connection| {
        diesel::delete(
            admin_sessions::table
                .filter(admin_sessions::expires_at.le(now).or(admin_sessions::seen_at.le(idle_since))),
        )
        .execute(connection)?
    }))
}
