//! A group's members, a page at a time.

use super::show::Link;
use super::{Folder, address_of, total_text};
use crate::frame::{Frame, page};
use crate::problem::Problem;
use crate::session::Visit;
use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;

/// So many are on a page.
const PAGE: usize = 100;

#[derive(Template)]
#[template(path = "members.html")]
struct MembersPage {
    frame: Frame,
    id: String,
    name: String,
    rows: Vec<(Link, String, Option<bool>)>,
    total: String,
    next: Option<String>,
}

pub(super) async fn show(visit: Visit, path: Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (folder, id) = path.into_inner();
    if Folder::of(&folder)? != Folder::Groups {
        return Err(Problem::NotFound);
    }
    let (directory, query) = (visit.inner.scim.directory(), visit.query());
    let after = Some(query.text("after")).filter(|after| !after.is_empty());
    let found = directory.members(&visit.organization, &id, after, PAGE).await?.ok_or(Problem::NotFound)?;
    let whole = directory.resource(&visit.organization, "Group", &id).await?.ok_or(Problem::NotFound)?;
    let veil = visit.veil();
    let rows = found
        .members
        .into_iter()
        .map(|member| {
            let address = address_of(&member.resource_type, &member.id);
            (Link { name: veil.text(&member.name), address }, veil.text(&member.unique_name), member.active)
        })
        .collect();
    page(&MembersPage {
        frame: visit.frame("groups"),
        id,
        name: veil.text(&whole.summary.name),
        rows,
        total: total_text(found.total),
        next: found.next.map(|next| {
            format!("?after={}", url::form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>())
        }),
    })
}
