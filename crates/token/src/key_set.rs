//! The public keys that tokens are verified with.

use arc_swap::ArcSwap;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey};
use std::collections::HashMap;
use std::sync::Arc;
use thiserror::Error;

/// A key set that is replaced whole when keys change; reading it takes no lock.
pub type SharedKeySet = Arc<ArcSwap<KeySet>>;

/// Public keys by `kid` (RFC 7517 §5).
#[derive(Clone, Default)]
pub struct KeySet {
    jwks: JwkSet,
    keys: HashMap<String, PublicKey>,
    revision: u64,
}

#[derive(Clone)]
pub(crate) struct PublicKey {
    pub(crate) key: DecodingKey,
    /// The key's own algorithm; what a token's header says is never asked.
    pub(crate) algorithm: Algorithm,
}

/// A key that cannot be in a key set.
#[derive(Debug, Error)]
pub enum KeySetError {
    /// It has no `kid`.
    #[error("a key of the set has no kid")]
    NoKid,
    /// It has no `alg`, or one that is not for signatures.
    #[error("the key {0} names no signature algorithm")]
    Algorithm(String),
    /// It cannot be used.
    #[error("the key {0} cannot be used")]
    Key(String, #[source] jsonwebtoken::errors::Error),
}

impl KeySet {
    /// Takes the keys, in the order in which they are to be published.
    ///
    /// # Errors
    ///
    /// When one has no `kid`, no `alg`, or cannot be used.
    pub fn new(keys: Vec<Jwk>) -> Result<Self, KeySetError> {
        let mut by_kid = HashMap::new();
        for jwk in &keys {
            let kid = jwk.common.key_id.clone().ok_or(KeySetError::NoKid)?;
            let algorithm = jwk
                .common
                .key_algorithm
                .and_then(|algorithm| algorithm.to_string().parse::<Algorithm>().ok())
                .ok_or_else(|| KeySetError::Algorithm(kid.clone()))?;
            let key = DecodingKey::from_jwk(jwk).map_err(|error| KeySetError::Key(kid.clone(), error))?;
            by_kid.insert(kid, PublicKey { key, algorithm });
        }
        Ok(Self { jwks: JwkSet { keys }, keys: by_kid, revision: u64::MAX })
    }

    /// The same set, true as of that revision of where the keys are kept.
    #[must_use]
    pub fn at_revision(self, revision: u64) -> Self {
        Self { revision, ..self }
    }

    /// Of when the set is true; a set that was given none never becomes outdated.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The set as it is published.
    #[must_use]
    pub const fn jwks(&self) -> &JwkSet {
        &self.jwks
    }

    pub(crate) fn find(&self, kid: &str) -> Option<&PublicKey> {
        self.keys.get(kid)
    }
}
