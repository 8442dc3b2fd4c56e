//! What changes the keys. Each change is one transaction that holds all others back.

use super::information::state;
use super::{KeyError, active, is_retired, open};
use crate::IssuerError;
use muster_store::signing_keys::{self, SigningKeyRow};
use muster_store::{Connection, Store, Timestamp};
use muster_token::{KeyEncryptionKey, SigningAlgorithm, SigningKey};
use std::sync::Arc;
use std::time::Duration;

/// How long a key is published after its successor began: the longest lifetime of a token, and five minutes for clocks
/// that differ.
const KEPT_FOR: Duration = Duration::from_secs((360 + 5) * 60);

/// When a new key begins to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Now. Muster's own nodes know a key at once; others that keep our key set may not know it for as long as they keep
    /// it.
    Now,
    /// After it has been published for so long that nobody holds a key set without it.
    After(Duration),
}

impl Begin {
    fn time(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Now => now,
            Self::After(duration) => now.plus(duration),
        }
    }
}

/// Takes a key that was made elsewhere, a PKCS#8 PEM; returns its `kid` and its algorithm.
///
/// # Errors
///
/// When it cannot be used, is here already, or the database fails.
pub async fn import(
    store: &Store,
    seal: &Arc<KeyEncryptionKey>,
    pem: &[u8],
    begin: Begin,
    now: Timestamp,
) -> Result<(String, SigningAlgorithm), KeyError> {
    let key = SigningKey::from_pem(pem)?;
    let result = (key.kid().to_owned(), key.algorithm());
    let new = row(&key, seal, begin.time(now), now)?;
    let seal = Arc::clone(seal);
    store
        .write(move |connection| -> Result<_, KeyError> {
            signing_keys::lock(connection)?;
            let rows = signing_keys::list(connection)?;
            prove_seal(&rows, &seal)?;
            if let Some(known) = rows.iter().find(|known| known.id == new.id) {
                let state = state(known, &rows, now).as_str();
                return Err(KeyError::Known { kid: known.id.clone(), state });
            }
            install(connection, &rows, &new, now)
        })
        .await?;
    Ok(result)
}

/// Makes a successor for the key of each algorithm, or of this one; returns their `kid`s.
///
/// # Errors
///
/// When a successor is published already and does not sign yet, the key-encryption key is the wrong one, or the database
/// fails.
pub async fn rotate(
    store: &Store,
    seal: &Arc<KeyEncryptionKey>,
    algorithm: Option<SigningAlgorithm>,
    begin: Begin,
    now: Timestamp,
) -> Result<Vec<String>, KeyError> {
    let rows = store.read(signing_keys::list).await?;
    let in_use = |algorithm: &SigningAlgorithm| active(&rows, *algorithm, now).is_some();
    let algorithms = match algorithm {
        Some(algorithm) => vec![algorithm],
        None => SigningAlgorithm::ALL.into_iter().filter(in_use).collect(),
    };
    let mut new = Vec::new();
    for algorithm in algorithms {
        new.push(row(&SigningKey::generate(algorithm)?, seal, begin.time(now), now)?);
    }
    let kids = new.iter().map(|row| row.id.clone()).collect();
    let seal = Arc::clone(seal);
    store
        .write(move |connection| -> Result<_, KeyError> {
            signing_keys::lock(connection)?;
            let rows = signing_keys::list(connection)?;
            prove_seal(&rows, &seal)?;
            for new in &new {
                if let Some(pending) = pending(&rows, &new.algorithm, now)
                    && begin != Begin::Now
                {
                    return Err(KeyError::Pending { kid: pending.id.clone(), from: pending.active_from });
                }
                install(connection, &rows, new, now)?;
            }
            Ok(())
        })
        .await?;
    Ok(kids)
}

/// Ends a key now: tokens under it are refused within a second. When it signs, a new key takes over; returns that one's
/// `kid`.
///
/// # Errors
///
/// When there is no such key, the key-encryption key is the wrong one, or the database fails.
pub async fn revoke(
    store: &Store,
    seal: &Arc<KeyEncryptionKey>,
    kid: &str,
    now: Timestamp,
) -> Result<Option<String>, KeyError> {
    let kid = kid.to_owned();
    let unknown = || KeyError::Unknown(kid.clone());
    let find = kid.clone();
    let row_found = store.read(move |connection| signing_keys::find(connection, &find)).await?;
    let algorithm = row_found.ok_or_else(unknown)?.algorithm.parse().unwrap_or_default();
    let successor = row(&SigningKey::generate(algorithm)?, seal, now, now)?;
    let seal = Arc::clone(seal);
    store
        .write(move |connection| -> Result<_, KeyError> {
            signing_keys::lock(connection)?;
            let rows = signing_keys::list(connection)?;
            let revoked =
                rows.iter().find(|row| row.id == kid).ok_or_else(|| KeyError::Unknown(kid.clone()))?;
            let signs = active(&rows, algorithm, now).is_some_and(|active| active.id == kid);
            let was_to_sign = revoked.active_from > now && !is_retired(revoked, now);
            if signs || was_to_sign {
                prove_seal(&rows, &seal)?;
            }
            signing_keys::revoke(connection, &kid, now)?;
            if signs {
                signing_keys::insert(connection, &successor)?;
                return Ok(Some(successor.id.clone()));
            }
            if was_to_sign && let Some(current) = active(&rows, algorithm, now) {
                // It was to retire in favour of the one that is gone.
                signing_keys::set_retirement(connection, &current.id, None)?;
            }
            Ok(None)
        })
        .await
}

/// Seals all private keys under a new key-encryption key; how many there were.
///
/// # Errors
///
/// When the old key-encryption key is not the one that sealed them, or the database fails. Then nothing has changed.
pub async fn reseal(
    store: &Store,
    old: &Arc<KeyEncryptionKey>,
    new: KeyEncryptionKey,
) -> Result<usize, KeyError> {
    let old = Arc::clone(old);
    store
        .write(move |connection| -> Result<_, KeyError> {
            signing_keys::lock(connection)?;
            let rows = signing_keys::list(connection)?;
            let sealed: Vec<_> = rows.iter().filter(|row| !row.sealed_private_key.is_empty()).collect();
            for row in &sealed {
                let plain = old
                    .open(&row.sealed_private_key, &row.id)
                    .map_err(|source| IssuerError::Sealed { kid: row.id.clone(), source })?;
                signing_keys::set_sealed(connection, &row.id, &new.seal(&plain, &row.id)?)?;
            }
            Ok(sealed.len())
        })
        .await
}

/// Makes a key that signs at once, where the algorithm has none. Two nodes that do it together agree: the second finds the
/// first's. Blocks.
pub(crate) fn ensure(
    store: &Store,
    seal: &Arc<KeyEncryptionKey>,
    algorithm: SigningAlgorithm,
    now: Timestamp,
) -> Result<(), KeyError> {
    let rows = store.read_blocking(signing_keys::list)?;
    if active(&rows, algorithm, now).is_some() {
        return Ok(());
    }
    let new = row(&SigningKey::generate(algorithm)?, seal, now, now)?;
    let seal = Arc::clone(seal);
    store.write_blocking(move |connection| -> Result<_, KeyError> {
        signing_keys::lock(connection)?;
        let rows = signing_keys::list(connection)?;
        if active(&rows, algorithm, now).is_some() {
            return Ok(());
        }
        prove_seal(&rows, &seal)?;
        Ok(signing_keys::insert(connection, &new)?)
    })
}

/// Publishes a successor for each key that will have signed for so long when the successor begins. Blocks.
pub(crate) fn rotate_when_due(
    store: &Store,
    seal: &Arc<KeyEncryptionKey>,
    after: Duration,
    published_for: Duration,
    now: Timestamp,
) -> Result<(), KeyError> {
    let rows = store.read_blocking(signing_keys::list)?;
    for algorithm in SigningAlgorithm::ALL {
        if !is_due(&rows, algorithm, after, published_for, now) {
            continue;
        }
        let new = row(&SigningKey::generate(algorithm)?, seal, now.plus(published_for), now)?;
        let kid = new.id.clone();
        let seal = Arc::clone(seal);
        let rotated = store.write_blocking(move |connection| -> Result<_, KeyError> {
            signing_keys::lock(connection)?;
            let rows = signing_keys::list(connection)?;
            // Another node may have been faster.
            if !is_due(&rows, algorithm, after, published_for, now) {
                return Ok(false);
            }
            prove_seal(&rows, &seal)?;
            install(connection, &rows, &new, now)?;
            Ok(true)
        })?;
        if rotated {
            tracing::info!(kid, %algorithm, "published a new signing key");
        }
    }
    Ok(())
}

fn is_due(
    rows: &[SigningKeyRow],
    algorithm: SigningAlgorithm,
    after: Duration,
    published_for: Duration,
    now: Timestamp,
) -> bool {
    active(rows, algorithm, now).is_some_and(|key| {
        key.active_from.plus(after) <= now.plus(published_for)
            && pending(rows, algorithm.as_str(), now).is_none()
    })
}

/// The key that is published and does not sign yet.
fn pending<'a>(rows: &'a [SigningKeyRow], algorithm: &str, now: Timestamp) -> Option<&'a SigningKeyRow> {
    rows.iter().find(|row| row.algorithm == algorithm && row.active_from > now && !is_retired(row, now))
}

/// Stores a key that supersedes all others of its algorithm when it begins.
fn install(
    connection: &mut Connection,
    rows: &[SigningKeyRow],
    new: &SigningKeyRow,
    now: Timestamp,
) -> Result<(), KeyError> {
    let others = rows.iter().filter(|row| row.algorithm == new.algorithm && !is_retired(row, now));
    for other in others {
        if other.active_from > now {
            // It never signed.
            signing_keys::delete(connection, &other.id)?;
        } else {
            let ends = new.active_from.plus(KEPT_FOR);
            let ends = other.retired_at.map_or(ends, |retired_at| retired_at.min(ends));
            signing_keys::set_retirement(connection, &other.id, Some(ends))?;
        }
    }
    Ok(signing_keys::insert(connection, new)?)
}

/// Refuses to seal under a key-encryption key that does not open what is there: a node that still holds an old one would
/// lock the others out.
fn prove_seal(rows: &[SigningKeyRow], seal: &KeyEncryptionKey) -> Result<(), IssuerError> {
    match rows.iter().find(|row| !row.sealed_private_key.is_empty()) {
        Some(row) => open(row, seal).map(drop),
        None => Ok(()),
    }
}

fn row(
    key: &SigningKey,
    seal: &KeyEncryptionKey,
    active_from: Timestamp,
    now: Timestamp,
) -> Result<SigningKeyRow, KeyError> {
    Ok(SigningKeyRow {
        id: key.kid().to_owned(),
        algorithm: key.algorithm().as_str().to_owned(),
        sealed_private_key: seal.seal(key.pkcs8(), key.kid())?,
        public_jwk: serde_json::to_string(key.public_jwk()).map_err(IssuerError::Jwk)?,
        created_at: now,
        active_from,
        retired_at: None,
        revoked_at: None,
    })
}
