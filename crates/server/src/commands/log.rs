//! `muster log`

use super::{Context, organization_name};
use crate::assemble::open_store;
use crate::cli::Log;
use crate::output;
use anyhow::{Result, bail};
use muster_store::journal::{self, ActivityHour, Cycle, FailureKind, Kind, LogEntry, LogQuery, Page};
use muster_store::{Store, StoreError, Timestamp, organizations};
use serde::Serialize;
use serde_json::Value;
use std::process::ExitCode;
use std::time::Duration;

/// What is summed up.
const DAY: Duration = Duration::from_secs(86_400);
/// So many cycles are shown, and so many entries are read at once.
const CYCLES: i64 = 20;
const PAGE: usize = 500;

#[derive(Serialize)]
struct Shown {
    key: i64,
    at: String,
    application: Option<String>,
    actor: Option<String>,
    request_id: String,
    action: String,
    method: String,
    path: String,
    query: Option<String>,
    status: i64,
    error: Option<String>,
    error_kind: Option<String>,
    resource_type: Option<String>,
    resource_id: Option<String>,
    resource_name: Option<String>,
    before: Option<Value>,
    after: Option<Value>,
    duration_micros: i64,
    requests: i64,
    change: bool,
    rehearsal: bool,
}

#[derive(Serialize)]
struct Summary {
    hours: Vec<ShownHour>,
    cycles: Vec<ShownCycle>,
    failures: Vec<ShownFailure>,
}

#[derive(Serialize)]
struct ShownHour {
    application: String,
    hour: String,
    tokens: i64,
    tokens_refused: i64,
    reads: i64,
    created: i64,
    updated: i64,
    disabled: i64,
    restored: i64,
    deleted: i64,
    failed: i64,
}

#[derive(Serialize)]
struct ShownCycle {
    application: String,
    began_at: String,
    last_at: String,
    requests: i64,
    created: i64,
    updated: i64,
    disabled: i64,
    restored: i64,
    deleted: i64,
    failed: i64,
    rehearsal: bool,
}

#[derive(Serialize)]
struct ShownFailure {
    action: String,
    status: i64,
    error_kind: Option<String>,
    requests: i64,
    last_at: Option<String>,
    error: Option<String>,
}

pub(super) fn run(context: &Context, arguments: Log) -> Result<ExitCode> {
    let store = open_store(&context.configuration)?;
    let name = organization_name(&store, arguments.org.clone())?;
    let wanted = name.clone();
    let found = store.read_blocking(move |connection| organizations::find_by_name(connection, &wanted))?;
    let Some(organization) = found else { bail!("there is no organization {name:?}") };
    if arguments.summary {
        let summary = summary(&store, organization.key, arguments.app)?;
        context.output.print(&summary, summary_text)?;
    } else {
        let entries: Vec<Shown> =
            entries(&store, organization.key, arguments)?.into_iter().map(Shown::from).collect();
        context.output.print(&entries, |entries| entries_text(entries))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Page by page: there may be much to look through.
fn entries(store: &Store, organization_key: i64, arguments: Log) -> Result<Vec<LogEntry>> {
    let limit = arguments.limit;
    let Log { app, text, failed, unknown, changes, .. } = &arguments;
    let is_history = *changes && app.is_none() && text.is_none() && !failed && !unknown;
    let mut query = LogQuery {
        organization_key: Some(organization_key),
        without_organization: arguments.unknown,
        application_id: arguments.app,
        kind: arguments.changes.then_some(Kind::Changes),
        only_failures: arguments.failed,
        resource_id: arguments.resource,
        text: arguments.text,
        limit: limit.min(PAGE),
        ..LogQuery::default()
    };
    let mut entries = Vec::new();
    loop {
        let wanted = query.clone();
        let Page { entries: more, next } =
            store.read_blocking(move |connection| match &wanted.resource_id {
                Some(id) if is_history => {
                    journal::history(connection, organization_key, id, wanted.after, wanted.limit)
                }
                _ => journal::page(connection, &wanted),
            })?;
        entries.extend(more);
        query.after = next;
        if next.is_none() || entries.len() >= limit {
            entries.truncate(limit);
            return Ok(entries);
        }
    }
}

fn summary(store: &Store, organization_key: i64, application: Option<String>) -> Result<Summary> {
    let since = Timestamp::now().minus(DAY);
    let (hours, cycles, failures) = store.read_blocking(move |connection| -> Result<_, StoreError> {
        let application = application.as_deref();
        Ok((
            journal::hours(connection, organization_key, application, since)?,
            journal::cycles(connection, organization_key, application, CYCLES)?,
            journal::errors_by_kind(connection, organization_key, since)?,
        ))
    })?;
    Ok(Summary {
        hours: hours.into_iter().map(ShownHour::from).collect(),
        cycles: cycles.into_iter().map(ShownCycle::from).collect(),
        failures: failures.into_iter().map(ShownFailure::from).collect(),
    })
}

impl From<LogEntry> for Shown {
    fn from(entry: LogEntry) -> Self {
        let (change, rehearsal) = (entry.is_change(), entry.is_rehearsal());
        let json = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
        Self {
            key: entry.key,
            at: entry.at.to_rfc3339(),
            application: entry.application_id,
            actor: entry.actor,
            request_id: entry.request_id,
            action: entry.action,
            method: entry.method,
            path: entry.path,
            query: entry.query,
            status: entry.status,
            error: entry.error,
            error_kind: entry.error_kind,
            resource_type: entry.resource_type,
            resource_id: entry.resource_id,
            resource_name: entry.resource_name,
            before: json(entry.before),
            after: json(entry.after),
            duration_micros: entry.duration,
            requests: entry.requests,
            change,
            rehearsal,
        }
    }
}

impl From<ActivityHour> for ShownHour {
    fn from(hour: ActivityHour) -> Self {
        Self {
            application: hour.application_id,
            hour: hour.hour.to_rfc3339(),
            tokens: hour.tokens,
            tokens_refused: hour.tokens_refused,
            reads: hour.reads,
            created: hour.created,
            updated: hour.updated,
            disabled: hour.disabled,
            restored: hour.restored,
            deleted: hour.deleted,
            failed: hour.failed,
        }
    }
}

impl From<Cycle> for ShownCycle {
    fn from(cycle: Cycle) -> Self {
        Self {
            rehearsal: cycle.is_rehearsal(),
            application: cycle.application_id,
            began_at: cycle.began_at.to_rfc3339(),
            last_at: cycle.last_at.to_rfc3339(),
            requests: cycle.requests,
            created: cycle.created,
            updated: cycle.updated,
            disabled: cycle.disabled,
            restored: cycle.restored,
            deleted: cycle.deleted,
            failed: cycle.failed,
        }
    }
}

impl From<FailureKind> for ShownFailure {
    fn from(kind: FailureKind) -> Self {
        let FailureKind { action, status, error_kind, requests, last_at, error } = kind;
        Self { action, status, error_kind, requests, last_at: last_at.map(Timestamp::to_rfc3339), error }
    }
}

fn entries_text(entries: &[Shown]) -> String {
    let row = |entry: &Shown| {
        let about = entry.resource_name.as_ref().or(entry.resource_id.as_ref()).or(entry.query.as_ref());
        let mut said = entry.error.clone().unwrap_or_default();
        if entry.requests > 1 {
            said = format!("{} further requests were not listed one by one", entry.requests);
        }
        [
            entry.at.clone(),
            entry.status.to_string(),
            if entry.rehearsal { format!("{} (rehearsal)", entry.action) } else { entry.action.clone() },
            entry.resource_type.clone().unwrap_or_default(),
            about.cloned().unwrap_or_default(),
            entry.request_id.clone(),
            said,
        ]
    };
    output::table(
        ["AT", "STATUS", "ACTION", "TYPE", "ABOUT", "REQUEST", "ERROR"],
        &entries.iter().map(row).collect::<Vec<_>>(),
    )
}

fn summary_text(summary: &Summary) -> String {
    let hours: Vec<[String; 11]> = summary
        .hours
        .iter()
        .map(|h| {
            let counts = [
                h.tokens,
                h.tokens_refused,
                h.reads,
                h.created,
                h.updated,
                h.disabled,
                h.restored,
                h.deleted,
                h.failed,
            ];
            let [a, b, c, d, e, f, g, i, j] = counts.map(|count| count.to_string());
            [h.hour.clone(), h.application.clone(), a, b, c, d, e, f, g, i, j]
        })
        .collect();
    let cycles: Vec<[String; 11]> = summary
        .cycles
        .iter()
        .map(|c| {
            let counts = [c.requests, c.created, c.updated, c.disabled, c.restored, c.deleted, c.failed];
            let [a, b, d, e, f, g, h] = counts.map(|count| count.to_string());
            let rehearsal = if c.rehearsal { "yes" } else { "" }.to_owned();
            [c.began_at.clone(), c.last_at.clone(), c.application.clone(), a, b, d, e, f, g, h, rehearsal]
        })
        .collect();
    let failures: Vec<[String; 5]> = summary
        .failures
        .iter()
        .map(|f| {
            [
                f.requests.to_string(),
                f.status.to_string(),
                f.action.clone(),
                f.last_at.clone().unwrap_or_default(),
                f.error.clone().unwrap_or_default(),
            ]
        })
        .collect();
    format!(
        "{}\n{}\n{}",
        output::table(
            [
                "HOUR",
                "APPLICATION",
                "TOKENS",
                "REFUSED",
                "READS",
                "CREATED",
                "UPDATED",
                "DISABLED",
                "RESTORED",
                "DELETED",
                "FAILED",
            ],
            &hours
        ),
        output::table(
            [
                "CYCLE BEGAN",
                "LAST REQUEST",
                "APPLICATION",
                "REQUESTS",
                "CREATED",
                "UPDATED",
                "DISABLED",
                "RESTORED",
                "DELETED",
                "FAILED",
                "REHEARSAL",
            ],
            &cycles
        ),
        output::table(["FAILED", "STATUS", "ACTION", "LAST AT", "ERROR"], &failures)
    )
}
