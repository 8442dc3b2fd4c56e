//! *Rehearse*: begun, and watched as it happens.

use super::{BASE, find};
use crate::form::Errors;
use crate::frame::{Frame, page_with, see};
use crate::pages::events::{self, Events, Follower};
use crate::problem::Problem;
use crate::rehearsal::{self, LOST_AFTER, Part, Said, Verdict};
use crate::session::{Change, Visit};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use muster_oauth::applications::{ApplicationDetails, ApplicationError};
use muster_store::rehearsals::{self, Rehearsal, Step};
use muster_store::{StoreError, Timestamp};
use std::time::Duration;
use url::Url;

#[derive(Template)]
#[template(path = "rehearsal.html")]
struct RehearsalPage {
    frame: Frame,
    errors: Errors,
    tab: &'static str,
    id: String,
    title: String,
    public_url: String,
    /// Whether clouds may reach it, by https.
    is_public: bool,
    run: Option<Shown>,
}

impl RehearsalPage {
    fn is_good(&self, part: &[ShownStep]) -> bool {
        part.iter().all(|step| step.said.good)
    }

    /// What went wrong is seen at once. Not every fault is an answer that is bad in itself, such as a value that is not the one that
    /// was sent: then everything is shown.
    fn is_open(&self, part: &[ShownStep]) -> bool {
        let Some(run) = &self.run else { return false };
        let has_faults = run.verdict.as_ref().is_some_and(|verdict| !verdict.faults.is_empty());
        !self.is_good(part) || has_faults && run.steps.iter().all(|step| step.said.good)
    }

    fn is_running(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.running)
    }
}

/// A rehearsal, for the page.
struct Shown {
    id: String,
    started_at: Timestamp,
    running: bool,
    verdict: Option<Verdict>,
    steps: Vec<ShownStep>,
}

impl Shown {
    /// The steps of each part.
    fn parts(&self) -> impl Iterator<Item = &[ShownStep]> {
        self.steps.chunk_by(|_, next| next.begins.is_none())
    }
}

/// A step, for the page.
struct ShownStep {
    number: i64,
    /// The text that says which part begins with it.
    begins: Option<&'static str>,
    /// The text that says what it was.
    words: String,
    request: String,
    said: Said,
}

#[derive(Template)]
#[template(path = "rehearsal-step.html")]
struct StepPage<'a> {
    frame: &'a Frame,
    step: &'a ShownStep,
    is_live: bool,
}

pub(super) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = find(&visit, &id).await?;
    answer(&visit, found, Errors::default()).await
}

pub(super) async fn start(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = find(&change, &id).await?;
    let (application_id, organization_id) = (&found.application.id, &change.organization.id);
    if newest(&change, application_id).await?.is_some_and(|run| is_running(&run)) {
        return Ok(see(&format!("{BASE}/{application_id}/rehearsal")));
    }
    let inner = change.inner.clone().into_inner();
    let secret = change.form.secret("client-secret");
    match rehearsal::start(&inner, organization_id, application_id, secret).await {
        Ok(_) => {
            change.record("console.rehearse", Some(application_id), &found.application.name).await;
            Ok(see(&format!("{BASE}/{application_id}/rehearsal")))
        }
        Err(ApplicationError::TooManySecrets) => {
            let errors = Errors::one("client-secret", change.texts.say("rehearse-too-many-secrets"));
            answer(&change, found, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What happens, as server-sent events.
pub(super) async fn follow(visit: Visit, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (application_id, run) = path.into_inner();
    let found = find(&visit, &application_id).await?;
    let (organization_id, id) = (visit.organization.id.clone(), run.replace('\0', ""));
    let rehearsal =
        visit.inner.store.read(move |connection| rehearsals::find(connection, &organization_id, &id)).await?;
    let rehearsal = rehearsal
        .filter(|rehearsal| rehearsal.application_id == found.application.id)
        .ok_or(Problem::NotFound)?;
    let follower = NewSteps { visit, rehearsal, sent: 0, part: None, over: false };
    Ok(events::answer(follower))
}

struct NewSteps {
    visit: Visit,
    rehearsal: Rehearsal,
    sent: i64,
    part: Option<Part>,
    over: bool,
}

impl Follower for NewSteps {
    const EVERY: Duration = Duration::from_millis(400);
    const LONGEST: Duration = Duration::from_secs(300);

    fn is_over(&self) -> bool {
        self.over
    }

    async fn look(&mut self) -> Events {
        let mut events = Events::none();
        let (id, organization_id, sent) =
            (self.rehearsal.id.clone(), self.rehearsal.organization_id.clone(), self.sent);
        let found = self.visit.inner.store.read(move |connection| -> Result<_, StoreError> {
            // First whether it is over: no step comes after that.
            let now = rehearsals::find(connection, &organization_id, &id)?;
            Ok((now, rehearsals::steps(connection, &id, sent)?))
        });
        let Ok((now, steps)) = found.await else { return events };
        let frame = self.visit.frame("apps");
        for step in &steps {
            self.sent = step.number;
            let Some(shown) = shown_step(&self.visit, step, &mut self.part) else { continue };
            if let Ok(html) = (StepPage { frame: &frame, step: &shown, is_live: true }).render() {
                events.push("step", &html);
            }
        }
        if now.is_none_or(|run| !is_running(&run)) {
            self.over = true;
            events.push("done", "");
        }
        events
    }
}

async fn answer(visit: &Visit, found: ApplicationDetails, errors: Errors) -> Result<HttpResponse, Problem> {
    let run = match newest(visit, &found.application.id).await? {
        None => None,
        Some(rehearsal) => {
            let id = rehearsal.id.clone();
            let steps =
                visit.inner.store.read(move |connection| rehearsals::steps(connection, &id, 0)).await?;
            let mut part = None;
            Some(Shown {
                running: is_running(&rehearsal),
                started_at: rehearsal.started_at,
                verdict: rehearsal.verdict.as_deref().and_then(|text| serde_json::from_str(text).ok()),
                steps: steps.iter().filter_map(|step| shown_step(visit, step, &mut part)).collect(),
                id: rehearsal.id,
            })
        }
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = RehearsalPage {
        frame: visit.frame("apps"),
        errors,
        tab: "rehearsal",
        id: found.application.id,
        title: found.application.name,
        public_url: visit.inner.settings.public_url.clone(),
        is_public: visit.inner.settings.is_secure(),
        run,
    };
    page_with(status, &page)
}

async fn newest(visit: &Visit, application_id: &str) -> Result<Option<Rehearsal>, Problem> {
    let id = application_id.to_owned();
    Ok(visit.inner.store.read(move |connection| rehearsals::newest(connection, &id)).await?)
}

/// One that has neither ended nor been lost with its node.
fn is_running(rehearsal: &Rehearsal) -> bool {
    rehearsal.verdict.is_none() && rehearsal.touched_at > Timestamp::now().minus(LOST_AFTER)
}

/// A step behind that part, which becomes its own.
fn shown_step(visit: &Visit, step: &Step, part: &mut Option<Part>) -> Option<ShownStep> {
    let said: Said = serde_json::from_str(&step.content).ok()?;
    let url = Url::parse(&said.url).ok()?;
    let query =
        url.query_pairs().find(|(name, _)| name == "filter").map(|(_, filter)| format!("?filter={filter}"));
    let request = format!("{} {}{}", said.method, url.path(), query.unwrap_or_default());
    let words = visit.texts.say(words_of(&said, &url));
    let begins = said.part.filter(|begun| part.replace(*begun) != Some(*begun)).map(Part::text);
    Some(ShownStep { number: step.number, begins, words, request, said })
}

/// The text that says what a request is for.
fn words_of(said: &Said, url: &Url) -> &'static str {
    let (path, has_query) = (url.path(), url.query().is_some());
    let users = path.contains("/Users");
    let is_gone = said.good && said.status == Some(404);
    match (said.method.as_str(), users) {
        ("POST", _) if path.ends_with("/token") => "rehearse-token",
        ("GET", _) if path.ends_with("/Schemas") => "rehearse-schemas",
        ("GET", true) if has_query && path.ends_with("/Users") => "rehearse-find-user",
        ("GET", true) if is_gone => "rehearse-gone-user",
        ("GET", false) if is_gone => "rehearse-gone-group",
        ("GET", true) => "rehearse-read-user",
        ("GET", false) if has_query && path.ends_with("/Groups") => "rehearse-find-group",
        ("GET", false) => "rehearse-read-group",
        ("POST", true) => "rehearse-create-user",
        ("POST", false) => "rehearse-create-group",
        ("DELETE", true) => "rehearse-delete-user",
        ("DELETE", false) => "rehearse-delete-group",
        (_, true) => "rehearse-change-user",
        (_, false) => "rehearse-change-group",
    }
}
