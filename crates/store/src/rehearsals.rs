//! Rehearsals of a connection: what was said, written down as it happens, so that every node can show it.

use crate::schema::{rehearsal_steps, rehearsals};
use crate::{Connection, StoreError, Timestamp};
use diesel::prelude::*;

/// A rehearsal.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = rehearsals)]
pub struct Rehearsal {
    /// Its own identifier.
    pub id: String,
    /// The organization that it is of.
    pub organization_id: String,
    /// The application's `client_id`.
    pub application_id: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it last did something.
    pub touched_at: Timestamp,
    /// How it ended, as the console writes it down; `None` while it runs.
    pub verdict: Option<String>,
}

/// A step of one: something that was said.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = rehearsal_steps, treat_none_as_default_value = false)]
pub struct Step {
    /// The rehearsal's identifier.
    pub rehearsal_id: String,
    /// From 1 on.
    pub number: i64,
    /// What happened, as the console writes it down.
    pub content: String,
}

/// Stores a rehearsal that begins.
///
/// # Errors
///
/// When the database fails.
pub fn insert(connection: &mut Connection, rehearsal: &Rehearsal) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(rehearsals::table).values(rehearsal).execute(connection)?;
    });
    Ok(())
}

/// Stores steps.
///
/// # Errors
///
/// When the database fails, or the rehearsal is gone.
pub fn add_steps(
    connection: &mut Connection,
    id: &str,
    steps: &[Step],
    now: Timestamp,
) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::insert_into(rehearsal_steps::table).values(steps).execute(connection)?;
        diesel::update(rehearsals::table.find(id)).set(rehearsals::touched_at.eq(now)).execute(connection)?;
    });
    Ok(())
}

/// Writes down how it ended.
///
/// # Errors
///
/// When the database fails.
pub fn end(connection: &mut Connection, id: &str, verdict: &str, now: Timestamp) -> Result<(), StoreError> {
    let values = (rehearsals::verdict.eq(Some(verdict)), rehearsals::touched_at.eq(now));
    on_either!(connection, |connection| {
        diesel::update(rehearsals::table.find(id)).set(values).execute(connection)?;
    });
    Ok(())
}

/// An organization's rehearsal.
///
/// # Errors
///
/// When the database fails.
pub fn find(
    connection: &mut Connection,
    organization_id: &str,
    id: &str,
) -> Result<Option<Rehearsal>, StoreError> {
    Ok(on_either!(connection, |connection| {
        rehearsals::table
            .find(id)
            .filter(rehearsals::organization_id.eq(organization_id))
            .select(Rehearsal::as_select())
            .first(connection)
            .optional()?
    }))
}

/// Whether there is such a rehearsal of the application, and it runs.
///
/// # Errors
///
/// When the database fails.
pub fn is_running(connection: &mut Connection, id: &str, application_id: &str) -> Result<bool, StoreError> {
    let found: Option<String> = on_either!(connection, |connection| {
        rehearsals::table
            .find(id)
            .filter(rehearsals::application_id.eq(application_id))
            .filter(rehearsals::verdict.is_null())
            .select(rehearsals::id)
            .first(connection)
            .optional()?
    });
    Ok(found.is_some())
}

/// An application's newest rehearsal.
///
/// # Errors
///
/// When the database fails.
pub fn newest(connection: &mut Connection, application_id: &str) -> Result<Option<Rehearsal>, StoreError> {
    Ok(on_either!(connection, |connection| {
        rehearsals::table
            .filter(rehearsals::application_id.eq(application_id))
            .order(rehearsals::started_at.desc())
            .select(Rehearsal::as_select())
            .first(connection)
            .optional()?
    }))
}

/// Rehearsals that have not ended and did nothing since.
///
/// # Errors
///
/// When the database fails.
pub fn unfinished(connection: &mut Connection, since: Timestamp) -> Result<Vec<Rehearsal>, StoreError> {
    Ok(on_either!(connection, |connection| {
        rehearsals::table
            .filter(rehearsals::verdict.is_null())
            .filter(rehearsals::touched_at.lt(since))
            .order(rehearsals::started_at)
            .select(Rehearsal::as_select())
            .load(connection)?
    }))
}

/// The steps behind that number, in order.
///
/// # Errors
///
/// When the database fails.
pub fn steps(connection: &mut Connection, id: &str, after: i64) -> Result<Vec<Step>, StoreError> {
    Ok(on_either!(connection, |connection| {
        rehearsal_steps::table
            .filter(rehearsal_steps::rehearsal_id.eq(id))
            .filter(rehearsal_steps::number.gt(after))
            .order(rehearsal_steps::number)
            .select(Step::as_select())
            .load(connection)?
    }))
}

/// Drops rehearsals that began before.
///
/// # Errors
///
/// When the database fails.
pub fn prune(connection: &mut Connection, before: Timestamp) -> Result<usize, StoreError> {
    Ok(on_either!(connection, |connection| {
        diesel::delete(rehearsals::table.filter(rehearsals::started_at.le(before))).execute(connection)?
    }))
}
