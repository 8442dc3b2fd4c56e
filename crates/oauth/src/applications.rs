//! OAuth applications: made, listed, changed, their secrets rotated, deleted. The command line and the console call these.

use crate::hasher::{self, Argon2Settings};
use crate::secret::{new_client_id, new_secret};
use muster_store::applications::{self as rows, Application, Secret};
use muster_store::{Connection, Store, StoreError, Timestamp, WorkError, organizations, resources};
use muster_token::{ScopeSet, SigningAlgorithm};
use std::time::Duration;
use thiserror::Error;
use uuid::Uuid;
use zeroize::Zeroizing;

/// No access token lives longer, in minutes (entra-facts 1.3).
pub(crate) const LONGEST_TOKEN_MINUTES: u32 = 360;

/// At most so many secrets of an application may be used at once.
pub const MOST_SECRETS: usize = 5;
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
    /// What its access tokens are signed with.
    pub algorithm: SigningAlgorithm,
    /// How costly its secret's hash is.
    pub argon2: Argon2Settings,
    /// The SCIM `id` of the user that its tokens speak for (RFC 7644 §3.11 `/Me`); the application itself when `None`.
    pub user_id: Option<String>,
}

/// What is to be changed of an application; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct ApplicationChanges {
    /// A name for people.
    pub name: Option<String>,
    /// What it is for; may be empty.
    pub description: Option<String>,
    /// What it may ask for; at least one. Tokens that are out lose what it loses.
    pub scopes: Option<ScopeSet>,
    /// What its access tokens are signed with.
    pub algorithm: Option<SigningAlgorithm>,
    /// How long its access tokens live, in minutes, 60 to 360.
    pub token_lifetime_minutes: Option<u32>,
}

/// A secret that can be shown this once.
#[derive(Clone)]
pub struct IssuedSecret {
    /// Its identifier, which is no secret.
    pub id: String,
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
    /// The organization has no such user.
    #[error("the organization has no user with the id {0:?}")]
    UnknownUser(String),
    /// There is no such application.
    #[error("there is no application {0:?}; `muster app list` shows all")]
    UnknownApplication(String),
    /// The application has no such secret.
    #[error("the application has no secret {0:?}; `muster app show` lists those that it has")]
    UnknownSecret(String),
    /// There are as many secrets as there may be.
    #[error(
        "the application has {MOST_SECRETS} secrets in use already; revoke one first with `muster app revoke-secret`"
    )]
    TooManySecrets,
    /// A value is not allowed.
    #[error("{0}")]
    Invalid(String),
    /// What was to be done in the same transaction found that another request had done it.
    #[error("another request made the application first")]
    Superseded,
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
    create_with(store, new, now, |_, _, _| Ok(true)).await
}

/// As [`create`], with further work in the same transaction; where that returns false, nothing is made.
///
/// # Errors
///
/// As [`create`], or [`ApplicationError::Superseded`].
pub async fn create_with(
    store: &Store,
    new: NewApplication,
    now: Timestamp,
    also: impl Fn(&mut Connection, &Application, &IssuedSecret) -> Result<bool, StoreError> + Send + 'static,
) -> Result<(Application, IssuedSecret), ApplicationError> {
    validate_name(&new.name)?;
    validate_description(&new.description)?;
    validate_scopes(new.scopes)?;
    validate_token_lifetime(new.token_lifetime_minutes)?;
    let id = new_client_id();
    let (issued, secret) = issue_secret(&id, new.secret_lifetime_days, new.argon2, now)?;
    let shown = issued.clone();
    let application = store
        .write(move |connection| -> Result<_, ApplicationError> {
            let organization = organizations::find_by_name(connection, &new.organization)?
                .ok_or_else(|| ApplicationError::UnknownOrganization(new.organization.clone()))?;
            if let Some(user_id) = &new.user_id
                && resources::find(connection, organization.key, "User", user_id)?.is_none()
            {
                return Err(ApplicationError::UnknownUser(user_id.clone()));
            }
            let application = Application {
                id: id.clone(),
                organization_id: organization.id,
                name: new.name.trim().to_owned(),
                description: new.description.trim().to_owned(),
                scopes: new.scopes.to_string(),
                token_lifetime_seconds: i64::from(new.token_lifetime_minutes) * 60,
                created_at: now,
                updated_at: now,
                user_id: new.user_id.clone(),
                signing_algorithm: new.algorithm.as_str().to_owned(),
                token_generation: 0,
            };
            rows::create(connection, &application)?;
            rows::insert_secret(connection, &secret)?;
            if also(connection, &application, &shown)? {
                Ok(application)
            } else {
                Err(ApplicationError::Superseded)
            }
        })
        .await?;
    Ok((application, issued))
}

/// Changes an application; what it is now.
///
/// # Errors
///
/// When a value is not allowed, the application does not exist or the database fails.
pub async fn update(
    store: &Store,
    id: &str,
    changes: ApplicationChanges,
    now: Timestamp,
) -> Result<Application, ApplicationError> {
    changes.name.as_deref().map_or(Ok(()), validate_name)?;
    changes.description.as_deref().map_or(Ok(()), validate_description)?;
    changes.scopes.map_or(Ok(()), validate_scopes)?;
    changes.token_lifetime_minutes.map_or(Ok(()), validate_token_lifetime)?;
    let id = id.to_owned();
    store
        .write(move |connection| -> Result<_, ApplicationError> {
            let mut application = rows::find(connection, &id)?
                .ok_or_else(|| ApplicationError::UnknownApplication(id.clone()))?;
            let changes = &changes;
            if let Some(name) = &changes.name {
                application.name = name.trim().to_owned();
            }
            if let Some(description) = &changes.description {
                application.description = description.trim().to_owned();
            }
            if let Some(scopes) = changes.scopes {
                application.scopes = scopes.to_string();
            }
            if let Some(algorithm) = changes.algorithm {
                application.signing_algorithm = algorithm.as_str().to_owned();
            }
            if let Some(minutes) = changes.token_lifetime_minutes {
                application.token_lifetime_seconds = i64::from(minutes) * 60;
            }
            application.updated_at = now;
            rows::update(connection, &application)?;
            Ok(application)
        })
        .await
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

/// Makes a new secret beside those that there are.
///
/// # Errors
///
/// When [`MOST_SECRETS`] are in use, a value is not allowed, the application does not exist or the database fails.
pub async fn add_secret(
    store: &Store,
    id: &str,
    secret_lifetime_days: u32,
    argon2: Argon2Settings,
    now: Timestamp,
) -> Result<IssuedSecret, ApplicationError> {
    let (issued, new) = issue_secret(id, secret_lifetime_days, argon2, now)?;
    let id = id.to_owned();
    store
        .write(move |connection| -> Result<_, ApplicationError> {
            let in_use = secrets_of(connection, &id)?.iter().filter(|secret| is_in_use(secret, now)).count();
            if in_use >= MOST_SECRETS {
                return Err(ApplicationError::TooManySecrets);
            }
            Ok(rows::insert_secret(connection, &new)?)
        })
        .await?;
    Ok(issued)
}

/// Makes a new secret. The newest of the old ones may be used for so many days more, 0 to 30, and not beyond its own
/// expiry; older ones end now. Without a grace, the access tokens that were issued so far end too, within a second on
/// every node.
///
/// # Errors
///
/// When a value is not allowed, the application does not exist or the database fails.
pub async fn rotate_secret(
    store: &Store,
    id: &str,
    grace_days: u32,
    secret_lifetime_days: u32,
    argon2: Argon2Settings,
    now: Timestamp,
) -> Result<IssuedSecret, ApplicationError> {
    if grace_days > 30 {
        return Err(ApplicationError::Invalid(format!(
            "the grace is 0 to 30 days, and {grace_days} were asked for"
        )));
    }
    let (issued, new) = issue_secret(id, secret_lifetime_days, argon2, now)?;
    let id = id.to_owned();
    store
        .write(move |connection| -> Result<_, ApplicationError> {
            let grace_ends = now.plus(DAY * grace_days);
            let mut newest_kept = false;
            for secret in &secrets_of(connection, &id)? {
                if grace_days > 0 && !newest_kept && is_in_use(secret, now) {
                    newest_kept = true;
                    let ends = secret.expires_at.map_or(grace_ends, |expires_at| expires_at.min(grace_ends));
                    rows::set_secret_expiry(connection, &secret.id, Some(ends))?;
                } else {
                    rows::delete_secret(connection, &secret.id)?;
                }
            }
            if grace_days == 0 {
                rows::end_tokens(connection, &id)?;
            }
            Ok(rows::insert_secret(connection, &new)?)
        })
        .await?;
    Ok(issued)
}

/// Ends a secret now. Access tokens that were issued so far, by whichever secret, end with it when that is asked for.
///
/// # Errors
///
/// When the application or the secret does not exist or the database fails.
pub async fn revoke_secret(
    store: &Store,
    id: &str,
    secret_id: &str,
    end_tokens: bool,
) -> Result<(), ApplicationError> {
    let (id, secret_id) = (id.to_owned(), secret_id.to_owned());
    store
        .write(move |connection| -> Result<_, ApplicationError> {
            if !secrets_of(connection, &id)?.iter().any(|secret| secret.id == secret_id) {
                return Err(ApplicationError::UnknownSecret(secret_id.clone()));
            }
            rows::delete_secret(connection, &secret_id)?;
            if end_tokens {
                rows::end_tokens(connection, &id)?;
            }
            Ok(())
        })
        .await
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

/// The secrets of an application that exists, newest first.
fn secrets_of(connection: &mut Connection, id: &str) -> Result<Vec<Secret>, ApplicationError> {
    if rows::find(connection, id)?.is_none() {
        return Err(ApplicationError::UnknownApplication(id.to_owned()));
    }
    Ok(rows::secrets(connection, id)?)
}

fn is_in_use(secret: &Secret, now: Timestamp) -> bool {
    secret.expires_at.is_none_or(|expires_at| expires_at > now)
}

pub(crate) fn validate_name(name: &str) -> Result<(), ApplicationError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        let text = format!("a name has 1 to {LONGEST_NAME} characters, all of them printable");
        return Err(ApplicationError::Invalid(text));
    }
    Ok(())
}

fn validate_description(description: &str) -> Result<(), ApplicationError> {
    if description.chars().count() > LONGEST_DESCRIPTION || description.contains('\0') {
        let text = format!("a description has at most {LONGEST_DESCRIPTION} characters");
        return Err(ApplicationError::Invalid(text));
    }
    Ok(())
}

fn validate_scopes(scopes: ScopeSet) -> Result<(), ApplicationError> {
    if scopes.is_empty() {
        return Err(ApplicationError::Invalid(
            "an application needs at least one scope: --scope managed-users:read, say, or --all-scopes"
                .into(),
        ));
    }
    Ok(())
}

fn validate_token_lifetime(minutes: u32) -> Result<(), ApplicationError> {
    if !(60..=LONGEST_TOKEN_MINUTES).contains(&minutes) {
        let text =
            format!("access tokens live 60 to {LONGEST_TOKEN_MINUTES} minutes, and {minutes} were asked for");
        return Err(ApplicationError::Invalid(text));
    }
    Ok(())
}

/// A new secret, and the row that is kept of it.
pub(crate) fn issue_secret(
    application_id: &str,
    lifetime_days: u32,
    argon2: Argon2Settings,
    now: Timestamp,
) -> Result<(IssuedSecret, Secret), ApplicationError> {
    if !(1..=1095).contains(&lifetime_days) {
        let text = format!("a secret may be used for 1 to 1095 days, and {lifetime_days} were asked for");
        return Err(ApplicationError::Invalid(text));
    }
    let secret = new_secret();
    let row = Secret {
        id: Uuid::now_v7().to_string(),
        application_id: application_id.to_owned(),
        hash: hasher::hash(&secret, application_id, argon2).map_err(ApplicationError::Hash)?,
        created_at: now,
        expires_at: Some(now.plus(DAY * lifetime_days)),
        last_used_at: None,
    };
    let expires_at = row.expires_at.unwrap_or(now);
    Ok((IssuedSecret { id: row.id.clone(), secret, expires_at }, row))
}
