//! Applications as the token endpoint needs them, kept in memory until something changes.

use crate::error::TokenError;
use crate::proofs::ClientProofs;
use muster_store::journal::Source;
use muster_store::{LastUse, Store, StoreError, Timestamp, applications, client_proofs, organizations};
use muster_token::{ScopeSet, SigningAlgorithm};
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::time::Duration;

/// So many applications are kept.
const KEPT: usize = 10_000;

/// An application, read.
pub(crate) struct Client {
    /// The store's control revision before it was read.
    revision: u64,
    pub(crate) id: String,
    pub(crate) organization_id: String,
    /// Who it is, for the provisioning log.
    pub(crate) source: Source,
    /// Whom its tokens speak for, where that is not the client itself.
    pub(crate) user_id: Option<String>,
    pub(crate) scopes: ScopeSet,
    pub(crate) token_lifetime: Duration,
    pub(crate) algorithm: SigningAlgorithm,
    /// What its tokens are issued under; a greater one ends them.
    pub(crate) token_generation: i64,
    /// Newest first.
    pub(crate) secrets: Vec<ClientSecret>,
    pub(crate) proofs: ClientProofs,
}

/// One of its secrets.
pub(crate) struct ClientSecret {
    pub(crate) id: String,
    pub(crate) hash: String,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) last_use: LastUse,
}

impl ClientSecret {
    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }
}

pub(crate) struct Clients {
    store: Store,
    kept: Cache<String, Arc<Client>>,
}

impl Clients {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, kept: Cache::new(KEPT) }
    }

    /// The client with that identifier. For one that is kept: no lock is waited for, no query made.
    pub(crate) async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, TokenError> {
        let revision = self.store.control_revision();
        if let Some(client) = self.kept.get(id)
            && client.revision == revision
        {
            return Ok(Some(client));
        }
        let found = self.read(id, revision).await?.map(Arc::new);
        match &found {
            Some(client) => self.kept.insert(id.to_owned(), Arc::clone(client)),
            None => drop(self.kept.remove(id)),
        }
        Ok(found)
    }

    /// As [`Clients::find`], from memory alone, and perhaps as the client was a while ago.
    pub(crate) fn known(&self, id: &str) -> Option<Arc<Client>> {
        self.kept.get(id)
    }

    /// As [`Clients::find`], and sees what was changed a moment ago.
    pub(crate) async fn find_fresh(&self, id: &str) -> Result<Option<Arc<Client>>, TokenError> {
        self.store.refresh_control_revision().await?;
        self.find(id).await
    }

    pub(crate) fn revision(&self) -> u64 {
        self.store.control_revision()
    }

    async fn read(&self, id: &str, revision: u64) -> Result<Option<Client>, TokenError> {
        // PostgreSQL refuses NUL in texts; no identifier has one.
        if id.contains('\0') {
            return Ok(None);
        }
        let id = id.to_owned();
        let found = self
            .store
            .read_brief(move |connection| -> Result<_, StoreError> {
                let Some(application) = applications::find(connection, &id)? else { return Ok(None) };
                let secrets = applications::secrets(connection, &id)?;
                let proofs = client_proofs::list(connection, &id)?;
                let organization = organizations::find(connection, &application.organization_id)?;
                Ok(Some((application, organization, secrets, proofs)))
            })
            .await?;
        let Some((application, organization, secrets, proofs)) = found else { return Ok(None) };
        let scopes = application.scopes.parse().map_err(|error| {
            tracing::error!(%error, client_id = application.id, "the application has a scope that does not exist");
            TokenError::Internal
        })?;
        let algorithm = application.signing_algorithm.parse().map_err(|error| {
            tracing::error!(%error, client_id = application.id, "the application has no usable algorithm");
            TokenError::Internal
        })?;
        let source = Source {
            organization_key: organization.map(|organization| organization.key),
            application_id: Some(application.id.as_str().into()),
            is_rehearsal: false,
        };
        Ok(Some(Client {
            revision,
            source,
            id: application.id,
            organization_id: application.organization_id,
            user_id: application.user_id,
            scopes,
            token_lifetime: Duration::from_secs(application.token_lifetime_seconds.unsigned_abs()),
            algorithm,
            token_generation: application.token_generation,
            secrets: secrets
                .into_iter()
                .map(|secret| ClientSecret {
                    id: secret.id,
                    hash: secret.hash,
                    expires_at: secret.expires_at,
                    last_use: LastUse::new(secret.last_used_at),
                })
                .collect(),
            proofs: ClientProofs::new(&proofs),
        }))
    }
}
