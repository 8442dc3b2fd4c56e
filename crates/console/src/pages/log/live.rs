//! The log as it happens: server-sent events, each a row.

use super::list::Row;
use super::query::{Chosen, Names};
use crate::pages::events::{self, Events, Follower};
use crate::problem::Problem;
use crate::session::Visit;
use crate::words::Words;
use actix_web::HttpResponse;
use askama::Template;
use muster_store::Timestamp;
use muster_store::journal::{self, LogEntry};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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

struct NewEntries {
    visit: Visit,
    chosen: Chosen,
    names: Names,
    /// What was sent, by key.
    seen: BTreeMap<i64, Timestamp>,
    _permit: OwnedSemaphorePermit,
}

pub(super) async fn follow(visit: Visit) -> Result<HttpResponse, Problem> {
    let permit = std::sync::Arc::clone(&OPEN).try_acquire_owned().map_err(|_| Problem::Busy)?;
    let chosen = Chosen::of(&visit.query());
    let names = Names::of(&visit).await?;
    let mut follower = NewEntries { visit, chosen, names, seen: BTreeMap::new(), _permit: permit };
    // What the page shows already.
    follower.newer().await;
    Ok(events::answer(follower))
}

impl Follower for NewEntries {
    const EVERY: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(900);

    async fn look(&mut self) -> Events {
        let frame = self.visit.frame("log");
        let words = Words::new(self.visit.texts, self.visit.veil());
        let mut events = Events::none();
        for entry in self.newer().await {
            let row = Row::of(&entry, words, &self.names);
            if let Ok(html) = (RowPage { frame: &frame, row: &row }).render() {
                events.push("entry", &html);
            }
        }
        events
    }
}

impl NewEntries {
    /// What has come since the last look, the oldest first.
    async fn newer(&mut self) -> Vec<LogEntry> {
        let since = Timestamp::now().minus(LATE);
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
