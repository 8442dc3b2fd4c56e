//! What every page has around it, and answers made of pages.

use crate::assets;
use crate::language::Texts;
use crate::picture;
use crate::problem::Problem;
use crate::role::Role;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use askama::Template;
use muster_store::Timestamp;
use muster_store::organizations::Organization;

/// The frame of a page.
pub(crate) struct Frame {
    /// In which language.
    pub(crate) texts: &'static Texts,
    /// The page's address, to come back to.
    pub(crate) address: String,
    pub(crate) version: &'static str,
    /// The place in the navigation.
    pub(crate) active: &'static str,
    /// Who is signed in.
    pub(crate) signed: Option<Signed>,
}

/// Somebody who is signed in.
pub(crate) struct Signed {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// What they look at.
    pub(crate) organization: Organization,
    /// What they may look at.
    pub(crate) organizations: Vec<Organization>,
    /// What their forms send back.
    pub(crate) form_token: String,
}

impl Frame {
    /// The frame of a page for somebody who is not signed in.
    pub(crate) fn plain(texts: &'static Texts, address: &str, version: &'static str) -> Self {
        Self { texts, address: address.to_owned(), version, active: "", signed: None }
    }

    pub(crate) fn say(&self, key: &str) -> String {
        self.texts.say(key)
    }

    pub(crate) fn languages(&self) -> impl Iterator<Item = &'static Texts> {
        Texts::all().into_iter()
    }

    pub(crate) fn style(&self) -> &'static str {
        assets::style()
    }

    pub(crate) fn script(&self) -> &'static str {
        assets::script()
    }

    pub(crate) fn picture(&self) -> &'static str {
        assets::picture()
    }

    pub(crate) fn icon(&self, name: &str) -> &'static str {
        picture::icon(name)
    }

    pub(crate) fn form_token(&self) -> &str {
        self.signed.as_ref().map_or("", |signed| &signed.form_token)
    }

    /// Whether forms that change something are shown.
    pub(crate) fn may_change(&self) -> bool {
        self.signed.as_ref().is_some_and(|signed| signed.role >= Role::Admin)
    }

    pub(crate) fn is_owner(&self) -> bool {
        self.signed.as_ref().is_some_and(|signed| signed.role >= Role::Owner)
    }

    pub(crate) fn is_active(&self, place: &str) -> bool {
        self.active == place
    }

    /// A time, as HTML: in UTC, until the script says it in the reader's zone.
    pub(crate) fn time(&self, at: &Timestamp) -> String {
        time_element(at, "data-local", "1970-01-01T00:00".len())
    }

    /// A time to the second.
    pub(crate) fn exact_time(&self, at: &Timestamp) -> String {
        time_element(at, "data-local=\"exact\"", "1970-01-01T00:00:00".len())
    }

    /// A time to the second, where room is scarce and the year goes without saying.
    pub(crate) fn row_time(&self, at: &Timestamp) -> String {
        time_element(at, "data-local=\"row\"", "1970-01-01T00:00:00".len())
    }

    /// A time that may not have come yet.
    pub(crate) fn time_or_never(&self, at: &Option<Timestamp>) -> String {
        at.as_ref().map_or_else(|| self.say("never"), |at| self.time(at))
    }
}

/// A time in UTC, as far as so many characters of it; how the script says it.
fn time_element(at: &Timestamp, local: &str, length: usize) -> String {
    let text = at.to_rfc3339();
    let shown = text.get(..length).unwrap_or(&text).replace('T', " ");
    format!("<time datetime=\"{text}\" {local}>{shown} UTC</time>")
}

/// A page.
pub(crate) fn page(template: &impl Template) -> Result<HttpResponse, Problem> {
    page_with(StatusCode::OK, template)
}

/// A page with another status: a form that was not accepted is answered 422.
pub(crate) fn page_with(status: StatusCode, template: &impl Template) -> Result<HttpResponse, Problem> {
    let text = template.render().map_err(|error| {
        tracing::error!(%error, "a page cannot be written");
        Problem::Failed
    })?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(text))
}

/// POST → 303 → GET.
pub(crate) fn see(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, address)).finish()
}
