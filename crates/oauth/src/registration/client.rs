//! Applications that register and manage themselves.

use super::metadata::Checked;
use super::{ClientMetadata, RegistrationSettings, hash};
use crate::Binding;
use crate::applications::{self, ApplicationError, IssuedSecret};
use crate::hasher::Argon2Settings;
use crate::secret::{new_client_id, new_registration_token};
use muster_store::applications::{self as rows, Application};
use muster_store::client_proofs::{self, CertificateRow, KeySetRow};
use muster_store::registrations::{self, Registration};
use muster_store::{Connection, Store, Timestamp};
use muster_token::SigningAlgorithm;
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What this server offers to who registers.
#[derive(Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) settings: RegistrationSettings,
    /// Whether clients may show TLS certificates.
    pub(crate) client_certificates: bool,
    pub(crate) argon2: Argon2Settings,
}

/// A client as an answer shows it (RFC 7591 §3.2.1).
pub(crate) struct Registered {
    pub(crate) client_id: String,
    pub(crate) issued_at: Timestamp,
    pub(crate) secret: Option<IssuedSecret>,
    /// Shown when it is made; afterwards whoever asks has it.
    pub(crate) registration_token: Option<Zeroizing<String>>,
    pub(crate) metadata: ClientMetadata,
}

/// Registers an application for the organization of the initial access token; `None` when that is not believed.
pub(crate) async fn register(
    store: &Store,
    token: &str,
    metadata: &ClientMetadata,
    terms: Terms,
    now: Timestamp,
) -> Result<Option<Registered>, ApplicationError> {
    // The token first: who has none learns nothing and costs no hash.
    let token = hash(token);
    let found = store.read(move |connection| registrations::find_token(connection, &token)).await?;
    let Some(token) = found.filter(|token| token.expires_at > now) else { return Ok(None) };
    let checked = metadata.check(terms.client_certificates)?;
    let id = new_client_id();
    let secret = secret(&checked, &id, terms, now).await?;
    let (issued, row) = secret.unzip();
    let registration_token = new_registration_token();
    let registration = Registration {
        application_id: id.clone(),
        hash: hash(&registration_token),
        authentication_method: checked.method.to_owned(),
    };
    let application = Application {
        id: id.clone(),
        organization_id: token.organization_id,
        name: checked.name.clone(),
        description: "Registered itself".to_owned(),
        scopes: checked.scopes.to_string(),
        token_lifetime_seconds: i64::from(terms.settings.token_lifetime_minutes) * 60,
        created_at: now,
        updated_at: now,
        user_id: None,
        signing_algorithm: SigningAlgorithm::default().as_str().to_owned(),
        token_generation: 0,
    };
    let metadata = shown(&checked);
    store
        .write(move |connection| -> Result<_, ApplicationError> {
            rows::create(connection, &application)?;
            if let Some(row) = &row {
                rows::insert_secret(connection, row)?;
            }
            insert_proofs(connection, &application.id, &checked, now)?;
            Ok(registrations::insert(connection, &registration)?)
        })
        .await?;
    tracing::info!(client_id = id, registration_token = token.id, "an application registered itself");
    Ok(Some(Registered {
        client_id: id,
        issued_at: now,
        secret: issued,
        registration_token: Some(registration_token),
        metadata,
    }))
}

/// The application, when the registration access token is its own.
pub(crate) async fn read(
    store: &Store,
    client_id: &str,
    token: &str,
) -> Result<Option<Registered>, ApplicationError> {
    let (id, hash) = (client_id.to_owned(), hash(token));
    store
        .read(move |connection| -> Result<_, ApplicationError> {
            let Some((application, method)) = find(connection, &id, &hash)? else { return Ok(None) };
            let proofs = client_proofs::list(connection, &id)?;
            let keys = proofs.key_sets.into_iter().next();
            let mut metadata = ClientMetadata {
                client_name: Some(application.name),
                token_endpoint_auth_method: Some(method),
                grant_types: Some(vec!["client_credentials".to_owned()]),
                scope: Some(application.scopes),
                ..ClientMetadata::default()
            };
            if let Some(keys) = keys {
                metadata.jwks = keys.jwks.and_then(|jwks| serde_json::from_str(&jwks).ok());
                metadata.jwks_uri = keys.jwks_uri;
            }
            for certificate in proofs.certificates {
                name(&mut metadata, &certificate.kind, certificate.value);
            }
            bind(&mut metadata, proofs.binding.as_deref().and_then(Binding::read));
            Ok(Some(Registered {
                client_id: application.id,
                issued_at: application.created_at,
                secret: None,
                registration_token: None,
                metadata,
            }))
        })
        .await
}

/// Replaces what the application says of itself. One that had no secret gets one when its method is to be by secret.
pub(crate) async fn replace(
    store: &Store,
    client_id: &str,
    token: &str,
    metadata: &ClientMetadata,
    terms: Terms,
    now: Timestamp,
) -> Result<Option<Registered>, ApplicationError> {
    if read(store, client_id, token).await?.is_none() {
        return Ok(None);
    }
    // RFC 7592 §2.2.
    if metadata.client_id.as_deref() != Some(client_id) {
        return Err(ApplicationError::Invalid("client_id must be there, and be the client's own".into()));
    }
    let checked = metadata.check(terms.client_certificates)?;
    let (id, hash) = (client_id.to_owned(), hash(token));
    let has_secret = {
        let id = id.clone();
        store
            .read(move |connection| rows::secrets(connection, &id))
            .await?
            .iter()
            .any(|secret| secret.expires_at.is_none_or(|expires_at| expires_at > now))
    };
    let made = if has_secret { None } else { secret(&checked, &id, terms, now).await? };
    let (issued, row) = made.unzip();
    let shown = shown(&checked);
    let replaced = store
        .write(move |connection| -> Result<_, ApplicationError> {
            let Some((mut application, _)) = find(connection, &id, &hash)? else { return Ok(None) };
            application.name.clone_from(&checked.name);
            application.scopes = checked.scopes.to_string();
            application.updated_at = now;
            rows::update(connection, &application)?;
            if let Some(row) = &row {
                rows::insert_secret(connection, row)?;
            }
            if !checked.has_secret() {
                for secret in rows::secrets(connection, &id)? {
                    rows::delete_secret(connection, &secret.id)?;
                }
            }
            delete_proofs(connection, &id)?;
            insert_proofs(connection, &id, &checked, now)?;
            registrations::set_method(connection, &id, checked.method)?;
            Ok(Some(application.created_at))
        })
        .await?;
    // What was answered is true here at once, and elsewhere within a second.
    store.refresh_control_revision().await?;
    Ok(replaced.map(|issued_at| Registered {
        client_id: client_id.to_owned(),
        issued_at,
        secret: issued,
        registration_token: None,
        metadata: shown,
    }))
}

/// Deletes the application; false when the token is not its own.
pub(crate) async fn delete(store: &Store, client_id: &str, token: &str) -> Result<bool, ApplicationError> {
    let (id, hash) = (client_id.to_owned(), hash(token));
    let deleted = store
        .write(move |connection| -> Result<_, ApplicationError> {
            if find(connection, &id, &hash)?.is_none() {
                return Ok(false);
            }
            Ok(rows::delete(connection, &id)?)
        })
        .await?;
    store.refresh_control_revision().await?;
    Ok(deleted)
}

/// The application and its method, when the hash is that of its registration access token.
fn find(
    connection: &mut Connection,
    id: &str,
    hash: &str,
) -> Result<Option<(Application, String)>, ApplicationError> {
    if id.contains('\0') {
        return Ok(None);
    }
    let Some(registration) = registrations::find(connection, id)? else { return Ok(None) };
    if !bool::from(registration.hash.as_bytes().ct_eq(hash.as_bytes())) {
        return Ok(None);
    }
    let application = rows::find(connection, id)?;
    Ok(application.map(|application| (application, registration.authentication_method)))
}

/// Argon2 takes 15 ms of a core: not on a thread that serves others.
async fn secret(
    checked: &Checked,
    id: &str,
    terms: Terms,
    now: Timestamp,
) -> Result<Option<(IssuedSecret, rows::Secret)>, ApplicationError> {
    if !checked.has_secret() {
        return Ok(None);
    }
    let id = id.to_owned();
    let Terms { settings: RegistrationSettings { secret_lifetime_days: days, .. }, argon2, .. } = terms;
    let made = tokio::task::spawn_blocking(move || applications::issue_secret(&id, days, argon2, now));
    let failed = |_| ApplicationError::Invalid("the server failed; try again".into());
    made.await.map_err(failed)?.map(Some)
}

fn insert_proofs(
    connection: &mut Connection,
    id: &str,
    checked: &Checked,
    now: Timestamp,
) -> Result<(), ApplicationError> {
    if checked.jwks.is_some() || checked.jwks_uri.is_some() {
        let row = KeySetRow {
            id: Uuid::now_v7().to_string(),
            application_id: id.to_owned(),
            jwks: checked.jwks.clone(),
            jwks_uri: checked.jwks_uri.clone(),
            created_at: now,
        };
        client_proofs::insert_key_set(connection, &row)?;
    }
    if let Some((kind, value)) = &checked.certificate {
        let row = CertificateRow {
            id: Uuid::now_v7().to_string(),
            application_id: id.to_owned(),
            kind: (*kind).to_owned(),
            value: value.clone(),
            created_at: now,
        };
        client_proofs::insert_certificate(connection, &row)?;
    }
    Ok(client_proofs::set_binding(connection, id, checked.binding.map(Binding::as_str))?)
}

fn delete_proofs(connection: &mut Connection, id: &str) -> Result<(), ApplicationError> {
    let proofs = client_proofs::list(connection, id)?;
    for keys in proofs.key_sets {
        client_proofs::delete_key_set(connection, id, &keys.id)?;
    }
    for certificate in proofs.certificates {
        client_proofs::delete_certificate(connection, id, &certificate.id)?;
    }
    Ok(())
}

/// What is registered, with what the server chose.
fn shown(checked: &Checked) -> ClientMetadata {
    let mut metadata = ClientMetadata {
        client_name: Some(checked.name.clone()),
        token_endpoint_auth_method: Some(checked.method.to_owned()),
        grant_types: Some(vec!["client_credentials".to_owned()]),
        scope: Some(checked.scopes.to_string()),
        jwks: checked.jwks.as_deref().and_then(|jwks| serde_json::from_str(jwks).ok()),
        jwks_uri: checked.jwks_uri.clone(),
        ..ClientMetadata::default()
    };
    if let Some((kind, value)) = &checked.certificate {
        name(&mut metadata, kind, value.clone());
    }
    bind(&mut metadata, checked.binding);
    metadata
}

fn name(metadata: &mut ClientMetadata, kind: &str, value: String) {
    match kind {
        "subject_dn" => metadata.tls_client_auth_subject_dn = Some(value),
        "san_dns" => metadata.tls_client_auth_san_dns = Some(value),
        "san_uri" => metadata.tls_client_auth_san_uri = Some(value),
        _ => (),
    }
}

fn bind(metadata: &mut ClientMetadata, binding: Option<Binding>) {
    metadata.dpop_bound_access_tokens = binding == Some(Binding::Dpop);
    metadata.tls_client_certificate_bound_access_tokens = binding == Some(Binding::Certificate);
}
