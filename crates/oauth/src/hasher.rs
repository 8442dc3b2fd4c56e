//! Argon2id, a few at a time, on memory that is kept.

use crate::error::TokenError;
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, PasswordHasher, Version};
use std::sync::{Arc, Mutex, PoisonError};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// OWASP's recommendation: 19 MiB, two passes, one lane; about 15 ms of a core.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// So many may wait for each permit before a request is told to come back.
const WAITING_PER_PERMIT: usize = 64;

/// Hashes and verifies. Without a limit, 64 connections took 14 GB (oauth-facts 3).
#[derive(Clone)]
pub(crate) struct Hasher(Arc<Inner>);

struct Inner {
    running: Semaphore,
    waiting: Semaphore,
    memory: Mutex<Vec<Vec<Block>>>,
    /// Verified against for clients that do not exist, so that they take as long as others.
    decoy: String,
}

impl Hasher {
    /// A hasher that runs so many at once.
    pub(crate) fn new(permits: usize) -> Result<Self, argon2::password_hash::Error> {
        let decoy = hash(&crate::secret::new_secret())?;
        Ok(Self(Arc::new(Inner {
            running: Semaphore::new(permits),
            waiting: Semaphore::new(permits * WAITING_PER_PERMIT),
            memory: Mutex::default(),
            decoy,
        })))
    }

    /// Whether the secret is the one that was hashed; which one of several, where there are several. Without any, takes
    /// the time of one and finds none.
    pub(crate) async fn find(
        &self,
        secret: Zeroizing<Vec<u8>>,
        hashes: Vec<String>,
    ) -> Result<Option<usize>, TokenError> {
        let _waits = self.0.waiting.try_acquire().map_err(|_| TokenError::Busy)?;
        let _runs = self.0.running.acquire().await.map_err(|_| TokenError::Internal)?;
        let inner = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || inner.find(&secret, &hashes)).await.map_err(|error| {
            tracing::error!(%error, "verifying a secret failed");
            TokenError::Internal
        })
    }
}

impl Inner {
    fn find(&self, secret: &[u8], hashes: &[String]) -> Option<usize> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let found = if hashes.is_empty() {
            verify(secret, &self.decoy, &mut memory);
            None
        } else {
            hashes.iter().position(|hash| verify(secret, hash, &mut memory))
        };
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        found
    }
}

/// The PHC string of a secret.
pub(crate) fn hash(secret: &str) -> Result<String, argon2::password_hash::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password(secret.as_bytes())?.to_string())
}

fn verify(secret: &[u8], hash: &str, memory: &mut Vec<Block>) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    let (Ok(params), Some(salt), Some(expected)) = (Params::try_from(&hash), &hash.salt, &hash.hash) else {
        return false;
    };
    let Ok(algorithm) = Algorithm::try_from(hash.algorithm.as_str()) else { return false };
    let blocks = params.block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::new());
    }
    let mut output = Zeroizing::new(vec![0; expected.len()]);
    let argon2 = Argon2::new(algorithm, Version::V0x13, params);
    argon2.hash_password_into_with_memory(secret, salt, &mut output, &mut memory[..blocks]).is_ok()
        && bool::from(output.ct_eq(expected.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(hasher: &Hasher, secret: &str, hashes: &[String]) -> Option<usize> {
        hasher.0.find(secret.as_bytes(), hashes)
    }

    #[test]
    fn finds_the_secret_among_several_hashes() {
        let hasher = Hasher::new(2).unwrap();
        let hashes = [hash("one").unwrap(), hash("two").unwrap(), "$argon2id$rubbish".to_owned()];
        assert!(hashes[0].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(find(&hasher, "two", &hashes), Some(1));
        assert_eq!(find(&hasher, "three", &hashes), None);
        assert_eq!(find(&hasher, "", &[]), None);
        // The memory of one run must not change the next.
        assert_eq!(find(&hasher, "one", &hashes), Some(0));
        assert_eq!(hasher.0.memory.lock().unwrap().len(), 1);
    }
}
