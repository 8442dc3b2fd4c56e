//! The provisioning log: what was asked of the server, by whom, and what it changed.
//!
//! A change's entry is written by [`write`] in the change's own transaction, so that the history is exact. Everything else
//! is noted in memory by [`crate::Store::note_request`] and written in batches. Requests beyond what is listed one by one
//! are counted all the same.

mod action;
mod buffer;
mod count;
mod entry;
mod flusher;
mod history;
mod overview;
mod page;
mod prune;
mod row;
mod share;
mod tally;

pub use action::Action;
pub use count::{Changes, Counted};
pub use entry::{Entry, RequestId, Source};
pub use flusher::{JournalSettings, Keep};
pub use history::history;
pub use overview::{
    ActivityHour, Cycle, FailureKind, LastContact, cycles, errors_by_kind, hours, last_contact,
};
pub use page::{Kind, LogEntry, LogQuery, Page, Position, find, newer, page};
pub use prune::{Retention, prune};
pub use row::write;

pub(crate) use buffer::Buffer;
pub(crate) use flusher::{flush, start};
