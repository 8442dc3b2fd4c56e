//! The log, summed up: charts, cycles, what fails and how. Of rehearsals it has the cycles, which say what they are.

use super::row::FAILURE;
use crate::schema::{activity_hours as hours_table, cycles as cycles_table, log_entries as log};
use crate::{Connection, StoreError, Timestamp};
use diesel::dsl::{max, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

/// What an application did in an hour.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = hours_table)]
pub struct ActivityHour {
    /// The application's `client_id`.
    pub application_id: String,
    /// When the hour began.
    pub hour: Timestamp,
    /// When the last request came.
    pub last_at: Timestamp,
    /// Access tokens issued.
    pub tokens: i64,
    /// Token requests refused.
    pub tokens_refused: i64,
    /// SCIM requests that read.
    pub reads: i64,
    /// Resources made.
    pub created: i64,
    /// Resources changed.
    pub updated: i64,
    /// Resources that ceased to be active.
    pub disabled: i64,
    /// Resources that are active again.
    pub restored: i64,
    /// Resources deleted.
    pub deleted: i64,
    /// SCIM requests that failed.
    pub failed: i64,
}

/// A provisioning cycle: requests of an application without a pause of more than five minutes.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = cycles_table)]
pub struct Cycle {
    /// The database's own key.
    pub key: i64,
    /// The application's `client_id`.
    pub application_id: String,
    /// When its first request came.
    pub began_at: Timestamp,
    /// When its last one came.
    pub last_at: Timestamp,
    /// SCIM requests.
    pub requests: i64,
    /// Resources made.
    pub created: i64,
    /// Resources changed.
    pub updated: i64,
    /// Resources that ceased to be active.
    pub disabled: i64,
    /// Resources that are active again.
    pub restored: i64,
    /// Resources deleted.
    pub deleted: i64,
    /// Requests that failed.
    pub failed: i64,
    rehearsal: i64,
}

impl Cycle {
    /// Whether it was practice.
    #[must_use]
    pub const fn is_rehearsal(&self) -> bool {
        self.rehearsal != 0
    }
}

/// When an application was last heard of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastContact {
    /// The application's `client_id`.
    pub application_id: String,
    /// When.
    pub at: Timestamp,
}

/// Requests that failed alike.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct FailureKind {
    /// The action's code.
    pub action: String,
    /// The HTTP status.
    pub status: i64,
    /// The error's keyword.
    pub error_kind: Option<String>,
    /// How many requests.
    pub requests: i64,
    /// When the last one came.
    pub last_at: Option<Timestamp>,
    /// What the client of one of them read.
    pub error: Option<String>,
}

/// The hours since that time in which an application, or any, was heard of; oldest first.
///
/// # Errors
///
/// When the database fails.
pub fn hours(
    connection: &mut Connection,
    organization_key: i64,
    application_id: Option<&str>,
    since: Timestamp,
) -> Result<Vec<ActivityHour>, StoreError> {
    Ok(on_either!(connection, |connection| {
        let mut found = hours_table::table
            .filter(hours_table::organization_key.eq(organization_key))
            .filter(hours_table::hour.ge(since))
            .filter(hours_table::rehearsal.eq(0))
            .order((hours_table::hour, hours_table::application_id))
            .select(ActivityHour::as_select())
            .into_boxed();
        if let Some(application_id) = application_id {
            found = found.filter(hours_table::application_id.eq(application_id));
        }
        found.load(connection)?
    }))
}

/// The newest cycles of an application, or of all, and a few of practice; newest first.
///
/// # Errors
///
/// When the database fails.
pub fn cycles(
    connection: &mut Connection,
    organization_key: i64,
    application_id: Option<&str>,
    limit: i64,
) -> Result<Vec<Cycle>, StoreError> {
    let mut found = Vec::new();
    // Practice takes no place from what is real.
    for (rehearsal, limit) in [(0, limit), (1, (limit / 4).max(1))] {
        found.extend(on_either!(connection, |connection| {
            let mut wanted = cycles_table::table
                .filter(cycles_table::organization_key.eq(organization_key))
                .filter(cycles_table::rehearsal.eq(rehearsal))
                .order((cycles_table::began_at.desc(), cycles_table::key.desc()))
                .select(Cycle::as_select())
                .limit(limit)
                .into_boxed();
            if let Some(application_id) = application_id {
                wanted = wanted.filter(cycles_table::application_id.eq(application_id));
            }
            wanted.load::<Cycle>(connection)?
        }));
    }
    found.sort_by_key(|cycle| std::cmp::Reverse((cycle.began_at, cycle.key)));
    Ok(found)
}

/// When each application of the organization was last heard of.
///
/// # Errors
///
/// When the database fails.
pub fn last_contact(
    connection: &mut Connection,
    organization_key: i64,
) -> Result<Vec<LastContact>, StoreError> {
    let rows: Vec<(String, Option<Timestamp>)> = on_either!(connection, |connection| {
        hours_table::table
            .filter(hours_table::organization_key.eq(organization_key))
            .filter(hours_table::rehearsal.eq(0))
            .group_by(hours_table::application_id)
            .order(hours_table::application_id)
            .select((hours_table::application_id, max(hours_table::last_at)))
            .load(connection)?
    });
    let contact =
        |(application_id, at): (String, Option<Timestamp>)| Some(LastContact { application_id, at: at? });
    Ok(rows.into_iter().filter_map(contact).collect())
}

/// The failures of an organization since that time, those that are alike together; the most frequent first.
///
/// # Errors
///
/// When the database fails.
pub fn errors_by_kind(
    connection: &mut Connection,
    organization_key: i64,
    since: Timestamp,
) -> Result<Vec<FailureKind>, StoreError> {
    let mut kinds: Vec<FailureKind> = on_either!(connection, |connection| {
        log::table
            .filter(log::organization_key.eq(organization_key))
            .filter(log::class.eq(FAILURE))
            .filter(log::at.ge(since))
            .filter(log::rehearsal.eq(0))
            .group_by((log::action, log::status, log::error_kind))
            .select((
                log::action,
                log::status,
                log::error_kind,
                // PostgreSQL's sum of integers is a numeric.
                sql::<BigInt>("CAST(sum(requests) AS BIGINT)"),
                max(log::at),
                max(log::error),
            ))
            .load(connection)?
    });
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.requests));
    Ok(kinds)
}
