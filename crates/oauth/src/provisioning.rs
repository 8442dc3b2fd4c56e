//! Provisioning tokens: long-lived bearer tokens for clients that know only a fixed one, such as Entra's "Secret token".
//! The command line and the console call these.

use crate::secret::new_provisioning_token;
use muster_store::provisioning_tokens::{self as rows, ProvisioningToken};
use muster_store::{Store, StoreError, Timestamp, WorkError, applications};
use muster_token::{ScopeSet, token_hash};
use std::time::Duration;
use thiserror::Error;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The longest lifetime, in days: three years.
pub const LONGEST_LIFETIME_DAYS: u32 = 1095;
/// Names are at most so long, in characters.
const LONGEST_NAME: usize = 200;

const DAY: Duration = Duration::from_secs(86_400);

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewProvisioningToken {
    /// The `client_id` of the application that it acts for.
    pub application_id: String,
    /// A name for people; may be empty.
    pub name: String,
    /// What it allows; all that the application may, when not given.
    pub scopes: Option<ScopeSet>,
    /// For how many days it may be used, 1 to [`LONGEST_LIFETIME_DAYS`].
    pub lifetime_days: u32,
}

/// A token that can be shown this once.
#[derive(Clone)]
pub struct IssuedProvisioningToken {
    /// Its identifier, which is no secret.
    pub id: String,
    /// Itself.
    pub token: Zeroizing<String>,
    /// What it allows.
    pub scopes: ScopeSet,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// An operation failed.
#[derive(Debug, Error)]
pub enum ProvisioningTokenError {
    /// There is no such application.
    #[error("there is no application {0:?}; `muster app list` shows all")]
    UnknownApplication(String),
    /// There is no such token.
    #[error("there is no provisioning token {0:?}; `muster token list` shows all")]
    Unknown(String),
    /// A value is not allowed.
    #[error("{0}")]
    Invalid(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WorkError for ProvisioningTokenError {
    fn as_store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// Makes a token.
///
/// # Errors
///
/// When a value is not allowed, the application does not exist or the database fails.
pub async fn create(
    store: &Store,
    new: NewProvisioningToken,
    now: Timestamp,
) -> Result<IssuedProvisioningToken, ProvisioningTokenError> {
    let invalid = |text: String| Err(ProvisioningTokenError::Invalid(text));
    if !(1..=LONGEST_LIFETIME_DAYS).contains(&new.lifetime_days) {
        return invalid(format!(
            "a provisioning token may be used for 1 to {LONGEST_LIFETIME_DAYS} days, and {} were asked for",
            new.lifetime_days
        ));
    }
    if new.name.chars().count() > LONGEST_NAME || new.name.chars().any(char::is_control) {
        return invalid(format!("a name has at most {LONGEST_NAME} characters, all of them printable"));
    }
    let (id, token) = (Uuid::now_v7().to_string(), new_provisioning_token());
    let hash = token_hash(&token).to_vec();
    let expires_at = now.plus(DAY * new.lifetime_days);
    let row_id = id.clone();
    let scopes = store
        .write(move |connection| -> Result<_, ProvisioningTokenError> {
            let Some(application) = applications::find(connection, &new.application_id)? else {
                return Err(ProvisioningTokenError::UnknownApplication(new.application_id.clone()));
            };
            let allowed: ScopeSet = application.scopes.parse().map_err(|error| {
                ProvisioningTokenError::Invalid(format!("the application is broken: {error}"))
            })?;
            let scopes = new.scopes.filter(|scopes| !scopes.is_empty()).unwrap_or(allowed);
            if let Some(scope) = scopes.iter().find(|scope| !allowed.contains(*scope)) {
                return Err(ProvisioningTokenError::Invalid(format!(
                    "the application does not have the scope {scope}"
                )));
            }
            let row = ProvisioningToken {
                id: row_id.clone(),
                application_id: application.id,
                name: new.name.trim().to_owned(),
                hash: hash.clone(),
                scopes: scopes.to_string(),
                created_at: now,
                expires_at,
                last_used_at: None,
            };
            rows::insert(connection, &row)?;
            Ok(scopes)
        })
        .await?;
    Ok(IssuedProvisioningToken { id, token, scopes, expires_at })
}

/// All tokens, or an application's, oldest first. What they hash to is in them; it is nothing to show.
///
/// # Errors
///
/// When the application does not exist or the database fails.
pub async fn list(
    store: &Store,
    application_id: Option<String>,
) -> Result<Vec<ProvisioningToken>, ProvisioningTokenError> {
    store
        .read(move |connection| -> Result<_, ProvisioningTokenError> {
            if let Some(id) = &application_id
                && applications::find(connection, id)?.is_none()
            {
                return Err(ProvisioningTokenError::UnknownApplication(id.clone()));
            }
            Ok(rows::list(connection, application_id.as_deref())?)
        })
        .await
}

/// Ends a token; it is refused within a second on every node.
///
/// # Errors
///
/// When it does not exist or the database fails.
pub async fn revoke(store: &Store, id: &str) -> Result<(), ProvisioningTokenError> {
    let id = id.to_owned();
    store
        .write(move |connection| -> Result<_, ProvisioningTokenError> {
            if rows::delete(connection, &id)? {
                Ok(())
            } else {
                Err(ProvisioningTokenError::Unknown(id.clone()))
            }
        })
        .await
}
