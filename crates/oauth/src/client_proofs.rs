//! Registering how an application proves itself beside a secret. The command line and the console call these.

use crate::Binding;
use crate::applications::ApplicationError;
use muster_jwks::KeySource;
use muster_store::client_proofs::{self as rows, CertificateRow, KeySetRow, Proofs, TrustRow};
use muster_store::{Connection, Store, StoreError, Timestamp, applications};
use muster_token::{ForeignKeySet, Thumbprint};
use uuid::Uuid;

/// An application has at most so many of each kind.
const MOST: usize = 20;
/// No value is longer, in bytes.
const LONGEST: usize = 2_000;
/// No key set is longer, in bytes.
const LONGEST_JWKS: usize = 64 * 1024;

/// Public keys that an application signs assertions with (RFC 7523).
#[derive(Clone, Debug)]
pub enum NewKeys {
    /// A JWK set, as JSON.
    Jwks(String),
    /// The `https` address of one.
    JwksUri(String),
}

/// A trust in another issuer: workload identity federation.
#[derive(Clone, Debug)]
pub struct NewTrust {
    /// The assertion's `iss`, exactly.
    pub issuer: String,
    /// The assertion's `sub`, exactly.
    pub subject: String,
    /// What the assertion's `aud` may be; at least one.
    pub audiences: Vec<String>,
    /// Where the issuer's keys are; without it, the issuer's metadata is asked.
    pub jwks_uri: Option<String>,
}

/// A TLS client certificate (RFC 8705 §2).
#[derive(Clone, Debug)]
pub enum NewCertificate {
    /// By the subject's distinguished name, as RFC 4514 writes it.
    SubjectDn(String),
    /// By a `dNSName` of the subject alternative name.
    SanDns(String),
    /// By a `uniformResourceIdentifier` of it.
    SanUri(String),
    /// Itself, by its SHA-256: hexadecimal or base64url.
    Thumbprint(String),
}

/// Registers keys; returns their identifier.
///
/// # Errors
///
/// When they cannot be used, the application does not exist or the database fails.
pub async fn add_keys(
    store: &Store,
    application_id: &str,
    keys: NewKeys,
    now: Timestamp,
) -> Result<String, ApplicationError> {
    let (jwks, jwks_uri) = checked_keys(keys)?;
    let id = Uuid::now_v7().to_string();
    let row = KeySetRow {
        id: id.clone(),
        application_id: application_id.to_owned(),
        jwks,
        jwks_uri,
        created_at: now,
    };
    change(store, application_id, move |connection, proofs| {
        check_room(proofs.key_sets.len())?;
        Ok(rows::insert_key_set(connection, &row)?)
    })
    .await?;
    Ok(id)
}

/// Keys as they are stored: the set or its address.
pub(crate) fn checked_keys(keys: NewKeys) -> Result<(Option<String>, Option<String>), ApplicationError> {
    match keys {
        NewKeys::Jwks(text) if text.len() > LONGEST_JWKS => {
            Err(ApplicationError::Invalid(format!("the key set is longer than {LONGEST_JWKS} bytes")))
        }
        NewKeys::Jwks(text) => match ForeignKeySet::from_json(&text) {
            Ok(_) => Ok((Some(text), None)),
            Err(error) => Err(ApplicationError::Invalid(format!("the key set cannot be used: {error}"))),
        },
        NewKeys::JwksUri(uri) => {
            checked("the address of the key set", &uri)?;
            KeySource::jwks(&uri).map_err(|error| ApplicationError::Invalid(error.to_string()))?;
            Ok((None, Some(uri)))
        }
    }
}

/// Makes a trust; returns its identifier.
///
/// # Errors
///
/// When a value is not allowed, the application does not exist or the database fails.
pub async fn add_trust(
    store: &Store,
    application_id: &str,
    new: NewTrust,
    now: Timestamp,
) -> Result<String, ApplicationError> {
    checked("the issuer", &new.issuer)?;
    checked("the subject", &new.subject)?;
    if new.audiences.is_empty() || new.audiences.len() > MOST {
        return Err(ApplicationError::Invalid(format!("a trust has 1 to {MOST} audiences")));
    }
    for audience in &new.audiences {
        checked("the audience", audience)?;
    }
    let source = match &new.jwks_uri {
        Some(uri) => checked("the address of the keys", uri).map(|()| KeySource::jwks(uri))?,
        None => KeySource::issuer(&new.issuer),
    };
    source.map_err(|error| ApplicationError::Invalid(error.to_string()))?;
    let id = Uuid::now_v7().to_string();
    let row = TrustRow {
        id: id.clone(),
        application_id: application_id.to_owned(),
        issuer: new.issuer,
        subject: new.subject,
        audiences: serde_json::Value::from(new.audiences).to_string(),
        jwks_uri: new.jwks_uri,
        created_at: now,
    };
    change(store, application_id, move |connection, proofs| {
        check_room(proofs.trusts.len())?;
        Ok(rows::insert_trust(connection, &row)?)
    })
    .await?;
    Ok(id)
}

/// Registers a certificate; returns its identifier.
///
/// # Errors
///
/// When a value is not allowed, the application does not exist or the database fails.
pub async fn add_certificate(
    store: &Store,
    application_id: &str,
    new: NewCertificate,
    now: Timestamp,
) -> Result<String, ApplicationError> {
    let (kind, value) = match new {
        NewCertificate::SubjectDn(name) => ("subject_dn", name),
        NewCertificate::SanDns(name) => ("san_dns", name),
        NewCertificate::SanUri(uri) => ("san_uri", uri),
        NewCertificate::Thumbprint(text) => match Thumbprint::from_any(text.trim()) {
            Ok(thumbprint) => ("thumbprint", thumbprint.to_string()),
            Err(error) => return Err(ApplicationError::Invalid(error.to_string())),
        },
    };
    checked("the certificate's name", &value)?;
    let id = Uuid::now_v7().to_string();
    let row = CertificateRow {
        id: id.clone(),
        application_id: application_id.to_owned(),
        kind: kind.to_owned(),
        value,
        created_at: now,
    };
    change(store, application_id, move |connection, proofs| {
        check_room(proofs.certificates.len())?;
        Ok(rows::insert_certificate(connection, &row)?)
    })
    .await?;
    Ok(id)
}

/// Everything that is registered of an application.
///
/// # Errors
///
/// When the application does not exist or the database fails.
pub async fn list(store: &Store, application_id: &str) -> Result<Proofs, ApplicationError> {
    let id = application_id.to_owned();
    store
        .read(move |connection| -> Result<_, ApplicationError> {
            exists(connection, &id)?;
            Ok(rows::list(connection, &id)?)
        })
        .await
}

/// Removes keys, a trust or a certificate by its identifier. Tokens that were issued live on.
///
/// # Errors
///
/// When there is none of that kind, the application does not exist or the database fails.
pub async fn remove(
    store: &Store,
    application_id: &str,
    kind: ProofKind,
    id: &str,
) -> Result<(), ApplicationError> {
    let (application_id, id) = (application_id.to_owned(), id.to_owned());
    store
        .write(move |connection| -> Result<_, ApplicationError> {
            exists(connection, &application_id)?;
            let removed = match kind {
                ProofKind::Keys => rows::delete_key_set(connection, &application_id, &id)?,
                ProofKind::Trust => rows::delete_trust(connection, &application_id, &id)?,
                ProofKind::Certificate => rows::delete_certificate(connection, &application_id, &id)?,
            };
            if removed {
                return Ok(());
            }
            let kind = kind.as_str();
            Err(ApplicationError::Invalid(format!(
                "the application has no {kind} with the identifier {id:?}"
            )))
        })
        .await
}

/// What is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofKind {
    /// A key set.
    Keys,
    /// A trust.
    Trust,
    /// A certificate.
    Certificate,
}

impl ProofKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Keys => "key set",
            Self::Trust => "trust",
            Self::Certificate => "certificate",
        }
    }
}

/// Sets what the application's tokens must be bound to; `None`: only what its requests ask for.
///
/// # Errors
///
/// When the application does not exist or the database fails.
pub async fn bind(
    store: &Store,
    application_id: &str,
    binding: Option<Binding>,
) -> Result<(), ApplicationError> {
    let id = application_id.to_owned();
    change(store, application_id, move |connection, _| {
        Ok(rows::set_binding(connection, &id, binding.map(Binding::as_str))?)
    })
    .await
}

async fn change(
    store: &Store,
    application_id: &str,
    work: impl Fn(&mut Connection, &Proofs) -> Result<(), ApplicationError> + Send + 'static,
) -> Result<(), ApplicationError> {
    let id = application_id.to_owned();
    store
        .write(move |connection| -> Result<_, ApplicationError> {
            exists(connection, &id)?;
            let proofs = rows::list(connection, &id)?;
            work(connection, &proofs)
        })
        .await
}

fn exists(connection: &mut Connection, id: &str) -> Result<(), ApplicationError> {
    let found: Result<_, StoreError> = applications::find(connection, id);
    match found? {
        Some(_) => Ok(()),
        None => Err(ApplicationError::UnknownApplication(id.to_owned())),
    }
}

fn check_room(held: usize) -> Result<(), ApplicationError> {
    if held < MOST {
        return Ok(());
    }
    Err(ApplicationError::Invalid(format!("an application has at most {MOST} of these; remove one first")))
}

pub(crate) fn checked(what: &str, value: &str) -> Result<(), ApplicationError> {
    if value.trim().is_empty() || value.len() > LONGEST || value.chars().any(char::is_control) {
        return Err(ApplicationError::Invalid(format!(
            "{what} has 1 to {LONGEST} characters, all of them printable"
        )));
    }
    Ok(())
}
