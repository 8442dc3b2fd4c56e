//! The scopes as boxes to tick, in the groups of the people who tick them.

use crate::form::Form;
use muster_token::{Scope, ScopeSet};

/// A group of boxes.
pub(super) struct ScopeGroup {
    /// What the scopes of the group begin with.
    pub(super) prefix: &'static str,
    pub(super) boxes: Vec<ScopeBox>,
}

/// One box.
pub(super) struct ScopeBox {
    pub(super) scope: Scope,
    pub(super) ticked: bool,
}

impl ScopeBox {
    /// The box's `id`, which its text is named after too.
    pub(super) fn id(&self) -> String {
        format!("scope-{}", self.scope.as_str().replace(':', "-"))
    }
}

/// What is ticked.
pub(super) struct ScopeChoice(ScopeSet);

impl ScopeChoice {
    pub(super) const fn of(scopes: ScopeSet) -> Self {
        Self(scopes)
    }

    /// What a form ticked. What is no scope was not ticked here.
    pub(super) fn sent(form: &Form) -> Self {
        Self(
            ScopeSet::ALL
                .iter()
                .filter(|scope| form.all("scope").any(|sent| sent == scope.as_str()))
                .collect(),
        )
    }

    pub(super) const fn scopes(&self) -> ScopeSet {
        self.0
    }

    pub(super) fn groups(&self) -> [ScopeGroup; 2] {
        ["managed-users", "managed-groups"].map(|prefix| ScopeGroup {
            prefix,
            boxes: ScopeSet::ALL
                .iter()
                .filter(|scope| scope.as_str().split(':').next() == Some(prefix))
                .map(|scope| ScopeBox { scope, ticked: self.0.contains(scope) })
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_read_as_they_were_ticked() {
        let form = Form::parse(b"scope=managed-users%3Aread&scope=managed-groups%3Alist&scope=root");
        assert_eq!(ScopeChoice::sent(&form).scopes().to_string(), "managed-users:read managed-groups:list");
        let [users, groups] = ScopeChoice::sent(&form).groups();
        assert_eq!((users.boxes.len(), groups.boxes.len()), (5, 5));
        assert_eq!(users.boxes.iter().filter(|one| one.ticked).count(), 1);
        assert_eq!(users.boxes[0].id(), "scope-managed-users-read");
    }
}
