//! Signing in and out.

use crate::carry_on;
use crate::form::{Errors, Form, TOKEN};
use crate::frame::{Frame, page_with, see};
use crate::language::Texts;
use crate::problem::{Kept, Problem};
use crate::server::Inner;
use crate::session::{
    LARGEST_FORM, OwnChange, Visit, VisitorToken, is_own, sign_in, sign_out_cookie, visitor_cookie,
};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use muster_store::admin_sessions;
use muster_store::admins::{self, Admin};
use zeroize::Zeroizing;

/// The fields of a form that was sent when nobody was signed in any more carry this prefix through signing in.
const KEPT: &str = "kept:";

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignIn {
    frame: Frame,
    form_token: String,
    errors: Errors,
    name: String,
    /// Where to go afterwards.
    back: String,
    /// What is to be sent afterwards.
    kept: Option<Kept>,
}

pub(crate) async fn show(inner: Data<Inner>, http: HttpRequest) -> Result<HttpResponse, Problem> {
    let query = Form::parse(http.query_string().as_bytes());
    if Visit::find(&http).await?.is_some() {
        return Ok(see(back_of(query.text("back"))));
    }
    let back = back_of(query.text("back")).to_owned();
    answer(&inner, &http, StatusCode::OK, Errors::default(), String::new(), back, None)
}

pub(crate) async fn submit(
    inner: Data<Inner>,
    http: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = read_visitor_form(&inner, &http, payload).await?;
    let (name, back) = (form.text("name").to_owned(), back_of(form.text("back")).to_owned());
    let kept = kept_of(&form);
    let texts = Texts::of(&http);
    let refuse =
        |status, errors, kept| answer(&inner, &http, status, errors, name.clone(), back.clone(), kept);
    if !VisitorToken::of(&inner, &http).fits(form.raw(TOKEN)) {
        let errors = Errors::one("name", texts.say("sign-in-again"));
        return refuse(StatusCode::FORBIDDEN, errors, kept);
    }
    match authenticate(&inner, &http, &name, form.secret("password")).await? {
        Err(text) => {
            let status = if text == "sign-in-too-many" {
                StatusCode::TOO_MANY_REQUESTS
            } else {
                StatusCode::UNAUTHORIZED
            };
            refuse(status, Errors::one("name", texts.say(text)), kept)
        }
        Ok(admin) => {
            let cookie = sign_in(&inner, &http, &admin.id, None).await?;
            let mut response = match kept {
                None => see(&back),
                Some(kept) => carry_on::page_for(&inner, &http, StatusCode::OK, kept, cookie.value())?,
            };
            response.add_cookie(&cookie).map_err(|_| Problem::Failed)?;
            Ok(response)
        }
    }
}

pub(crate) async fn sign_out(change: OwnChange) -> Result<HttpResponse, Problem> {
    let (admin_id, id) = (change.admin.id.clone(), change.session.id.clone());
    change.inner.store.write(move |connection| admin_sessions::delete(connection, &admin_id, &id)).await?;
    let mut response = see("/login");
    response.add_cookie(&sign_out_cookie(&change.inner)).map_err(|_| Problem::Failed)?;
    Ok(response)
}

/// The admin of that name, when the password is theirs; else the text that says what is wrong. A name that does not exist
/// takes as long as one that does.
pub(crate) async fn authenticate(
    inner: &Inner,
    http: &HttpRequest,
    name: &str,
    password: Zeroizing<String>,
) -> Result<Result<Admin, &'static str>, Problem> {
    let from = inner.settings.trusted_proxies.client_address(http);
    let key = format!("admin {}", admins::name_key(&name.chars().take(200).collect::<String>()));
    if inner.limits.attempt(&key, from).is_err() {
        return Ok(Err("sign-in-too-many"));
    }
    let wanted = name.replace('\0', "");
    let admin = inner.store.read_brief(move |connection| admins::find_by_name(connection, &wanted)).await?;
    let hash = admin.as_ref().map(|admin| admin.password_hash.clone());
    let is_right =
        password.len() <= crate::accounts::LONGEST_PASSWORD && inner.passwords.verify(password, hash).await?;
    match admin.filter(|_| is_right) {
        Some(admin) => {
            inner.limits.succeeded(&key, from);
            Ok(Ok(admin))
        }
        None => {
            inner.limits.failed(&key, from);
            tracing::info!(?from, "an admin could not sign in");
            Ok(Err("sign-in-wrong"))
        }
    }
}

/// Where nobody is signed in: the page to do so for a page, 401 for what a script asks.
pub(crate) fn refer(http: &HttpRequest, back: &str) -> HttpResponse {
    let is_page = http.headers().get("x-fragment").is_none()
        && http.headers().get("accept").is_none_or(|accept| accept != "text/event-stream");
    if !is_page {
        return HttpResponse::new(StatusCode::UNAUTHORIZED);
    }
    match back {
        "/organization" | "/" => see("/login"),
        back => {
            let back = url::form_urlencoded::byte_serialize(back.as_bytes()).collect::<String>();
            see(&format!("/login?back={back}"))
        }
    }
}

/// Signing in with what was typed kept.
pub(crate) fn page_to_go_on(inner: &Inner, http: &HttpRequest, kept: Kept) -> Result<HttpResponse, Problem> {
    let back = String::from("/organization");
    answer(inner, http, StatusCode::UNAUTHORIZED, Errors::default(), String::new(), back, Some(kept))
}

/// A form of somebody who is not signed in.
pub(crate) async fn read_visitor_form(
    inner: &Inner,
    http: &HttpRequest,
    payload: Payload,
) -> Result<Form, Problem> {
    if !is_own(inner, http) {
        return Err(Problem::Foreign);
    }
    match payload.to_bytes_limited(LARGEST_FORM).await {
        Ok(Ok(body)) => Ok(Form::parse(&body)),
        Ok(Err(_)) => Err(Problem::Failed),
        Err(_) => Err(Problem::TooLarge),
    }
}

fn answer(
    inner: &Inner,
    http: &HttpRequest,
    status: StatusCode,
    errors: Errors,
    name: String,
    back: String,
    kept: Option<Kept>,
) -> Result<HttpResponse, Problem> {
    let visitor = VisitorToken::of(inner, http);
    let query = url::form_urlencoded::byte_serialize(back.as_bytes()).collect::<String>();
    let frame = Frame::plain(Texts::of(http), &format!("/login?back={query}"), inner.settings.version);
    let template = SignIn { frame, form_token: visitor.form_token(), errors, name, back, kept };
    let mut response = page_with(status, &template)?;
    if let Some(cookie) = visitor_cookie(inner, &visitor) {
        response.add_cookie(&cookie).map_err(|_| Problem::Failed)?;
    }
    Ok(response)
}

fn back_of(asked: &str) -> &str {
    if carry_on::is_path(asked) { asked } else { "/organization" }
}

fn kept_of(form: &Form) -> Option<Kept> {
    let path = form.text("kept-path");
    if !carry_on::is_path(path) {
        return None;
    }
    let fields = form
        .keepable()
        .into_iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(KEPT)?.to_owned(), value)))
        .collect();
    Some(Kept { path: path.to_owned(), fields })
}
