//! Dropping old entries.

use super::row::{CHANGE, FAILURE, ORDINARY};
use crate::schema::{log_entries as log, organizations};
use crate::{Connection, StoreError, Timestamp};
use diesel::prelude::*;

/// Which entries are old; none of a kind, when not given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Changes before this.
    pub changes_before: Option<Timestamp>,
    /// Everything else before this.
    pub others_before: Option<Timestamp>,
}

impl Retention {
    fn classes(&self) -> impl Iterator<Item = (i64, Timestamp)> + use<> {
        [(ORDINARY, self.others_before), (FAILURE, self.others_before), (CHANGE, self.changes_before)]
            .into_iter()
            .filter_map(|(class, before)| Some((class, before?)))
    }
}

/// Drops old entries, at most so many; returns how many there were.
///
/// # Errors
///
/// When the database fails.
pub fn prune(connection: &mut Connection, retention: &Retention, most: i64) -> Result<usize, StoreError> {
    let mut dropped = 0;
    for (organization, class, before) in lanes(connection, retention)? {
        let left = most - i64::try_from(dropped).unwrap_or(i64::MAX);
        if left <= 0 {
            break;
        }
        let old = oldest(connection, organization, class, before, left)?;
        if old.is_empty() {
            continue;
        }
        dropped += on_either!(connection, |connection| {
            diesel::delete(log::table.filter(log::key.eq_any(&old))).execute(connection)?
        });
    }
    Ok(dropped)
}

/// Whether there are old entries.
pub(super) fn is_due(connection: &mut Connection, retention: &Retention) -> Result<bool, StoreError> {
    for (organization, class, before) in lanes(connection, retention)? {
        if !oldest(connection, organization, class, before, 1)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the index holds apart: of each organization and of none, each class.
fn lanes(
    connection: &mut Connection,
    retention: &Retention,
) -> Result<Vec<(Option<i64>, i64, Timestamp)>, StoreError> {
    let organizations: Vec<i64> = on_either!(connection, |connection| {
        organizations::table.select(organizations::key).load(connection)?
    });
    let all = organizations.into_iter().map(Some).chain([None]);
    Ok(all
        .flat_map(|organization| {
            retention.classes().map(move |(class, before)| (organization, class, before))
        })
        .collect())
}

/// The keys of the oldest entries before this.
fn oldest(
    connection: &mut Connection,
    organization: Option<i64>,
    class: i64,
    before: Timestamp,
    most: i64,
) -> Result<Vec<i64>, StoreError> {
    Ok(on_either!(connection, |connection| {
        let old = log::table
            .filter(log::class.eq(class))
            .filter(log::at.lt(before))
            .order(log::at)
            .select(log::key)
            .limit(most);
        match organization {
            Some(organization) => old.filter(log::organization_key.eq(organization)).load(connection)?,
            None => old.filter(log::organization_key.is_null()).load(connection)?,
        }
    }))
}
