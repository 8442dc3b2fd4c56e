//! The signing keys: listed, imported, rotated, revoked, sealed anew. The command line and the console call these.
//!
//! A key is published first, signs later, and is published on until the last token under it has expired. All nodes read
//! the same rows, so they agree; whoever changes them holds [`signing_keys::lock`].

mod change;
mod information;
pub(crate) mod ring;

pub use change::{Begin, import, reseal, revoke, rotate};
pub use information::{KeyInformation, KeyState, list};

pub(crate) use change::{ensure, rotate_when_due};

use crate::IssuerError;
use muster_store::signing_keys::SigningKeyRow;
use muster_store::{StoreError, Timestamp, WorkError};
use muster_token::{KeyEncryptionKey, SealError, SigningAlgorithm, SigningKey, SigningKeyError};
use thiserror::Error;

/// A change of the keys failed.
#[derive(Debug, Error)]
pub enum KeyError {
    /// There is no such key.
    #[error("there is no signing key {0:?}; `muster key list` shows all")]
    Unknown(String),
    /// The key is here already.
    #[error("the key {kid} is here already: it is {state}")]
    Known {
        /// Its `kid`.
        kid: String,
        /// What it does.
        state: &'static str,
    },
    /// A successor is published already.
    #[error(
        "the key {kid} is published already and signs from {from}; --now makes another that signs at once"
    )]
    Pending {
        /// Its `kid`.
        kid: String,
        /// From when on it signs.
        from: Timestamp,
    },
    /// A key could not be made, read or opened.
    #[error(transparent)]
    Key(#[from] IssuerError),
    /// A key cannot be used.
    #[error(transparent)]
    Unusable(#[from] SigningKeyError),
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WorkError for KeyError {
    fn as_store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) | Self::Key(IssuerError::Store(error)) => Some(error),
            _ => None,
        }
    }
}

/// The key that signs now: of those that may, the one that began last.
pub(crate) fn active(
    rows: &[SigningKeyRow],
    algorithm: SigningAlgorithm,
    now: Timestamp,
) -> Option<&SigningKeyRow> {
    rows.iter()
        .filter(|row| row.algorithm == algorithm.as_str() && !is_retired(row, now) && row.active_from <= now)
        .max_by_key(|row| (row.active_from, &row.id))
}

pub(crate) fn is_retired(row: &SigningKeyRow, now: Timestamp) -> bool {
    row.retired_at.is_some_and(|retired_at| retired_at <= now)
}

/// Opens a sealed key.
pub(crate) fn open(row: &SigningKeyRow, seal: &KeyEncryptionKey) -> Result<SigningKey, IssuerError> {
    let pkcs8 = seal
        .open(&row.sealed_private_key, &row.id)
        .map_err(|source| IssuerError::Sealed { kid: row.id.clone(), source })?;
    Ok(SigningKey::from_pkcs8(&pkcs8)?)
}
