//! The files of `[tls]`.

use crate::configuration::TlsFiles;
use anyhow::{Context, Result, bail};
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::sign::CertifiedKey;
use std::sync::Arc;
use std::time::SystemTime;

/// What the files held.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) key: Arc<CertifiedKey>,
    /// Says whether an authority vouches for a client's certificate.
    pub(super) authorities: Option<Arc<dyn ClientCertVerifier>>,
    /// When the files were changed last.
    pub(super) stamp: Stamp,
}

pub(super) type Stamp = Vec<Option<(SystemTime, u64)>>;

impl Loaded {
    pub(super) fn read(files: &TlsFiles, provider: &Arc<CryptoProvider>) -> Result<Self> {
        // Before the files: a change while they are read is seen the next time.
        let stamp = stamp(files);
        let chain = certificates("tls.certificate_file", &files.certificate_file)?;
        let path = &files.private_key_file;
        let key = PrivateKeyDer::from_pem_file(path)
            .with_context(|| format!("tls.private_key_file: cannot read a private key from {path}"))?;
        let key = CertifiedKey::from_der(chain, key, provider).with_context(|| {
            format!(
                "tls.private_key_file: the key in {path} does not fit the certificate in {}",
                files.certificate_file
            )
        })?;
        let authorities = match files.client_ca_file.as_str() {
            "" => None,
            path => Some(authorities(path, provider)?),
        };
        Ok(Self { key: Arc::new(key), authorities, stamp })
    }
}

/// When each file was changed last, and how long it is.
pub(super) fn stamp(files: &TlsFiles) -> Stamp {
    [&files.certificate_file, &files.private_key_file, &files.client_ca_file]
        .into_iter()
        .map(|path| {
            let metadata = std::fs::metadata(path).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        })
        .collect()
}

fn certificates(key: &str, path: &str) -> Result<Vec<CertificateDer<'static>>> {
    let found: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .with_context(|| format!("{key}: cannot read certificates from {path}"))?;
    if found.is_empty() {
        bail!("{key}: there is no certificate in {path}");
    }
    Ok(found)
}

fn authorities(path: &str, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ClientCertVerifier>> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates("tls.client_ca_file", path)? {
        roots
            .add(certificate)
            .with_context(|| format!("tls.client_ca_file: a certificate in {path} is no authority's"))?;
    }
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .with_context(|| format!("tls.client_ca_file: cannot use the certificates in {path}"))
        .map(|verifier| verifier as Arc<dyn ClientCertVerifier>)
}
