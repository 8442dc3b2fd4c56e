//! What a one-time link leads to: a new account, a further organization for an account, or a new password.

use super::sign_in::{authenticate, read_visitor_form};
use crate::accounts::{self, SET_UP, name_fault, password_fault};
use crate::form::{Errors, Form, TOKEN};
use crate::frame::{Frame, page_with, see};
use crate::language::Texts;
use crate::problem::Problem;
use crate::role::Role;
use crate::secret;
use crate::server::Inner;
use crate::session::{VisitorToken, done, sign_in, visitor_cookie};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use muster_store::admin_links::{self, Link};
use muster_store::admins::{self, Admin};
use muster_store::journal::{self, Source};
use muster_store::organizations::{self, Organization};
use muster_store::{StoreError, Timestamp, admin_sessions};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    frame: Frame,
    form_token: String,
    errors: Errors,
    /// What is in the link.
    token: String,
    organization: String,
    role: String,
    /// Who sets a new password; empty: somebody new.
    renews: String,
    name: String,
    shortest: usize,
}

/// A link that may be used, and where it leads.
struct Invitation {
    link: Link,
    organization: Organization,
    renews: Option<Admin>,
}

pub(super) async fn show(inner: Data<Inner>, http: HttpRequest) -> Result<HttpResponse, Problem> {
    let query = Form::parse(http.query_string().as_bytes());
    let token = query.text("token");
    match find(&inner, token).await? {
        None => gone(&inner, &http),
        Some(invitation) => {
            answer(&inner, &http, StatusCode::OK, &invitation, token, Errors::default(), String::new())
        }
    }
}

pub(super) async fn submit(
    inner: Data<Inner>,
    http: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = read_visitor_form(&inner, &http, payload).await?;
    let token = form.text("token");
    let Some(invitation) = find(&inner, token).await? else { return gone(&inner, &http) };
    let texts = Texts::of(&http);
    let name = form.text("name").to_owned();
    let refuse = |errors| {
        answer(&inner, &http, StatusCode::UNPROCESSABLE_ENTITY, &invitation, token, errors, name.clone())
    };
    if !VisitorToken::of(&inner, &http).fits(form.raw(TOKEN)) {
        return refuse(Errors::one("password", texts.say("sign-in-again")));
    }
    let accepted = match &invitation.renews {
        Some(admin) => renew(&inner, &invitation, admin, &form).await?,
        None => join(&inner, &http, &invitation, &name, &form).await?,
    };
    match accepted {
        Accepted::Refused(faults) => {
            let mut errors = Errors::default();
            for (field, text) in faults {
                errors.add(field, texts.with(text, "shortest", inner.settings.shortest_password));
            }
            refuse(errors)
        }
        Accepted::Gone => gone(&inner, &http),
        Accepted::Admin(admin_id) => {
            let cookie = sign_in(&inner, &http, &admin_id, Some(&invitation.organization.id)).await?;
            let mut response = see("/organization");
            response.add_cookie(&cookie).map_err(|_| Problem::Failed)?;
            Ok(response)
        }
    }
}

enum Accepted {
    Admin(String),
    Refused(Vec<(&'static str, &'static str)>),
    /// Another request used the link first.
    Gone,
}

async fn renew(
    inner: &Inner,
    invitation: &Invitation,
    admin: &Admin,
    form: &Form,
) -> Result<Accepted, Problem> {
    let password = form.secret("password");
    if let Some(fault) = password_fault(&password, inner.settings.shortest_password, &[&admin.name]) {
        return Ok(Accepted::Refused(vec![("password", fault)]));
    }
    let hash = inner.passwords.hash(password).await?;
    let (digest, id, now) = (invitation.link.digest.clone(), admin.id.clone(), Timestamp::now());
    let taken = inner
        .store
        .write(move |connection| -> Result<_, StoreError> {
            if !admin_links::take(connection, &digest)? {
                return Ok(false);
            }
            admins::set_password(connection, &id, &hash, now)?;
            // Whoever knew the old one is signed out.
            admin_sessions::delete_all(connection, &id, None)?;
            Ok(true)
        })
        .await?;
    Ok(if taken { Accepted::Admin(admin.id.clone()) } else { Accepted::Gone })
}

async fn join(
    inner: &Inner,
    http: &HttpRequest,
    invitation: &Invitation,
    name: &str,
    form: &Form,
) -> Result<Accepted, Problem> {
    if let Some(fault) = name_fault(name) {
        return Ok(Accepted::Refused(vec![("name", fault)]));
    }
    let wanted = name.to_owned();
    let known = inner.store.read_brief(move |connection| admins::find_by_name(connection, &wanted)).await?;
    let admin = match known {
        // Somebody who has an account and is invited into a further organization.
        Some(_) => match authenticate(inner, http, name, form.secret("password")).await? {
            Ok(admin) => Known::Already(admin.id),
            Err("sign-in-wrong") => return Ok(Accepted::Refused(vec![("name", "account-name-taken")])),
            Err(text) => return Ok(Accepted::Refused(vec![("name", text)])),
        },
        None => {
            let password = form.secret("password");
            if let Some(fault) = password_fault(&password, inner.settings.shortest_password, &[name]) {
                return Ok(Accepted::Refused(vec![("password", fault)]));
            }
            Known::New(new_admin(name, inner.passwords.hash(password).await?))
        }
    };
    let id = admin.id().to_owned();
    let link = invitation.link.clone();
    let source = Source { organization_key: Some(invitation.organization.key), ..Source::default() };
    let entry = done(http, source, name, "console.admin.join", name);
    let taken = inner
        .store
        .write(move |connection| -> Result<_, StoreError> {
            if !admin_links::take(connection, &link.digest)? {
                return Ok(false);
            }
            if let Known::New(admin) = &admin {
                admins::create(connection, admin)?;
            }
            let now = Timestamp::now();
            // There is an admin now, however they came: links of first starts, which logs may hold, end.
            admin_links::prune(connection, Some(SET_UP), now)?;
            let roles = admins::organizations_of(connection, admin.id())?;
            let here = roles.iter().find(|(known, _)| known.id == link.organization_id);
            if here.is_none() {
                // Links for a new password were made by who may not look into this organization.
                admin_links::delete_of_admin(connection, admin.id())?;
            }
            let rank = |role: &str| role.parse::<Role>().ok();
            if here.is_none_or(|(_, role)| rank(role) < rank(&link.role)) {
                admins::set_role(connection, admin.id(), &link.organization_id, &link.role, now)?;
            }
            journal::write(connection, &entry)?;
            Ok(true)
        })
        .await;
    match taken {
        Ok(true) => Ok(Accepted::Admin(id)),
        Ok(false) => Ok(Accepted::Gone),
        // Another request took the name a moment ago.
        Err(StoreError::Conflict { .. }) => Ok(Accepted::Refused(vec![("name", "account-name-taken")])),
        Err(error) => Err(error.into()),
    }
}

enum Known {
    New(Admin),
    Already(String),
}

impl Known {
    fn id(&self) -> &str {
        match self {
            Self::New(admin) => &admin.id,
            Self::Already(id) => id,
        }
    }
}

fn new_admin(name: &str, password_hash: String) -> Admin {
    let now = Timestamp::now();
    Admin {
        id: Uuid::now_v7().to_string(),
        name: name.to_owned(),
        name_key: admins::name_key(name),
        password_hash,
        created_at: now,
        password_changed_at: now,
        signed_in_at: None,
    }
}

async fn find(inner: &Inner, token: &str) -> Result<Option<Invitation>, Problem> {
    let (digest, now) = (secret::digest_of(token), Timestamp::now());
    Ok(inner
        .store
        .read(move |connection| -> Result<_, StoreError> {
            let link = admin_links::find(connection, &digest)?.filter(|link| link.expires_at > now);
            let Some(link) = link else { return Ok(None) };
            let Some(organization) = organizations::find(connection, &link.organization_id)? else {
                return Ok(None);
            };
            let renews =
                link.admin_id.as_deref().map(|id| admins::find(connection, id)).transpose()?.flatten();
            Ok(Some(Invitation { link, organization, renews }))
        })
        .await?)
}

fn answer(
    inner: &Inner,
    http: &HttpRequest,
    status: StatusCode,
    invitation: &Invitation,
    token: &str,
    errors: Errors,
    name: String,
) -> Result<HttpResponse, Problem> {
    let visitor = VisitorToken::of(inner, http);
    let texts = Texts::of(http);
    let template = Welcome {
        frame: Frame::plain(texts, &accounts::address(token), inner.settings.version),
        form_token: visitor.form_token(),
        errors,
        token: token.to_owned(),
        organization: invitation.organization.name.clone(),
        role: texts.say(&format!("role-{}", invitation.link.role)),
        renews: invitation.renews.as_ref().map(|admin| admin.name.clone()).unwrap_or_default(),
        name,
        shortest: inner.settings.shortest_password,
    };
    let mut response = page_with(status, &template)?;
    if let Some(cookie) = visitor_cookie(inner, &visitor) {
        response.add_cookie(&cookie).map_err(|_| Problem::Failed)?;
    }
    Ok(response)
}

#[derive(Template)]
#[template(path = "welcome-gone.html")]
struct Gone {
    frame: Frame,
}

fn gone(inner: &Inner, http: &HttpRequest) -> Result<HttpResponse, Problem> {
    let frame = Frame::plain(Texts::of(http), http.path(), inner.settings.version);
    page_with(StatusCode::GONE, &Gone { frame })
}
