//! What a token that is shown to the issuer is worth, as the SCIM server would judge it.

use crate::error::TokenError;
use crate::issuer::Inner;
use muster_store::revoked_tokens::TokenId;
use muster_store::{StoreError, Timestamp, applications, provisioning_tokens};
use muster_token::{AccessTokenClaims, PROVISIONING_TOKEN_PREFIX, ScopeSet, VerifyError, token_hash};
use std::sync::Arc;

/// A token that is believed now.
pub(crate) struct LiveToken {
    pub(crate) client_id: String,
    pub(crate) organization_id: String,
    /// What it allows at present: the application may have lost scopes since.
    pub(crate) scopes: ScopeSet,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    Access(Box<AccessTokenClaims>),
    Provisioning { id: String, issued_at: Timestamp, expires_at: Timestamp },
}

/// The token, when it is believed.
pub(crate) async fn recognize(
    issuer: &Arc<Inner>,
    token: &str,
    now: Timestamp,
) -> Result<Option<LiveToken>, TokenError> {
    if token.starts_with(PROVISIONING_TOKEN_PREFIX) {
        return provisioning(issuer, token, now).await;
    }
    let Some(claims) = verify(issuer, token).await? else { return Ok(None) };
    if issuer.store.is_revoked(TokenId::of(&claims.jti)) {
        return Ok(None);
    }
    let client_id = claims.client_id.clone();
    let found = issuer
        .store
        .read_brief(move |connection| -> Result<_, StoreError> { applications::find(connection, &client_id) })
        .await?;
    let Some(application) = found.filter(|application| {
        application.organization_id == claims.org && claims.generation >= application.token_generation
    }) else {
        return Ok(None);
    };
    let Ok(allowed) = application.scopes.parse::<ScopeSet>() else { return Err(TokenError::Internal) };
    Ok(Some(LiveToken {
        client_id: application.id,
        organization_id: application.organization_id,
        scopes: claims.scope.intersection(allowed),
        kind: Kind::Access(Box::new(claims)),
    }))
}

async fn verify(issuer: &Arc<Inner>, token: &str) -> Result<Option<AccessTokenClaims>, TokenError> {
    let revision = issuer.verifier.revision();
    match issuer.verifier.verify(token) {
        Ok(claims) => Ok(Some(claims)),
        // Another node may have made the key a moment ago.
        Err(VerifyError::UnknownKey) if issuer.store.refresh_control_revision().await? > revision => {
            let inner = Arc::clone(issuer);
            let taken = tokio::task::spawn_blocking(move || inner.take_keys()).await;
            if let Ok(Err(error)) = taken {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "cannot read the signing keys again"
                );
            }
            Ok(issuer.verifier.verify(token).ok())
        }
        Err(_) => Ok(None),
    }
}

async fn provisioning(issuer: &Inner, token: &str, now: Timestamp) -> Result<Option<LiveToken>, TokenError> {
    let hash = token_hash(token);
    let found = issuer
        .store
        .read_brief(move |connection| -> Result<_, StoreError> {
            let Some(token) = provisioning_tokens::find_by_hash(connection, &hash)? else { return Ok(None) };
            let application = applications::find(connection, &token.application_id)?;
            Ok(application.map(|application| (token, application)))
        })
        .await?;
    let Some((token, application)) = found.filter(|(token, _)| token.expires_at > now) else {
        return Ok(None);
    };
    let (Ok(granted), Ok(allowed)) =
        (token.scopes.parse::<ScopeSet>(), application.scopes.parse::<ScopeSet>())
    else {
        return Err(TokenError::Internal);
    };
    Ok(Some(LiveToken {
        client_id: application.id,
        organization_id: application.organization_id,
        scopes: granted.intersection(allowed),
        kind: Kind::Provisioning { id: token.id, issued_at: token.created_at, expires_at: token.expires_at },
    }))
}
