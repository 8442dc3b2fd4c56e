//! The signing keys.

use crate::IssuerError;
use muster_store::signing_keys::{self, SigningKeyRow};
use muster_store::{Store, StoreError, Timestamp};
use muster_token::{KeyEncryptionKey, SigningKey};

/// A signing key, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInformation {
    /// Its `kid`.
    pub id: String,
    /// The JWS algorithm.
    pub algorithm: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// What it does at present.
    pub state: KeyState,
}

/// What a key does at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It is published and will sign later.
    Published,
    /// It signs.
    Active,
    /// It signs no more, and tokens that it signed are still believed.
    Superseded,
    /// It is gone: tokens that it signed are not believed.
    Retired,
}

impl KeyState {
    /// A word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Active => "active",
            Self::Superseded => "superseded",
            Self::Retired => "retired",
        }
    }
}

/// All keys, newest first.
///
/// # Errors
///
/// When the database fails.
pub async fn list(store: &Store, now: Timestamp) -> Result<Vec<KeyInformation>, StoreError> {
    let rows = store.read(signing_keys::list).await?;
    let active = active(&rows, now).map(|row| row.id.clone());
    Ok(rows
        .into_iter()
        .map(|row| {
            let state = if is_retired(&row, now) {
                KeyState::Retired
            } else if row.active_from > now {
                KeyState::Published
            } else if Some(&row.id) == active.as_ref() {
                KeyState::Active
            } else {
                KeyState::Superseded
            };
            KeyInformation { id: row.id, algorithm: row.algorithm, created_at: row.created_at, state }
        })
        .collect())
}

/// The key that signs now: of those that may, the one that began last.
pub(crate) fn active(rows: &[SigningKeyRow], now: Timestamp) -> Option<&SigningKeyRow> {
    rows.iter()
        .filter(|row| !is_retired(row, now) && row.active_from <= now)
        .max_by_key(|row| row.active_from)
}

pub(crate) fn is_retired(row: &SigningKeyRow, now: Timestamp) -> bool {
    row.retired_at.is_some_and(|retired_at| retired_at <= now)
}

/// Makes the first key where there is none. Two nodes that start at once agree: the second finds the first's.
pub(crate) fn ensure(
    store: &Store,
    seal: &KeyEncryptionKey,
    now: Timestamp,
) -> Result<Vec<SigningKeyRow>, IssuerError> {
    let rows = store.read_blocking(signing_keys::list)?;
    if active(&rows, now).is_some() {
        return Ok(rows);
    }
    let key = SigningKey::generate()?;
    let row = SigningKeyRow {
        id: key.kid().to_owned(),
        algorithm: key.algorithm().to_owned(),
        sealed_private_key: seal.seal(key.pkcs8(), key.kid())?,
        public_jwk: serde_json::to_string(key.public_jwk())?,
        created_at: now,
        active_from: now,
        retired_at: None,
    };
    let rows = store.write_blocking(move |connection| -> Result<_, StoreError> {
        signing_keys::lock(connection)?;
        let rows = signing_keys::list(connection)?;
        if active(&rows, now).is_some() {
            return Ok(rows);
        }
        signing_keys::insert(connection, &row)?;
        signing_keys::list(connection)
    })?;
    Ok(rows)
}

/// Opens a sealed key.
pub(crate) fn open(row: &SigningKeyRow, seal: &KeyEncryptionKey) -> Result<SigningKey, IssuerError> {
    let pkcs8 = seal
        .open(&row.sealed_private_key, &row.id)
        .map_err(|source| IssuerError::Sealed { kid: row.id.clone(), source })?;
    Ok(SigningKey::from_pkcs8(&pkcs8)?)
}
