//! The control revision: a counter that grows with every change to organizations, applications, secrets and keys,
//! so that a running server notices what a command or another node has changed.

use crate::engine::{Queue, Unit};
use crate::revoked_tokens::{self, News, Revoked};
use crate::schema::control_revisions;
use crate::{Connection, OpenError, StoreError, Timestamp};
use diesel::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often the database is asked; the promise is "within one second".
const POLL_EVERY: Duration = Duration::from_millis(250);

/// Counts one more change, in the change's own transaction.
pub(crate) fn bump(connection: &mut Connection) -> Result<(), StoreError> {
    on_either!(connection, |connection| {
        diesel::update(control_revisions::table.find(1_i64))
            .set(control_revisions::revision.eq(control_revisions::revision + 1))
            .execute(connection)?;
    });
    Ok(())
}

pub(crate) fn revision(connection: &mut Connection) -> Result<i64, StoreError> {
    Ok(on_either!(connection, |connection| {
        control_revisions::table.find(1_i64).select(control_revisions::revision).first(connection)?
    }))
}

/// What the database said when it was last asked.
#[derive(Default)]
pub(crate) struct Watch {
    revision: AtomicU64,
    pub(crate) revoked: Revoked,
}

impl Watch {
    pub(crate) fn current(&self) -> u64 {
        self.revision.load(Ordering::Acquire)
    }

    pub(crate) fn saw(&self, revision: i64) {
        self.revision.fetch_max(revision.unsigned_abs(), Ordering::AcqRel);
    }
}

/// Asks the database until the store is dropped.
pub(crate) fn start(watch: &Arc<Watch>, reads: Queue) -> Result<(), OpenError> {
    let watch = Arc::downgrade(watch);
    std::thread::Builder::new()
        .name("muster-control".into())
        .spawn(move || poll(&watch, &reads))
        .map(drop)
        .map_err(OpenError::Thread)
}

/// The revision, and which tokens were revoked since.
pub(crate) fn ask(connection: &mut Connection, seen: i64) -> Result<(i64, News), StoreError> {
    Ok((revision(connection)?, revoked_tokens::since(connection, seen)?))
}

fn poll(watch: &Weak<Watch>, reads: &Queue) {
    loop {
        std::thread::sleep(POLL_EVERY);
        let Some(watch) = watch.upgrade() else { return };
        let seen = watch.revoked.seen();
        let (job, answer) = Unit::new(move |connection: &mut Connection| ask(connection, seen));
        if reads.submit(Box::new(job)).is_err() {
            continue;
        }
        if let Ok(Ok((revision, news))) = answer.blocking_recv() {
            watch.revoked.learn(&news, Timestamp::now());
            watch.saw(revision);
        }
    }
}
