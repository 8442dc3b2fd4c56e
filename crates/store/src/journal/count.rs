//! What is counted of every request, whether it is listed or not.

use super::{Action, Source};
use crate::Timestamp;

/// How many resources a request changed, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Made.
    pub created: u32,
    /// Changed otherwise, members of groups included.
    pub updated: u32,
    /// Not active any more.
    pub disabled: u32,
    /// Active again.
    pub restored: u32,
    /// Deleted.
    pub deleted: u32,
}

impl Changes {
    /// Counts one more; what changes no resource counts for nothing.
    pub const fn add(&mut self, action: Action) {
        match action {
            Action::Create => self.created += 1,
            Action::Update | Action::Members => self.updated += 1,
            Action::Disable => self.disabled += 1,
            Action::Restore => self.restored += 1,
            Action::Delete => self.deleted += 1,
            _ => (),
        }
    }

    /// Whether nothing was changed.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// A request that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// What it meant.
    pub action: Action,
    /// The HTTP status of its answer.
    pub status: u16,
    /// When.
    pub at: Timestamp,
    /// What it changed.
    pub changes: Changes,
}

impl Counted {
    pub(super) fn has_failed(&self, source: &Source) -> bool {
        has_failed(source, self.action, self.status)
    }

    /// Whether it was for the issuer, and none of SCIM.
    pub(super) const fn is_for_token(&self) -> bool {
        matches!(self.action, Action::IssueToken | Action::RefuseToken)
    }
}

/// Practice asks for what it deleted: that it is not found is the answer that it wants.
pub(super) fn has_failed(source: &Source, action: Action, status: u16) -> bool {
    let is_wanted = source.is_rehearsal && action == Action::Read && status == 404;
    status >= 400 && !is_wanted
}
