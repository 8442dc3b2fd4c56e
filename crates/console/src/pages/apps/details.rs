//! One application: what it is, what it may do, and its end.

use super::list::{State, state};
use super::{choice_of, find};
use crate::form::Errors;
use crate::frame::{Frame, page_with};
use crate::pages::home::tokens_chart;
use crate::pages::scopes::ScopeChoice;
use crate::problem::Problem;
use crate::session::Visit;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use muster_oauth::applications::ApplicationDetails;
use muster_store::applications::Application;
use muster_store::{Timestamp, journal};
use std::time::Duration;

/// The chart shows so much.
const DAY: Duration = Duration::from_secs(86_400);

#[derive(Template)]
#[template(path = "app.html")]
struct App {
    frame: Frame,
    errors: Errors,
    tab: &'static str,
    id: String,
    /// As it is called, whatever was typed.
    title: String,
    name: String,
    description: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    algorithm: String,
    token_minutes: i64,
    minutes: String,
    state: State,
    choice: ScopeChoice,
    saved: bool,
    /// Tokens issued, as a picture.
    chart: String,
}

/// What was typed, where it was not accepted.
pub(super) struct Attempt {
    pub(super) errors: Errors,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) minutes: String,
    pub(super) choice: Option<ScopeChoice>,
}

impl Attempt {
    /// Of a form that has none of the details.
    pub(super) fn of(application: &Application, errors: Errors, choice: Option<ScopeChoice>) -> Self {
        Self {
            errors,
            name: application.name.clone(),
            description: application.description.clone(),
            minutes: (application.token_lifetime_seconds / 60).to_string(),
            choice,
        }
    }
}

pub(super) async fn show(visit: Visit, path: Path<String>) -> Result<HttpResponse, Problem> {
    let details = find(&visit, &path).await?;
    answer(&visit, details, None).await
}

pub(super) async fn answer(
    visit: &Visit,
    details: ApplicationDetails,
    attempt: Option<Attempt>,
) -> Result<HttpResponse, Problem> {
    let now = Timestamp::now();
    let state = state(visit, &details, now);
    let (organization_key, id) = (visit.organization.key, details.application.id.clone());
    let hours = visit
        .inner
        .store
        .read(move |connection| journal::hours(connection, organization_key, Some(&id), now.minus(DAY)))
        .await?;
    let chart = tokens_chart(visit.texts, &hours, now);
    let stored = choice_of(&details);
    let application = details.application;
    let minutes = application.token_lifetime_seconds / 60;
    let status = if attempt.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let attempt = attempt.unwrap_or_else(|| Attempt::of(&application, Errors::default(), None));
    let page = App {
        frame: visit.frame("apps"),
        errors: attempt.errors,
        tab: "details",
        id: application.id,
        title: application.name,
        name: attempt.name,
        description: attempt.description,
        created_at: application.created_at,
        updated_at: application.updated_at,
        algorithm: application.signing_algorithm,
        token_minutes: minutes,
        minutes: attempt.minutes,
        state,
        choice: attempt.choice.unwrap_or(stored),
        saved: visit.asks_for("saved"),
        chart,
    };
    page_with(status, &page)
}
