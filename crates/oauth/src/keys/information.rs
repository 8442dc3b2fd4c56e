//! The keys, for people.

use super::{active, is_retired};
use muster_store::signing_keys::{self, SigningKeyRow};
use muster_store::{Store, StoreError, Timestamp};
use muster_token::SigningAlgorithm;

/// A signing key, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInformation {
    /// Its `kid`.
    pub id: String,
    /// The JWS algorithm.
    pub algorithm: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it signs.
    pub active_from: Timestamp,
    /// From when on tokens under it are not believed, where that is known.
    pub retired_at: Option<Timestamp>,
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
    /// The last token under it has expired; it is about to be dropped.
    Retired,
    /// It was ended at once: tokens that it signed are not believed.
    Revoked,
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
            Self::Revoked => "revoked",
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
    let information = |row: &SigningKeyRow| KeyInformation {
        id: row.id.clone(),
        algorithm: row.algorithm.clone(),
        created_at: row.created_at,
        active_from: row.active_from,
        retired_at: row.retired_at,
        state: state(row, &rows, now),
    };
    Ok(rows.iter().map(information).collect())
}

pub(super) fn state(row: &SigningKeyRow, rows: &[SigningKeyRow], now: Timestamp) -> KeyState {
    let signs =
        |algorithm: SigningAlgorithm| active(rows, algorithm, now).is_some_and(|key| key.id == row.id);
    if row.revoked_at.is_some() {
        KeyState::Revoked
    } else if is_retired(row, now) {
        KeyState::Retired
    } else if row.active_from > now {
        KeyState::Published
    } else if row.algorithm.parse().is_ok_and(signs) {
        KeyState::Active
    } else {
        KeyState::Superseded
    }
}
