//! A page is asked for by somebody who is signed in.

use super::cookie::session_token;
use crate::form::Form;
use crate::frame::{Frame, Signed};
use crate::language::Texts;
use crate::problem::Problem;
use crate::role::Role;
use crate::secret;
use crate::server::Inner;
use crate::veil::Veil;
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use muster_store::admin_sessions::{self, Session};
use muster_store::admins::{self, Admin};
use muster_store::organizations::Organization;
use muster_store::{StoreError, Timestamp};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use zeroize::Zeroizing;

/// That somebody was there is written down so often.
const SEEN_EVERY: Duration = Duration::from_secs(60);

/// Somebody who is signed in, and what they look at.
pub(crate) struct Visit {
    pub(crate) inner: Data<Inner>,
    pub(crate) texts: &'static Texts,
    pub(crate) admin: Admin,
    pub(crate) session: Session,
    /// What the browser keeps.
    pub(crate) token: Zeroizing<String>,
    pub(crate) organization: Organization,
    pub(crate) role: Role,
    organizations: Vec<Organization>,
    /// Of the request, with its query.
    address: String,
}

impl FromRequest for Visit {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let http = http.clone();
        Box::pin(async move {
            let address = address(&http);
            Self::find(&http).await?.ok_or(Problem::SignIn { back: address })
        })
    }
}

impl Visit {
    /// The visit that a request is part of; `None` when nobody is signed in.
    pub(crate) async fn find(http: &HttpRequest) -> Result<Option<Self>, Problem> {
        let inner = http.app_data::<Data<Inner>>().cloned().ok_or(Problem::Failed)?;
        let Some(token) = session_token(&inner, http) else { return Ok(None) };
        let digest = secret::digest_of(&token);
        let found = inner
            .store
            .read_brief(move |connection| -> Result<_, StoreError> {
                let Some((session, admin)) = admin_sessions::find(connection, &digest)? else {
                    return Ok(None);
                };
                let organizations = admins::organizations_of(connection, &admin.id)?;
                Ok(Some((session, admin, organizations)))
            })
            .await?;
        let now = Timestamp::now();
        let Some((session, admin, organizations)) = found.filter(|(session, ..)| {
            session.expires_at > now && session.seen_at > now.minus(inner.settings.idle)
        }) else {
            return Ok(None);
        };
        let current = organizations.iter().position(|(known, _)| known.id == session.organization_id);
        // Whose role was taken away looks at the next organization, or at none.
        let Some((organization, role)) = organizations.get(current.unwrap_or(0)) else { return Ok(None) };
        let Ok(role) = role.parse() else { return Ok(None) };
        let visit = Self {
            texts: Texts::of(http),
            organization: organization.clone(),
            role,
            organizations: organizations.into_iter().map(|(organization, _)| organization).collect(),
            address: address(http),
            inner,
            admin,
            session,
            token,
        };
        visit.note_presence(now).await;
        Ok(Some(visit))
    }

    /// What every page has around it. `active` is the place in the navigation.
    pub(crate) fn frame(&self, active: &'static str) -> Frame {
        Frame {
            texts: self.texts,
            address: self.address.clone(),
            version: self.inner.settings.version,
            active,
            signed: Some(Signed {
                name: self.admin.name.clone(),
                role: self.role,
                organization: self.organization.clone(),
                organizations: self.organizations.clone(),
                form_token: secret::form_token(&self.token),
            }),
        }
    }

    pub(crate) fn needs(&self, role: Role) -> Result<(), Problem> {
        if self.role >= role { Ok(()) } else { Err(Problem::Forbidden) }
    }

    pub(crate) fn veil(&self) -> Veil {
        Veil::of(self.role)
    }

    /// Whether the admin has a role in that organization.
    pub(crate) fn knows(&self, organization_id: &str) -> bool {
        self.organizations.iter().any(|known| known.id == organization_id)
    }

    /// A parameter of the page's address.
    pub(crate) fn query(&self) -> Form {
        Form::parse(self.address.split_once('?').map_or("", |(_, query)| query).as_bytes())
    }

    /// Whether the page's address has that parameter.
    pub(crate) fn asks_for(&self, name: &str) -> bool {
        self.query().is_ticked(name)
    }

    async fn note_presence(&self, now: Timestamp) {
        if self.session.seen_at > now.minus(SEEN_EVERY) {
            return;
        }
        let digest = self.session.digest.clone();
        let noted =
            self.inner.store.write(move |connection| admin_sessions::touch(connection, &digest, now)).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "cannot note that an admin is there");
        }
    }
}

/// Whether a text can be what a browser was given.
pub(crate) fn is_plausible(token: &str) -> bool {
    token.len() == 43 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn address(http: &HttpRequest) -> String {
    http.uri().path_and_query().map_or("/", |address| address.as_str()).to_owned()
}
