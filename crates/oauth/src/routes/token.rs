//! `POST /v2/token` (RFC 6749 §3.2, §4.4).

use crate::clients::Client;
use crate::error::TokenError;
use crate::prover::Proved;
use crate::request::TokenRequest;
use crate::{Issuer, binding, grant, target};
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use metrics::Counter;
use muster_store::Timestamp;
use muster_token::ClientCertificate;
use serde::Serialize;
use std::sync::LazyLock;
use std::time::Duration;

/// A larger form is refused unread, in bytes.
const LARGEST: usize = 64 * 1024;

static ISSUED: LazyLock<Counter> = LazyLock::new(|| metrics::counter!("muster_tokens_issued_total"));

#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    /// The whole lifetime, in seconds; Entra wants a number of 60 to 360 minutes (entra-facts 1.3).
    expires_in: u64,
    scope: String,
}

pub(super) async fn token(issuer: Data<Issuer>, http: HttpRequest, payload: Payload) -> HttpResponse {
    match issue(&issuer, &http, payload).await {
        Ok(response) => {
            ISSUED.increment(1);
            response
        }
        Err(error) => {
            metrics::counter!("muster_tokens_refused_total", "error" => error.code()).increment(1);
            tracing::info!(error = error.code(), description = %error, peer = ?http.peer_addr(), "no token issued");
            error.to_response()
        }
    }
}

pub(super) async fn method_not_allowed() -> HttpResponse {
    TokenError::MethodNotAllowed.to_response()
}

async fn issue(issuer: &Issuer, http: &HttpRequest, payload: Payload) -> Result<HttpResponse, TokenError> {
    if !is_form(http) {
        return Err(TokenError::UnsupportedMediaType);
    }
    let body = read(payload).await?;
    let authorization: Vec<&[u8]> =
        http.headers().get_all(AUTHORIZATION).map(actix_web::http::header::HeaderValue::as_bytes).collect();
    let request = TokenRequest::parse(&body, http.query_string(), &authorization)?;
    let inner = &issuer.0;
    target::check(&request.targets, &inner.settings.issuer, &inner.settings.audience)?;
    let now = Timestamp::now();
    let certificate = http.conn_data::<ClientCertificate>();
    let proved = inner.prover.prove(&request, certificate, &inner.authenticator.clients, now).await?;
    let (grant, expires) = match proved {
        Some(Proved { client, expires }) => {
            (grant::decide_for(&request, client, &inner.authenticator, now).await?, expires)
        }
        None => (grant::decide(&request, &inner.authenticator, now).await?, None),
    };
    let cnf = binding::confirm(issuer, http, &grant.client, certificate, now)?;
    let lifetime = lifetime(&grant.client, expires, now);
    let token = issuer.sign(&grant, lifetime, cnf, now).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "cannot sign a token");
        TokenError::Internal
    })?;
    tracing::debug!(client_id = grant.client.id, scopes = %grant.scopes, "token issued");
    // RFC 6749 §5.1: nothing may keep it.
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .json(TokenResponse {
            access_token: &token,
            // RFC 9449 §5.
            token_type: if cnf.jkt.is_some() { "DPoP" } else { "Bearer" },
            expires_in: lifetime.as_secs(),
            scope: grant.scopes.to_string(),
        }))
}

/// The application's, and no longer than that which proved the client lives.
fn lifetime(client: &Client, expires: Option<i64>, now: Timestamp) -> Duration {
    let left = expires.map(|expires| Duration::from_secs((expires - now.seconds()).max(1).unsigned_abs()));
    left.map_or(client.token_lifetime, |left| left.min(client.token_lifetime))
}

fn is_form(http: &HttpRequest) -> bool {
    let content_type =
        http.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

async fn read(payload: Payload) -> Result<Bytes, TokenError> {
    match payload.to_bytes_limited(LARGEST).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(TokenError::invalid_request("The request ended before its form was complete.")),
        Err(_) => Err(TokenError::TooLarge),
    }
}
