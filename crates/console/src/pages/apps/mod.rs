//! OAuth applications: listed, made step by step, shown, changed, deleted.

mod change;
mod connect;
mod credentials;
mod details;
mod list;
mod rehearse;
mod wizard;

use super::scopes::ScopeChoice;
use crate::problem::Problem;
use crate::session::Visit;
use actix_web::web::{self, ServiceConfig};
use muster_oauth::applications::{self, ApplicationDetails, ApplicationError};
use muster_oauth::provisioning::ProvisioningTokenError;

pub(super) const BASE: &str = "/organization/settings/oauth/apps";

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(
        web::scope(BASE)
            .route("", web::get().to(list::show))
            .route("/new", web::get().to(wizard::show_new))
            .route("/new", web::post().to(wizard::begin))
            .route("/new/{draft}/grant", web::get().to(wizard::show_grant))
            .route("/new/{draft}/grant", web::post().to(wizard::submit_grant))
            .route("/new/{draft}/name", web::get().to(wizard::show_name))
            .route("/new/{draft}/name", web::post().to(wizard::submit_name))
            .route("/new/{draft}/scopes", web::get().to(wizard::show_scopes))
            .route("/new/{draft}/scopes", web::post().to(wizard::submit_scopes))
            .route("/new/{draft}/secret", web::get().to(wizard::show_secret))
            .route("/new/{draft}/secret", web::post().to(wizard::finish))
            .route("/{id}", web::get().to(details::show))
            .route("/{id}", web::post().to(change::details))
            .route("/{id}/scopes", web::get().to(details::show))
            .route("/{id}/scopes", web::post().to(change::scopes))
            .route("/{id}/delete", web::get().to(details::show))
            .route("/{id}/delete", web::post().to(change::delete))
            .route("/{id}/connect", web::get().to(connect::show))
            .route("/{id}/rehearsal", web::get().to(rehearse::show))
            .route("/{id}/rehearsal", web::post().to(rehearse::start))
            .route("/{id}/rehearsal/{run}", web::get().to(rehearse::follow))
            .route("/{id}/credentials", web::get().to(credentials::show))
            .route("/{id}/secrets", web::get().to(credentials::show))
            .route("/{id}/secrets", web::post().to(credentials::rotate))
            .route("/{id}/secrets/{secret}/revoke", web::post().to(credentials::revoke_secret))
            .route("/{id}/tokens", web::get().to(credentials::show))
            .route("/{id}/tokens", web::post().to(credentials::make_token))
            .route("/{id}/tokens/{token}/revoke", web::post().to(credentials::revoke_token))
            .route("/{id}/trusts", web::get().to(credentials::show))
            .route("/{id}/trusts", web::post().to(credentials::add_trust))
            .route("/{id}/trusts/{trust}/remove", web::post().to(credentials::remove_trust)),
    );
}

/// An application of the organization that is looked at; of another's it says what it says of nothing.
pub(super) async fn find(visit: &Visit, id: &str) -> Result<ApplicationDetails, Problem> {
    if id.contains('\0') {
        return Err(Problem::NotFound);
    }
    let found = applications::show(&visit.inner.store, id).await?;
    if found.application.organization_id == visit.organization.id {
        Ok(found)
    } else {
        Err(Problem::NotFound)
    }
}

/// What the application may ask for, as boxes.
fn choice_of(details: &ApplicationDetails) -> ScopeChoice {
    ScopeChoice::of(details.application.scopes.parse().unwrap_or_default())
}

impl From<ApplicationError> for Problem {
    fn from(error: ApplicationError) -> Self {
        match error {
            ApplicationError::UnknownOrganization(_)
            | ApplicationError::UnknownUser(_)
            | ApplicationError::UnknownApplication(_)
            | ApplicationError::UnknownSecret(_) => Self::NotFound,
            ApplicationError::Store(error) => Self::Store(error),
            error => {
                tracing::error!(%error, "an application could not be changed");
                Self::Failed
            }
        }
    }
}

impl From<ProvisioningTokenError> for Problem {
    fn from(error: ProvisioningTokenError) -> Self {
        match error {
            ProvisioningTokenError::UnknownApplication(_) | ProvisioningTokenError::Unknown(_) => {
                Self::NotFound
            }
            ProvisioningTokenError::Store(error) => Self::Store(error),
            error @ ProvisioningTokenError::Invalid(_) => {
                tracing::error!(%error, "a provisioning token could not be made");
                Self::Failed
            }
        }
    }
}
