//! *Create OAuth application*, step by step. What was typed is written down at each step, so that back and forward keep
//! it; the application is made once, however often the last form is sent.

use super::BASE;
use crate::form::Errors;
use crate::frame::{Frame, page_with, see};
use crate::pages::new_app::{self, NewApp};
use crate::pages::scopes::ScopeChoice;
use crate::problem::Problem;
use crate::role::Role;
use crate::secret;
use crate::session::{Change, Visit};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use muster_oauth::applications::ApplicationError;
use muster_store::application_drafts::{self, Draft};
use muster_store::{StoreError, Timestamp, applications};
use muster_token::ScopeSet;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

/// What was typed so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Typed {
    name: String,
    description: String,
    /// `None`: the step was not reached.
    scopes: Option<String>,
}

#[derive(Template)]
#[template(path = "wizard-grant.html")]
struct Grant {
    frame: Frame,
    errors: Errors,
    steps: Steps,
    /// Where the form goes.
    action: String,
}

#[derive(Template)]
#[template(path = "wizard-name.html")]
struct Name {
    frame: Frame,
    errors: Errors,
    steps: Steps,
    typed: Typed,
}

#[derive(Template)]
#[template(path = "wizard-scopes.html")]
struct Scopes {
    frame: Frame,
    errors: Errors,
    steps: Steps,
    choice: ScopeChoice,
}

#[derive(Template)]
#[template(path = "wizard-secret.html")]
struct SecretPage {
    frame: Frame,
    errors: Errors,
    steps: Steps,
    application_id: String,
    application: String,
    /// From when on the secret is refused.
    expires_at: Option<Timestamp>,
    /// `None`: it was shown before.
    secret: Option<Zeroizing<String>>,
}

/// The way, and where on it the page is.
struct Steps {
    draft: String,
    current: usize,
    /// Whether steps that are done may be gone back to.
    open: bool,
}

/// A step of the way.
struct Step {
    text: &'static str,
    address: String,
    is_done: bool,
    is_current: bool,
}

const STEPS: [(&str, &str); 4] = [
    ("wizard-step-grant", "grant"),
    ("wizard-step-name", "name"),
    ("wizard-step-scopes", "scopes"),
    ("wizard-step-secret", "secret"),
];

impl Steps {
    fn at(draft: &str, current: usize) -> Self {
        Self { draft: draft.to_owned(), current, open: current < 3 }
    }

    fn all(&self) -> impl Iterator<Item = Step> {
        STEPS.into_iter().enumerate().map(|(number, (text, path))| Step {
            text,
            address: if self.open { address(&self.draft, path) } else { String::new() },
            is_done: number < self.current,
            is_current: number == self.current,
        })
    }
}

pub(super) async fn show_new(visit: Visit) -> Result<HttpResponse, Problem> {
    visit.needs(Role::Admin)?;
    grant_page(&visit, None, Errors::default())
}

pub(super) async fn begin(change: Change) -> Result<HttpResponse, Problem> {
    if let Some(errors) = grant_errors(&change) {
        return grant_page(&change, None, errors);
    }
    let draft = Draft {
        id: Uuid::now_v7().to_string(),
        admin_id: change.admin.id.clone(),
        organization_id: change.organization.id.clone(),
        content: serde_json::to_string(&Typed::default()).map_err(|_| Problem::Failed)?,
        application_id: None,
        sealed_secret: None,
        shown_at: None,
        created_at: Timestamp::now(),
    };
    let next = address(&draft.id, "name");
    change.inner.store.write(move |connection| application_drafts::insert(connection, &draft)).await?;
    Ok(see(&next))
}

pub(super) async fn show_grant(visit: Visit, id: Path<String>) -> Result<HttpResponse, Problem> {
    let draft = open_draft(&visit, &id).await?;
    grant_page(&visit, Some(&draft), Errors::default())
}

pub(super) async fn submit_grant(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    let draft = open_draft(&change, &id).await?;
    match grant_errors(&change) {
        None => Ok(see(&address(&draft.id, "name"))),
        Some(errors) => grant_page(&change, Some(&draft), errors),
    }
}

pub(super) async fn show_name(visit: Visit, id: Path<String>) -> Result<HttpResponse, Problem> {
    let draft = open_draft(&visit, &id).await?;
    name_page(&visit, &draft, Errors::default())
}

pub(super) async fn submit_name(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    let mut draft = open_draft(&change, &id).await?;
    let typed = Typed {
        name: new_app::cut(change.form.text("name")),
        description: new_app::cut(change.form.text("description")),
        ..typed(&draft)
    };
    save(&change, &mut draft, &typed).await?;
    if change.form.is_ticked("back") {
        return Ok(see(&address(&draft.id, "grant")));
    }
    let errors = new_app::name_errors(change.texts, &typed.name, &typed.description);
    if errors.is_empty() {
        Ok(see(&address(&draft.id, "scopes")))
    } else {
        name_page(&change, &draft, errors)
    }
}

pub(super) async fn show_scopes(visit: Visit, id: Path<String>) -> Result<HttpResponse, Problem> {
    let draft = open_draft(&visit, &id).await?;
    scopes_page(&visit, &draft, Errors::default())
}

pub(super) async fn submit_scopes(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    let mut draft = draft(&change, &id).await?;
    if draft.application_id.is_some() {
        // Sent twice: the first made it.
        return Ok(see(&address(&draft.id, "secret")));
    }
    let scopes = ScopeChoice::sent(&change.form).scopes();
    let typed = Typed { scopes: Some(scopes.to_string()), ..typed(&draft) };
    save(&change, &mut draft, &typed).await?;
    if change.form.is_ticked("back") {
        return Ok(see(&address(&draft.id, "name")));
    }
    let errors = new_app::name_errors(change.texts, &typed.name, &typed.description);
    if !errors.is_empty() {
        return name_page(&change, &draft, errors);
    }
    if scopes.is_empty() {
        let errors = Errors::one("scope-managed-users-read", change.texts.say("scopes-none"));
        return scopes_page(&change, &draft, errors);
    }
    make(&change, &draft, NewApp { name: typed.name, description: typed.description, scopes }).await
}

async fn make(change: &Change, draft: &Draft, new: NewApp) -> Result<HttpResponse, Problem> {
    let (id, token) = (draft.id.clone(), change.token.clone());
    let made = new_app::create_with(change, new, move |connection, application, issued| {
        let Some(sealed) = secret::seal(&issued.secret, &token) else { return Ok(false) };
        application_drafts::complete(connection, &id, &application.id, &sealed)
    });
    match made.await {
        // Of two that came at once, the other made it.
        Ok((application, _)) => {
            change.record("console.app.create", Some(&application.id), &application.name).await;
            Ok(see(&address(&draft.id, "secret")))
        }
        Err(ApplicationError::Superseded) => Ok(see(&address(&draft.id, "secret"))),
        Err(error) => Err(error.into()),
    }
}

/// The secret is shown once: when the page is loaded again, it is not there any more.
pub(super) async fn show_secret(visit: Visit, id: Path<String>) -> Result<HttpResponse, Problem> {
    let draft = draft(&visit, &id).await?;
    let Some(application_id) = draft.application_id.clone() else {
        return Ok(see(&address(&draft.id, "scopes")));
    };
    visit.needs(Role::Admin)?;
    let (draft_id, now) = (draft.id.clone(), Timestamp::now());
    let is_first = visit
        .inner
        .store
        .write(move |connection| application_drafts::note_shown(connection, &draft_id, now))
        .await?;
    let secret = if is_first { opened(&visit, &draft) } else { None };
    secret_page(&visit, &draft, application_id, secret, Errors::default(), StatusCode::OK).await
}

pub(super) async fn finish(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    let draft = draft(&change, &id).await?;
    let Some(application_id) = draft.application_id.clone() else {
        return Ok(see(&address(&draft.id, "scopes")));
    };
    if !change.form.is_ticked("got-it") {
        // Who sends the form has the page with the secret before them: it must not be lost by a box.
        let Some(secret) = opened(&change, &draft) else { return Ok(see(&address(&draft.id, "secret"))) };
        let errors = Errors::one("got-it", change.texts.say("wizard-got-it-missing"));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return secret_page(&change, &draft, application_id, Some(secret), errors, status).await;
    }
    let draft_id = draft.id.clone();
    change.inner.store.write(move |connection| application_drafts::finish(connection, &draft_id)).await?;
    Ok(see(&format!("{BASE}/{application_id}/connect")))
}

fn opened(visit: &Visit, draft: &Draft) -> Option<Zeroizing<String>> {
    secret::open(draft.sealed_secret.as_deref()?, &visit.token)
}

async fn secret_page(
    visit: &Visit,
    draft: &Draft,
    application_id: String,
    secret: Option<Zeroizing<String>>,
    errors: Errors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let id = application_id.clone();
    let found = visit.inner.store.read(move |connection| -> Result<_, StoreError> {
        Ok((applications::find(connection, &id)?, applications::secrets(connection, &id)?))
    });
    let (application, secrets) = found.await?;
    let page = SecretPage {
        frame: visit.frame("apps"),
        errors,
        steps: Steps::at(&draft.id, 3),
        application: application.ok_or(Problem::NotFound)?.name,
        application_id,
        // Newest first: the one of a rehearsal may be there too.
        expires_at: secrets.last().and_then(|secret| secret.expires_at),
        secret,
    };
    page_with(status, &page)
}

/// The first step, of a draft or of one that will be.
fn grant_page(visit: &Visit, draft: Option<&Draft>, errors: Errors) -> Result<HttpResponse, Problem> {
    let (steps, action) = match draft {
        Some(draft) => (Steps::at(&draft.id, 0), address(&draft.id, "grant")),
        None => (Steps { draft: String::new(), current: 0, open: false }, format!("{BASE}/new")),
    };
    page_with(status_of(&errors), &Grant { frame: visit.frame("apps"), errors, steps, action })
}

fn name_page(visit: &Visit, draft: &Draft, errors: Errors) -> Result<HttpResponse, Problem> {
    let (frame, steps) = (visit.frame("apps"), Steps::at(&draft.id, 1));
    page_with(status_of(&errors), &Name { frame, errors, steps, typed: typed(draft) })
}

fn scopes_page(visit: &Visit, draft: &Draft, errors: Errors) -> Result<HttpResponse, Problem> {
    let (frame, steps) = (visit.frame("apps"), Steps::at(&draft.id, 2));
    // What provisioning needs is ticked from the beginning.
    let scopes = typed(draft).scopes.map_or(ScopeSet::ALL, |scopes| scopes.parse().unwrap_or_default());
    page_with(status_of(&errors), &Scopes { frame, errors, steps, choice: ScopeChoice::of(scopes) })
}

fn status_of(errors: &Errors) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

fn grant_errors(change: &Change) -> Option<Errors> {
    let is_known = change.form.text("grant") == "client_credentials";
    (!is_known).then(|| Errors::one("grant-client-credentials", change.texts.say("wizard-grant-missing")))
}

async fn draft(visit: &Visit, id: &str) -> Result<Draft, Problem> {
    let (admin, organization, id) =
        (visit.admin.id.clone(), visit.organization.id.clone(), id.replace('\0', ""));
    visit
        .inner
        .store
        .read(move |connection| -> Result<_, StoreError> {
            application_drafts::find(connection, &admin, &organization, &id)
        })
        .await?
        .ok_or(Problem::NotFound)
}

/// A draft that can still be changed. One that became an application is no draft any more.
async fn open_draft(visit: &Visit, id: &str) -> Result<Draft, Problem> {
    draft(visit, id)
        .await
        .and_then(|draft| if draft.application_id.is_some() { Err(Problem::NotFound) } else { Ok(draft) })
}

fn typed(draft: &Draft) -> Typed {
    serde_json::from_str(&draft.content).unwrap_or_default()
}

async fn save(visit: &Visit, draft: &mut Draft, typed: &Typed) -> Result<(), Problem> {
    draft.content = serde_json::to_string(typed).map_err(|_| Problem::Failed)?;
    let (id, content) = (draft.id.clone(), draft.content.clone());
    Ok(visit.inner.store.write(move |connection| application_drafts::save(connection, &id, &content)).await?)
}

fn address(draft: &str, step: &str) -> String {
    format!("{BASE}/new/{draft}/{step}")
}
