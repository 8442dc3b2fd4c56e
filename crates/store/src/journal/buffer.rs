//! What is noted in memory until it is written: entries, as many as their share allows, and counters of all.

use super::entry::{Entry, Source};
use super::share::{Shares, Sort};
use super::tally::{Tallied, Tally};
use super::{Action, Counted};
use crate::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long requests that are not listed are gathered before an entry stands for them.
const GATHER: Duration = Duration::from_secs(10);
/// A source that was silent for so long is forgotten.
const SILENCE: Duration = Duration::from_secs(600);
/// So many entries are kept while they cannot be written.
const MOST_KEPT: usize = 4_000;

pub(crate) struct Buffer(Mutex<Held>);

struct Held {
    /// Whether requests that changed nothing are listed at all.
    lists_reads: bool,
    shares: Shares,
    sources: HashMap<Source, Heard>,
    entries: Vec<Entry>,
}

/// What was heard of a source.
struct Heard {
    last_at: Timestamp,
    shares: Shares,
    tally: Option<Tally>,
    /// What is not listed one by one.
    beyond: HashMap<(Action, u16), Beyond>,
}

/// Requests that are not listed one by one.
struct Beyond {
    requests: u64,
    first_at: Timestamp,
    last_at: Timestamp,
}

/// What is to be written.
#[derive(Clone, Default)]
pub(super) struct Batch {
    pub(super) entries: Vec<Entry>,
    /// In one order on every node: two that write the same ones wait for each other.
    pub(super) tallies: BTreeMap<Tallied, Tally>,
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.tallies.is_empty()
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Self(Mutex::new(Held {
            lists_reads: true,
            shares: Shares::of_all(),
            sources: HashMap::new(),
            entries: Vec::new(),
        }))
    }
}

impl Buffer {
    pub(crate) fn list_reads(&self, lists_reads: bool) {
        self.held().lists_reads = lists_reads;
    }

    /// Counts a request whose entry is written elsewhere.
    pub(crate) fn count(&self, source: &Source, counted: &Counted) {
        heard(&mut self.held().sources, source, counted);
    }

    /// Counts a request; makes an entry of it when it is to be listed.
    pub(crate) fn note(&self, source: &Source, counted: &Counted, entry: impl FnOnce() -> Entry) {
        let listed = self.held().admit(source, counted);
        if listed {
            // Made while nobody waits for it.
            let entry = entry();
            self.held().entries.push(entry);
        }
    }

    /// Takes what is to be written; `all`, also what is still being gathered.
    pub(super) fn take(&self, now: Timestamp, all: bool) -> Batch {
        let mut held = self.held();
        let mut batch = Batch { entries: std::mem::take(&mut held.entries), tallies: BTreeMap::new() };
        for (source, heard) in &mut held.sources {
            if let (
                Source {
                    organization_key: Some(organization),
                    application_id: Some(application),
                    is_rehearsal,
                },
                Some(tally),
            ) = (source, heard.tally.take())
            {
                batch.tallies.insert((*organization, application.clone(), *is_rehearsal), tally);
            }
            heard.beyond.retain(|(action, status), beyond| {
                let is_due = all || beyond.first_at.plus(GATHER) <= now;
                if is_due {
                    batch.entries.push(beyond.entry(source, *action, *status));
                }
                !is_due
            });
        }
        held.sources.retain(|_, heard| !heard.beyond.is_empty() || heard.last_at.plus(SILENCE) > now);
        batch
    }

    /// Puts back what could not be written; entries beyond what is kept become counts.
    pub(super) fn put_back(&self, batch: Batch) {
        let mut held = self.held();
        for ((organization, application, is_rehearsal), tally) in batch.tallies {
            let source = Source {
                organization_key: Some(organization),
                application_id: Some(application),
                is_rehearsal,
            };
            let heard = held.sources.entry(source).or_insert_with(|| Heard::new(tally.last_at()));
            match &mut heard.tally {
                Some(newer) => newer.add(&tally),
                none => *none = Some(tally),
            }
        }
        for entry in batch.entries {
            if held.entries.len() < MOST_KEPT && entry.requests == 1 {
                held.entries.push(entry);
            } else {
                let heard = held.sources.entry(entry.source.clone()).or_insert_with(|| Heard::new(entry.at));
                heard.count_beyond(entry.action, entry.status, entry.at, entry.requests);
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Counts a request, and says whether it is to be listed.
    fn admit(&mut self, source: &Source, counted: &Counted) -> bool {
        let sort = Sort::of(source, counted);
        let heard = heard(&mut self.sources, source, counted);
        if counted.status < 400 && !self.lists_reads {
            return false;
        }
        // The source's own share first: what it has too much of takes nothing from others.
        let listed = self.entries.len() < MOST_KEPT
            && heard.shares.take(sort, counted.at)
            && self.shares.take(sort, counted.at);
        if !listed {
            heard.count_beyond(counted.action, counted.status, counted.at, 1);
        }
        listed
    }
}

/// Counts a request of the source.
fn heard<'s>(sources: &'s mut HashMap<Source, Heard>, source: &Source, counted: &Counted) -> &'s mut Heard {
    let heard = sources.entry(source.clone()).or_insert_with(|| Heard::new(counted.at));
    heard.last_at = heard.last_at.max(counted.at);
    heard.tally.get_or_insert_with(|| Tally::new(counted.at)).count(source, counted);
    heard
}

impl Heard {
    fn new(at: Timestamp) -> Self {
        Self { last_at: at, shares: Shares::of_one(), tally: None, beyond: HashMap::new() }
    }

    fn count_beyond(&mut self, action: Action, status: u16, at: Timestamp, requests: u64) {
        let beyond =
            self.beyond.entry((action, status)).or_insert(Beyond { requests: 0, first_at: at, last_at: at });
        beyond.requests += requests;
        beyond.last_at = beyond.last_at.max(at);
    }
}

impl Beyond {
    fn entry(&self, source: &Source, action: Action, status: u16) -> Entry {
        let span = self.last_at.micros() - self.first_at.micros();
        Entry {
            duration: Duration::from_micros(span.max(0).unsigned_abs()),
            requests: self.requests,
            ..Entry::new(source.clone(), self.last_at, action, status)
        }
    }
}
