//! Counters of each application: by the hour, for charts, and by provisioning cycle.

use super::{Action, Counted, Source};
use crate::schema::{activity_hours as hours, cycles};
use crate::{Connection, StoreError, Timestamp};
use diesel::prelude::*;
use diesel::upsert::excluded;
use std::sync::Arc;
use std::time::Duration;

/// A longer pause between an application's requests ends its cycle.
const PAUSE: Duration = Duration::from_secs(300);

const HOUR: i64 = 3_600 * 1_000_000;

/// What an application did between two writes.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    first_at: Timestamp,
    last_at: Timestamp,
    /// SCIM requests alone.
    requests: i64,
    tokens: i64,
    tokens_refused: i64,
    reads: i64,
    created: i64,
    updated: i64,
    disabled: i64,
    restored: i64,
    deleted: i64,
    failed: i64,
}

impl Tally {
    pub(super) const fn new(at: Timestamp) -> Self {
        Self {
            first_at: at,
            last_at: at,
            requests: 0,
            tokens: 0,
            tokens_refused: 0,
            reads: 0,
            created: 0,
            updated: 0,
            disabled: 0,
            restored: 0,
            deleted: 0,
            failed: 0,
        }
    }

    pub(super) const fn last_at(&self) -> Timestamp {
        self.last_at
    }

    pub(super) fn count(&mut self, source: &Source, counted: &Counted) {
        let Counted { action, at, changes, .. } = counted;
        let has_failed = counted.has_failed(source);
        self.first_at = self.first_at.min(*at);
        self.last_at = self.last_at.max(*at);
        if counted.is_for_token() {
            self.tokens += i64::from(*action == Action::IssueToken);
            self.tokens_refused += i64::from(*action == Action::RefuseToken);
            return;
        }
        self.requests += 1;
        self.failed += i64::from(has_failed);
        let is_read = matches!(action, Action::Find | Action::Read | Action::Discovery);
        self.reads += i64::from(is_read && !has_failed);
        self.created += i64::from(changes.created);
        self.updated += i64::from(changes.updated);
        self.disabled += i64::from(changes.disabled);
        self.restored += i64::from(changes.restored);
        self.deleted += i64::from(changes.deleted);
    }

    /// This and one of the same application.
    pub(super) fn add(&mut self, other: &Self) {
        self.first_at = self.first_at.min(other.first_at);
        self.last_at = self.last_at.max(other.last_at);
        self.requests += other.requests;
        self.tokens += other.tokens;
        self.tokens_refused += other.tokens_refused;
        self.reads += other.reads;
        self.created += other.created;
        self.updated += other.updated;
        self.disabled += other.disabled;
        self.restored += other.restored;
        self.deleted += other.deleted;
        self.failed += other.failed;
    }
}

/// Of one application: its organization's key, its identifier, and whether it was practising.
pub(super) type Tallied = (i64, Arc<str>, bool);

/// Adds a tally to its hour, and to the newest cycle or a new one.
pub(super) fn write(connection: &mut Connection, tallied: &Tallied, tally: &Tally) -> Result<(), StoreError> {
    let (organization_key, application_id, is_rehearsal) = tallied;
    let row = (
        hours::organization_key.eq(organization_key),
        hours::application_id.eq(&**application_id),
        hours::hour.eq(tally.last_at.micros().div_euclid(HOUR) * HOUR),
        hours::last_at.eq(tally.last_at),
        hours::tokens.eq(tally.tokens),
        hours::tokens_refused.eq(tally.tokens_refused),
        hours::reads.eq(tally.reads),
        hours::created.eq(tally.created),
        hours::updated.eq(tally.updated),
        hours::disabled.eq(tally.disabled),
        hours::restored.eq(tally.restored),
        hours::deleted.eq(tally.deleted),
        hours::failed.eq(tally.failed),
        hours::rehearsal.eq(i64::from(*is_rehearsal)),
    );
    on_either!(connection, |connection| {
        diesel::insert_into(hours::table)
            .values(row)
            .on_conflict((hours::organization_key, hours::application_id, hours::hour, hours::rehearsal))
            .do_update()
            .set((
                hours::last_at.eq(excluded(hours::last_at)),
                hours::tokens.eq(hours::tokens + excluded(hours::tokens)),
                hours::tokens_refused.eq(hours::tokens_refused + excluded(hours::tokens_refused)),
                hours::reads.eq(hours::reads + excluded(hours::reads)),
                hours::created.eq(hours::created + excluded(hours::created)),
                hours::updated.eq(hours::updated + excluded(hours::updated)),
                hours::disabled.eq(hours::disabled + excluded(hours::disabled)),
                hours::restored.eq(hours::restored + excluded(hours::restored)),
                hours::deleted.eq(hours::deleted + excluded(hours::deleted)),
                hours::failed.eq(hours::failed + excluded(hours::failed)),
            ))
            .execute(connection)?;
    });
    // The row above is held from here on: of two nodes, the second sees the first one's cycle.
    if tally.requests > 0 { write_cycle(connection, tallied, tally) } else { Ok(()) }
}

fn write_cycle(
    connection: &mut Connection,
    (organization_key, application_id, is_rehearsal): &Tallied,
    tally: &Tally,
) -> Result<(), StoreError> {
    let rehearsal = i64::from(*is_rehearsal);
    let newest: Option<(i64, Timestamp)> = on_either!(connection, |connection| {
        cycles::table
            .filter(cycles::organization_key.eq(organization_key))
            .filter(cycles::application_id.eq(&**application_id))
            .filter(cycles::rehearsal.eq(rehearsal))
            .order(cycles::began_at.desc())
            .select((cycles::key, cycles::last_at))
            .first(connection)
            .optional()?
    });
    if let Some((key, last_at)) = newest
        && last_at.plus(PAUSE) >= tally.first_at
    {
        on_either!(connection, |connection| {
            diesel::update(cycles::table.find(key))
                .set((
                    cycles::last_at.eq(last_at.max(tally.last_at)),
                    cycles::requests.eq(cycles::requests + tally.requests),
                    cycles::created.eq(cycles::created + tally.created),
                    cycles::updated.eq(cycles::updated + tally.updated),
                    cycles::disabled.eq(cycles::disabled + tally.disabled),
                    cycles::restored.eq(cycles::restored + tally.restored),
                    cycles::deleted.eq(cycles::deleted + tally.deleted),
                    cycles::failed.eq(cycles::failed + tally.failed),
                ))
                .execute(connection)?;
        });
        return Ok(());
    }
    on_either!(connection, |connection| {
        diesel::insert_into(cycles::table)
            .values((
                cycles::organization_key.eq(organization_key),
                cycles::application_id.eq(&**application_id),
                cycles::rehearsal.eq(rehearsal),
                cycles::began_at.eq(tally.first_at),
                cycles::last_at.eq(tally.last_at),
                cycles::requests.eq(tally.requests),
                cycles::created.eq(tally.created),
                cycles::updated.eq(tally.updated),
                cycles::disabled.eq(tally.disabled),
                cycles::restored.eq(tally.restored),
                cycles::deleted.eq(tally.deleted),
                cycles::failed.eq(tally.failed),
            ))
            .execute(connection)?;
    });
    Ok(())
}
