//! `/Me` (RFC 7644 §3.11): the user that the token speaks for.

use super::{delete, patch, read, replace};
use crate::call::{Action, Call};
use crate::error::ApiError;
use crate::server::Inner;
use crate::trace::Trace;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use muster_scim_core::ScimError;
use muster_store::resources as store;

const PATH: &str = "/scim/v2/Me";

pub(super) async fn get(server: Data<Inner>, http: HttpRequest) -> Result<HttpResponse, ApiError> {
    let (call, id) = me(&server, &http, Action::Read).await?;
    read::answer(&server, &call, id, &http).await
}

pub(super) async fn put(
    server: Data<Inner>,
    http: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let (call, id) = me(&server, &http, Action::Update).await?;
    replace::answer(&server, &call, id, &http, payload).await
}

pub(super) async fn patch(
    server: Data<Inner>,
    http: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let (call, id) = me(&server, &http, Action::Update).await?;
    patch::answer(&server, &call, id, &http, payload).await
}

pub(super) async fn delete(server: Data<Inner>, http: HttpRequest) -> Result<HttpResponse, ApiError> {
    let (call, id) = me(&server, &http, Action::Delete).await?;
    delete::answer(&server, &call, id, &http).await
}

/// The user with the `id` that is the token's subject.
async fn me(server: &Inner, http: &HttpRequest, action: Action) -> Result<(Call, String), ApiError> {
    let caller = server.authorizer.authenticate(http).await?;
    let subject = caller.subject.clone().filter(|subject| !subject.contains('\0'));
    let subject = subject.ok_or(ApiError::NoSubject)?;
    let position = caller.types.position("User").ok_or(ApiError::NoSubject)?;
    let trace = Trace::of(http);
    let mut call = Call::new(&trace, &caller, position, action)?;
    call.alias = Some(PATH);
    trace.concerns_resource(&subject);
    let (organization, id) = (call.organization_key(), subject.clone());
    let found = server.store.read_brief(move |connection| store::find(connection, organization, "User", &id));
    if found.await?.is_none() {
        return Err(ScimError::new(404, "The user that the bearer token speaks for does not exist.").into());
    }
    Ok((call, subject))
}
