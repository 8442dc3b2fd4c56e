//! Who else is an admin of the organization: an owner invites, changes roles, and takes them away.

use crate::accounts::{self, AccountError, NewLink};
use crate::form::Errors;
use crate::frame::{Frame, page_with, see};
use crate::problem::Problem;
use crate::role::Role;
use crate::secret;
use crate::session::{Change, Visit};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Path, ServiceConfig};
use askama::Template;
use muster_store::admin_links::{self, Link};
use muster_store::admins::{self, Member};
use muster_store::{Connection, StoreError, Timestamp};
use std::time::Duration;

/// An invitation may be used for so long.
const INVITATION: Duration = Duration::from_secs(7 * 86_400);
/// A note is at most so long, in characters.
const LONGEST_NOTE: usize = 200;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/organization/settings", web::get().to(|| async { see("/organization/settings/oauth/apps") }))
        .route("/organization/settings/admins", web::get().to(show))
        .route("/organization/settings/admins", web::post().to(invite))
        .route("/organization/settings/admins/{id}/role", web::post().to(set_role))
        .route("/organization/settings/admins/{id}/remove", web::post().to(remove))
        .route("/organization/settings/admins/{id}/reset-password", web::post().to(reset_password))
        .route("/organization/settings/invitations/{id}/withdraw", web::post().to(withdraw));
}

#[derive(Template)]
#[template(path = "admins.html")]
struct Admins {
    frame: Frame,
    errors: Errors,
    members: Vec<Member>,
    links: Vec<Link>,
    /// The admin who looks.
    own_id: String,
    note: String,
    role: String,
    /// A link that was made, shown this once.
    made: Option<MadeLink>,
}

/// A one-time link.
struct MadeLink {
    address: String,
    expires_at: Timestamp,
    /// Who is to set a new password; empty: an invitation.
    renews: String,
}

impl Admins {
    fn roles(&self) -> [&'static str; 3] {
        [Role::Auditor.as_str(), Role::Admin.as_str(), Role::Owner.as_str()]
    }
}

async fn show(visit: Visit) -> Result<HttpResponse, Problem> {
    answer(&visit, StatusCode::OK, Errors::default(), None, "", Role::Admin.as_str()).await
}

async fn invite(change: Change) -> Result<HttpResponse, Problem> {
    change.needs(Role::Owner)?;
    let (note, role_text) = (change.form.text("note"), change.form.text("role"));
    let mut errors = Errors::default();
    let role = role_text.parse::<Role>();
    if role.is_err() {
        errors.add("role", change.texts.say("admins-role-missing"));
    }
    if note.is_empty() || note.chars().count() > LONGEST_NOTE || note.chars().any(char::is_control) {
        errors.add("note", change.texts.say("admins-note-wrong"));
    }
    let (Ok(role), true) = (role, errors.is_empty()) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return answer(&change, status, errors, None, note, role_text).await;
    };
    let made = make(&change, role, None, note.to_owned()).await?;
    change.record("console.admin.invite", None, note).await;
    answer(&change, StatusCode::OK, Errors::default(), Some(made), "", Role::Admin.as_str()).await
}

async fn reset_password(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    change.needs(Role::Owner)?;
    let member = member(&change, &id).await?;
    if looks_elsewhere(&change, &member).await? {
        let errors = Errors::one("members", change.texts.say("admins-reset-elsewhere"));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return answer(&change, status, errors, None, "", Role::Admin.as_str()).await;
    }
    let role = member.role.parse().map_err(|_| Problem::Failed)?;
    let made = make(&change, role, Some(member.name.clone()), member.name.clone()).await?;
    change.record("console.admin.reset", None, &member.name).await;
    answer(&change, StatusCode::OK, Errors::default(), Some(made), "", Role::Admin.as_str()).await
}

async fn set_role(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    change.needs(Role::Owner)?;
    let role: Role = change.form.text("role").parse().map_err(|_| Problem::NotFound)?;
    let done = change_role(&change, id.into_inner(), move |connection, member, organization_id| {
        admins::set_role(connection, &member.admin_id, organization_id, role.as_str(), Timestamp::now())?;
        Ok(role == Role::Owner)
    });
    conclude(&change, done.await?, "console.admin.role").await
}

async fn remove(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    change.needs(Role::Owner)?;
    let done = change_role(&change, id.into_inner(), |connection, member, organization_id| {
        admins::remove_role(connection, &member.admin_id, organization_id)?;
        Ok(false)
    });
    conclude(&change, done.await?, "console.admin.remove").await
}

async fn withdraw(change: Change, id: Path<String>) -> Result<HttpResponse, Problem> {
    change.needs(Role::Owner)?;
    let (organization_id, id) = (change.organization.id.clone(), id.into_inner());
    change
        .inner
        .store
        .write(move |connection| admin_links::delete(connection, &organization_id, &id))
        .await?;
    Ok(see("/organization/settings/admins"))
}

/// How changing somebody's role ended.
enum Done {
    /// The role of the admin of that name.
    Changed(String),
    /// Nobody would be left who decides who is an admin.
    LastOwner,
}

/// Changes a member's role, unless no owner would be left; the work says whether they are one afterwards.
async fn change_role(
    change: &Change,
    id: String,
    work: impl Fn(&mut Connection, &Member, &str) -> Result<bool, StoreError> + Send + 'static,
) -> Result<Done, Problem> {
    let organization_id = change.organization.id.clone();
    change
        .inner
        .store
        .write(move |connection| -> Result<_, Problem> {
            admins::hold_roles(connection, &organization_id)?;
            let members = admins::of_organization(connection, &organization_id)?;
            let member = members.iter().find(|member| member.admin_id == id).ok_or(Problem::NotFound)?;
            let others =
                members.iter().any(|other| other.admin_id != id && other.role == Role::Owner.as_str());
            let is_owner = connection.savepoint(|connection| work(connection, member, &organization_id))?;
            // The work is undone with the transaction: this is an error of it.
            if others || is_owner { Ok(Done::Changed(member.name.clone())) } else { Err(Problem::LastOwner) }
        })
        .await
        .or_else(|problem| match problem {
            Problem::LastOwner => Ok(Done::LastOwner),
            problem => Err(problem),
        })
}

async fn conclude(change: &Change, done: Done, code: &'static str) -> Result<HttpResponse, Problem> {
    match done {
        Done::Changed(name) => {
            change.record(code, None, &name).await;
            Ok(see("/organization/settings/admins"))
        }
        Done::LastOwner => {
            let errors = Errors::one("members", change.texts.say("admins-last-owner"));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            answer(change, status, errors, None, "", Role::Admin.as_str()).await
        }
    }
}

async fn member(visit: &Visit, id: &str) -> Result<Member, Problem> {
    let organization_id = visit.organization.id.clone();
    let members = visit
        .inner
        .store
        .read(move |connection| admins::of_organization(connection, &organization_id))
        .await?;
    members.into_iter().find(|member| member.admin_id == id).ok_or(Problem::NotFound)
}

/// Whether the password opens other organizations too: then no owner of one may set it.
async fn looks_elsewhere(visit: &Visit, member: &Member) -> Result<bool, Problem> {
    let id = member.admin_id.clone();
    let all = visit.inner.store.read(move |connection| admins::organizations_of(connection, &id)).await?;
    Ok(all.len() > 1)
}

async fn make(
    change: &Change,
    role: Role,
    renews: Option<String>,
    note: String,
) -> Result<MadeLink, Problem> {
    let token = secret::random();
    let (digest, now) = (secret::digest_of(&token), Timestamp::now());
    let expires_at = now.plus(INVITATION);
    let new = NewLink {
        organization: change.organization.name.clone(),
        role,
        admin: renews.clone(),
        note,
        made_by: change.admin.name.clone(),
        valid_for: INVITATION,
    };
    change
        .inner
        .store
        .write(move |connection| accounts::insert_link(connection, &new, &digest, expires_at, now))
        .await
        .map_err(|error| match error {
            AccountError::Store(error) => Problem::Store(error),
            AccountError::UnknownOrganization(_) | AccountError::UnknownAdmin(_) => Problem::NotFound,
        })?;
    let address = format!("{}{}", change.inner.settings.public_url, accounts::address(&token));
    Ok(MadeLink { address, expires_at, renews: renews.unwrap_or_default() })
}

async fn answer(
    visit: &Visit,
    status: StatusCode,
    errors: Errors,
    made: Option<MadeLink>,
    note: &str,
    role: &str,
) -> Result<HttpResponse, Problem> {
    let (organization_id, now) = (visit.organization.id.clone(), Timestamp::now());
    let (members, links) = visit
        .inner
        .store
        .read(move |connection| -> Result<_, StoreError> {
            let members = admins::of_organization(connection, &organization_id)?;
            Ok((members, admin_links::of_organization(connection, &organization_id, now)?))
        })
        .await?;
    let template = Admins {
        frame: visit.frame("admins"),
        errors,
        members,
        links,
        own_id: visit.admin.id.clone(),
        note: note.to_owned(),
        role: role.to_owned(),
        made,
    };
    page_with(status, &template)
}
