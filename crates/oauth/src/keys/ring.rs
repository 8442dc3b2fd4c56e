//! The keys in memory: which one signs, and which are published. Reading takes no lock.

use super::{active, is_retired, open};
use crate::IssuerError;
use arc_swap::ArcSwap;
use muster_store::Timestamp;
use muster_store::signing_keys::SigningKeyRow;
use muster_token::{KeyEncryptionKey, KeySet, SharedKeySet, SigningAlgorithm, SigningKey};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

#[derive(Default)]
pub(crate) struct KeyRing {
    published: SharedKeySet,
    /// In the order of [`SigningAlgorithm::ALL`].
    signing: ArcSwap<[Option<Arc<SigningKey>>; 3]>,
    /// When a key begins or ends although nothing changes; microseconds since the epoch.
    changes_at: AtomicI64,
}

impl KeyRing {
    /// The key that signs.
    pub(crate) fn signing(&self, algorithm: SigningAlgorithm) -> Option<Arc<SigningKey>> {
        self.signing.load()[algorithm as usize].clone()
    }

    pub(crate) fn published(&self) -> &SharedKeySet {
        &self.published
    }

    /// Whether the keys are to be taken again although no row has changed.
    pub(crate) fn is_outdated(&self, now: Timestamp) -> bool {
        now.micros() >= self.changes_at.load(Ordering::Relaxed)
    }

    /// Takes the rows, true as of that control revision. A private key that cannot be opened leaves the one before it
    /// signing for as long as it may, and is an error.
    pub(crate) fn take(
        &self,
        rows: &[SigningKeyRow],
        revision: u64,
        seal: &KeyEncryptionKey,
        now: Timestamp,
    ) -> Result<(), IssuerError> {
        let valid = || rows.iter().filter(|row| !is_retired(row, now));
        let published = valid().map(|row| serde_json::from_str(&row.public_jwk)).collect::<Result<_, _>>()?;
        let held = self.signing.load();
        let mut failed = None;
        let signing = SigningAlgorithm::ALL.map(|algorithm| {
            let held = held[algorithm as usize].as_ref();
            let row = active(rows, algorithm, now)?;
            if let Some(held) = held.filter(|held| held.kid() == row.id) {
                return Some(Arc::clone(held));
            }
            match open(row, seal) {
                Ok(key) => Some(Arc::new(key)),
                Err(error) => {
                    failed = Some(error);
                    held.filter(|held| valid().any(|row| row.id == held.kid())).map(Arc::clone)
                }
            }
        });
        let times = valid().flat_map(|row| [Some(row.active_from), row.retired_at]).flatten();
        let next = times.filter(|time| *time > now).map(Timestamp::micros).min();
        // Published before it signs: a token must not be seen before its key.
        self.published.store(Arc::new(KeySet::new(published)?.at_revision(revision)));
        self.signing.store(Arc::new(signing));
        self.changes_at.store(next.unwrap_or(i64::MAX), Ordering::Relaxed);
        failed.map_or(Ok(()), Err)
    }
}
