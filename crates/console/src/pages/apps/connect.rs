//! *Connect Entra ID*: what to paste where, and the same for other clients.

use super::find;
use crate::frame::{Frame, page};
use crate::problem::Problem;
use crate::session::Visit;
use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "connect.html")]
struct Connect {
    frame: Frame,
    tab: &'static str,
    id: String,
    title: String,
    tenant_url: String,
    token_endpoint: String,
    /// Which client's form is shown.
    client: &'static str,
    /// Whether Entra could reach these addresses.
    is_public: bool,
}

/// The clients that there is a form for.
const CLIENTS: [&str; 6] = ["entra", "entra-older", "graph", "okta", "sailpoint", "bearer"];

impl Connect {
    fn clients(&self) -> [&'static str; 6] {
        CLIENTS
    }

    fn heading(&self) -> String {
        match self.client {
            "entra" | "entra-older" | "graph" => self.frame.say("connect-heading"),
            other => {
                let client = self.frame.texts.say(&format!("connect-client-{other}"));
                format!("{}: {client}", self.frame.say("app-tab-connect"))
            }
        }
    }
}

pub(super) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Problem> {
    let details = find(&visit, &id).await?;
    let settings = &visit.inner.settings;
    let query = visit.query();
    let asked = query.text("client");
    let client = CLIENTS.into_iter().find(|client| *client == asked).unwrap_or("entra");
    page(&Connect {
        frame: visit.frame("apps"),
        tab: "connect",
        id: details.application.id,
        title: details.application.name,
        tenant_url: settings.tenant_url.clone(),
        token_endpoint: settings.token_endpoint.clone(),
        client,
        is_public: settings.is_secure(),
    })
}
