//! Muster's own TLS: certificates that are read again when their files change, and clients' certificates.

mod client;
mod files;

use crate::configuration::TlsFiles;
use actix_web::dev::Extensions;
use anyhow::{Context, Result};
use arc_swap::ArcSwap;
use client::AnyCertificate;
use files::Loaded;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use std::any::Any;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often the files are looked at: certbot and its like replace them every few weeks.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Certificates, as they are at present. Cloning is cheap and shares them.
#[derive(Clone, Debug)]
pub(crate) struct Tls(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    loaded: ArcSwap<Loaded>,
}

impl Tls {
    /// Reads the files, where there are any, and watches them.
    pub(crate) fn open(files: &TlsFiles) -> Result<Option<Self>> {
        if !files.is_on() {
            return Ok(None);
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let loaded = Loaded::read(files, &provider)?;
        let inner = Arc::new(Inner { files: files.clone(), provider, loaded: ArcSwap::from_pointee(loaded) });
        let watched = Arc::downgrade(&inner);
        std::thread::Builder::new()
            .name("muster-tls".into())
            .spawn(move || watch(&watched))
            .context("cannot start a thread")?;
        Ok(Some(Self(inner)))
    }

    /// For the listener. Entra wants TLS 1.2 (entra-facts 1.8).
    pub(crate) fn server_config(&self) -> Result<ServerConfig> {
        let builder = ServerConfig::builder_with_provider(Arc::clone(&self.0.provider))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .context("cannot use TLS")?;
        let builder = if self.0.files.asks_clients() {
            builder.with_client_cert_verifier(Arc::new(AnyCertificate::new(&self.0.provider)))
        } else {
            builder.with_no_client_auth()
        };
        Ok(builder.with_cert_resolver(Arc::new(self.clone())))
    }

    /// Keeps what is known of a new connection's client for the requests on it.
    pub(crate) fn note_client(&self, connection: &dyn Any, extensions: &mut Extensions) {
        if let Some(certificate) = client::certificate(connection, &self.0.loaded.load()) {
            extensions.insert(certificate);
        }
    }
}

impl ResolvesServerCert for Tls {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.loaded.load().key))
    }
}

/// Reads the files again when they change, until the server is gone. Files that cannot be used change nothing.
fn watch(inner: &Weak<Inner>) {
    let mut failed = None;
    loop {
        std::thread::sleep(LOOK_EVERY);
        let Some(inner) = inner.upgrade() else { return };
        let stamp = files::stamp(&inner.files);
        if stamp == inner.loaded.load().stamp || failed.as_ref() == Some(&stamp) {
            continue;
        }
        match Loaded::read(&inner.files, &inner.provider) {
            Ok(loaded) => {
                tracing::info!(file = inner.files.certificate_file, "read the changed TLS certificate");
                inner.loaded.store(Arc::new(loaded));
                failed = None;
            }
            Err(error) => {
                tracing::error!(
                    error = format!("{error:#}"),
                    "cannot use the changed TLS files; those before are kept"
                );
                failed = Some(stamp);
            }
        }
    }
}
