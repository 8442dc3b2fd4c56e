//! One user or group, whole.

use super::history::{self, History};
use super::{Folder, address_of, total_text};
use crate::frame::{Frame, page};
use crate::problem::Problem;
use crate::session::Visit;
use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use muster_scim::directory::{Entry, Whole};
use muster_store::Timestamp;
use serde_json::Value;

#[derive(Template)]
#[template(path = "resource.html")]
struct ResourcePage {
    frame: Frame,
    folder: &'static str,
    id: String,
    name: String,
    active: Option<bool>,
    created_at: Timestamp,
    modified_at: Timestamp,
    attributes: Vec<(String, String)>,
    groups: Vec<(Link, bool)>,
    manager: Option<Link>,
    reports: Vec<Link>,
    reports_total: String,
    members: Option<String>,
    /// As SCIM serves it; empty for who may not read it all.
    json: String,
    history: History,
    done: bool,
}

/// Another resource.
pub(super) struct Link {
    pub(super) name: String,
    pub(super) address: String,
}

impl Link {
    pub(super) fn of(visit: &Visit, entry: &Entry) -> Self {
        Self { name: visit.veil().text(&entry.name), address: address_of(&entry.resource_type, &entry.id) }
    }
}

pub(super) async fn show(visit: Visit, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (folder, id) = path.into_inner();
    let folder = Folder::of(&folder)?;
    let directory = visit.inner.scim.directory();
    let found = directory.resource(&visit.organization, folder.resource_type(), &id).await?;
    let history = history::of(&visit, &id.replace('\0', ""), visit.query().text("history")).await?;
    match found {
        Some(whole) => whole_page(&visit, folder, whole, history),
        // Deleted: what is left is its history.
        None if !history.events.is_empty() => gone_page(&visit, folder, id, history),
        None => Err(Problem::NotFound),
    }
}

fn whole_page(
    visit: &Visit,
    folder: Folder,
    whole: Whole,
    history: History,
) -> Result<HttpResponse, Problem> {
    let veil = visit.veil();
    let summary = whole.summary;
    // The link to the manager says more than these.
    let is_said = |path: &str| whole.manager.is_some() && path.starts_with("manager.");
    page(&ResourcePage {
        frame: visit.frame(folder.as_str()),
        folder: folder.as_str(),
        name: veil.text(&summary.name),
        id: summary.id,
        active: summary.active,
        created_at: summary.created_at,
        modified_at: summary.modified_at,
        attributes: whole
            .attributes
            .into_iter()
            .filter(|attribute| !is_said(&attribute.path))
            .map(|attribute| {
                let value =
                    if attribute.path == "active" { attribute.value } else { veil.text(&attribute.value) };
                (attribute.path, value)
            })
            .collect(),
        groups: whole.groups.iter().map(|one| (Link::of(visit, &one.group), one.direct)).collect(),
        manager: whole.manager.as_ref().map(|entry| Link::of(visit, entry)),
        reports: whole.reports.first.iter().map(|entry| Link::of(visit, entry)).collect(),
        reports_total: total_text(whole.reports.total),
        members: whole.members_count.map(total_text),
        json: if veil.is_drawn() { String::new() } else { pretty(&whole.json) },
        history,
        done: visit.asks_for("done"),
    })
}

#[derive(Template)]
#[template(path = "resource-gone.html")]
struct GonePage {
    frame: Frame,
    folder: &'static str,
    id: String,
    history: History,
}

fn gone_page(visit: &Visit, folder: Folder, id: String, history: History) -> Result<HttpResponse, Problem> {
    page(&GonePage { frame: visit.frame(folder.as_str()), folder: folder.as_str(), id, history })
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
