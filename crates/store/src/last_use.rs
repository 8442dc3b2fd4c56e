//! When secrets and provisioning tokens were last used: noted in memory at most once an hour each, written in batches.

use crate::schema::{application_secrets, provisioning_tokens};
use crate::{Connection, StoreError, Timestamp};
use diesel::prelude::*;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How fine the notes are.
const COARSENESS: Duration = Duration::from_secs(3600);

/// What was used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Used {
    /// A client secret, by its identifier.
    Secret(String),
    /// A provisioning token, by its identifier.
    ProvisioningToken(String),
}

/// When one of them was last noted. Kept beside what is kept of it in memory, so that a use costs one atomic load.
#[derive(Debug)]
pub struct LastUse(AtomicI64);

impl LastUse {
    /// From what the database says.
    #[must_use]
    pub const fn new(last_used_at: Option<Timestamp>) -> Self {
        Self(AtomicI64::new(match last_used_at {
            Some(at) => at.micros(),
            None => i64::MIN,
        }))
    }

    /// Whether this use is to be noted; true once an hour.
    pub fn is_due(&self, now: Timestamp) -> bool {
        let last = self.0.load(Ordering::Relaxed);
        if Timestamp::from_micros(last).plus(COARSENESS) > now {
            return false;
        }
        self.0.compare_exchange(last, now.micros(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

/// Uses that are not written yet.
#[derive(Default)]
pub(crate) struct Pending(Mutex<HashMap<Used, Timestamp>>);

impl Pending {
    pub(crate) fn note(&self, used: Used, at: Timestamp) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(used, at);
    }

    pub(crate) fn take(&self) -> HashMap<Used, Timestamp> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts back what could not be written, unless it was used again since.
    pub(crate) fn put_back(&self, uses: HashMap<Used, Timestamp>) {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (used, at) in uses {
            pending.entry(used).or_insert(at);
        }
    }
}

/// Writes uses. What is kept in memory elsewhere stays true: no revision grows. Another node may have written a later
/// one.
pub(crate) fn write(connection: &mut Connection, uses: &HashMap<Used, Timestamp>) -> Result<(), StoreError> {
    for (used, at) in uses {
        match used {
            Used::Secret(id) => on_either!(connection, |connection| {
                let earlier =
                    application_secrets::last_used_at.is_null().or(application_secrets::last_used_at.lt(*at));
                diesel::update(application_secrets::table.find(id))
                    .filter(earlier)
                    .set(application_secrets::last_used_at.eq(*at))
                    .execute(connection)?;
            }),
            Used::ProvisioningToken(id) => on_either!(connection, |connection| {
                let earlier =
                    provisioning_tokens::last_used_at.is_null().or(provisioning_tokens::last_used_at.lt(*at));
                diesel::update(provisioning_tokens::table.find(id))
                    .filter(earlier)
                    .set(provisioning_tokens::last_used_at.eq(*at))
                    .execute(connection)?;
            }),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_noted_once_an_hour() {
        let start = Timestamp::from_seconds(1_700_000_000);
        let last = LastUse::new(None);
        assert!(last.is_due(start));
        assert!(!last.is_due(start.plus(Duration::from_secs(3599))));
        assert!(last.is_due(start.plus(Duration::from_secs(3600))));
        assert!(!LastUse::new(Some(start)).is_due(start));
    }
}
