//! Users, or groups: a page of them.

use super::{Folder, total_text};
use crate::form::Errors;
use crate::frame::{Frame, page_with};
use crate::problem::Problem;
use crate::session::Visit;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use muster_scim::directory::{Ask, DirectoryError, DirectoryPage, Order, Summary, Total};
use muster_store::Timestamp;

/// So many are on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "directory.html")]
struct List {
    frame: Frame,
    errors: Errors,
    folder: &'static str,
    chosen: Chosen,
    rows: Vec<Row>,
    total: String,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "directory-list.html")]
struct ListFragment {
    frame: Frame,
    folder: &'static str,
    chosen: Chosen,
    rows: Vec<Row>,
    total: String,
    next: Option<String>,
}

struct Row {
    id: String,
    name: String,
    unique_name: String,
    email: String,
    active: Option<bool>,
    modified_at: Timestamp,
}

/// What was typed and chosen.
struct Chosen {
    search: String,
    filter: String,
    order: String,
}

impl Chosen {
    fn is_any(&self) -> bool {
        !self.search.is_empty() || !self.filter.is_empty()
    }

    /// The page's address with this order, or behind this place.
    fn address(&self, order: &str, after: &str) -> String {
        let mut out = url::form_urlencoded::Serializer::new(String::from("?"));
        for (name, value) in
            [("q", self.search.as_str()), ("filter", &self.filter), ("order", order), ("after", after)]
        {
            if !value.is_empty() {
                out.append_pair(name, value);
            }
        }
        out.finish()
    }

    /// Where a click on the heading leads: by name, and back.
    fn by_name(&self) -> String {
        self.address(if self.order.is_empty() { "name-descending" } else { "" }, "")
    }

    fn by_time(&self) -> String {
        self.address(if self.order == "newest" { "oldest" } else { "newest" }, "")
    }

    /// `aria-sort` of the heading.
    fn name_sort(&self) -> &'static str {
        match self.order.as_str() {
            "" => "ascending",
            "name-descending" => "descending",
            _ => "none",
        }
    }
}

pub(super) async fn show(
    visit: Visit,
    folder: Path<String>,
    http: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let folder = Folder::of(&folder)?;
    let query = visit.query();
    let cut = |text: &str| text.replace('\0', "").chars().take(500).collect::<String>();
    let chosen = Chosen {
        search: cut(query.text("q")),
        filter: cut(query.text("filter")),
        order: cut(query.text("order")),
    };
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let ask = Ask {
        search: some(&chosen.search),
        filter: some(&chosen.filter),
        order: match chosen.order.as_str() {
            "name-descending" => Order::NameDescending,
            "newest" => Order::Newest,
            "oldest" => Order::Oldest,
            _ => Order::Name,
        },
        after: some(query.text("after")),
        limit: PAGE,
    };
    let directory = visit.inner.scim.directory();
    let (found, errors) = match directory.page(&visit.organization, folder.resource_type(), ask).await {
        Ok(found) => (found, Errors::default()),
        Err(DirectoryError::Filter(text)) => {
            let nothing = DirectoryPage { resources: Vec::new(), total: Total::Exactly(0), next: None };
            (nothing, Errors::one("filter", text))
        }
        Err(error) => return Err(error.into()),
    };
    let rows = found.resources.iter().map(|summary| row(&visit, summary)).collect();
    let (total, next) =
        (total_text(found.total), found.next.map(|next| chosen.address(&chosen.order, &next)));
    let (frame, folder) = (visit.frame(folder.as_str()), folder.as_str());
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    if http.headers().contains_key("x-fragment") && errors.is_empty() {
        return page_with(status, &ListFragment { frame, folder, chosen, rows, total, next });
    }
    page_with(status, &List { frame, errors, folder, chosen, rows, total, next })
}

fn row(visit: &Visit, summary: &Summary) -> Row {
    let veil = visit.veil();
    Row {
        id: summary.id.clone(),
        name: veil.text(&summary.name),
        unique_name: veil.text(&summary.unique_name),
        email: summary.email.as_deref().map(|email| veil.text(email)).unwrap_or_default(),
        active: summary.active,
        modified_at: summary.modified_at,
    }
}
