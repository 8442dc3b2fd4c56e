//! `POST /v2/token` (RFC 6749 §3.2, §4.4).

use super::form;
use super::note::Asked;
use crate::clients::Client;
use crate::error::TokenError;
use crate::prover::{Proved, Shown};
use crate::request::TokenRequest;
use crate::{Issuer, binding, grant, target};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use metrics::Counter;
use muster_store::Timestamp;
use muster_token::ClientCertificate;
use serde::Serialize;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

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
    let asked = Asked::now();
    let request = form::read(&http, payload).await;
    let issued = match &request {
        Ok(request) => issue(&issuer, &http, request).await,
        Err(_) => Err(TokenError::Internal),
    };
    let mut response = match (request, issued) {
        (Ok(request), Ok((client, response))) => {
            ISSUED.increment(1);
            asked.issued(&issuer, &http, &request, &client);
            response
        }
        (Ok(request), Err(error)) => refuse(&issuer, &http, &asked, Some(&request), &error).await,
        (Err(error), _) => refuse(&issuer, &http, &asked, None, &error).await,
    };
    asked.mark(&mut response);
    response
}

async fn refuse(
    issuer: &Issuer,
    http: &HttpRequest,
    asked: &Asked,
    request: Option<&TokenRequest>,
    error: &TokenError,
) -> HttpResponse {
    metrics::counter!("muster_tokens_refused_total", "error" => error.code()).increment(1);
    // What is limited was warned of, a few times a minute: a flood must not flood the log.
    let limited = matches!(error, TokenError::TooManyFailures(_));
    let from = form::client_address(issuer, http);
    if !limited {
        tracing::info!(error = error.code(), description = %error, ?from, "no token issued");
    }
    asked.refused(issuer, http, request, error).await;
    error.to_response()
}

/// The answer with the token, and whose it is.
async fn issue(
    issuer: &Issuer,
    http: &HttpRequest,
    request: &TokenRequest,
) -> Result<(Arc<Client>, HttpResponse), TokenError> {
    let inner = &issuer.0;
    target::check(&request.targets, &inner.settings.issuer, &inner.settings.audience)?;
    let now = Timestamp::now();
    let certificate = http.conn_data::<ClientCertificate>();
    let from = form::client_address(issuer, http);
    let shown = Shown { certificate, from };
    let proved = inner.prover.prove(request, shown, &inner.authenticator, now).await?;
    let (grant, expires) = match proved {
        Some(Proved { client, expires }) => {
            (grant::decide_for(request, client, &inner.authenticator, now).await?, expires)
        }
        None => (grant::decide(request, &inner.authenticator, from, now).await?, None),
    };
    let cnf = binding::confirm(issuer, http, &grant.client, certificate, now)?;
    let lifetime = lifetime(&grant.client, expires, now);
    let token = issuer.sign(&grant, lifetime, cnf, now).await?;
    tracing::debug!(client_id = grant.client.id, scopes = %grant.scopes, "token issued");
    let response = form::answer(&TokenResponse {
        access_token: &token,
        // RFC 9449 §5.
        token_type: if cnf.jkt.is_some() { "DPoP" } else { "Bearer" },
        expires_in: lifetime.as_secs(),
        scope: grant.scopes.to_string(),
    });
    Ok((grant.client, response))
}

/// The application's, and no longer than that which proved the client lives.
fn lifetime(client: &Client, expires: Option<i64>, now: Timestamp) -> Duration {
    let left = expires.map(|expires| Duration::from_secs((expires - now.seconds()).max(1).unsigned_abs()));
    left.map_or(client.token_lifetime, |left| left.min(client.token_lifetime))
}
