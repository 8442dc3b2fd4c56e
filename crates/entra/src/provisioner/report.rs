//! What a cycle did.

use crate::{Answer, Traffic};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How far a cycle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// How many pieces of it are done.
    pub done: usize,
    /// Of how many.
    pub total: usize,
}

/// The parts of a cycle, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each says what it is")]
pub enum Phase {
    Users,
    Groups,
    Managers,
    Members,
    Verify,
    CleanUp,
}

impl Phase {
    /// A word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Groups => "groups",
            Self::Managers => "managers",
            Self::Members => "requests for members",
            Self::Verify => "reading back",
            Self::CleanUp => "cleaning up",
        }
    }
}

/// A request that the server refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Method and path.
    pub request: String,
    /// The HTTP status.
    pub status: u16,
    /// The server's own words.
    pub detail: String,
}

/// What a cycle did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CycleReport {
    /// Objects that were created.
    pub created: usize,
    /// Objects that were there and adopted, or that changed.
    pub updated: usize,
    /// Objects that were deleted.
    pub deleted: usize,
    /// Managers that were set or cleared.
    pub managers: usize,
    /// Memberships that were added.
    pub members_added: usize,
    /// Memberships that were removed.
    pub members_removed: usize,
    /// What the server refused.
    pub failures: Vec<Failure>,
    /// How many requests were answered.
    pub requests: u64,
    /// How often one was sent again because the server was away.
    pub repeated: u64,
    /// How long it took.
    pub duration: Duration,
}

/// Counts while requests are under way.
#[derive(Default)]
pub(super) struct Tally {
    created: AtomicUsize,
    updated: AtomicUsize,
    deleted: AtomicUsize,
    managers: AtomicUsize,
    members_added: AtomicUsize,
    members_removed: AtomicUsize,
    failures: Mutex<Vec<Failure>>,
}

impl Tally {
    /// Whether the status is one of these; otherwise the answer is kept as a failure.
    pub(super) fn accept(&self, answer: &Answer, statuses: &[u16]) -> bool {
        let accepted = statuses.contains(&answer.status);
        if !accepted && let Ok(mut failures) = self.failures.lock() {
            failures.push(Failure {
                request: answer.request.clone(),
                status: answer.status,
                detail: answer.detail(),
            });
        }
        accepted
    }

    pub(super) fn created(&self) {
        self.created.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn updated(&self) {
        self.updated.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn deleted(&self) {
        self.deleted.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn manager(&self) {
        self.managers.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn members_added(&self, count: usize) {
        self.members_added.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn members_removed(&self, count: usize) {
        self.members_removed.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn into_report(self, duration: Duration, before: Traffic, after: Traffic) -> CycleReport {
        CycleReport {
            created: self.created.into_inner(),
            updated: self.updated.into_inner(),
            deleted: self.deleted.into_inner(),
            managers: self.managers.into_inner(),
            members_added: self.members_added.into_inner(),
            members_removed: self.members_removed.into_inner(),
            failures: self.failures.into_inner().unwrap_or_default(),
            requests: after.requests - before.requests,
            repeated: after.repeated - before.repeated,
            duration,
        }
    }
}
