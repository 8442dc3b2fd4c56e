//! The thread that writes what was noted, and drops what is old.

use super::buffer::{Batch, Buffer};
use super::entry::Entry;
use super::prune::{self, Retention};
use super::row::write_all;
use super::tally;
use crate::schema::organizations;
use crate::store::{Store, WeakStore};
use crate::{Connection, OpenError, StoreError, Timestamp};
use diesel::prelude::*;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often what was noted is written.
const WRITE_EVERY: Duration = Duration::from_millis(500);
/// How often old entries are dropped, after a first time.
const PRUNE_EVERY: Duration = Duration::from_secs(600);
/// So many entries are dropped in one transaction, and so many transactions follow each other.
const PRUNED_AT_ONCE: i64 = 1_000;
const MOST_PRUNES: usize = 200;

/// How the provisioning log is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalSettings {
    /// Whether requests that succeeded and changed nothing are listed. They are counted in any case.
    pub reads: bool,
    /// How long entries are kept.
    pub keep: Keep,
}

/// How long entries are kept; for ever, when not given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Changes.
    pub changes: Option<Duration>,
    /// Everything else.
    pub others: Option<Duration>,
}

impl Keep {
    fn retention(self, now: Timestamp) -> Retention {
        let before = |kept: Option<Duration>| kept.map(|kept| now.minus(kept));
        Retention { changes_before: before(self.changes), others_before: before(self.others) }
    }
}

/// Starts the thread, which ends with the store.
pub(crate) fn start(store: WeakStore, settings: JournalSettings) -> Result<(), OpenError> {
    std::thread::Builder::new()
        .name("muster-journal".into())
        .spawn(move || work(&store, settings.keep))
        .map(drop)
        .map_err(OpenError::Thread)
}

fn work(store: &WeakStore, keep: Keep) {
    let mut last_pruned: Option<Instant> = None;
    loop {
        std::thread::sleep(WRITE_EVERY);
        let Some(store) = store.upgrade() else { return };
        let now = Timestamp::now();
        if let Err(error) = store.write_notes(now) {
            tracing::warn!(%error, "cannot write the provisioning log; what it notes is kept for the next time");
        }
        if last_pruned.is_none_or(|last| last.elapsed() >= PRUNE_EVERY) {
            last_pruned = Some(Instant::now());
            if let Err(error) = prune_all(&store, keep.retention(now)) {
                tracing::warn!(%error, "cannot drop old entries of the provisioning log");
            }
        }
    }
}

/// In small transactions: others have their turn between them.
fn prune_all(store: &Store, retention: Retention) -> Result<(), StoreError> {
    for _ in 0..MOST_PRUNES {
        let is_due = store.read_blocking(move |connection| prune::is_due(connection, &retention))?;
        if !is_due {
            break;
        }
        store.write_blocking(move |connection| prune::prune(connection, &retention, PRUNED_AT_ONCE))?;
    }
    Ok(())
}

/// Writes what the buffer holds, in one transaction; puts back what cannot be written. `all`, also what is still being
/// gathered. Blocks.
pub(crate) fn flush(store: &Store, buffer: &Buffer, now: Timestamp, all: bool) -> Result<(), StoreError> {
    let batch = Arc::new(buffer.take(now, all));
    if batch.is_empty() {
        return Ok(());
    }
    let written = Arc::clone(&batch);
    let result = store.write_blocking(move |connection| write_batch(connection, &written));
    if result.is_err() {
        // The thread that would have written it may hold it a moment longer.
        buffer.put_back(Arc::try_unwrap(batch).unwrap_or_else(|batch| Batch::clone(&batch)));
    }
    result
}

fn write_batch(connection: &mut Connection, batch: &Batch) -> Result<(), StoreError> {
    let there = organizations_there(connection, batch)?;
    let entries: Vec<&Entry> = batch
        .entries
        .iter()
        .filter(|entry| entry.source.organization_key.is_none_or(|key| there.contains(&key)))
        .collect();
    write_all(connection, &entries)?;
    for (tallied, counted) in batch.tallies.iter().filter(|((key, ..), _)| there.contains(key)) {
        tally::write(connection, tallied, counted)?;
    }
    Ok(())
}

/// The organizations of a batch that exist: one that was deleted must not keep the others' entries from being written.
fn organizations_there(connection: &mut Connection, batch: &Batch) -> Result<HashSet<i64>, StoreError> {
    let of_entries = batch.entries.iter().filter_map(|entry| entry.source.organization_key);
    let named: BTreeSet<i64> = of_entries.chain(batch.tallies.keys().map(|(key, ..)| *key)).collect();
    let named: Vec<i64> = named.into_iter().collect();
    let mut there = HashSet::new();
    for named in named.chunks(1_000) {
        there.extend(on_either!(connection, |connection| {
            organizations::table
                .filter(organizations::key.eq_any(named))
                .select(organizations::key)
                .load::<i64>(connection)?
        }));
    }
    Ok(there)
}
