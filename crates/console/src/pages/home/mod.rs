//! Home: how provisioning does, at a glance.

mod activity;
mod keys;

use super::directory::total_text;
use super::log::Names;
use crate::advice;
use crate::frame::{Frame, page};
use crate::problem::Problem;
use crate::session::Visit;
use actix_web::HttpResponse;
use askama::Template;
use muster_store::journal::{self, ActivityHour, Cycle, FailureKind};
use muster_store::{StoreError, Timestamp, applications, provisioning_tokens};
use std::time::Duration;

pub(super) use activity::tokens_chart;

const DAY: Duration = Duration::from_secs(86_400);
/// What expires within so many days is said.
const SOON: i64 = 60;
/// Half a year of days.
const CALENDAR: u32 = 182;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    users: String,
    disabled: String,
    groups: String,
    failed_today: i64,
    applications: Vec<Contact>,
    chart: String,
    calendar: String,
    cycles: Vec<CycleRow>,
    faults: Vec<Fault>,
    expiring: Vec<Expiring>,
    keys: Vec<keys::Key>,
}

/// An application, and when it was last heard of.
struct Contact {
    id: String,
    name: String,
    last: Option<Timestamp>,
}

struct CycleRow {
    cycle: Cycle,
    application: String,
    seconds: i64,
}

impl CycleRow {
    /// What fails in practice is no alarm.
    const fn is_bad(&self) -> bool {
        self.cycle.failed > 0 && !self.cycle.is_rehearsal()
    }
}

/// Failures that are alike.
struct Fault {
    advice: &'static str,
    status: i64,
    requests: i64,
    last_at: Option<Timestamp>,
    error: String,
}

/// What will expire.
struct Expiring {
    /// The text that says what it is.
    text: &'static str,
    application_id: String,
    name: String,
    expires_at: Timestamp,
    over: bool,
}

/// What the database says.
struct Found {
    hours: Vec<ActivityHour>,
    cycles: Vec<Cycle>,
    faults: Vec<FailureKind>,
    last: Vec<journal::LastContact>,
    expiring: Vec<Expiring>,
}

pub(super) async fn show(visit: Visit) -> Result<HttpResponse, Problem> {
    let names = Names::of(&visit).await?;
    let counts = visit.inner.scim.directory().counts(&visit.organization).await?;
    let now = Timestamp::now();
    let (organization_key, organization_id) = (visit.organization.key, visit.organization.id.clone());
    let found = visit
        .inner
        .store
        .read(move |connection| -> Result<_, StoreError> {
            Ok(Found {
                hours: journal::hours(connection, organization_key, None, now.minus(DAY * CALENDAR))?,
                cycles: journal::cycles(connection, organization_key, None, 10)?,
                faults: journal::errors_by_kind(connection, organization_key, now.minus(DAY * 7))?,
                last: journal::last_contact(connection, organization_key)?,
                expiring: expiring(connection, &organization_id, now)?,
            })
        })
        .await?;
    let applications = names
        .applications
        .iter()
        .map(|(id, name)| Contact {
            id: id.clone(),
            name: name.clone(),
            last: found.last.iter().find(|contact| contact.application_id == *id).map(|contact| contact.at),
        })
        .collect();
    let signing = muster_oauth::keys::list(&visit.inner.store, now).await?;
    let yesterday = now.minus(DAY);
    page(&Home {
        frame: visit.frame("home"),
        users: total_text(counts.users),
        disabled: total_text(counts.disabled_users),
        groups: total_text(counts.groups),
        failed_today: found
            .hours
            .iter()
            .filter(|hour| hour.hour >= yesterday)
            .map(|hour| hour.failed + hour.tokens_refused)
            .sum(),
        applications,
        chart: activity::requests_chart(visit.texts, &found.hours, now),
        calendar: activity::calendar(visit.texts, &found.hours, now),
        cycles: found
            .cycles
            .into_iter()
            .map(|cycle| CycleRow {
                application: names.application(Some(&cycle.application_id)),
                seconds: (cycle.last_at.micros() - cycle.began_at.micros()) / 1_000_000,
                cycle,
            })
            .collect(),
        faults: found.faults.iter().take(8).map(|kind| fault(&visit, kind)).collect(),
        expiring: found.expiring,
        keys: keys::shown(&signing, visit.inner.settings.signing_keys_rotate_after, now),
    })
}

fn fault(visit: &Visit, kind: &FailureKind) -> Fault {
    let error = kind.error.clone().unwrap_or_default();
    Fault {
        advice: advice::of_kind(kind),
        status: kind.status,
        requests: kind.requests,
        last_at: kind.last_at,
        // It may name a person.
        error: if visit.veil().is_drawn() { String::new() } else { error },
    }
}

fn expiring(
    connection: &mut muster_store::Connection,
    organization_id: &str,
    now: Timestamp,
) -> Result<Vec<Expiring>, StoreError> {
    let mut found = Vec::new();
    let limit = now.seconds() + SOON * 86_400;
    for application in applications::list(connection, Some(organization_id))? {
        let secrets = applications::secrets(connection, &application.id)?;
        // The one that lasts longest counts: with it, the application goes on.
        let last = secrets
            .iter()
            .map(|secret| secret.expires_at)
            .max_by_key(|at| at.map_or(i64::MAX, Timestamp::micros));
        let secret = last.flatten().map(|expires_at| ("expiring-secret", expires_at));
        let tokens = provisioning_tokens::list(connection, Some(&application.id))?;
        let tokens = tokens.into_iter().map(|token| ("expiring-token", token.expires_at));
        for (text, expires_at) in secret.into_iter().chain(tokens) {
            if expires_at.seconds() <= limit {
                found.push(Expiring {
                    text,
                    application_id: application.id.clone(),
                    name: application.name.clone(),
                    expires_at,
                    over: expires_at <= now,
                });
            }
        }
    }
    found.sort_by_key(|one| one.expires_at);
    Ok(found)
}
