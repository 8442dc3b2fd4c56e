//! What a browser keeps: while nobody is signed in, a token that forms are held against; then the session.

use crate::problem::Problem;
use crate::secret;
use crate::server::Inner;
use crate::session::visit;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use muster_store::admin_sessions::{self, Session};
use muster_store::{Timestamp, admins};
use uuid::Uuid;
use zeroize::Zeroizing;

/// A browser's name for itself is kept up to so many characters.
const LONGEST_AGENT: usize = 200;

/// The name of the session's cookie. The prefix makes a browser take it by https only, for this host and all its paths.
pub(crate) fn session_name(inner: &Inner) -> &'static str {
    if inner.settings.is_secure() { "__Host-muster_session" } else { "muster_session" }
}

fn visitor_name(inner: &Inner) -> &'static str {
    if inner.settings.is_secure() { "__Host-muster_visitor" } else { "muster_visitor" }
}

/// What the forms of somebody who is not signed in are held against.
pub(crate) struct VisitorToken {
    value: Zeroizing<String>,
    /// Whether the browser must be told.
    is_new: bool,
}

impl VisitorToken {
    pub(crate) fn of(inner: &Inner, http: &HttpRequest) -> Self {
        match http.cookie(visitor_name(inner)).filter(|cookie| cookie.value().len() == 43) {
            Some(cookie) => Self { value: Zeroizing::new(cookie.value().to_owned()), is_new: false },
            None => Self { value: secret::random(), is_new: true },
        }
    }

    /// What a form has in its hidden field.
    pub(crate) fn form_token(&self) -> String {
        secret::form_token(&self.value)
    }

    /// Whether a form's hidden field is this browser's.
    pub(crate) fn fits(&self, sent: &str) -> bool {
        !self.is_new && secret::equal(&self.form_token(), sent)
    }
}

/// The cookie to set, where the browser has none.
pub(crate) fn visitor_cookie(inner: &Inner, token: &VisitorToken) -> Option<Cookie<'static>> {
    token.is_new.then(|| cookie(inner, visitor_name(inner), token.value.as_str()))
}

/// Signs an admin in: a new session, and its cookie.
pub(crate) async fn sign_in(
    inner: &Inner,
    http: &HttpRequest,
    admin_id: &str,
    organization_id: Option<&str>,
) -> Result<Cookie<'static>, Problem> {
    let token = secret::random();
    let now = Timestamp::now();
    let agent = http.headers().get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let address = inner.settings.trusted_proxies.client_address(http);
    let session = Session {
        digest: secret::digest_of(&token),
        id: Uuid::now_v7().to_string(),
        admin_id: admin_id.to_owned(),
        organization_id: organization_id.unwrap_or_default().to_owned(),
        created_at: now,
        seen_at: now,
        expires_at: now.plus(inner.settings.longest_session),
        address: address.map(|address| address.to_string()).unwrap_or_default(),
        user_agent: agent.chars().take(LONGEST_AGENT).collect(),
    };
    // A browser that was signed in before is so no more.
    let earlier = http.cookie(session_name(inner)).map(|cookie| secret::digest_of(cookie.value()));
    inner
        .store
        .write(move |connection| -> Result<_, Problem> {
            if let Some((session, _)) = earlier
                .as_deref()
                .map(|digest| admin_sessions::find(connection, digest))
                .transpose()?
                .flatten()
            {
                admin_sessions::delete(connection, &session.admin_id, &session.id)?;
            }
            let mut session = session.clone();
            let organizations = admins::organizations_of(connection, &session.admin_id)?;
            let last = admins::last_organization(connection, &session.admin_id)?;
            let wanted = [Some(&session.organization_id), last.as_ref()];
            let known = wanted
                .into_iter()
                .flatten()
                .find_map(|wanted| organizations.iter().find(|(known, _)| known.id == *wanted));
            let (organization, _) = known.or(organizations.first()).ok_or(Problem::Forbidden)?;
            session.organization_id.clone_from(&organization.id);
            admin_sessions::insert(connection, &session)?;
            Ok(admins::note_sign_in(connection, &session.admin_id, &session.organization_id, now)?)
        })
        .await?;
    Ok(cookie(inner, session_name(inner), &token))
}

/// The cookie that takes the session's away.
pub(crate) fn sign_out_cookie(inner: &Inner) -> Cookie<'static> {
    let mut cookie = cookie(inner, session_name(inner), "");
    cookie.make_removal();
    cookie
}

fn cookie(inner: &Inner, name: &'static str, value: &str) -> Cookie<'static> {
    Cookie::build(name, value.to_owned())
        .path("/")
        .http_only(true)
        .secure(inner.settings.is_secure())
        .same_site(SameSite::Lax)
        .finish()
}

/// The session's secret, as the browser sent it.
pub(crate) fn session_token(inner: &Inner, http: &HttpRequest) -> Option<Zeroizing<String>> {
    let cookie = http.cookie(session_name(inner))?;
    Some(Zeroizing::new(cookie.value().to_owned())).filter(|token| visit::is_plausible(token))
}
