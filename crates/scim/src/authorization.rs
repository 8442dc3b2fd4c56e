//! Who is asking: the bearer token, verified once, its verdict remembered.

use crate::error::ApiError;
use crate::types::{AllTypes, Types};
use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use aws_lc_rs::digest::{SHA256, digest};
use muster_store::{Store, StoreError, Timestamp, applications, organizations};
use muster_token::{AccessTokenClaims, ScopeSet, Verifier, VerifyError};
use quick_cache::sync::Cache;
use std::sync::Arc;

/// So many verdicts are remembered.
const REMEMBERED: usize = 20_000;

/// An authorized client.
pub(crate) struct Caller {
    /// The organization whose directory its token opens.
    pub(crate) organization_key: i64,
    pub(crate) scopes: ScopeSet,
    /// The resource types that its organization has.
    pub(crate) types: Arc<Types>,
    /// Whom the token speaks for, where that is not the client itself.
    pub(crate) subject: Option<String>,
}

pub(crate) struct Authorizer {
    store: Store,
    verifier: Verifier,
    /// By the token's SHA-256: the token itself is not kept.
    verdicts: Cache<[u8; 32], Verdict>,
    types: AllTypes,
}

/// A token that was believed.
#[derive(Clone)]
struct Verdict {
    caller: Arc<Caller>,
    expires: i64,
    /// The store's control revision before the application was looked up.
    revision: u64,
}

impl Authorizer {
    pub(crate) fn new(store: Store, verifier: Verifier, types: AllTypes) -> Self {
        Self { store, verifier, verdicts: Cache::new(REMEMBERED), types }
    }

    /// The client, when its token is believed.
    pub(crate) async fn authenticate(&self, http: &HttpRequest) -> Result<Arc<Caller>, ApiError> {
        let token = bearer_token(http)?;
        let mut key = [0; 32];
        key.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        let revision = self.store.control_revision();
        if let Some(verdict) = self.verdicts.get(&key) {
            if verdict.revision == revision && Timestamp::now().seconds() < verdict.expires {
                return Ok(verdict.caller);
            }
            self.verdicts.remove(&key);
        }
        let claims = self.verifier.verify(token).map_err(ApiError::InvalidToken)?;
        let verdict = self.judge(claims, revision).await?;
        let caller = Arc::clone(&verdict.caller);
        self.verdicts.insert(key, verdict);
        Ok(caller)
    }

    async fn judge(&self, claims: AccessTokenClaims, revision: u64) -> Result<Verdict, ApiError> {
        let AccessTokenClaims { client_id, sub, org, scope, exp, .. } = claims;
        let subject = (sub != client_id).then_some(sub);
        let organization = self
            .store
            .read_brief(move |connection| -> Result<_, StoreError> {
                match applications::find(connection, &client_id)? {
                    Some(application) if application.organization_id == org => {
                        organizations::find(connection, &org)
                    }
                    _ => Ok(None),
                }
            })
            .await?
            .ok_or(ApiError::ApplicationGone)?;
        let types = self.types.of(&organization.id).await?;
        let caller = Caller { organization_key: organization.key, scopes: scope, types, subject };
        Ok(Verdict { caller: Arc::new(caller), expires: i64::try_from(exp).unwrap_or(i64::MAX), revision })
    }
}

/// RFC 6750 §2.1.
fn bearer_token(http: &HttpRequest) -> Result<&str, ApiError> {
    let header = http.headers().get(AUTHORIZATION).ok_or(ApiError::NoToken)?;
    let header = header.to_str().map_err(|_| ApiError::InvalidToken(VerifyError::Malformed))?;
    match header.trim().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") && !token.trim().is_empty() => {
            Ok(token.trim())
        }
        _ => Err(ApiError::NoToken),
    }
}
