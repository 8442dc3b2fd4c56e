//! A resource's history: every change, with before and after.

use crate::pages::log::{Names, position, position_text};
use crate::problem::Problem;
use crate::session::Visit;
use crate::words::{Difference, Words};
use muster_store::Timestamp;
use muster_store::journal;

/// So many changes are shown at once.
const PAGE: usize = 20;

/// A change.
pub(super) struct Event {
    pub(super) key: i64,
    pub(super) at: Timestamp,
    pub(super) words: String,
    pub(super) by: String,
    pub(super) is_rehearsal: bool,
    pub(super) request_id: String,
    pub(super) differences: Vec<Difference>,
}

/// Changes, newest first, and where older ones begin.
pub(super) struct History {
    pub(super) events: Vec<Event>,
    pub(super) next: Option<String>,
}

pub(super) async fn of(visit: &Visit, id: &str, after: &str) -> Result<History, Problem> {
    let names = Names::of(visit).await?;
    let (organization_key, id, after) = (visit.organization.key, id.to_owned(), position(after));
    let page = visit
        .inner
        .store
        .read(move |connection| journal::history(connection, organization_key, &id, after, PAGE))
        .await?;
    let words = Words::new(visit.texts, visit.veil());
    let events = page
        .entries
        .iter()
        .map(|entry| Event {
            key: entry.key,
            at: entry.at,
            words: words.of(entry),
            by: entry.actor.clone().unwrap_or_else(|| names.application(entry.application_id.as_deref())),
            is_rehearsal: entry.is_rehearsal(),
            request_id: entry.request_id.clone(),
            differences: words.differences(entry),
        })
        .collect();
    let next = page.next.map(|next| format!("?history={}#history", position_text(next)));
    Ok(History { events, next })
}
