//! A page of the log.

use super::query::{Chosen, Names, position, position_text};
use crate::frame::{Frame, page};
use crate::problem::Problem;
use crate::session::Visit;
use crate::words::Words;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use muster_store::Timestamp;
use muster_store::journal::{self, LogEntry};

/// So many entries are on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "log.html")]
struct Log {
    frame: Frame,
    chosen: Chosen,
    names: Names,
    rows: Vec<Row>,
    next: Option<String>,
    /// Whether this is the newest page, which can follow what happens.
    is_first: bool,
}

#[derive(Template)]
#[template(path = "log-list.html")]
struct LogList {
    frame: Frame,
    chosen: Chosen,
    rows: Vec<Row>,
    next: Option<String>,
    is_first: bool,
}

/// An entry as a row.
pub(crate) struct Row {
    pub(crate) key: i64,
    pub(crate) at: Timestamp,
    pub(crate) method: String,
    pub(crate) words: String,
    pub(crate) error: String,
    pub(crate) by: String,
    pub(crate) status: i64,
    pub(crate) failed: bool,
    pub(crate) is_rehearsal: bool,
    pub(crate) milliseconds: String,
}

impl Row {
    pub(crate) fn of(entry: &LogEntry, words: Words, names: &Names) -> Self {
        Self {
            key: entry.key,
            at: entry.at,
            method: entry.method.clone(),
            words: words.of(entry),
            error: entry.error.clone().unwrap_or_default(),
            by: entry.actor.clone().unwrap_or_else(|| names.application(entry.application_id.as_deref())),
            status: entry.status,
            failed: entry.has_failed(),
            is_rehearsal: entry.is_rehearsal(),
            milliseconds: milliseconds(entry.duration),
        }
    }

    /// For the style sheet: `method-get`.
    pub(crate) fn method_class(&self) -> String {
        self.method.to_ascii_lowercase()
    }
}

/// Microseconds, as people read them; empty when nobody measured.
pub(super) fn milliseconds(micros: i64) -> String {
    if micros == 0 {
        String::new()
    } else if micros < 10_000 {
        format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100)
    } else {
        format!("{} ms", micros / 1_000)
    }
}

pub(super) async fn show(visit: Visit, http: HttpRequest) -> Result<HttpResponse, Problem> {
    let query = visit.query();
    let chosen = Chosen::of(&query);
    let names = Names::of(&visit).await?;
    let after = position(query.text("after"));
    let asked = chosen.query(&names, PAGE, after);
    let found = visit.inner.store.read(move |connection| journal::page(connection, &asked)).await?;
    let words = Words::new(visit.texts, visit.veil());
    let rows = found.entries.iter().map(|entry| Row::of(entry, words, &names)).collect();
    let next = found.next.map(|next| {
        let filters = chosen.address();
        let after = position_text(next);
        if filters.is_empty() { format!("?after={after}") } else { format!("?{filters}&after={after}") }
    });
    let (frame, is_first) = (visit.frame("log"), after.is_none());
    if http.headers().contains_key("x-fragment") {
        return page(&LogList { frame, chosen, rows, next, is_first });
    }
    page(&Log { frame, chosen, names, rows, next, is_first })
}
