//! `POST /v2/revoke` (RFC 7009): a client ends a token of its own.

use super::form;
use crate::Issuer;
use crate::error::TokenError;
use crate::validity::{Kind, recognize};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use muster_store::{StoreError, Timestamp, provisioning_tokens, revoked_tokens};
use serde_json::json;

pub(super) async fn revoke(issuer: Data<Issuer>, http: HttpRequest, payload: Payload) -> HttpResponse {
    match end(&issuer, &http, payload).await {
        // §2.2: the answer is the same for a token that is no longer valid, or never was.
        Ok(()) => form::answer(&json!({})),
        Err(error) => error.to_response(),
    }
}

async fn end(issuer: &Issuer, http: &HttpRequest, payload: Payload) -> Result<(), TokenError> {
    let request = form::read(http, payload).await?;
    let now = Timestamp::now();
    let asking = form::client(issuer, http, &request, now).await?;
    let token = request.token.ok_or_else(|| TokenError::invalid_request("The request has no token."))?;
    let Some(token) = recognize(&issuer.0, &token, now).await? else { return Ok(()) };
    if token.client_id != asking.id {
        // §2.1. Another organization's token is not even confirmed to exist.
        if token.organization_id != asking.organization_id {
            return Ok(());
        }
        return Err(TokenError::UnauthorizedClient("the token was issued to another client.".into()));
    }
    let store = &issuer.0.store;
    match token.kind {
        Kind::Access(claims) => {
            let jti = claims.jti.clone();
            // Verifiers allow clocks to differ; until then it must stay known.
            let until = i64::try_from(claims.exp).unwrap_or(i64::MAX).saturating_add(120);
            store
                .write(move |connection| -> Result<_, StoreError> {
                    revoked_tokens::revoke(connection, &jti, Timestamp::from_seconds(until))
                })
                .await?;
            store.refresh_revoked_tokens().await?;
            tracing::info!(client_id = asking.id, jti = claims.jti, "token revoked");
        }
        Kind::Provisioning { id, .. } => {
            let deleted = id.clone();
            store
                .write(move |connection| -> Result<_, StoreError> {
                    provisioning_tokens::delete(connection, &deleted)
                })
                .await?;
            store.refresh_control_revision().await?;
            tracing::info!(client_id = asking.id, token = id, "provisioning token revoked");
        }
    }
    Ok(())
}
