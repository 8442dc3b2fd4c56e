//! What the console does by itself: it drops what has ended.

use crate::server::Inner;
use muster_store::{StoreError, Timestamp, admin_links, admin_sessions, application_drafts, rehearsals};
use std::sync::{Arc, Weak};
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(60);
/// A draft that nobody finished is kept for so long, a rehearsal too.
const KEPT: Duration = Duration::from_secs(86_400);

pub(crate) fn start(inner: &Arc<Inner>) -> std::io::Result<()> {
    let inner = Arc::downgrade(inner);
    std::thread::Builder::new().name("muster-console".into()).spawn(move || work(&inner)).map(drop)
}

/// Until the console is dropped.
fn work(inner: &Weak<Inner>) {
    loop {
        std::thread::sleep(EVERY);
        let Some(inner) = inner.upgrade() else { return };
        inner.limits.forget_old();
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
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "cannot drop what has ended in the console"
            );
        }
    }
}
