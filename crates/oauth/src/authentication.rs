//! Proving that a client is who it says: its secret, against Argon2id hashes, remembered for a while.

use crate::clients::{Client, ClientSecret, Clients};
use crate::error::TokenError;
use crate::hasher::Hasher;
use crate::limits::FailureLimits;
use crate::request::Credentials;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use muster_store::{Store, StoreError, Timestamp, Used, applications};
use quick_cache::sync::Cache;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long a verified secret is remembered: longer than any token lives, so that who asks for the next one when the last has
/// expired is still known. That the secret exists and has not expired is looked up at each use.
const VERIFIED_FOR: Duration = Duration::from_secs(7 * 3_600);
/// How long a wrong one is: it keeps one misconfigured client from holding the permits, and from being limited, which
/// would hide from its admin that the secret is wrong. A secret that is made meanwhile ends it.
const WRONG_FOR: Duration = Duration::from_secs(60);
/// So many are remembered, of each.
const REMEMBERED: usize = 10_000;

const WRONG: &str = "The client id or the client secret is wrong. Copy both anew from the application; \
                     a secret that was lost can be replaced by rotating it.";
const EXPIRED: &str = "The client secret has expired. Rotate the application's secret and copy the new one.";

pub(crate) struct Authenticator {
    store: Store,
    pub(crate) clients: Clients,
    hasher: Hasher,
    pub(crate) limits: FailureLimits,
    /// By a keyed hash of client and secret; the secret itself is not kept.
    verified: Cache<[u8; 32], Verified>,
    wrong: Cache<[u8; 32], Wrong>,
    key: hmac::Key,
}

/// It is the secret with this identifier and hash.
#[derive(Clone)]
struct Verified {
    secret_id: Arc<str>,
    hash: Arc<str>,
    until: Instant,
}

/// It is none that the client had at this control revision.
#[derive(Clone, Copy)]
struct Wrong {
    revision: u64,
    until: Instant,
}

/// Credentials that are tried, and where they come from.
#[derive(Clone, Copy)]
pub(crate) struct Attempt<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) secret: &'a [u8],
    pub(crate) from: Option<IpAddr>,
}

impl Authenticator {
    pub(crate) fn new(
        store: Store,
        hasher: Hasher,
        limits: FailureLimits,
    ) -> Result<Self, aws_lc_rs::error::Unspecified> {
        Ok(Self {
            clients: Clients::new(store.clone()),
            store,
            hasher,
            limits,
            verified: Cache::new(REMEMBERED),
            wrong: Cache::new(REMEMBERED),
            key: hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new())?,
        })
    }

    /// The client that one of the credentials proves.
    pub(crate) async fn any(
        &self,
        credentials: &[Credentials],
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Arc<Client>, TokenError> {
        let mut refused = TokenError::Internal;
        for Credentials { client_id, client_secret } in credentials {
            let attempt = Attempt { client_id, secret: client_secret.as_bytes(), from };
            match self.authenticate(attempt, now).await {
                Err(error @ TokenError::InvalidClient(_)) => refused = error,
                decided => return decided,
            }
        }
        Err(refused)
    }

    /// The client, when the secret is one of its own and has not expired. A secret that is remembered to be right is never
    /// limited; of others, only so many a minute may fail.
    pub(crate) async fn authenticate(
        &self,
        attempt: Attempt<'_>,
        now: Timestamp,
    ) -> Result<Arc<Client>, TokenError> {
        let key = self.digest(attempt.client_id, attempt.secret);
        if let Some(verified) = self.verified.get(&key) {
            if let Some(client) = self.clients.find(attempt.client_id).await?
                && Instant::now() < verified.until
                && let Some(secret) = verified.of(&client)
            {
                self.accept(secret, now)?;
                return Ok(client);
            }
            self.verified.remove(&key);
        }
        // Of requests that come together with the same secret, one computes and the others wait for it.
        let verified = self.verified.get_or_insert_async(&key, self.compute(attempt, &key)).await?;
        let wrong = || TokenError::invalid_client(WRONG);
        let client = self.clients.find(attempt.client_id).await?.ok_or_else(wrong)?;
        self.accept(verified.of(&client).ok_or_else(wrong)?, now)?;
        Ok(client)
    }

    fn accept(&self, secret: &ClientSecret, now: Timestamp) -> Result<(), TokenError> {
        if secret.has_expired(now) {
            return Err(TokenError::invalid_client(EXPIRED));
        }
        if secret.last_use.is_due(now) {
            self.store.note_use(Used::Secret(secret.id.clone()), now);
        }
        Ok(())
    }

    async fn compute(&self, attempt: Attempt<'_>, key: &[u8; 32]) -> Result<Verified, TokenError> {
        if self.is_known_wrong(key) {
            return Err(TokenError::invalid_client(WRONG));
        }
        let Attempt { client_id, secret, from } = attempt;
        self.limits
            .attempt(client_id, from)
            .map_err(|wait| TokenError::TooManyFailures(wait.as_secs() + 1))?;
        // What follows is slow anyway: a secret that was made a moment ago must not be called wrong.
        let client = self.clients.find_fresh(client_id).await?;
        let revision = self.clients.revision();
        let secrets = client.as_ref().map_or(&[][..], |client| &client.secrets);
        let hashes = secrets.iter().map(|secret| secret.hash.clone()).collect();
        let found = self.hasher.find(Zeroizing::new(secret.to_vec()), client_id.to_owned(), hashes).await?;
        let Some((found, secret)) = found.and_then(|found| {
            let secret = secrets.get(found.position)?;
            Some((found, secret))
        }) else {
            self.limits.failed(client_id, from);
            self.wrong.insert(*key, Wrong { revision, until: Instant::now() + WRONG_FOR });
            return Err(TokenError::invalid_client(WRONG));
        };
        if let Some(renewed) = found.renewed {
            self.store_renewed(secret, renewed).await;
        }
        self.limits.succeeded(client_id, from);
        Ok(Verified {
            secret_id: secret.id.as_str().into(),
            hash: secret.hash.as_str().into(),
            until: Instant::now() + VERIFIED_FOR,
        })
    }

    fn is_known_wrong(&self, key: &[u8; 32]) -> bool {
        self.wrong
            .get(key)
            .is_some_and(|wrong| wrong.revision == self.clients.revision() && Instant::now() < wrong.until)
    }

    /// Not stored, it is computed again the next time: no reason to refuse the client.
    async fn store_renewed(&self, secret: &ClientSecret, renewed: String) {
        let (id, old) = (secret.id.clone(), secret.hash.clone());
        let stored = self
            .store
            .write(move |connection| -> Result<_, StoreError> {
                applications::rehash_secret(connection, &id, &old, &renewed)
            })
            .await;
        match stored {
            Ok(_) => tracing::info!(secret = secret.id, "hashed a secret anew with the settings of today"),
            Err(error) => tracing::warn!(%error, secret = secret.id, "cannot store a renewed hash"),
        }
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

impl Verified {
    fn of<'a>(&self, client: &'a Client) -> Option<&'a ClientSecret> {
        client.secrets.iter().find(|secret| *secret.id == *self.secret_id && *secret.hash == *self.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applications::LONGEST_TOKEN_MINUTES;

    #[test]
    fn a_secret_is_remembered_until_the_next_token_is_asked_for() {
        let longest = Duration::from_secs(u64::from(LONGEST_TOKEN_MINUTES) * 60);
        assert!(VERIFIED_FOR >= longest + Duration::from_secs(3_600));
    }
}
