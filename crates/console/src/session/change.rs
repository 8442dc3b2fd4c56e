//! A form is sent by somebody who is signed in: everything that must hold before anything is changed.

use super::{LARGEST_FORM, Visit, is_own};
use crate::form::{Form, TOKEN};
use crate::problem::{Kept, Problem};
use crate::role::Role;
use crate::secret;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

/// A form of somebody who may change things: an admin or an owner.
pub(crate) struct Change {
    pub(crate) visit: Visit,
    pub(crate) form: Form,
    pub(crate) http: HttpRequest,
}

/// A form about the admin's own account, which an auditor has too.
pub(crate) struct OwnChange(pub(crate) Change);

impl FromRequest for Change {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(http: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (http, payload) = (http.clone(), payload.take());
        Box::pin(async move { read(http, payload, Role::Admin).await })
    }
}

impl FromRequest for OwnChange {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(http: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (http, payload) = (http.clone(), payload.take());
        Box::pin(async move { read(http, payload, Role::Auditor).await.map(Self) })
    }
}

impl Deref for Change {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl Deref for OwnChange {
    type Target = Change;

    fn deref(&self) -> &Change {
        &self.0
    }
}

async fn read(http: HttpRequest, payload: Payload, least: Role) -> Result<Change, Problem> {
    let inner = http.app_data::<web::Data<crate::server::Inner>>().ok_or(Problem::Failed)?;
    // What comes from elsewhere is not even kept: who signs in must not send what somebody else has written.
    if !is_own(inner, &http) {
        return Err(Problem::Foreign);
    }
    let payload = web::Payload::from_request(&http, &mut { payload }).await.map_err(|_| Problem::Failed)?;
    let body = match payload.to_bytes_limited(LARGEST_FORM).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return Err(Problem::Failed),
        Err(_) => return Err(Problem::TooLarge),
    };
    let form = Form::parse(&body);
    let kept = || Kept { path: http.path().to_owned(), fields: form.keepable() };
    let visit = Visit::find(&http).await?.ok_or_else(|| Problem::SignInToGoOn(kept()))?;
    if !secret::equal(&secret::form_token(&visit.token), form.raw(TOKEN)) {
        return Err(Problem::Stale(kept()));
    }
    visit.needs(least)?;
    Ok(Change { visit, form, http })
}
