//! Who is asking: the access token, verified once, its verdict remembered; what a bound token needs, proved each time.

use crate::error::ApiError;
use crate::possession::{Possession, Presented};
use crate::trusted::{Granted, TrustedIssuers};
use crate::types::{AllTypes, Types};
use actix_web::HttpRequest;
use aws_lc_rs::digest::{SHA256, digest};
use muster_store::{Store, StoreError, Timestamp, applications, organizations};
use muster_token::{AccessTokenClaims, Confirmation, ScopeSet, Unverified, Verifier, VerifyError};
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
    trusted: TrustedIssuers,
    possession: Possession,
    /// By the token's SHA-256: the token itself is not kept.
    verdicts: Cache<[u8; 32], Verdict>,
    types: AllTypes,
}

/// A token that was believed.
#[derive(Clone)]
struct Verdict {
    caller: Arc<Caller>,
    /// What must be proved with each request.
    cnf: Confirmation,
    expires: i64,
    /// The store's control revision before the application was looked up.
    revision: u64,
}

impl Authorizer {
    pub(crate) fn new(
        store: Store,
        verifier: Verifier,
        trusted: TrustedIssuers,
        possession: Possession,
        types: AllTypes,
    ) -> Self {
        Self { store, verifier, trusted, possession, verdicts: Cache::new(REMEMBERED), types }
    }

    /// Who beside this server's own issuer issues tokens that are believed.
    pub(crate) fn trusted_issuers(&self) -> impl Iterator<Item = &str> {
        self.trusted.names()
    }

    /// The client, when its token is believed.
    pub(crate) async fn authenticate(&self, http: &HttpRequest) -> Result<Arc<Caller>, ApiError> {
        let presented = Presented::read(http)?;
        let token = presented.token;
        let mut key = [0; 32];
        key.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        let revision = self.store.control_revision();
        if let Some(verdict) = self.verdicts.get(&key) {
            if verdict.revision == revision && Timestamp::now().seconds() < verdict.expires {
                self.possession.check(http, presented, &verdict.cnf)?;
                return Ok(verdict.caller);
            }
            self.verdicts.remove(&key);
        }
        let verdict = match self.trusted.verify(token).await? {
            Some(granted) => self.judge_foreign(granted, revision).await?,
            None => {
                let claims = self.verifier.verify(token).map_err(|error| refusal(token, error))?;
                self.judge(claims, revision).await?
            }
        };
        let (caller, cnf) = (Arc::clone(&verdict.caller), verdict.cnf);
        self.verdicts.insert(key, verdict);
        self.possession.check(http, presented, &cnf)?;
        Ok(caller)
    }

    /// A token of an issuer that is trusted: its organization is named, its application is none of ours.
    async fn judge_foreign(&self, granted: Granted, revision: u64) -> Result<Verdict, ApiError> {
        let name = granted.organization;
        let wanted = name.clone();
        let organization = self
            .store
            .read_brief(move |connection| -> Result<_, StoreError> {
                match organizations::find(connection, &wanted)? {
                    None => organizations::find_by_name(connection, &wanted),
                    found => Ok(found),
                }
            })
            .await?
            .ok_or(ApiError::NoOrganization(name))?;
        let types = self.types.of(&organization.id).await?;
        let Granted { scopes, subject, .. } = granted;
        Ok(Verdict {
            caller: Arc::new(Caller { organization_key: organization.key, scopes, types, subject }),
            cnf: granted.cnf,
            expires: granted.expires,
            revision,
        })
    }

    async fn judge(&self, claims: AccessTokenClaims, revision: u64) -> Result<Verdict, ApiError> {
        let AccessTokenClaims { client_id, sub, org, scope, exp, cnf, .. } = claims;
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
        Ok(Verdict {
            caller: Arc::new(caller),
            cnf,
            expires: i64::try_from(exp).unwrap_or(i64::MAX),
            revision,
        })
    }
}

/// Entra sends a token of its own when its field for the secret is left empty (entra-facts 1.10): then the way out is
/// another than what is wrong with the token.
fn refusal(token: &str, error: VerifyError) -> ApiError {
    match Unverified::read(token) {
        Ok(read) if read.issuer.starts_with("https://sts.windows.net/") => ApiError::EntraOwnToken,
        _ => ApiError::InvalidToken(error),
    }
}
