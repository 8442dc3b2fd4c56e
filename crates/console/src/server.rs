//! The console: what it needs, and its routes.

use crate::{assets, headers, pages, upkeep};
use actix_web::web::{self, Data};
use muster_oauth::{
    Argon2Settings, FailureLimits, FailureSettings, PasswordError, PasswordHasher, TrustedProxies,
};
use muster_scim::ScimServer;
use muster_store::Store;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;

/// How the console presents itself.
#[derive(Clone, Debug)]
pub struct ConsoleSettings {
    /// Where people reach the server, without a trailing slash.
    pub public_url: String,
    /// The SCIM base URL.
    pub tenant_url: String,
    /// The token endpoint.
    pub token_endpoint: String,
    /// For how many days a new client secret may be used.
    pub secret_lifetime_days: u32,
    /// How long an access token of a new application lives, in minutes.
    pub token_lifetime_minutes: u32,
    /// For how many days a new provisioning token may be used.
    pub provisioning_token_days: u32,
    /// How long a signing key signs before a new one takes over; `None` when keys are rotated by hand alone.
    pub signing_keys_rotate_after: Option<Duration>,
    /// How costly hashes are.
    pub argon2: Argon2Settings,
    /// How many passwords are hashed at once.
    pub argon2_permits: usize,
    /// Passwords are at least so long, in characters.
    pub shortest_password: usize,
    /// A session ends when nobody was there for so long.
    pub idle: Duration,
    /// A session ends after so long, whatever happens.
    pub longest_session: Duration,
    /// How many attempts to sign in may fail in a minute.
    pub failures: FailureSettings,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// The program's version.
    pub version: &'static str,
}

impl ConsoleSettings {
    /// Whether people come by https: then cookies are for https alone.
    pub(crate) fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// The console cannot start.
#[derive(Debug, Error)]
pub enum ConsoleError {
    /// Passwords cannot be hashed.
    #[error("the console cannot hash passwords with these settings")]
    Passwords(#[from] PasswordError),
    /// A thread cannot be started.
    #[error("cannot start a thread")]
    Thread(#[source] std::io::Error),
}

/// The console. Cloning is cheap and shares it.
#[derive(Clone)]
pub struct Console(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) scim: ScimServer,
    pub(crate) settings: ConsoleSettings,
    pub(crate) passwords: PasswordHasher,
    pub(crate) limits: FailureLimits,
}

impl Console {
    /// A console over the store and the directory of the SCIM server.
    ///
    /// # Errors
    ///
    /// See [`ConsoleError`].
    pub fn open(store: Store, scim: ScimServer, settings: ConsoleSettings) -> Result<Self, ConsoleError> {
        let passwords = PasswordHasher::new(settings.argon2_permits, settings.argon2)?;
        let limits = FailureLimits::new(settings.failures);
        let inner = Arc::new(Inner { store, scim, settings, passwords, limits });
        upkeep::start(&inner).map_err(ConsoleError::Thread)?;
        Ok(Self(inner))
    }

    /// Mounts the pages.
    pub fn routes(&self) -> impl Fn(&mut web::ServiceConfig) + Clone + use<> {
        let inner = Arc::clone(&self.0);
        move |config| {
            assets::configure(config);
            let pages = web::scope("").app_data(Data::from(Arc::clone(&inner))).configure(pages::configure);
            config.service(headers::around(pages, &inner));
        }
    }
}
