//! What the three endpoints that take a form have in common.

use crate::Issuer;
use crate::clients::Client;
use crate::error::TokenError;
use crate::issuer::Inner;
use crate::prover::Shown;
use crate::request::TokenRequest;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, PRAGMA};
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse};
use muster_store::Timestamp;
use muster_token::ClientCertificate;
use serde::Serialize;
use std::net::IpAddr;
use std::sync::Arc;

/// A larger form is refused unread, in bytes.
const LARGEST: usize = 64 * 1024;

/// Reads the form and the credentials.
pub(super) async fn read(http: &HttpRequest, payload: Payload) -> Result<TokenRequest, TokenError> {
    if !is_form(http) {
        return Err(TokenError::UnsupportedMediaType);
    }
    let body = read_body(payload).await?;
    let authorization: Vec<&[u8]> =
        http.headers().get_all(AUTHORIZATION).map(HeaderValue::as_bytes).collect();
    TokenRequest::parse(&body, http.query_string(), &authorization)
}

/// The client that asks, by whatever it proves itself with.
pub(super) async fn client(
    issuer: &Issuer,
    http: &HttpRequest,
    request: &TokenRequest,
    now: Timestamp,
) -> Result<Arc<Client>, TokenError> {
    let Inner { prover, authenticator, .. } = &*issuer.0;
    let from = client_address(issuer, http);
    let shown = Shown { certificate: http.conn_data::<ClientCertificate>(), from };
    match prover.prove(request, shown, authenticator, now).await? {
        Some(proved) => Ok(proved.client),
        None => authenticator.any(&request.credentials, from, now).await,
    }
}

/// Where the request comes from.
pub(super) fn client_address(issuer: &Issuer, http: &HttpRequest) -> Option<IpAddr> {
    issuer.0.settings.trusted_proxies.client_address(http)
}

/// An answer that nothing may keep (RFC 6749 §5.1).
pub(super) fn answer(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .json(body)
}

pub(super) async fn method_not_allowed() -> HttpResponse {
    TokenError::MethodNotAllowed.to_response()
}

fn is_form(http: &HttpRequest) -> bool {
    let content_type =
        http.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

async fn read_body(payload: Payload) -> Result<Bytes, TokenError> {
    match payload.to_bytes_limited(LARGEST).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(TokenError::invalid_request("The request ended before its form was complete.")),
        Err(_) => Err(TokenError::TooLarge),
    }
}
