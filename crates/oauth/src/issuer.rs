//! The issuer: an opened store, the keys, and the routes over them.

use crate::address::TrustedProxies;
use crate::authentication::Authenticator;
use crate::error::TokenError;
use crate::grant::Grant;
use crate::hasher::{Argon2Settings, Hasher};
use crate::keys::KeyError;
use crate::keys::ring::KeyRing;
use crate::limits::{FailureLimits, FailureSettings};
use crate::prover::Prover;
use crate::registration::RegistrationSettings;
use crate::{keys, routes, upkeep};
use actix_web::web;
use muster_jwks::KeyDirectory;
use muster_store::{Store, StoreError, Timestamp, signing_keys};
use muster_token::{
    AccessTokenClaims, Confirmation, DpopVerifier, KeyEncryptionKey, KeySetError, SealError, SharedKeySet,
    SigningAlgorithm, SigningKey, SigningKeyError, Verifier, install_crypto_provider,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use thiserror::Error;
use uuid::Uuid;

/// How the issuer presents itself, and how it guards itself.
#[derive(Clone, Debug)]
pub struct IssuerSettings {
    /// The `iss` of tokens: the server's public URL, without a trailing slash.
    pub issuer: String,
    /// The `aud` of tokens: the SCIM base URL.
    pub audience: String,
    /// How many Argon2id computations run at once.
    pub argon2_permits: usize,
    /// Whether clients may show TLS certificates (RFC 8705).
    pub client_certificates: bool,
    /// What applications that register themselves get (RFC 7591); none may, when not given.
    pub registration: Option<RegistrationSettings>,
    /// How costly each is.
    pub argon2: Argon2Settings,
    /// How often wrong client credentials may be tried.
    pub failures: FailureSettings,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// How long a key signs before a new one takes over; never, when not given.
    pub rotate_keys_after: Option<Duration>,
    /// How long a new key is published before it signs.
    pub publish_keys_for: Duration,
}

/// The issuer could not be opened.
#[derive(Debug, Error)]
pub enum IssuerError {
    /// The database failed.
    #[error("cannot read the signing keys")]
    Store(#[from] StoreError),
    /// A key could not be made or read.
    #[error("cannot use a signing key")]
    Key(#[from] SigningKeyError),
    /// Sealing failed.
    #[error("cannot seal a signing key")]
    Seal(#[from] SealError),
    /// The key-encryption key is not the one that sealed.
    #[error("cannot open the signing key {kid}: is the key-encryption key the right one?")]
    Sealed {
        /// The key.
        kid: String,
        /// Why.
        #[source]
        source: SealError,
    },
    /// A public key in the database cannot be used.
    #[error("a public key in the database cannot be used")]
    PublicKey(#[from] KeySetError),
    /// A public key in the database is no JWK.
    #[error("a public key in the database is no JWK")]
    Jwk(#[from] serde_json::Error),
    /// Argon2id does not work.
    #[error("cannot hash: {0}")]
    Hash(argon2::password_hash::Error),
    /// The first key could not be made.
    #[error("cannot make a signing key")]
    FirstKey(#[source] Box<KeyError>),
    /// The system has no randomness.
    #[error("the system has no randomness")]
    Randomness,
    /// A thread could not be started.
    #[error("cannot start a thread")]
    Thread(#[source] std::io::Error),
}

/// Issues access tokens. Cloning is cheap and shares it.
#[derive(Clone)]
pub struct Issuer(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) settings: IssuerSettings,
    pub(crate) authenticator: Authenticator,
    pub(crate) prover: Prover,
    pub(crate) dpop: DpopVerifier,
    pub(crate) store: Store,
    pub(crate) seal: Arc<KeyEncryptionKey>,
    pub(crate) keys: KeyRing,
    /// Believes what was issued here, for introspection and revocation.
    pub(crate) verifier: Verifier,
    /// The control revision at which the keys were tried last. Held while they are: an older set never follows a newer one.
    tried: Mutex<u64>,
}

impl Issuer {
    /// Opens the issuer; makes the first signing key where there is none. The directory holds the keys of those whose
    /// assertions prove clients. Blocks.
    ///
    /// # Errors
    ///
    /// When the database fails or the keys cannot be opened.
    pub fn open(
        store: Store,
        settings: IssuerSettings,
        seal: KeyEncryptionKey,
        directory: KeyDirectory,
    ) -> Result<Self, IssuerError> {
        install_crypto_provider();
        let seal = Arc::new(seal);
        keys::ensure(&store, &seal, SigningAlgorithm::default(), Timestamp::now()).map_err(|error| {
            match error {
                KeyError::Key(error) => error,
                error => IssuerError::FirstKey(Box::new(error)),
            }
        })?;
        let hasher =
            Hasher::new(settings.argon2_permits.max(1), settings.argon2).map_err(IssuerError::Hash)?;
        let limits = FailureLimits::new(settings.failures);
        let authenticator =
            Authenticator::new(store.clone(), hasher, limits).map_err(|_| IssuerError::Randomness)?;
        let keys = KeyRing::default();
        let verifier =
            Verifier::new(Arc::clone(keys.published()), settings.issuer.clone(), settings.audience.clone());
        let inner = Arc::new(Inner {
            prover: Prover::new(store.clone(), directory, &settings.issuer),
            dpop: DpopVerifier::default(),
            settings,
            authenticator,
            store,
            seal,
            keys,
            verifier,
            tried: Mutex::new(0),
        });
        inner.take_keys()?;
        upkeep::start(&inner)?;
        Ok(Self(inner))
    }

    /// Mounts the issuer's routes.
    pub fn routes(&self) -> impl Fn(&mut web::ServiceConfig) + Clone + use<> {
        let issuer = self.clone();
        move |config| routes::configure(config, &issuer)
    }

    /// The public keys that tokens are verified with, kept up to date.
    #[must_use]
    pub fn key_set(&self) -> SharedKeySet {
        Arc::clone(self.0.keys.published())
    }

    /// The token for a grant, signed (RFC 9068); it lives for `lifetime` and is bound as `cnf` says.
    pub(crate) async fn sign(
        &self,
        grant: &Grant,
        lifetime: Duration,
        cnf: Confirmation,
        now: Timestamp,
    ) -> Result<String, TokenError> {
        let inner = &self.0;
        let issued = u64::try_from(now.seconds()).unwrap_or_default();
        let claims = AccessTokenClaims {
            iss: inner.settings.issuer.clone(),
            sub: grant.client.user_id.as_ref().unwrap_or(&grant.client.id).clone(),
            client_id: grant.client.id.clone(),
            aud: inner.settings.audience.clone(),
            iat: issued,
            nbf: issued,
            exp: issued + lifetime.as_secs(),
            jti: Uuid::new_v4().simple().to_string(),
            scope: grant.scopes,
            org: grant.client.organization_id.clone(),
            generation: grant.client.token_generation,
            cnf,
        };
        let algorithm = grant.client.algorithm;
        let key = match inner.keys.signing(algorithm) {
            Some(key) => key,
            None => self.first_key(algorithm).await?,
        };
        key.sign(&claims).map_err(|error| internal("cannot sign a token", &error))
    }

    /// The key of an algorithm that nobody has asked for yet.
    async fn first_key(&self, algorithm: SigningAlgorithm) -> Result<Arc<SigningKey>, TokenError> {
        let inner = Arc::clone(&self.0);
        let made = tokio::task::spawn_blocking(move || {
            keys::ensure(&inner.store, &inner.seal, algorithm, Timestamp::now())?;
            inner.take_keys().map(|()| inner.keys.signing(algorithm)).map_err(KeyError::Key)
        });
        match made.await {
            Ok(Ok(Some(key))) => Ok(key),
            Ok(Err(KeyError::Store(error) | KeyError::Key(IssuerError::Store(error)))) => Err(error.into()),
            Ok(Err(error)) => Err(internal("cannot make a signing key", &error)),
            Ok(Ok(None)) | Err(_) => Err(TokenError::Internal),
        }
    }
}

fn internal(what: &str, error: &(dyn std::error::Error + 'static)) -> TokenError {
    tracing::error!(error, "{what}");
    TokenError::Internal
}

impl Inner {
    pub(crate) fn keys_have_changed(&self, now: Timestamp) -> bool {
        self.store.control_revision() != *self.tried() || self.keys.is_outdated(now)
    }

    /// Reads the keys. Blocks.
    pub(crate) fn take_keys(&self) -> Result<(), IssuerError> {
        let mut tried = self.tried();
        let revision = self.store.control_revision();
        let rows = self.store.read_blocking(signing_keys::list)?;
        // What cannot be used now cannot be used a moment later either; what the database refused may.
        *tried = revision;
        self.keys.take(&rows, revision, &self.seal, Timestamp::now())
    }

    fn tried(&self) -> MutexGuard<'_, u64> {
        self.tried.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
