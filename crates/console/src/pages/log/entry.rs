//! One entry, whole: what happened, why, what helps, what it changed.

use super::list::{Row, milliseconds};
use super::query::Names;
use crate::advice;
use crate::frame::{Frame, page};
use crate::problem::Problem;
use crate::session::Visit;
use crate::words::{Difference, Words};
use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use muster_store::journal::{self, LogEntry, LogQuery};
use muster_store::{Connection, StoreError};
use std::time::Duration;

/// What one request did lies no further apart.
const AROUND: Duration = Duration::from_secs(60);

#[derive(Template)]
#[template(path = "log-entry.html")]
struct EntryPage {
    frame: Frame,
    row: Row,
    entry: LogEntry,
    query: String,
    name: String,
    duration: String,
    /// The texts of the advice begin with this; empty: nothing went wrong.
    advice: &'static str,
    differences: Vec<Difference>,
    /// The page of the resource; empty: there is none.
    resource: String,
    /// What else the same request did.
    others: Vec<Row>,
}

pub(super) async fn show(visit: Visit, key: Path<String>) -> Result<HttpResponse, Problem> {
    let key: i64 = key.parse().map_err(|_| Problem::NotFound)?;
    let names = Names::of(&visit).await?;
    let (organization_key, is_only) = (names.organization_key, names.is_only);
    let found = visit
        .inner
        .store
        .read(move |connection| -> Result<_, StoreError> {
            let mut found = journal::find(connection, Some(organization_key), key)?;
            if found.is_none() && is_only {
                found = journal::find(connection, None, key)?;
            }
            let Some(entry) = found else { return Ok(None) };
            let has_page = has_page(connection, organization_key, &entry)?;
            let others = if entry.request_id.is_empty() {
                Vec::new()
            } else {
                let query = LogQuery {
                    organization_key: Some(organization_key),
                    text: Some(entry.request_id.clone()),
                    since: Some(entry.at.minus(AROUND)),
                    until: Some(entry.at.plus(AROUND)),
                    limit: 20,
                    ..LogQuery::default()
                };
                journal::page(connection, &query)?.entries
            };
            Ok(Some((entry, has_page, others)))
        })
        .await?;
    let (entry, has_page, others) = found.ok_or(Problem::NotFound)?;
    let words = Words::new(visit.texts, visit.veil());
    page(&EntryPage {
        frame: visit.frame("log"),
        row: Row::of(&entry, words, &names),
        query: visit.veil().text(entry.query.as_deref().unwrap_or_default()),
        name: words.name(&entry),
        duration: milliseconds(entry.duration),
        advice: if entry.has_failed() { advice::of(&entry) } else { "" },
        differences: words.differences(&entry),
        resource: if has_page { resource(&entry) } else { String::new() },
        others: others
            .iter()
            .filter(|other| other.key != entry.key)
            .map(|other| Row::of(other, words, &names))
            .collect(),
        entry,
    })
}

/// Whether there is something to be seen of the resource: who asked for one that never was is led nowhere.
fn has_page(
    connection: &mut Connection,
    organization_key: i64,
    entry: &LogEntry,
) -> Result<bool, StoreError> {
    match &entry.resource_id {
        Some(id) if entry.status == 404 => {
            let history = journal::history(connection, organization_key, id, None, 1)?;
            Ok(!history.entries.is_empty())
        }
        _ => Ok(true),
    }
}

/// Where the resource that an entry is about is shown.
fn resource(entry: &LogEntry) -> String {
    let folder = match entry.resource_type.as_deref() {
        Some("User") => "users",
        Some("Group") => "groups",
        _ => return String::new(),
    };
    entry.resource_id.as_ref().map(|id| format!("/organization/directory/{folder}/{id}")).unwrap_or_default()
}
