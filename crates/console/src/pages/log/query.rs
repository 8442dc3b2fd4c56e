//! What of the log is asked for, as the page's address says it.

use crate::form::Form;
use crate::problem::Problem;
use crate::session::Visit;
use muster_store::journal::{Kind, LogQuery, Position};
use muster_store::{StoreError, Timestamp, applications, organizations};
use std::collections::BTreeMap;

/// What was chosen in the filters.
#[derive(Clone, Default)]
pub(super) struct Chosen {
    pub(super) text: String,
    pub(super) kind: String,
    pub(super) application: String,
    pub(super) failed: bool,
}

impl Chosen {
    pub(super) fn of(query: &Form) -> Self {
        Self {
            text: query.text("q").chars().take(200).collect(),
            kind: query.text("kind").to_owned(),
            application: query.text("app").to_owned(),
            failed: query.is_ticked("failed"),
        }
    }

    pub(super) fn is_any(&self) -> bool {
        !self.text.is_empty() || !self.kind.is_empty() || !self.application.is_empty() || self.failed
    }

    /// As the query of an address.
    pub(super) fn address(&self) -> String {
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", &self.text), ("kind", &self.kind), ("app", &self.application)] {
            if !value.is_empty() {
                out.append_pair(name, value);
            }
        }
        if self.failed {
            out.append_pair("failed", "1");
        }
        out.finish()
    }

    /// What the store is asked.
    pub(super) fn query(&self, names: &Names, limit: usize, after: Option<Position>) -> LogQuery {
        let some = |text: &str| Some(text.replace('\0', "")).filter(|text| !text.is_empty());
        LogQuery {
            organization_key: Some(names.organization_key),
            without_organization: names.is_only,
            application_id: some(&self.application),
            kind: match self.kind.as_str() {
                "reads" => Some(Kind::Reads),
                "changes" => Some(Kind::Changes),
                "tokens" => Some(Kind::Tokens),
                "console" => Some(Kind::Console),
                "rehearsals" => Some(Kind::Rehearsals),
                _ => None,
            },
            only_failures: self.failed,
            text: some(&self.text),
            after,
            limit,
            ..LogQuery::default()
        }
    }
}

/// What is needed to say whose entries these are.
#[derive(Clone)]
pub(in crate::pages) struct Names {
    pub(in crate::pages) organization_key: i64,
    /// Whether there is no other organization: then what came from nobody who is known is its business.
    pub(in crate::pages) is_only: bool,
    /// By the `client_id`.
    pub(in crate::pages) applications: BTreeMap<String, String>,
}

impl Names {
    pub(in crate::pages) async fn of(visit: &Visit) -> Result<Self, Problem> {
        let (id, organization_key) = (visit.organization.id.clone(), visit.organization.key);
        Ok(visit
            .inner
            .store
            .read(move |connection| -> Result<_, StoreError> {
                let is_only = organizations::list(connection)?.len() == 1;
                let applications = applications::list(connection, Some(&id))?
                    .into_iter()
                    .map(|application| (application.id, application.name))
                    .collect();
                Ok(Self { organization_key, is_only, applications })
            })
            .await?)
    }

    /// The application's name; of one that is gone, its `client_id`.
    pub(in crate::pages) fn application(&self, id: Option<&str>) -> String {
        let Some(id) = id else { return String::new() };
        self.applications.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }
}

/// Where a page begins, as an address says it.
pub(in crate::pages) fn position(text: &str) -> Option<Position> {
    let (at, key) = text.split_once('-')?;
    Some(Position { at: Timestamp::from_micros(at.parse().ok()?), key: key.parse().ok()? })
}

pub(in crate::pages) fn position_text(position: Position) -> String {
    format!("{}-{}", position.at.micros(), position.key)
}
