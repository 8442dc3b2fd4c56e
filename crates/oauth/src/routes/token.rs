//! `POST /v2/token` (RFC 6749 §3.2, §4.4).

use super::form;
use crate::error::TokenError;
use crate::{Issuer, grant};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use metrics::Counter;
use muster_store::Timestamp;
use serde::Serialize;
use std::sync::LazyLock;

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
            tracing::info!(
                error = error.code(),
                description = %error,
                from = ?form::client_address(&issuer, &http),
                "no token issued"
            );
            error.to_response()
        }
    }
}

async fn issue(issuer: &Issuer, http: &HttpRequest, payload: Payload) -> Result<HttpResponse, TokenError> {
    let request = form::read(http, payload).await?;
    let now = Timestamp::now();
    let from = form::client_address(issuer, http);
    let grant = grant::decide(&request, &issuer.0.authenticator, from, now).await?;
    let token = issuer.sign(&grant, now).await?;
    tracing::debug!(client_id = grant.client.id, scopes = %grant.scopes, "token issued");
    Ok(form::answer(&TokenResponse {
        access_token: &token,
        token_type: "Bearer",
        expires_in: grant.client.token_lifetime.as_secs(),
        scope: grant.scopes.to_string(),
    }))
}
