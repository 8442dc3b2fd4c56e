//! Choices that a page's frame offers: the language, and the organization to look at.

use super::sign_in::read_visitor_form;
use crate::carry_on;
use crate::frame::see;
use crate::language::{COOKIE, Texts};
use crate::problem::Problem;
use crate::server::Inner;
use crate::session::OwnChange;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use muster_store::{StoreError, admin_sessions, admins};

/// Remembers a language, for a year.
pub(super) async fn language(
    inner: Data<Inner>,
    http: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = read_visitor_form(&inner, &http, payload).await?;
    let asked = form.text("language");
    let chosen = Texts::all().into_iter().find(|texts| texts.code() == asked).ok_or(Problem::NotFound)?;
    let back = form.text("back");
    let mut response = see(if carry_on::is_page(back) { back } else { "/login" });
    let cookie = Cookie::build(COOKIE, chosen.code())
        .path("/")
        .http_only(true)
        .secure(inner.settings.is_secure())
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365))
        .finish();
    response.add_cookie(&cookie).map_err(|_| Problem::Failed)?;
    Ok(response)
}

/// Turns to another organization of the admin's.
pub(super) async fn organization(change: OwnChange) -> Result<HttpResponse, Problem> {
    let id = change.form.text("organization").to_owned();
    if !change.knows(&id) {
        return Err(Problem::NotFound);
    }
    let (digest, admin_id) = (change.session.digest.clone(), change.admin.id.clone());
    change
        .inner
        .store
        .write(move |connection| -> Result<_, StoreError> {
            admin_sessions::switch(connection, &digest, &id)?;
            admins::note_organization(connection, &admin_id, &id)
        })
        .await?;
    Ok(see("/organization"))
}
