//! `/applications/oauth`: the same job as the wizard's, as one plain page.

use super::apps::BASE;
use super::new_app::{self, NewApp};
use super::scopes::ScopeChoice;
use crate::form::Errors;
use crate::frame::{Frame, page_with};
use crate::problem::Problem;
use crate::session::{Change, Visit};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};
use askama::Template;
use muster_oauth::applications;
use muster_store::application_drafts::{self, Draft};
use muster_store::{StoreError, Timestamp};
use muster_token::ScopeSet;
use uuid::Uuid;
use zeroize::Zeroizing;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/applications/oauth", web::get().to(show))
        .route("/applications/oauth", web::post().to(create));
}

#[derive(Template)]
#[template(path = "plain.html")]
struct Plain {
    frame: Frame,
    errors: Errors,
    rows: Vec<(String, String)>,
    base: &'static str,
    /// Sent with the form: the same one makes one application.
    draft: String,
    name: String,
    description: String,
    choice: ScopeChoice,
    made: Option<Made>,
    /// The form was sent twice.
    twice: bool,
}

struct Made {
    id: String,
    secret: Zeroizing<String>,
    tenant_url: String,
    token_endpoint: String,
    expires_at: Timestamp,
}

/// What the page shows beside the list.
struct Shown {
    errors: Errors,
    name: String,
    description: String,
    choice: ScopeChoice,
    made: Option<Made>,
    twice: bool,
}

impl Default for Shown {
    fn default() -> Self {
        Self {
            errors: Errors::default(),
            name: String::new(),
            description: String::new(),
            choice: ScopeChoice::of(ScopeSet::ALL),
            made: None,
            twice: false,
        }
    }
}

async fn show(visit: Visit) -> Result<HttpResponse, Problem> {
    answer(&visit, Shown::default()).await
}

async fn create(change: Change) -> Result<HttpResponse, Problem> {
    let (name, description) =
        (new_app::cut(change.form.text("name")), new_app::cut(change.form.text("description")));
    let mut errors = new_app::name_errors(change.texts, &name, &description);
    let choice = ScopeChoice::sent(&change.form);
    if choice.scopes().is_empty() {
        errors.add("scope-managed-users-read", change.texts.say("scopes-none"));
    }
    if !errors.is_empty() {
        return answer(&change, Shown { errors, name, description, choice, ..Shown::default() }).await;
    }
    let draft = draft_of(&change)?;
    let new = NewApp { name, description, scopes: choice.scopes() };
    let made = new_app::create_with(&change, new, move |connection, application, _| {
        if application_drafts::find(connection, &draft.admin_id, &draft.organization_id, &draft.id)?.is_some()
        {
            return Ok(false);
        }
        let used = Draft { application_id: Some(application.id.clone()), ..draft.clone() };
        application_drafts::insert(connection, &used)?;
        Ok(true)
    });
    let shown = match made.await {
        Ok((application, issued)) => {
            change.record("console.app.create", Some(&application.id), &application.name).await;
            let settings = &change.inner.settings;
            let made = Made {
                id: application.id,
                expires_at: issued.expires_at,
                secret: issued.secret,
                tenant_url: settings.tenant_url.clone(),
                token_endpoint: settings.token_endpoint.clone(),
            };
            Shown { made: Some(made), ..Shown::default() }
        }
        // Sent twice: the first made it, and showed its secret.
        Err(applications::ApplicationError::Superseded) => Shown { twice: true, ..Shown::default() },
        Err(applications::ApplicationError::Store(StoreError::Conflict { .. })) => {
            Shown { twice: true, ..Shown::default() }
        }
        Err(error) => return Err(error.into()),
    };
    answer(&change, shown).await
}

/// The form's own number, written down once it made an application.
fn draft_of(change: &Change) -> Result<Draft, Problem> {
    let id: Uuid = change.form.text("draft").parse().map_err(|_| Problem::NotFound)?;
    Ok(Draft {
        id: id.to_string(),
        admin_id: change.admin.id.clone(),
        organization_id: change.organization.id.clone(),
        content: String::from("{}"),
        application_id: None,
        sealed_secret: None,
        shown_at: None,
        created_at: Timestamp::now(),
    })
}

async fn answer(visit: &Visit, shown: Shown) -> Result<HttpResponse, Problem> {
    let all = applications::list(&visit.inner.store, Some(visit.organization.name.clone())).await?;
    let rows = all.into_iter().map(|details| (details.application.id, details.application.name)).collect();
    let status = if shown.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Plain {
        frame: visit.frame("apps"),
        errors: shown.errors,
        rows,
        base: BASE,
        draft: Uuid::new_v4().to_string(),
        name: shown.name,
        description: shown.description,
        choice: shown.choice,
        made: shown.made,
        twice: shown.twice,
    };
    page_with(status, &page)
}
