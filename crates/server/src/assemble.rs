//! The actix application: the issuer, the SCIM server and the health routes over one store.

use crate::configuration::Configuration;
use crate::health::{self, Health};
use crate::observe;
use crate::schemas;
use crate::tls::Tls;
use actix_web::dev::Server;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::{Context, Result, bail};
use metrics_exporter_prometheus::PrometheusHandle;
use muster_console::{Console, ConsoleSettings, NewLink, make_link};
use muster_jwks::KeyDirectory;
use muster_oauth::registration::RegistrationSettings;
use muster_oauth::{FailureSettings, Issuer, IssuerSettings};
use muster_scim::{ScimServer, ScimSettings, TrustedIssuers};
use muster_store::{Store, StoreError, Timestamp, admins, organizations, signing_keys};
use muster_token::{KeyEncryptionKey, Verifier};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use uuid::Uuid;

/// The base URL of the SCIM server below the public URL.
pub(crate) const SCIM_PATH: &str = "/scim/v2";
/// The token endpoint below the public URL.
pub(crate) const TOKEN_PATH: &str = "/v2/token";

/// Everything that a running server needs, opened.
pub(crate) struct Assembly {
    pub(crate) store: Store,
    /// Where clients reach the server, without a trailing slash.
    pub(crate) public_url: String,
    issuer: Issuer,
    scim: ScimServer,
    console: Option<Console>,
    metrics: PrometheusHandle,
    tls: Option<Tls>,
}

impl Assembly {
    /// Opens the store, the keys and both servers. `bound` is the address that is listened on. Blocks.
    pub(crate) fn open(
        configuration: &Configuration,
        bound: SocketAddr,
        metrics: PrometheusHandle,
    ) -> Result<Self> {
        let public_url = configuration.public_url(Some(bound))?;
        let tls = Tls::open(&configuration.tls)?;
        let store = open_store(configuration)?;
        store.start_journal(configuration.provisioning_log.settings())?;
        let audience = format!("{public_url}{SCIM_PATH}");
        let issuer_settings = IssuerSettings {
            issuer: public_url.clone(),
            audience: audience.clone(),
            argon2_permits: configuration.oauth.argon2_permits,
            client_certificates: configuration.tls.asks_clients(),
            registration: configuration.oauth.dynamic_registration.then_some(RegistrationSettings {
                secret_lifetime_days: configuration.oauth.secret_lifetime_days,
                token_lifetime_minutes: configuration.oauth.token_lifetime_minutes,
            }),
            argon2: configuration.oauth.argon2(),
            failures: failures(configuration),
            trusted_proxies: configuration.trusted_proxies()?,
            rotate_keys_after: configuration.keys.rotate_after(),
            publish_keys_for: configuration.keys.publish_for(),
        };
        let directory = KeyDirectory::new()?;
        let issuer = Issuer::open(
            store.clone(),
            issuer_settings,
            key_encryption_key(configuration, &store)?,
            directory.clone(),
        )?;
        let verifier = Verifier::new(issuer.key_set(), public_url.clone(), audience.clone());
        let scim_settings = ScimSettings {
            base_url: audience,
            authorization_server: public_url.clone(),
            client_certificates: configuration.tls.asks_clients(),
            page_size: configuration.scim.page_size,
            max_page_size: configuration.scim.max_page_size,
            max_body_bytes: configuration.server.max_body_bytes,
            bulk_max_operations: configuration.scim.bulk_max_operations,
            bulk_max_payload_bytes: configuration.scim.bulk_max_payload_bytes,
            catalog: schemas::catalog(configuration)?,
            password_permits: configuration.oauth.argon2_permits,
        };
        let trusted = TrustedIssuers::new(directory, configuration.trusted_issuers()?);
        let scim = ScimServer::new(store.clone(), verifier, trusted, scim_settings);
        let console = if configuration.console.enabled {
            let settings = console_settings(configuration, &public_url)?;
            Some(Console::open(store.clone(), scim.clone(), settings)?)
        } else {
            None
        };
        Ok(Self { store, public_url, issuer, scim, console, metrics, tls })
    }

    /// The address of a one-time link for the first admin, while there is none and the console is on. Blocks.
    pub(crate) fn set_up_link(&self) -> Result<Option<String>> {
        if self.console.is_none() || self.store.read_blocking(admins::exist)? {
            return Ok(None);
        }
        // The first is `default`, unless it was renamed.
        let organizations = self.store.read_blocking(organizations::list)?;
        let Some(first) = organizations.first() else { return Ok(None) };
        let (address, _) = make_link(&self.store, NewLink::set_up(&first.name), Timestamp::now())?;
        Ok(Some(format!("{}{address}", self.public_url)))
    }

    /// Serves on the listener until the server is stopped.
    pub(crate) fn serve(
        &self,
        configuration: &Configuration,
        listener: TcpListener,
        signals: bool,
    ) -> Result<Server> {
        let (issuer, scim) = (self.issuer.routes(), self.scim.routes());
        let console = self.console.as_ref().map(Console::routes);
        let health = Data::new(Health { store: self.store.clone(), metrics: self.metrics.clone() });
        let mut server = HttpServer::new(move || {
            let app = App::new()
                .wrap_fn(observe::observe)
                .configure(issuer.clone())
                .configure(scim.clone())
                .app_data(health.clone())
                .configure(health::configure);
            match &console {
                Some(console) => app.configure(console.clone()),
                None => app.route("/", web::get().to(welcome)).default_service(web::to(not_found)),
            }
        })
        .shutdown_timeout(configuration.server.shutdown_seconds);
        if configuration.server.workers > 0 {
            server = server.workers(configuration.server.workers);
        }
        if !signals {
            server = server.disable_signals();
        }
        let server = match &self.tls {
            None => server.listen(listener),
            Some(tls) => {
                let (config, tls) = (tls.server_config()?, tls.clone());
                server
                    .on_connect(move |connection, extensions| tls.note_client(connection, extensions))
                    .listen_rustls_0_23(listener, config)
            }
        };
        Ok(server.context("cannot listen")?.run())
    }
}

fn console_settings(configuration: &Configuration, public_url: &str) -> Result<ConsoleSettings> {
    let (console, oauth) = (&configuration.console, &configuration.oauth);
    Ok(ConsoleSettings {
        public_url: public_url.to_owned(),
        tenant_url: format!("{public_url}{SCIM_PATH}"),
        token_endpoint: format!("{public_url}{TOKEN_PATH}"),
        secret_lifetime_days: oauth.secret_lifetime_days,
        token_lifetime_minutes: oauth.token_lifetime_minutes,
        provisioning_token_days: oauth.provisioning_token_days,
        signing_keys_rotate_after: configuration.keys.rotate_after(),
        argon2: oauth.argon2(),
        argon2_permits: oauth.argon2_permits,
        shortest_password: console.shortest_password,
        idle: Duration::from_secs(u64::from(console.idle_minutes) * 60),
        longest_session: Duration::from_secs(u64::from(console.session_hours) * 3_600),
        failures: failures(configuration),
        trusted_proxies: configuration.trusted_proxies()?,
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// How many attempts to prove somebody may fail, a client or an admin.
const fn failures(configuration: &Configuration) -> FailureSettings {
    FailureSettings {
        per_client: configuration.oauth.failures_per_client,
        per_address: configuration.oauth.failures_per_address,
    }
}

/// Writes what the last seconds left in memory: when secrets were used, and the provisioning log.
pub(crate) fn write_last(store: &Store) {
    if let Err(error) = store.write_uses() {
        tracing::warn!(%error, "cannot write when secrets were used");
    }
    if let Err(error) = store.write_last_notes(Timestamp::now()) {
        tracing::warn!(%error, "cannot write the end of the provisioning log");
    }
}

/// Opens the store and makes the first organization where there is none.
pub(crate) fn open_store(configuration: &Configuration) -> Result<Store> {
    let store = Store::open(&configuration.store_settings()?)?;
    store.write_blocking(|connection| -> Result<_, StoreError> {
        organizations::create_default(connection, &Uuid::now_v7().to_string(), Timestamp::now())
    })?;
    Ok(store)
}

/// What seals the signing keys. It is made, with a warning, only where there are none yet: another one could open nothing.
pub(crate) fn key_encryption_key(configuration: &Configuration, store: &Store) -> Result<KeyEncryptionKey> {
    let keys = &configuration.keys;
    if !keys.encryption_key.is_empty() {
        return Ok(KeyEncryptionKey::from_base64(&keys.encryption_key, "keys.encryption_key")?);
    }
    let path = configuration.encryption_key_path()?;
    if !path.exists() && has_sealed_keys(store)? {
        bail!(
            "there is no key-encryption key in {}: let keys.encryption_key_file name the one that sealed the signing keys",
            path.display()
        );
    }
    let (key, made) = KeyEncryptionKey::from_file(&path)?;
    if made {
        tracing::warn!(
            path = %path.display(),
            "made a key-encryption key; keep a copy of the file: without it the signing keys are lost"
        );
    }
    Ok(key)
}

fn has_sealed_keys(store: &Store) -> Result<bool> {
    let rows = store.read_blocking(signing_keys::list)?;
    Ok(rows.iter().any(|row| !row.sealed_private_key.is_empty()))
}

async fn welcome() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(format!(
        "Muster is running. Tokens: POST {TOKEN_PATH}. SCIM: {SCIM_PATH}. Health: /healthz, /readyz.\n"
    ))
}

async fn not_found() -> HttpResponse {
    HttpResponse::NotFound()
        .content_type("text/plain; charset=utf-8")
        .body(format!("There is nothing here. Tokens: POST {TOKEN_PATH}. SCIM: {SCIM_PATH}.\n"))
}
