//! What a node does by itself: it takes changed keys, writes when secrets were used, rotates keys that are due, drops
//! what has expired, and warns of secrets that will expire.

use crate::expiry::Warnings;
use crate::issuer::Inner;
use crate::{IssuerError, keys};
use muster_store::{StoreError, Timestamp, revoked_tokens, signing_keys};
use std::error::Error;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// How often a change of the keys is looked for, which costs one atomic load. Verdicts on tokens are remembered only once
/// the keys are as new as the store.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How often uses are written.
const WRITE_EVERY: Duration = Duration::from_secs(5);
/// How often the rest is done.
const TIDY_EVERY: Duration = Duration::from_secs(30);

pub(crate) fn start(inner: &Arc<Inner>) -> Result<(), IssuerError> {
    let inner = Arc::downgrade(inner);
    std::thread::Builder::new()
        .name("muster-upkeep".into())
        .spawn(move || work(&inner))
        .map(drop)
        .map_err(IssuerError::Thread)
}

/// Until the issuer is dropped.
fn work(inner: &Weak<Inner>) {
    let mut warnings = Warnings::default();
    let mut last_tidied = None;
    let mut last_written = Instant::now();
    loop {
        let Some(inner) = inner.upgrade() else { return };
        let now = Timestamp::now();
        if inner.keys_have_changed(now) {
            report("cannot read the signing keys again", inner.take_keys());
        }
        if last_written.elapsed() >= WRITE_EVERY {
            last_written = Instant::now();
            report("cannot write when secrets were used", inner.store.write_uses());
            inner.authenticator.limits.forget_old();
        }
        if last_tidied.is_none_or(|last: Instant| last.elapsed() >= TIDY_EVERY) {
            last_tidied = Some(Instant::now());
            tidy(&inner, &mut warnings, now);
        }
        drop(inner);
        std::thread::sleep(LOOK_EVERY);
    }
}

fn tidy(inner: &Inner, warnings: &mut Warnings, now: Timestamp) {
    if let Some(after) = inner.settings.rotate_keys_after {
        let published_for = inner.settings.publish_keys_for;
        let rotated = keys::rotate_when_due(&inner.store, &inner.seal, after, published_for, now);
        report("cannot rotate the signing keys", rotated);
    }
    // A margin for the clocks of other nodes, which may be behind.
    let before = Timestamp::from_micros(now.micros() - 60_000_000);
    let dropped = inner.store.read_blocking(signing_keys::list).and_then(|rows| {
        let has_retired = |row: &signing_keys::SigningKeyRow| {
            row.revoked_at.is_none() && row.retired_at.is_some_and(|retired_at| retired_at <= before)
        };
        if !rows.iter().any(has_retired) {
            return Ok(0);
        }
        inner.store.write_blocking(move |connection| signing_keys::delete_retired(connection, before))
    });
    report("cannot drop retired signing keys", dropped);
    let pruned = inner.store.write_blocking(move |connection| -> Result<_, StoreError> {
        revoked_tokens::prune(connection, before)
    });
    report("cannot drop revoked tokens that have expired", pruned);
    report("cannot look for secrets that will expire", warnings.look(&inner.store, now));
}

fn report<T, E: Error + 'static>(what: &str, result: Result<T, E>) {
    if let Err(error) = result {
        tracing::warn!(error = &error as &dyn Error, "{what}");
    }
}
