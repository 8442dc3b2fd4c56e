//! `POST /v2/introspect` (RFC 7662): what a token is worth at present.

use super::form;
use crate::Issuer;
use crate::error::TokenError;
use crate::validity::{Kind, LiveToken, recognize};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use muster_store::Timestamp;
use muster_token::{Confirmation, ScopeSet};
use serde::Serialize;

/// RFC 7662 §2.2.
#[derive(Serialize)]
struct Introspection {
    active: bool,
    #[serde(flatten)]
    token: Option<Claims>,
}

#[derive(Serialize)]
struct Claims {
    scope: ScopeSet,
    client_id: String,
    token_type: &'static str,
    exp: u64,
    iat: u64,
    nbf: u64,
    sub: String,
    aud: String,
    iss: String,
    jti: String,
    /// The organization; our own.
    org: String,
    /// What its holder must prove (RFC 8705 §3.2, RFC 9449 §6.2).
    #[serde(skip_serializing_if = "Confirmation::is_empty")]
    cnf: Confirmation,
}

pub(super) async fn introspect(issuer: Data<Issuer>, http: HttpRequest, payload: Payload) -> HttpResponse {
    match answer(&issuer, &http, payload).await {
        Ok(introspection) => form::answer(&introspection),
        Err(error) => error.to_response(),
    }
}

async fn answer(issuer: &Issuer, http: &HttpRequest, payload: Payload) -> Result<Introspection, TokenError> {
    let request = form::read(http, payload).await?;
    let now = Timestamp::now();
    let asking = form::client(issuer, http, &request, now).await?;
    let token = request.token.ok_or_else(|| TokenError::invalid_request("The request has no token."))?;
    // §2.2: who may not know about a token learns no more than of one that does not exist.
    let token = recognize(&issuer.0, &token, now)
        .await?
        .filter(|token| token.organization_id == asking.organization_id)
        .map(|token| claims(issuer, token));
    Ok(Introspection { active: token.is_some(), token })
}

fn claims(issuer: &Issuer, token: LiveToken) -> Claims {
    let settings = &issuer.0.settings;
    let LiveToken { client_id, organization_id, scopes, kind } = token;
    match kind {
        Kind::Access(claims) => Claims {
            scope: scopes,
            client_id,
            token_type: if claims.cnf.jkt.is_some() { "DPoP" } else { "Bearer" },
            exp: claims.exp,
            iat: claims.iat,
            nbf: claims.nbf,
            sub: claims.sub,
            aud: claims.aud,
            iss: claims.iss,
            jti: claims.jti,
            org: organization_id,
            cnf: claims.cnf,
        },
        Kind::Provisioning { id, issued_at, expires_at } => {
            let issued = u64::try_from(issued_at.seconds()).unwrap_or_default();
            Claims {
                scope: scopes,
                sub: client_id.clone(),
                client_id,
                token_type: "Bearer",
                exp: u64::try_from(expires_at.seconds()).unwrap_or_default(),
                iat: issued,
                nbf: issued,
                aud: settings.audience.clone(),
                iss: settings.issuer.clone(),
                jti: id,
                org: organization_id,
                cnf: Confirmation::default(),
            }
        }
    }
}
