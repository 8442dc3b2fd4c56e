//! All applications of the organization.

use crate::frame::{Frame, page};
use crate::problem::Problem;
use crate::session::Visit;
use actix_web::HttpResponse;
use askama::Template;
use muster_oauth::applications::{self, ApplicationDetails};
use muster_store::Timestamp;

#[derive(Template)]
#[template(path = "apps.html")]
struct Apps {
    frame: Frame,
    rows: Vec<Row>,
    deleted: bool,
}

struct Row {
    id: String,
    name: String,
    description: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    state: State,
}

/// How its secrets are.
pub(super) struct State {
    pub(super) tone: &'static str,
    pub(super) text: String,
}

pub(super) async fn show(visit: Visit) -> Result<HttpResponse, Problem> {
    let all = applications::list(&visit.inner.store, Some(visit.organization.name.clone())).await?;
    let rows = all.into_iter().map(|details| row(&visit, details)).collect();
    page(&Apps { frame: visit.frame("apps"), rows, deleted: visit.asks_for("deleted") })
}

fn row(visit: &Visit, details: ApplicationDetails) -> Row {
    let state = state(visit, &details, Timestamp::now());
    let last_used_at = details.secrets.iter().filter_map(|secret| secret.last_used_at).max();
    let application = details.application;
    Row {
        id: application.id,
        name: application.name,
        description: application.description,
        created_at: application.created_at,
        last_used_at,
        state,
    }
}

/// The secret that lasts longest counts: with it, the application goes on.
pub(super) fn state(visit: &Visit, details: &ApplicationDetails, now: Timestamp) -> State {
    let texts = visit.texts;
    let lasting =
        details.secrets.iter().map(|secret| secret.expires_at.unwrap_or(Timestamp::from_micros(i64::MAX)));
    let Some(expires_at) = lasting.max() else {
        return State { tone: "plain", text: texts.say("apps-no-secret") };
    };
    let days = (expires_at.seconds() - now.seconds()).div_euclid(86_400);
    match days {
        ..0 => State { tone: "bad", text: texts.say("apps-secret-expired") },
        0..30 => State { tone: "warn", text: texts.with("apps-secret-expires", "days", days) },
        _ => State { tone: "good", text: texts.say("apps-active") },
    }
}
