//! The issuer: an opened store, the keys, and the routes over them.

use crate::authentication::Authenticator;
use crate::clients::Clients;
use crate::grant::Grant;
use crate::hasher::Hasher;
use crate::prover::Prover;
use crate::{keys, routes};
use actix_web::web;
use arc_swap::ArcSwap;
use muster_jwks::KeyDirectory;
use muster_store::signing_keys::{self, SigningKeyRow};
use muster_store::{Store, StoreError, Timestamp};
use muster_token::{
    AccessTokenClaims, Confirmation, DpopVerifier, KeyEncryptionKey, KeySet, KeySetError, SealError,
    SharedKeySet, SigningKey, SigningKeyError, install_crypto_provider,
};
use std::sync::{Arc, Weak};
use std::time::Duration;
use thiserror::Error;
use uuid::Uuid;

/// How often a change of the keys is looked for; the promise is "within one second", of which the store takes a part.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How the issuer presents itself.
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
    /// No key may sign.
    #[error("no signing key is active")]
    NoKey,
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
    store: Store,
    seal: KeyEncryptionKey,
    pub(crate) key_set: SharedKeySet,
    active: ArcSwap<SigningKey>,
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
        let now = Timestamp::now();
        let revision = store.control_revision();
        let rows = keys::ensure(&store, &seal, now)?;
        let (active, key_set) = read_keys(&rows, &seal, now)?;
        let hasher = Hasher::new(settings.argon2_permits.max(1)).map_err(IssuerError::Hash)?;
        let authenticator =
            Authenticator::new(Clients::new(store.clone()), hasher).map_err(|_| IssuerError::Randomness)?;
        let prover = Prover::new(store.clone(), directory, &settings.issuer);
        let inner = Arc::new(Inner {
            settings,
            authenticator,
            prover,
            dpop: DpopVerifier::default(),
            store,
            seal,
            key_set: Arc::new(ArcSwap::from_pointee(key_set)),
            active: ArcSwap::from_pointee(active),
        });
        watch_keys(&inner, revision)?;
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
        Arc::clone(&self.0.key_set)
    }

    /// The token for a grant, signed (RFC 9068); it lives for `lifetime` and is bound as `cnf` says.
    pub(crate) fn sign(
        &self,
        grant: &Grant,
        lifetime: Duration,
        cnf: Confirmation,
        now: Timestamp,
    ) -> Result<String, SigningKeyError> {
        let inner = &self.0;
        let issued = u64::try_from(now.seconds()).unwrap_or_default();
        let claims = AccessTokenClaims {
            iss: inner.settings.issuer.clone(),
            sub: grant.client.id.clone(),
            client_id: grant.client.id.clone(),
            aud: inner.settings.audience.clone(),
            iat: issued,
            nbf: issued,
            exp: issued + lifetime.as_secs(),
            jti: Uuid::new_v4().simple().to_string(),
            scope: grant.scopes,
            org: grant.client.organization_id.clone(),
            cnf,
        };
        inner.active.load().sign(&claims)
    }
}

fn read_keys(
    rows: &[SigningKeyRow],
    seal: &KeyEncryptionKey,
    now: Timestamp,
) -> Result<(SigningKey, KeySet), IssuerError> {
    let active = keys::active(rows, now).ok_or(IssuerError::NoKey)?;
    let public = rows
        .iter()
        .filter(|row| !keys::is_retired(row, now))
        .map(|row| serde_json::from_str(&row.public_jwk))
        .collect::<Result<_, _>>()?;
    Ok((keys::open(active, seal)?, KeySet::new(public)?))
}

fn watch_keys(inner: &Arc<Inner>, revision: u64) -> Result<(), IssuerError> {
    let inner = Arc::downgrade(inner);
    std::thread::Builder::new()
        .name("muster-keys".into())
        .spawn(move || watch(&inner, revision))
        .map(drop)
        .map_err(IssuerError::Thread)
}

/// Reads the keys again when something changed, until the issuer is dropped.
fn watch(inner: &Weak<Inner>, mut seen: u64) {
    loop {
        std::thread::sleep(LOOK_EVERY);
        let Some(inner) = inner.upgrade() else { return };
        let revision = inner.store.control_revision();
        if revision == seen {
            continue;
        }
        match refresh(&inner) {
            Ok(()) => seen = revision,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "cannot read the signing keys again"
                );
            }
        }
    }
}

fn refresh(inner: &Inner) -> Result<(), IssuerError> {
    let rows = inner.store.read_blocking(signing_keys::list)?;
    let (active, key_set) = read_keys(&rows, &inner.seal, Timestamp::now())?;
    inner.key_set.store(Arc::new(key_set));
    if active.kid() != inner.active.load().kid() {
        inner.active.store(Arc::new(active));
    }
    Ok(())
}
