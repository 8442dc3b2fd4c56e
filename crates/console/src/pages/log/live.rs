//! The log as it happens: server-sent events, each a row.

use super::list::Row;
use super::query::{Chosen, Names};
use crate::problem::Problem;
use crate::session::Visit;
use crate::upkeep::before;
use crate::words::Words;
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Bytes;
use askama::Template;
use futures_util::stream;
use muster_store::Timestamp;
use muster_store::journal::{self, LogEntry};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How often the log is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// A stream ends after so long; the browser opens another one, and shows again who it is.
const LONGEST: Duration = Duration::from_secs(900);
/// What other nodes write may come so late.
const LATE: Duration = Duration::from_secs(30);
/// So many rows come at once at the most.
const MOST: usize = 200;
/// So many streams are open at once.
const STREAMS: usize = 200;

static OPEN: LazyLock<std::sync::Arc<Semaphore>> =
    LazyLock::new(|| std::sync::Arc::new(Semaphore::new(STREAMS)));

#[derive(Template)]
#[template(path = "log-row.html")]
struct RowPage<'a> {
    frame: &'a crate::frame::Frame,
    row: &'a Row,
}

struct Follower {
    visit: Visit,
    chosen: Chosen,
    names: Names,
    /// What was sent, by key.
    seen: BTreeMap<i64, Timestamp>,
    until: Instant,
    _permit: OwnedSemaphorePermit,
}

pub(super) async fn follow(visit: Visit) -> Result<HttpResponse, Problem> {
    let permit = std::sync::Arc::clone(&OPEN).try_acquire_owned().map_err(|_| Problem::Busy)?;
    let chosen = Chosen::of(&visit.query());
    let names = Names::of(&visit).await?;
    let mut follower = Follower {
        visit,
        chosen,
        names,
        seen: BTreeMap::new(),
        until: Instant::now() + LONGEST,
        _permit: permit,
    };
    // What the page shows already.
    follower.newer().await;
    let events = stream::unfold(follower, |mut follower| async move {
        if Instant::now() > follower.until {
            return None;
        }
        tokio::time::sleep(EVERY).await;
        let text = follower.events().await;
        Some((Ok::<_, Infallible>(Bytes::from(text)), follower))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(events))
}

impl Follower {
    async fn events(&mut self) -> String {
        let frame = self.visit.frame("log");
        let words = Words::new(self.visit.texts, self.visit.veil());
        // A comment keeps the connection open where nothing happens.
        let mut text = String::from(":\n\n");
        for entry in self.newer().await {
            let row = Row::of(&entry, words, &self.names);
            if let Ok(html) = (RowPage { frame: &frame, row: &row }).render() {
                text.push_str("event: entry\n");
                for line in html.lines() {
                    text.push_str("data: ");
                    text.push_str(line);
                    text.push('\n');
                }
                text.push('\n');
            }
        }
        text
    }

    /// What has come since the last look, the oldest first.
    async fn newer(&mut self) -> Vec<LogEntry> {
        let since = before(Timestamp::now(), LATE);
        self.seen.retain(|_, at| *at >= since);
        let seen: Vec<i64> = self.seen.keys().copied().collect();
        let query = self.chosen.query(&self.names, MOST + seen.len(), None);
        let found = self
            .visit
            .inner
            .store
            .read(move |connection| journal::newer(connection, &query, since, &seen))
            .await;
        match found {
            Ok(mut entries) => {
                entries.reverse();
                self.seen.extend(entries.iter().map(|entry| (entry.key, entry.at)));
                entries
            }
            Err(error) => {
                tracing::debug!(%error, "the log cannot be followed just now");
                Vec::new()
            }
        }
    }
}
