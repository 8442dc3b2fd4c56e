//! Disabling, restoring and deleting by hand: first who is affected, then the change.

use super::show::Link;
use super::{Folder, total_text};
use crate::frame::{Frame, page, see};
use crate::problem::Problem;
use crate::session::{Change, Visit};
use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use muster_scim::directory::Actor;

/// What can be done by hand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Disable,
    Restore,
    Delete,
}

impl Deed {
    fn of(name: &str, folder: Folder) -> Result<Self, Problem> {
        match (name, folder) {
            ("disable", Folder::Users) => Ok(Self::Disable),
            ("restore", Folder::Users) => Ok(Self::Restore),
            ("delete", _) => Ok(Self::Delete),
            _ => Err(Problem::NotFound),
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Restore => "restore",
            Self::Delete => "delete",
        }
    }
}

#[derive(Template)]
#[template(path = "affected.html")]
struct AffectedPage {
    frame: Frame,
    folder: &'static str,
    deed: &'static str,
    id: String,
    name: String,
    groups: Vec<Link>,
    groups_total: String,
    reports: Vec<Link>,
    reports_total: String,
    members: Option<String>,
}

pub(super) async fn ask(visit: Visit, path: Path<(String, String, String)>) -> Result<HttpResponse, Problem> {
    let (folder, id, deed) = path.into_inner();
    let folder = Folder::of(&folder)?;
    let deed = Deed::of(&deed, folder)?;
    visit.needs(crate::role::Role::Admin)?;
    let directory = visit.inner.scim.directory();
    let kind = folder.resource_type();
    let whole = directory.resource(&visit.organization, kind, &id).await?.ok_or(Problem::NotFound)?;
    let affected = directory.affected(&visit.organization, kind, &id).await?.ok_or(Problem::NotFound)?;
    page(&AffectedPage {
        frame: visit.frame(folder.as_str()),
        folder: folder.as_str(),
        deed: deed.as_str(),
        id,
        name: whole.summary.name,
        groups: affected.groups.first.iter().map(|entry| Link::of(&visit, entry)).collect(),
        groups_total: total_text(affected.groups.total),
        reports: affected.referring.first.iter().map(|entry| Link::of(&visit, entry)).collect(),
        reports_total: total_text(affected.referring.total),
        members: affected.members.map(total_text),
    })
}

pub(super) async fn submit(
    change: Change,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let (folder, id, deed) = path.into_inner();
    let folder = Folder::of(&folder)?;
    let deed = Deed::of(&deed, folder)?;
    let directory = change.inner.scim.directory();
    let (organization, kind) = (&change.organization, folder.resource_type());
    let actor = Actor { name: change.admin.name.clone() };
    let there = match deed {
        Deed::Disable => directory.set_active(organization, kind, &id, false, &actor).await?.is_some(),
        Deed::Restore => directory.set_active(organization, kind, &id, true, &actor).await?.is_some(),
        Deed::Delete => directory.delete(organization, kind, &id, &actor).await?,
    };
    if !there {
        return Err(Problem::NotFound);
    }
    let address = format!("/organization/directory/{}", folder.as_str());
    Ok(see(&if deed == Deed::Delete { format!("{address}?deleted") } else { format!("{address}/{id}?done") }))
}
