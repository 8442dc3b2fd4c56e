//! `muster app key|trust|certificate|bind`

use super::{Context, block_on};
use crate::assemble::open_store;
use crate::cli::{AppCertificate, AppKey, AppTrust, BindTo};
use crate::output;
use anyhow::{Context as _, Result, bail};
use muster_oauth::Binding;
use muster_oauth::client_proofs::{self, NewCertificate, NewKeys, NewTrust, ProofKind};
use muster_store::{Store, Timestamp};
use muster_token::{ForeignKeySet, Thumbprint};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::Serialize;
use serde_json::json;
use std::path::Path;

#[derive(Serialize)]
struct ShownKeys {
    id: String,
    /// The address, where that is what is registered.
    jwks_url: Option<String>,
    /// The `kid` or the thumbprint of each key, where the set itself is registered.
    keys: Vec<String>,
    created_at: String,
}

#[derive(Serialize)]
struct ShownTrust {
    id: String,
    issuer: String,
    subject: String,
    audiences: Vec<String>,
    jwks_url: Option<String>,
    created_at: String,
}

#[derive(Serialize)]
struct ShownCertificate {
    id: String,
    kind: String,
    value: String,
    created_at: String,
}

pub(super) fn keys(context: &Context, command: AppKey) -> Result<()> {
    let store = open_store(&context.configuration)?;
    match command {
        AppKey::Add(new) => {
            let keys = match (new.jwks, new.jwks_url) {
                (Some(file), _) => NewKeys::Jwks(read(&file)?),
                (None, Some(url)) => NewKeys::JwksUri(url),
                (None, None) => bail!("give --jwks or --jwks-url"),
            };
            let id = block_on(client_proofs::add_keys(&store, &new.id, keys, Timestamp::now()))??;
            added(context, &id, "Registered the keys")
        }
        AppKey::List { id } => {
            let all: Vec<ShownKeys> =
                block_on(client_proofs::list(&store, &id))??.key_sets.into_iter().map(shown_keys).collect();
            context.output.print(&all, |all| {
                let row = |keys: &ShownKeys| {
                    let what = keys.jwks_url.clone().unwrap_or_else(|| keys.keys.join(" "));
                    [keys.id.clone(), what, keys.created_at.clone()]
                };
                output::table(["ID", "KEYS", "REGISTERED"], &all.iter().map(row).collect::<Vec<_>>())
            })
        }
        AppKey::Remove { id, keys } => remove(context, &store, &id, ProofKind::Keys, &keys),
    }
}

fn shown_keys(row: muster_store::client_proofs::KeySetRow) -> ShownKeys {
    let set = row.jwks.and_then(|jwks| ForeignKeySet::from_json(&jwks).ok()).unwrap_or_default();
    ShownKeys {
        id: row.id,
        jwks_url: row.jwks_uri,
        keys: set.names().collect(),
        created_at: row.created_at.to_rfc3339(),
    }
}

pub(super) fn trusts(context: &Context, command: AppTrust) -> Result<()> {
    let store = open_store(&context.configuration)?;
    match command {
        AppTrust::Add(new) => {
            let trust = NewTrust {
                issuer: new.issuer,
                subject: new.subject,
                audiences: new.audiences,
                jwks_uri: new.jwks_url,
            };
            let id = block_on(client_proofs::add_trust(&store, &new.id, trust, Timestamp::now()))??;
            added(context, &id, "Made the trust")
        }
        AppTrust::List { id } => {
            let rows = block_on(client_proofs::list(&store, &id))??.trusts;
            let all: Vec<ShownTrust> = rows
                .into_iter()
                .map(|row| ShownTrust {
                    id: row.id,
                    issuer: row.issuer,
                    subject: row.subject,
                    audiences: serde_json::from_str(&row.audiences).unwrap_or_default(),
                    jwks_url: row.jwks_uri,
                    created_at: row.created_at.to_rfc3339(),
                })
                .collect();
            context.output.print(&all, |all| {
                let row = |trust: &ShownTrust| {
                    [
                        trust.id.clone(),
                        trust.issuer.clone(),
                        trust.subject.clone(),
                        trust.audiences.join(" "),
                        trust.jwks_url.clone().unwrap_or_default(),
                    ]
                };
                let headings = ["ID", "ISSUER", "SUBJECT", "AUDIENCES", "KEYS AT"];
                output::table(headings, &all.iter().map(row).collect::<Vec<_>>())
            })
        }
        AppTrust::Remove { id, trust } => remove(context, &store, &id, ProofKind::Trust, &trust),
    }
}

pub(super) fn certificates(context: &Context, command: AppCertificate) -> Result<()> {
    let store = open_store(&context.configuration)?;
    match command {
        AppCertificate::Add(new) => {
            let certificate = if let Some(name) = new.subject_dn {
                NewCertificate::SubjectDn(name)
            } else if let Some(name) = new.san_dns {
                NewCertificate::SanDns(name)
            } else if let Some(uri) = new.san_uri {
                NewCertificate::SanUri(uri)
            } else if let Some(text) = new.thumbprint {
                NewCertificate::Thumbprint(text)
            } else if let Some(file) = new.file {
                let der = CertificateDer::from_pem_file(&file)
                    .with_context(|| format!("cannot read a certificate from {}", file.display()))?;
                NewCertificate::Thumbprint(Thumbprint::of(&der).to_string())
            } else {
                bail!("give --subject-dn, --san-dns, --san-uri, --thumbprint or --file");
            };
            let added_at = Timestamp::now();
            let id = block_on(client_proofs::add_certificate(&store, &new.id, certificate, added_at))??;
            added(context, &id, "Registered the certificate")
        }
        AppCertificate::List { id } => {
            let rows = block_on(client_proofs::list(&store, &id))??.certificates;
            let all: Vec<ShownCertificate> = rows
                .into_iter()
                .map(|row| ShownCertificate {
                    id: row.id,
                    kind: row.kind,
                    value: row.value,
                    created_at: row.created_at.to_rfc3339(),
                })
                .collect();
            context.output.print(&all, |all| {
                let row = |shown: &ShownCertificate| {
                    [shown.id.clone(), shown.kind.clone(), shown.value.clone(), shown.created_at.clone()]
                };
                let headings = ["ID", "KIND", "VALUE", "REGISTERED"];
                output::table(headings, &all.iter().map(row).collect::<Vec<_>>())
            })
        }
        AppCertificate::Remove { id, certificate } => {
            remove(context, &store, &id, ProofKind::Certificate, &certificate)
        }
    }
}

pub(super) fn bind(context: &Context, id: &str, to: BindTo) -> Result<()> {
    let store = open_store(&context.configuration)?;
    let binding = match to {
        BindTo::Dpop => Some(Binding::Dpop),
        BindTo::Certificate => Some(Binding::Certificate),
        BindTo::Nothing => None,
    };
    block_on(client_proofs::bind(&store, id, binding))??;
    let said = json!({"client_id": id, "binding": binding.map(Binding::as_str)});
    context.output.print(&said, |_| match to {
        BindTo::Dpop => "New tokens are bound to a DPoP key; requests without a proof get none.".to_owned(),
        BindTo::Certificate => {
            "New tokens are bound to the TLS client certificate; requests without one get none.".to_owned()
        }
        BindTo::Nothing => "New tokens are bound to nothing, unless a request sends a DPoP proof.".to_owned(),
    })
}

fn added(context: &Context, id: &str, what: &str) -> Result<()> {
    context.output.print(&json!({ "id": id }), |_| format!("{what} {id}."))
}

fn remove(context: &Context, store: &Store, application: &str, kind: ProofKind, id: &str) -> Result<()> {
    block_on(client_proofs::remove(store, application, kind, id))??;
    context.output.print(&json!({ "removed": id }), |_| {
        format!("Removed {id}. It proves nothing any more; tokens that were issued live on.")
    })
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}
