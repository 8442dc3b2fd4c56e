//! Dynamic client registration (RFC 7591) and management (RFC 7592), behind initial access tokens.

mod client;
mod metadata;

pub(crate) use client::{Registered, Terms, delete, read, register, replace};
pub(crate) use metadata::ClientMetadata;

use crate::applications::ApplicationError;
use crate::secret::new_registration_token;
use muster_store::registrations::{self as rows, RegistrationToken};
use muster_store::{Store, StoreError, Timestamp, organizations};
use muster_token::Thumbprint;
use std::time::Duration;
use uuid::Uuid;
use zeroize::Zeroizing;

/// An initial access token lives at most so many days.
const MOST_DAYS: u32 = 365;

const DAY: Duration = Duration::from_secs(86_400);

/// What applications that register themselves get.
#[derive(Clone, Copy, Debug)]
pub struct RegistrationSettings {
    /// For how many days their secrets may be used.
    pub secret_lifetime_days: u32,
    /// How long their access tokens live, in minutes.
    pub token_lifetime_minutes: u32,
}

/// An initial access token that can be shown this once.
#[derive(Clone)]
pub struct IssuedRegistrationToken {
    /// Its identifier, which is no secret.
    pub id: String,
    /// Itself.
    pub token: Zeroizing<String>,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// Makes an initial access token: who has it may register applications for the organization, for `days` days.
///
/// # Errors
///
/// When the organization does not exist, the days are not 1 to 365, or the database fails.
pub async fn create_token(
    store: &Store,
    organization: &str,
    days: u32,
    now: Timestamp,
) -> Result<IssuedRegistrationToken, ApplicationError> {
    if !(1..=MOST_DAYS).contains(&days) {
        let text = format!("a registration token lives 1 to {MOST_DAYS} days, and {days} were asked for");
        return Err(ApplicationError::Invalid(text));
    }
    let token = new_registration_token();
    let (id, expires_at) = (Uuid::now_v7().to_string(), now.plus(DAY * days));
    let (row_id, hash, organization) = (id.clone(), hash(&token), organization.to_owned());
    store
        .write(move |connection| -> Result<_, ApplicationError> {
            let found = organizations::find_by_name(connection, &organization)?
                .ok_or_else(|| ApplicationError::UnknownOrganization(organization.clone()))?;
            let row = RegistrationToken {
                id: row_id.clone(),
                organization_id: found.id,
                hash: hash.clone(),
                created_at: now,
                expires_at,
            };
            Ok(rows::insert_token(connection, &row)?)
        })
        .await?;
    Ok(IssuedRegistrationToken { id, token, expires_at })
}

/// All initial access tokens with the names of their organizations, oldest first.
///
/// # Errors
///
/// When the database fails.
pub async fn list_tokens(store: &Store) -> Result<Vec<(RegistrationToken, String)>, StoreError> {
    store
        .read(|connection| -> Result<_, StoreError> {
            let organizations = organizations::list(connection)?;
            let name =
                |id: &str| organizations.iter().find(|found| found.id == id).map(|found| found.name.clone());
            Ok(rows::list_tokens(connection)?
                .into_iter()
                .map(|token| {
                    let name = name(&token.organization_id).unwrap_or_default();
                    (token, name)
                })
                .collect())
        })
        .await
}

/// Ends an initial access token. Applications that were registered with it stay.
///
/// # Errors
///
/// When there is none with that identifier or the database fails.
pub async fn revoke_token(store: &Store, id: &str) -> Result<(), ApplicationError> {
    let id = id.to_owned();
    store
        .write(move |connection| -> Result<_, ApplicationError> {
            if rows::delete_token(connection, &id)? {
                return Ok(());
            }
            let text =
                format!("there is no registration token {id:?}; `muster registration-token list` shows all");
            Err(ApplicationError::Invalid(text))
        })
        .await
}

/// As it is stored: 256 random bits need no slow hash.
fn hash(token: &str) -> String {
    Thumbprint::of(token.as_bytes()).to_string()
}
