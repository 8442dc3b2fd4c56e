//! OAuth applications: made, listed, their secrets rotated, deleted. The command line and the console call these.

use crate::hasher;
use crate::secret::{new_client_id, new_secret};
use muster_store::applications::{self as rows, Application, Secret};
use muster_store::{Store, StoreError, Timestamp, WorkError, organizations};
use muster_token::ScopeSet;
use std::time::Duration;
use thiserror::Error;
use uuid::Uuid;
use zeroize::Zeroizing;

/// At most so many secrets of an application may be used at once.
const MOST_SECRETS: usize = 2;
/// Names are at most so long, in characters.
const LONGEST_NAME: usize = 200;
/// Descriptions are at most so long, in characters.
const LONGEST_DESCRIPTION: usize = 2_000;

const DAY: Duration = Duration::from_secs(86_400);

/// An application to be made.
#[derive(Clone, Debug)]
pub struct NewApplication {
    /// The organization's name.
    pub organization: String,
    /// A name for people.
    pub name: String,
    /// What it is for; may be empty.
    pub description: String,
    /// What it may ask for; at least one.
    pub scopes: ScopeSet,
    /// For how many days its secret may be used, 1 to 1095: Entra's gallery asks for 1 to 3 years (entra-facts 1.6).
    pub secret_lifetime_days: u32,
    /// How long its access tokens live, in minutes, 60 to 360 (entra-facts 1.3).
    pub token_lifetime_minutes: u32,
}

/// A secret that can be shown this once.
#[derive(Clone)]
pub struct IssuedSecret {
    /// Itself.
    pub secret: Zeroizing<String>,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// An application and its secrets, without what they hash to.
#[derive(Clone, Debug)]
pub struct ApplicationDetails {
    /// The application.
    pub application: Application,
    /// The name of its organization.
    pub organization: String,
    /// Its secrets, newest first.
    pub secrets: Vec<Secret>,
}

/// An operation failed.
#[derive(Debug, Error)]
pub enum ApplicationError {
    /// There is no such organization.
    #[error("there is no organization {0:?}; `muster org list` shows all")]
    UnknownOrganization(String),
    /// There is no such application.
    #[error("there is no application {0:?}; `muster app list` shows all")]
    UnknownApplication(String),
    /// A value is not allowed.
    #[error("{0}")]
    Invalid(String),
    /// Hashing failed.
    #[error("cannot hash the secret: {0}")]
    Hash(argon2::password_hash::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WorkError for ApplicationError {
    fn as_store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// Makes an application and its first secret.
///
/// # Errors
///
/// When a value is not allowed, the organization does not exist or the database fails.
pub async fn create(
    store: &Store,
    new: NewApplication,
    now: Timestamp,
) -> Result<(Application, IssuedSecret), ApplicationError> {
    validate(&new)?;
    let (issued, hash) = issue_secret(now, new.secret_lifetime_days)?;
    let expires_at = issued.expires_at;
    let application = store
        .write(move |connection| -> Result<_, ApplicationError> {
            let organization = organizations::find_by_name(connection, &new.organization)?
                .ok_or_else(|| ApplicationError::UnknownOrganization(new.organization.clone()))?;
            let application = Application {
                id: new_client_id(),
                organization_id: organization.id,
                name: new.name.trim().to_owned(),
                description: new.description.trim().to_owned(),
                scopes: new.scopes.to_string(),
                token_lifetime_seconds: i64::from(new.token_lifetime_minutes) * 60,
                created_at: now,
                updated_at: now,
            };
            rows::create(connection, &application)?;
            rows::insert_secret(connection, &secret_row(&application.id, &hash, now, expires_at))?;
            Ok(application)
        })
        .await?;
    Ok((application, issued))
}

/// All applications, or those of the organization of that name, oldest first.
///
/// # Errors
///
/// When the organization does not exist or the database fails.
pub async fn list(
    store: &Store,
    organization: Option<String>,
) -> Result<Vec<ApplicationDetails>, ApplicationError> {
    store
        .read(move |connection| -> Result<_, ApplicationError> {
            let organizations = organizations::list(connection)?;
            let wanted = match &organization {
                None => None,
                Some(name) => Some(
                    organizations::find_by_name(connection, name)?
                        .ok_or_else(|| ApplicationError::UnknownOrganization(name.clone()))?,
                ),
            };
            let applications = rows::list(connection, wanted.as_ref().map(|wanted| wanted.id.as_str()))?;
            applications
                .into_iter()
                .map(|application| {
                    let organization = organizations.iter().find(|o| o.id == application.organization_id);
                    Ok(ApplicationDetails {
                        organization: organization.map(|o| o.name.clone()).unwrap_or_default(),
                        secrets: rows::secrets(connection, &application.id)?,
                        application,
                    })
                })
                .collect()
        })
        .await
}

/// One application.
///
/// # Errors
///
/// When it does not exist or the database fails.
pub async fn show(store: &Store, id: &str) -> Result<ApplicationDetails, ApplicationError> {
    let id = id.to_owned();
    store
        .read(move |connection| -> Result<_, ApplicationError> {
            let application = rows::find(connection, &id)?
                .ok_or_else(|| ApplicationError::UnknownApplication(id.clone()))?;
            let organization = organizations::find(connection, &application.organization_id)?;
            Ok(ApplicationDetails {
                organization: organization.map(|organization| organization.name).unwrap_or_default(),
                secrets: rows::secrets(connection, &application.id)?,
                application,
            })
        })
        .await
}

/// Makes a new secret. The newest of the old ones may be used for so many days more, 0 to 30, and not beyond its own
/// expiry; older ones end now: two at most are in use.
///
/// # Errors
///
/// When a value is not allowed, the application does not exist or the database fails.
pub async fn rotate_secret(
    store: &Store,
    id: &str,
    grace_days: u32,
    secret_lifetime_days: u32,
    now: Timestamp,
) -> Result<IssuedSecret, ApplicationError> {
    if grace_days > 30 {
        return Err(ApplicationError::Invalid(format!(
            "the grace is 0 to 30 days, and {grace_days} were asked for"
        )));
    }
    let (issued, hash) = issue_secret(now, secret_lifetime_days)?;
    let expires_at = issued.expires_at;
    let id = id.to_owned();
    store
        .write(move |connection| -> Result<_, ApplicationError> {
            if rows::find(connection, &id)?.is_none() {
                return Err(ApplicationError::UnknownApplication(id.clone()));
            }
            let old = rows::secrets(connection, &id)?;
            let grace_ends = now.plus(DAY * grace_days);
            let mut kept = 1;
            for secret in &old {
                let in_use = secret.expires_at.is_none_or(|expires_at| expires_at > now);
                if grace_days > 0 && in_use && kept < MOST_SECRETS {
                    kept += 1;
                    let ends = secret.expires_at.map_or(grace_ends, |expires_at| expires_at.min(grace_ends));
                    rows::set_secret_expiry(connection, &secret.id, Some(ends))?;
                } else {
                    rows::delete_secret(connection, &secret.id)?;
                }
            }
            rows::insert_secret(connection, &secret_row(&id, &hash, now, expires_at))?;
            Ok(())
        })
        .await?;
    Ok(issued)
}

/// Deletes an application with its secrets; its tokens are refused within a second.
///
/// # Errors
///
/// When it does not exist or the database fails.
pub async fn delete(store: &Store, id: &str) -> Result<(), ApplicationError> {
    let id = id.to_owned();
    store
        .write(move |connection| -> Result<_, ApplicationError> {
            if rows::delete(connection, &id)? {
                Ok(())
            } else {
                Err(ApplicationError::UnknownApplication(id.clone()))
            }
        })
        .await
}

fn validate(new: &NewApplication) -> Result<(), ApplicationError> {
    let invalid = |text: String| Err(ApplicationError::Invalid(text));
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return invalid(format!("a name has 1 to {LONGEST_NAME} characters, all of them printable"));
    }
    if new.description.chars().count() > LONGEST_DESCRIPTION || new.description.contains('\0') {
        return invalid(format!("a description has at most {LONGEST_DESCRIPTION} characters"));
    }
    if new.scopes.is_empty() {
        return invalid(
            "an application needs at least one scope: --scope managed-users:read, say, or --all-scopes"
                .into(),
        );
    }
    if !(60..=360).contains(&new.token_lifetime_minutes) {
        return invalid(format!(
            "access tokens live 60 to 360 minutes, and {} were asked for",
            new.token_lifetime_minutes
        ));
    }
    Ok(())
}

fn issue_secret(now: Timestamp, lifetime_days: u32) -> Result<(IssuedSecret, String), ApplicationError> {
    if !(1..=1095).contains(&lifetime_days) {
        let text = format!("a secret may be used for 1 to 1095 days, and {lifetime_days} were asked for");
        return Err(ApplicationError::Invalid(text));
    }
    let secret = new_secret();
    let hash = hasher::hash(&secret).map_err(ApplicationError::Hash)?;
    Ok((IssuedSecret { secret, expires_at: now.plus(DAY * lifetime_days) }, hash))
}

fn secret_row(application_id: &str, hash: &str, now: Timestamp, expires_at: Timestamp) -> Secret {
    Secret {
        id: Uuid::now_v7().to_string(),
        application_id: application_id.to_owned(),
        hash: hash.to_owned(),
        created_at: now,
        expires_at: Some(expires_at),
    }
}
