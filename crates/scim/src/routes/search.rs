//! `POST /Users/.search`, `POST /Groups/.search`, `POST /.search` (RFC 7644 §3.4.3): a list asked for in a body, where
//! what is looked for does not end up in logs of proxies.

use super::list;
use crate::authorization::Caller;
use crate::body;
use crate::call::{Action, Call};
use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::server::Inner;
use crate::trace::Trace;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use std::sync::Arc;

pub(super) async fn search(
    server: Data<Inner>,
    http: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let call = Call::of(&server, &http, Action::List).await?;
    answer(&server, &http, &call.caller, &[call.position], payload).await
}

/// In all types that the caller may list.
pub(super) async fn search_all(
    server: Data<Inner>,
    http: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let caller = server.authorizer.authenticate(&http).await?;
    let listable = list::listable(&Trace::of(&http), &caller)?;
    answer(&server, &http, &caller, &listable, payload).await
}

async fn answer(
    server: &Inner,
    http: &HttpRequest,
    caller: &Arc<Caller>,
    positions: &[usize],
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let body = body::read(payload, server.settings.max_body_bytes).await?;
    let parameters = Parameters::of_search_request(&body)?;
    Trace::of(http).looks_for(parameters.filter.as_ref());
    list::answer(server, caller, positions, &parameters).await
}
