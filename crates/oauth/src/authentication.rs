//! Proving that a client is who it says: its secret, against Argon2id hashes, remembered for a while.

use crate::clients::{Client, Clients};
use crate::error::TokenError;
use crate::hasher::Hasher;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use muster_store::Timestamp;
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long a verified secret is remembered.
const VERIFIED_FOR: Duration = Duration::from_secs(600);
/// How long a wrong one is: it keeps one misconfigured client from holding the permits.
const WRONG_FOR: Duration = Duration::from_secs(5);
/// So many are remembered.
const REMEMBERED: usize = 10_000;

const WRONG: &str = "The client id or the client secret is wrong. Copy both anew from the application; \
                     a secret that was lost can be replaced by rotating it.";
const EXPIRED: &str = "The client secret has expired. Rotate the application's secret and copy the new one.";

pub(crate) struct Authenticator {
    pub(crate) clients: Clients,
    hasher: Hasher,
    /// By a keyed hash of client and secret; the secret itself is not kept.
    remembered: Cache<[u8; 32], Remembered>,
    key: hmac::Key,
}

#[derive(Clone)]
enum Remembered {
    /// The secret with this identifier and hash.
    Verified { secret_id: Arc<str>, hash: Arc<str>, until: Instant },
    /// None that the client had at this control revision.
    Wrong { revision: u64, until: Instant },
}

impl Authenticator {
    pub(crate) fn new(clients: Clients, hasher: Hasher) -> Result<Self, aws_lc_rs::error::Unspecified> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new())?;
        Ok(Self { clients, hasher, remembered: Cache::new(REMEMBERED), key })
    }

    /// The client, when the secret is one of its own and has not expired.
    pub(crate) async fn authenticate(
        &self,
        id: &str,
        secret: &[u8],
        now: Timestamp,
    ) -> Result<Arc<Client>, TokenError> {
        let client = self.clients.find(id).await?;
        let key = self.digest(id, secret);
        if let Some(remembered) = self.remembered.get(&key) {
            match (&remembered, &client) {
                (Remembered::Wrong { revision, until }, _)
                    if *revision == self.clients.revision() && Instant::now() < *until =>
                {
                    return Err(TokenError::invalid_client(WRONG));
                }
                (Remembered::Verified { secret_id, hash, until }, Some(client))
                    if Instant::now() < *until =>
                {
                    let secret = client
                        .secrets
                        .iter()
                        .find(|secret| *secret.id == **secret_id && *secret.hash == **hash);
                    match secret {
                        Some(secret) if secret.has_expired(now) => {
                            return Err(TokenError::invalid_client(EXPIRED));
                        }
                        Some(_) => return Ok(Arc::clone(client)),
                        None => (),
                    }
                }
                _ => (),
            }
            self.remembered.remove(&key);
        }
        // What follows is slow anyway: a secret that was made a moment ago must not be called wrong.
        let client = self.clients.find_fresh(id).await?;
        self.verify(client, secret, key, now).await
    }

    async fn verify(
        &self,
        client: Option<Arc<Client>>,
        secret: &[u8],
        key: [u8; 32],
        now: Timestamp,
    ) -> Result<Arc<Client>, TokenError> {
        // Of requests that come together with the same secret, one computes and the others wait for it.
        let verdict =
            self.remembered.get_or_insert_async(&key, self.compute(client.as_deref(), secret)).await?;
        let Remembered::Verified { secret_id, .. } = verdict else {
            return Err(TokenError::invalid_client(WRONG));
        };
        let client = client.ok_or(TokenError::Internal)?;
        let Some(found) = client.secrets.iter().find(|secret| *secret.id == *secret_id) else {
            return Err(TokenError::invalid_client(WRONG));
        };
        if found.has_expired(now) {
            return Err(TokenError::invalid_client(EXPIRED));
        }
        Ok(client)
    }

    async fn compute(&self, client: Option<&Client>, secret: &[u8]) -> Result<Remembered, TokenError> {
        let revision = self.clients.revision();
        let secrets = client.map_or(&[][..], |client| &client.secrets);
        let hashes = secrets.iter().map(|secret| secret.hash.clone()).collect();
        let found = self.hasher.find(Zeroizing::new(secret.to_vec()), hashes).await?;
        Ok(match found.and_then(|position| secrets.get(position)) {
            Some(secret) => Remembered::Verified {
                secret_id: secret.id.as_str().into(),
                hash: secret.hash.as_str().into(),
                until: Instant::now() + VERIFIED_FOR,
            },
            None => Remembered::Wrong { revision, until: Instant::now() + WRONG_FOR },
        })
    }

    /// Over the lengths too, so that no two pairs of client and secret run together.
    fn digest(&self, id: &str, secret: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.key);
        for part in [id.as_bytes(), secret] {
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part);
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(context.sign().as_ref());
        digest
    }
}
