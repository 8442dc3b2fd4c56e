//! The server that the clients ask: throw-away, with TLS of its own and applications for each method.

use crate::process::{Process, muster_json};
use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, PublicKeyData};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A running server.
pub(crate) struct Target {
    /// A file that says where it is, and with which credentials.
    pub(crate) description: PathBuf,
    /// The certificate of the authority that vouches for it, and for a client.
    pub(crate) authority: PathBuf,
    _process: Process,
    _directory: TempDir,
}

impl Target {
    pub(crate) fn start(binary: &Path) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let authority = authority()?;
        let write = |name: &str, text: &str| -> Result<PathBuf> {
            let path = directory.path().join(name);
            std::fs::write(&path, text)?;
            Ok(path)
        };
        let authorities = write("authority.pem", &authority.pem())?;
        let (server, server_key) = signed(&authority, "muster")?;
        let (client, client_key) = signed(&authority, "client")?;
        let database = format!("sqlite:{}", directory.path().join("clients.db").display());
        let mut serve = Command::new(binary);
        serve
            .args(["serve", "--listen", "127.0.0.1:0", "--database", &database])
            .env("MUSTER_KEYS__ENCRYPTION_KEY_FILE", directory.path().join("key"))
            .env("MUSTER_TLS__CERTIFICATE_FILE", write("server.pem", &server)?)
            .env("MUSTER_TLS__PRIVATE_KEY_FILE", write("server.key", &server_key)?)
            .env("MUSTER_TLS__CLIENT_CA_FILE", &authorities)
            .env("MUSTER_LOG__LEVEL", "error")
            .current_dir(directory.path());
        let process = Process::start(serve)?;
        let base = process.base.clone();
        let run = |arguments: &[&str]| muster_json(binary, &database, arguments);
        let create = ["app", "create", "--name", "Clients", "--all-scopes", "--public-url", &base];
        let (app, by_certificate) = (run(&create)?, run(&create)?);
        let id = |app: &Value| app["client_id"].as_str().context("no application").map(str::to_owned);

        let key = KeyPair::generate()?;
        let jwks = write("jwks.json", &json!({"keys": [jwk(&key)]}).to_string())?;
        run(&["app", "key", "add", &id(&app)?, "--jwks", &jwks.to_string_lossy()])?;
        let certificate = id(&by_certificate)?;
        run(&["app", "certificate", "add", &certificate, "--subject-dn", "CN=client"])?;
        let description = json!({
            "issuer": base,
            "token_endpoint": app["token_endpoint"],
            "tenant_url": app["tenant_url"],
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "private_key": write("private.pem", &key.serialize_pem())?,
            "kid": "clients",
            "certificate_client_id": certificate,
            "certificate": write("client.pem", &client)?,
            "certificate_key": write("client.key", &client_key)?,
            "authority": authorities,
        });
        let description = write("target.json", &description.to_string())?;
        Ok(Self { description, authority: authorities, _process: process, _directory: directory })
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "Muster's test authority");
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

/// A certificate and its private key, as PEM.
fn signed(authority: &CertifiedIssuer<'static, KeyPair>, name: &str) -> Result<(String, String)> {
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()])?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate()?;
    Ok((params.signed_by(&key, authority)?.pem(), key.serialize_pem()))
}

/// The public half of a key on P-256: an uncompressed point, 4 and both coordinates.
fn jwk(key: &KeyPair) -> Value {
    let (x, y) = key.der_bytes()[1..].split_at(32);
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "clients", "x": encode(x), "y": encode(y)})
}
