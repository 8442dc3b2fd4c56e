//! What the console does by itself: it drops what has ended, and cleans up after what was broken off.

use crate::rehearsal;
use crate::server::Inner;
use muster_store::{StoreError, Timestamp, admin_links, admin_sessions, application_drafts, rehearsals};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;

const EVERY: Duration = Duration::from_secs(60);
/// A draft that nobody finished is kept for so long, a rehearsal too.
const KEPT: Duration = Duration::from_secs(86_400);

pub(crate) fn start(inner: &Arc<Inner>) -> std::io::Result<()> {
    let inner = Arc::downgrade(inner);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    std::thread::Builder::new()
        .name("muster-console".into())
        .spawn(move || {
            // Until the console is dropped.
            while let Some(inner) = inner.upgrade() {
                work(&inner, &runtime);
                drop(inner);
                std::thread::sleep(EVERY);
            }
        })
        .map(drop)
}

fn work(inner: &Inner, runtime: &Runtime) {
    inner.limits.forget_old();
    if let Err(error) = runtime.block_on(rehearsal::clean_up(inner)) {
        tracing::warn!(error = &error as &dyn Error, "cannot clean up after a rehearsal that was broken off");
    }
    let now = Timestamp::now();
    let idle_since = now.minus(inner.settings.idle);
    let begun_before = now.minus(KEPT);
    let pruned = inner.store.write_blocking(move |connection| -> Result<(), StoreError> {
        admin_sessions::prune(connection, idle_since, now)?;
        admin_links::prune(connection, None, now)?;
        application_drafts::prune(connection, begun_before)?;
        rehearsals::prune(connection, begun_before)?;
        Ok(())
    });
    if let Err(error) = pruned {
        tracing::warn!(error = &error as &dyn Error, "cannot drop what has ended in the console");
    }
}
