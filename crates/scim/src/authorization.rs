//! Who is asking: the access token, verified once, its verdict remembered; what a bound token needs, proved each time.

use crate::error::ApiError;
use crate::possession::{Possession, Presented};
use crate::trace::Trace;
use crate::trusted::{Granted, TrustedIssuers};
use crate::types::{AllTypes, Types};
use actix_web::HttpRequest;
use muster_store::journal::Source;
use muster_store::organizations::Organization;
use muster_store::revoked_tokens::TokenId;
use muster_store::{
    LastUse, Store, StoreError, Timestamp, Used, applications, organizations, provisioning_tokens,
};
use muster_token::{
    AccessTokenClaims, Confirmation, PROVISIONING_TOKEN_PREFIX, ScopeSet, Unverified, Verifier, VerifyError,
    token_hash,
};
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::time::Duration;

/// So many verdicts are remembered.
const REMEMBERED: usize = 20_000;
/// How often the key set is looked at again while it is behind the database, and how many times.
const KEYS_FOLLOW: (Duration, u32) = (Duration::from_millis(25), 80);

/// An authorized client.
pub(crate) struct Caller {
    /// The organization whose directory its token opens.
    pub(crate) organization_key: i64,
    /// Who it is, for the log.
    pub(crate) source: Source,
    /// The admin who changes something by hand, without a token.
    pub(crate) actor: Option<String>,
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
    /// From when on it is not.
    expires: Timestamp,
    /// The store's control revision that it is true of.
    revision: u64,
    token: Token,
}

#[derive(Clone)]
enum Token {
    Access(TokenId),
    Provisioning(Arc<ProvisioningUse>),
    /// Of an issuer that is trusted.
    Foreign,
}

struct ProvisioningUse {
    id: String,
    last: LastUse,
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

    /// The client, when its token is believed. Who proved nothing, or not enough, cannot hide by calling it practice.
    pub(crate) async fn authenticate(&self, http: &HttpRequest) -> Result<Arc<Caller>, ApiError> {
        let trace = Trace::of(http);
        let caller = self.judge(http, &trace).await?;
        trace.believe();
        Ok(caller)
    }

    async fn judge(&self, http: &HttpRequest, trace: &Trace) -> Result<Arc<Caller>, ApiError> {
        let presented = Presented::read(http)?;
        let token = presented.token;
        let key = token_hash(token);
        let now = Timestamp::now();
        if let Some(verdict) = self.verdicts.get(&key) {
            trace.caller(&verdict.caller);
            if verdict.revision == self.store.control_revision() && now < verdict.expires {
                self.possession.check(http, presented, &verdict.cnf)?;
                return self.accept(verdict, now);
            }
            self.verdicts.remove(&key);
        }
        let verdict = if token.starts_with(PROVISIONING_TOKEN_PREFIX) {
            self.judge_provisioning_token(trace, key, now).await?
        } else {
            self.judge_any(trace, token).await?
        };
        trace.caller(&verdict.caller);
        self.verdicts.insert(key, verdict.clone());
        self.possession.check(http, presented, &verdict.cnf)?;
        self.accept(verdict, now)
    }

    /// What may have changed without the control revision.
    fn accept(&self, verdict: Verdict, now: Timestamp) -> Result<Arc<Caller>, ApiError> {
        match verdict.token {
            Token::Access(id) if self.store.is_revoked(id) => return Err(ApiError::TokenRevoked),
            Token::Access(_) | Token::Foreign => (),
            Token::Provisioning(usage) => {
                if usage.last.is_due(now) {
                    self.store.note_use(Used::ProvisioningToken(usage.id.clone()), now);
                }
            }
        }
        Ok(verdict.caller)
    }

    async fn judge_any(&self, trace: &Trace, token: &str) -> Result<Verdict, ApiError> {
        let revision = self.store.control_revision();
        match self.trusted.verify(token).await? {
            Some(granted) => self.judge_foreign_token(granted, revision).await,
            None => self.judge_access_token(trace, token).await,
        }
    }

    /// A token of an issuer that is trusted: its organization is named, its application is none of ours.
    async fn judge_foreign_token(&self, granted: Granted, revision: u64) -> Result<Verdict, ApiError> {
        let Granted { organization: name, scopes, subject, application, cnf, expires } = granted;
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
        Ok(Verdict {
            caller: self.caller(source(&organization, &application), &organization, scopes, subject).await?,
            cnf,
            expires: Timestamp::from_seconds(expires),
            revision,
            token: Token::Foreign,
        })
    }

    async fn judge_access_token(&self, trace: &Trace, token: &str) -> Result<Verdict, ApiError> {
        let (claims, key_revision) = self.verify(token).await?;
        // Before the application is read; and no newer than the keys, or a key that was revoked in between would be
        // believed until the next change.
        let revision = self.store.control_revision().min(key_revision);
        let AccessTokenClaims { client_id, sub, org, scope, exp, jti, generation, cnf, .. } = claims;
        let subject = (sub != client_id).then_some(sub);
        let (organization, application) = self
            .store
            .read_brief(move |connection| -> Result<_, ApiError> {
                let application = applications::find(connection, &client_id)?
                    .filter(|application| application.organization_id == org)
                    .ok_or(ApiError::ApplicationGone)?;
                let organization = organizations::find(connection, &org)?.ok_or(ApiError::ApplicationGone)?;
                Ok((organization, application))
            })
            .await?;
        let source = source(&organization, &application.id);
        if generation < application.token_generation {
            trace.source(source);
            return Err(ApiError::TokenEnded);
        }
        let scopes = still_allowed(scope, &application.scopes);
        Ok(Verdict {
            caller: self.caller(source, &organization, scopes, subject).await?,
            cnf,
            expires: Timestamp::from_seconds(i64::try_from(exp).unwrap_or(i64::MAX)),
            revision,
            token: Token::Access(TokenId::of(&jti)),
        })
    }

    /// The claims, and of when the keys are true that they were verified with. A key that another node made a moment ago is
    /// waited for.
    async fn verify(&self, token: &str) -> Result<(AccessTokenClaims, u64), ApiError> {
        let revision = self.verifier.revision();
        match self.verifier.verify(token) {
            Err(VerifyError::UnknownKey) if self.keys_follow(revision).await? => {
                let revision = self.verifier.revision();
                Ok((self.verifier.verify(token).map_err(|error| refusal(token, error))?, revision))
            }
            verified => Ok((verified.map_err(|error| refusal(token, error))?, revision)),
        }
    }

    /// Waits until the key set is as new as the database; whether it is newer than it was at that revision.
    async fn keys_follow(&self, revision: u64) -> Result<bool, StoreError> {
        let newest = self.store.refresh_control_revision().await?;
        let (pause, times) = KEYS_FOLLOW;
        for _ in 0..times {
            if self.verifier.revision() >= newest {
                break;
            }
            tokio::time::sleep(pause).await;
        }
        Ok(self.verifier.revision() > revision)
    }

    async fn judge_provisioning_token(
        &self,
        trace: &Trace,
        hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Verdict, ApiError> {
        let revision = self.store.control_revision();
        let found = self
            .store
            .read_brief(move |connection| -> Result<_, StoreError> {
                let Some(token) = provisioning_tokens::find_by_hash(connection, &hash)? else {
                    return Ok(None);
                };
                let Some(application) = applications::find(connection, &token.application_id)? else {
                    return Ok(None);
                };
                let organization = organizations::find(connection, &application.organization_id)?;
                Ok(organization.map(|organization| (token, application, organization)))
            })
            .await?;
        let (token, application, organization) = found.ok_or(ApiError::ProvisioningTokenUnknown)?;
        let source = source(&organization, &application.id);
        if token.expires_at <= now {
            trace.source(source);
            return Err(ApiError::ProvisioningTokenExpired);
        }
        let scopes = still_allowed(token.scopes.parse().unwrap_or_default(), &application.scopes);
        let usage = ProvisioningUse { id: token.id, last: LastUse::new(token.last_used_at) };
        Ok(Verdict {
            caller: self.caller(source, &organization, scopes, None).await?,
            cnf: Confirmation::default(),
            expires: token.expires_at,
            revision,
            token: Token::Provisioning(Arc::new(usage)),
        })
    }

    /// Who may do so much in the organization.
    pub(crate) async fn caller(
        &self,
        source: Source,
        organization: &Organization,
        scopes: ScopeSet,
        subject: Option<String>,
    ) -> Result<Arc<Caller>, StoreError> {
        let types = self.types.of(&organization.id).await?;
        let organization_key = organization.key;
        Ok(Arc::new(Caller { organization_key, source, actor: None, scopes, types, subject }))
    }
}

fn source(organization: &Organization, application_id: &str) -> Source {
    Source {
        organization_key: Some(organization.key),
        application_id: Some(application_id.into()),
        is_rehearsal: false,
    }
}

/// What was granted, less what the application has lost since.
fn still_allowed(granted: ScopeSet, allowed: &str) -> ScopeSet {
    granted.intersection(allowed.parse().unwrap_or_default())
}

/// Entra sends a token of its own when its field for the secret is left empty (entra-facts 1.10): then the way out is
/// another than what is wrong with the token.
fn refusal(token: &str, error: VerifyError) -> ApiError {
    match Unverified::read(token) {
        Ok(read) if read.issuer.starts_with("https://sts.windows.net/") => ApiError::EntraOwnToken,
        _ => ApiError::InvalidToken(error),
    }
}
