//! The admin's own account: the password, and where they are signed in.

use super::sign_in::authenticate;
use crate::accounts::password_fault;
use crate::form::Errors;
use crate::frame::{Frame, page_with, see};
use crate::problem::Problem;
use crate::session::{OwnChange, Visit};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Path, ServiceConfig};
use askama::Template;
use muster_store::admin_sessions::{self, Session};
use muster_store::{StoreError, Timestamp, admins};

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/account", web::get().to(show))
        .route("/account/password", web::get().to(|| async { see("/account") }))
        .route("/account/password", web::post().to(change_password))
        .route("/account/sessions/end-others", web::post().to(end_others))
        .route("/account/sessions/{id}/end", web::post().to(end));
}

#[derive(Template)]
#[template(path = "account.html")]
struct Account {
    frame: Frame,
    errors: Errors,
    name: String,
    password_changed_at: Timestamp,
    sessions: Vec<Session>,
    /// The session that asks.
    current: String,
    shortest: usize,
    changed: bool,
}

async fn show(visit: Visit) -> Result<HttpResponse, Problem> {
    let changed = visit.asks_for("changed");
    answer(&visit, StatusCode::OK, Errors::default(), changed).await
}

async fn change_password(change: OwnChange) -> Result<HttpResponse, Problem> {
    let texts = change.texts;
    let shortest = change.inner.settings.shortest_password;
    let mut errors = Errors::default();
    let (old, new) = (change.form.secret("old-password"), change.form.secret("new-password"));
    if let Err(text) = authenticate(&change.inner, &change.http, &change.admin.name, old).await? {
        let text = if text == "sign-in-wrong" { "account-old-password-wrong" } else { text };
        errors.add("old-password", texts.say(text));
    }
    if let Some(fault) = password_fault(&new, shortest, &[&change.admin.name]) {
        errors.add("new-password", texts.with(fault, "shortest", shortest));
    }
    if !errors.is_empty() {
        return answer(&change.visit, StatusCode::UNPROCESSABLE_ENTITY, errors, false).await;
    }
    let hash = change.inner.passwords.hash(new).await?;
    let (id, digest) = (change.admin.id.clone(), change.session.digest.clone());
    change
        .inner
        .store
        .write(move |connection| -> Result<_, StoreError> {
            admins::set_password(connection, &id, &hash, Timestamp::now())?;
            // Whoever knew the old one is signed out.
            admin_sessions::delete_all(connection, &id, Some(&digest))
        })
        .await?;
    Ok(see("/account?changed"))
}

async fn end(change: OwnChange, id: Path<String>) -> Result<HttpResponse, Problem> {
    let (admin_id, id) = (change.admin.id.clone(), id.into_inner());
    change.inner.store.write(move |connection| admin_sessions::delete(connection, &admin_id, &id)).await?;
    Ok(see("/account"))
}

async fn end_others(change: OwnChange) -> Result<HttpResponse, Problem> {
    let (admin_id, digest) = (change.admin.id.clone(), change.session.digest.clone());
    change
        .inner
        .store
        .write(move |connection| admin_sessions::delete_all(connection, &admin_id, Some(&digest)))
        .await?;
    Ok(see("/account"))
}

async fn answer(
    visit: &Visit,
    status: StatusCode,
    errors: Errors,
    changed: bool,
) -> Result<HttpResponse, Problem> {
    let (admin_id, now) = (visit.admin.id.clone(), Timestamp::now());
    let sessions = visit
        .inner
        .store
        .read(move |connection| admin_sessions::of_admin(connection, &admin_id, now))
        .await?;
    let template = Account {
        frame: visit.frame("account"),
        errors,
        name: visit.admin.name.clone(),
        password_changed_at: visit.admin.password_changed_at,
        sessions,
        current: visit.session.id.clone(),
        shortest: visit.inner.settings.shortest_password,
        changed,
    };
    page_with(status, &template)
}
