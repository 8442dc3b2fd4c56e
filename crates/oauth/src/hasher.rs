//! Argon2id, a few at a time, on memory that is kept.

use crate::error::TokenError;
use argon2::password_hash::Error;
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, PasswordHasher, Version};
use aws_lc_rs::digest::{SHA256, digest};
use std::sync::{Arc, Mutex, PoisonError};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

const LANES: u32 = 1;
const SALT_BYTES: usize = 16;

/// So many may wait for each permit before a request is told to come back.
const WAITING_PER_PERMIT: usize = 64;

/// How costly a hash is. Secrets that were hashed otherwise are hashed anew when they are next used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Settings {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub iterations: u32,
}

impl Default for Argon2Settings {
    /// OWASP's recommendation: 19 MiB, two passes; about 15 ms of a core.
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2 }
    }
}

impl Argon2Settings {
    fn params(self) -> Result<Params, Error> {
        Ok(Params::new(self.memory_kib, self.iterations, LANES, None)?)
    }
}

/// Hashes and verifies. Without a limit, 64 connections took 14 GB (oauth-facts 3).
#[derive(Clone)]
pub(crate) struct Hasher(Arc<Inner>);

struct Inner {
    settings: Argon2Settings,
    running: Semaphore,
    waiting: Semaphore,
    memory: Mutex<Vec<Vec<Block>>>,
    /// Verified against for clients that do not exist, so that they take as long as others.
    decoy: String,
}

/// Which of the hashes a secret fits.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its place.
    pub(crate) position: usize,
    /// The hash to be stored in its place, when it was made with other settings.
    pub(crate) renewed: Option<String>,
}

impl Hasher {
    /// A hasher that runs so many at once.
    pub(crate) fn new(permits: usize, settings: Argon2Settings) -> Result<Self, Error> {
        let decoy = hash(&crate::secret::new_secret(), "nobody", settings)?;
        Ok(Self(Arc::new(Inner {
            settings,
            running: Semaphore::new(permits),
            waiting: Semaphore::new(permits * WAITING_PER_PERMIT),
            memory: Mutex::default(),
            decoy,
        })))
    }

    /// The hash of a person's password, under a salt of its own.
    pub(crate) async fn hash(&self, password: Zeroizing<String>) -> Result<String, TokenError> {
        let settings = self.0.settings;
        let salted_by = crate::secret::new_client_id();
        let hashed = self.run(move |_| hash(&password, &salted_by, settings)).await?;
        hashed.map_err(|error| {
            tracing::error!(%error, "hashing a password failed");
            TokenError::Internal
        })
    }

    /// Which of the client's hashes the secret fits. Without any, takes the time of one and finds none.
    pub(crate) async fn find(
        &self,
        secret: Zeroizing<Vec<u8>>,
        client_id: String,
        hashes: Vec<String>,
    ) -> Result<Option<Found>, TokenError> {
        self.run(move |inner| inner.find(&secret, &client_id, &hashes)).await
    }

    /// Runs a computation when its turn has come, away from the threads that serve requests.
    async fn run<T: Send + 'static>(
        &self,
        compute: impl FnOnce(&Inner) -> T + Send + 'static,
    ) -> Result<T, TokenError> {
        let _waits = self.0.waiting.try_acquire().map_err(|_| TokenError::Busy)?;
        let _runs = self.0.running.acquire().await.map_err(|_| TokenError::Internal)?;
        let inner = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || compute(&inner)).await.map_err(|error| {
            tracing::error!(%error, "hashing failed");
            TokenError::Internal
        })
    }
}

impl Inner {
    fn find(&self, secret: &[u8], client_id: &str, hashes: &[String]) -> Option<Found> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let mut stored: Vec<Option<Stored>> = hashes.iter().map(|hash| Stored::parse(hash)).collect();
        if stored.iter().all(Option::is_none) {
            // Takes the place of what is missing; it fits nothing.
            stored = vec![Stored::parse(&self.decoy).map(|decoy| Stored { expected: Vec::new(), ..decoy })];
        }
        let mut computed: Vec<(&Stored, Zeroizing<Vec<u8>>)> = Vec::new();
        let mut position = None;
        for (number, stored) in stored.iter().enumerate() {
            let Some(stored) = stored else { continue };
            let known = computed.iter().position(|(other, _)| other.computes_as(stored));
            let known = known.or_else(|| {
                computed.push((stored, stored.compute(secret, &mut memory)?));
                Some(computed.len() - 1)
            });
            let fits = known.is_some_and(|known| bool::from(computed[known].1.ct_eq(&stored.expected)));
            if fits && position.is_none() {
                position = Some(number);
            }
        }
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        let position = position?;
        let current = stored[position].as_ref().is_some_and(|stored| stored.is_of(self.settings));
        let renewed = if current {
            None
        } else {
            std::str::from_utf8(secret).ok().and_then(|secret| hash(secret, client_id, self.settings).ok())
        };
        Some(Found { position, renewed })
    }
}

/// A PHC string, read.
struct Stored {
    algorithm: Algorithm,
    params: Params,
    salt: Vec<u8>,
    expected: Vec<u8>,
}

impl Stored {
    fn parse(hash: &str) -> Option<Self> {
        let hash = PasswordHash::new(hash).ok()?;
        Some(Self {
            algorithm: Algorithm::try_from(hash.algorithm.as_str()).ok()?,
            params: Params::try_from(&hash).ok()?,
            salt: hash.salt.as_ref()?.to_vec(),
            expected: hash.hash.as_ref()?.as_bytes().to_vec(),
        })
    }

    /// Whether one computation serves both.
    fn computes_as(&self, other: &Self) -> bool {
        let costs = |stored: &Self| {
            (stored.params.m_cost(), stored.params.t_cost(), stored.params.p_cost(), stored.expected.len())
        };
        self.algorithm == other.algorithm && self.salt == other.salt && costs(self) == costs(other)
    }

    fn is_of(&self, settings: Argon2Settings) -> bool {
        self.algorithm == Algorithm::Argon2id
            && (self.params.m_cost(), self.params.t_cost(), self.params.p_cost())
                == (settings.memory_kib, settings.iterations, LANES)
    }

    fn compute(&self, secret: &[u8], memory: &mut Vec<Block>) -> Option<Zeroizing<Vec<u8>>> {
        let blocks = self.params.block_count();
        if memory.len() < blocks {
            memory.resize(blocks, Block::new());
        }
        // A decoy expects nothing; it takes the time of a real one all the same.
        let length = if self.expected.is_empty() { Params::DEFAULT_OUTPUT_LEN } else { self.expected.len() };
        let mut output = Zeroizing::new(vec![0; length]);
        let argon2 = Argon2::new(self.algorithm, Version::V0x13, self.params.clone());
        argon2
            .hash_password_into_with_memory(secret, &self.salt, &mut output, &mut memory[..blocks])
            .ok()
            .map(|()| output)
    }
}

/// The PHC string of a secret. All secrets of a client share a salt, so that one computation tells which of them was
/// sent: a client with several takes no longer than one with a single one, or than one that does not exist. The client
/// id is random, and so are the secrets; the salt needs only to differ between clients.
pub(crate) fn hash(secret: &str, client_id: &str, settings: Argon2Settings) -> Result<String, Error> {
    let salt = digest(&SHA256, format!("muster client {client_id}").as_bytes());
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, settings.params()?);
    Ok(argon2.hash_password_with_salt(secret.as_bytes(), &salt.as_ref()[..SALT_BYTES])?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Argon2Settings = Argon2Settings { memory_kib: 64, iterations: 1 };

    fn find(hasher: &Hasher, secret: &str, hashes: &[String]) -> Option<Found> {
        hasher.0.find(secret.as_bytes(), "mapp_1", hashes)
    }

    #[test]
    fn finds_the_secret_among_several_hashes() {
        let settings = Argon2Settings::default();
        let hasher = Hasher::new(2, settings).unwrap();
        let hash = |secret| hash(secret, "mapp_1", settings).unwrap();
        let hashes = [hash("one"), hash("two"), "$argon2id$rubbish".to_owned()];
        assert!(hashes[0].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let at = |position| Some(Found { position, renewed: None });
        assert_eq!(find(&hasher, "two", &hashes), at(1));
        assert_eq!(find(&hasher, "three", &hashes), None);
        assert_eq!(find(&hasher, "", &[]), None);
        assert_eq!(find(&hasher, "", &hashes[2..]), None);
        // The memory of one run must not change the next.
        assert_eq!(find(&hasher, "one", &hashes), at(0));
        assert_eq!(hasher.0.memory.lock().unwrap().len(), 1);
    }

    #[test]
    fn the_secrets_of_a_client_cost_one_computation() {
        let parsed = |secret, client| Stored::parse(&hash(secret, client, CHEAP).unwrap()).unwrap();
        assert!(parsed("one", "mapp_1").computes_as(&parsed("two", "mapp_1")));
        assert!(!parsed("one", "mapp_1").computes_as(&parsed("one", "mapp_2")));
    }

    #[test]
    fn a_secret_of_other_settings_is_hashed_anew() {
        let hasher = Hasher::new(1, CHEAP).unwrap();
        let costly = Argon2Settings { memory_kib: 128, iterations: 2 };
        let old = hash("one", "mapp_1", costly).unwrap();
        let found = find(&hasher, "one", &[old]).unwrap();
        let renewed = found.renewed.unwrap();
        assert!(renewed.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{renewed}");
        assert_eq!(find(&hasher, "one", &[renewed]), Some(Found { position: 0, renewed: None }));
    }
}
