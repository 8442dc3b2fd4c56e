//! The SCIM server: a store, a verifier and the attribute table, and the routes over them.

use crate::authorization::Authorizer;
use crate::directory::Directory;
use crate::password::Passwords;
use crate::possession::Possession;
use crate::routes;
use crate::trusted::TrustedIssuers;
use crate::types::AllTypes;
use actix_web::web;
use muster_scim_core::Catalog;
use muster_store::Store;
use muster_token::Verifier;
use std::sync::Arc;

/// How the server presents itself.
#[derive(Clone, Debug)]
pub struct ScimSettings {
    /// The SCIM base URL, such as `https://id.example.com/scim/v2`: what locations begin with.
    pub base_url: String,
    /// The issuer of this server's own tokens (RFC 9728 §2).
    pub authorization_server: String,
    /// Whether clients may show TLS certificates (RFC 8705).
    pub client_certificates: bool,
    /// How many resources a list answers when the request has no `count`.
    pub page_size: u32,
    /// How many it answers at most.
    pub max_page_size: u32,
    /// The largest body, in bytes.
    pub max_body_bytes: usize,
    /// How many operations a bulk request may have.
    pub bulk_max_operations: usize,
    /// The largest bulk request, in bytes.
    pub bulk_max_payload_bytes: usize,
    /// The schemas and resource types that every organization has.
    pub catalog: Catalog,
    /// How many passwords are hashed at once.
    pub password_permits: usize,
}

/// Serves SCIM. Cloning is cheap and shares it.
#[derive(Clone)]
pub struct ScimServer(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) settings: ScimSettings,
    pub(crate) authorizer: Authorizer,
    pub(crate) passwords: Passwords,
}

impl ScimServer {
    /// A server over the store that believes the verifier's tokens, and those of the issuers that are trusted.
    #[must_use]
    pub fn new(store: Store, verifier: Verifier, trusted: TrustedIssuers, settings: ScimSettings) -> Self {
        let types = AllTypes::new(store.clone(), settings.catalog.clone());
        let possession = Possession::new(settings.base_url.clone());
        let authorizer = Authorizer::new(store.clone(), verifier, trusted, possession, types);
        let passwords = Passwords::new(settings.password_permits);
        Self(Arc::new(Inner { store, settings, authorizer, passwords }))
    }

    /// The organizations' directories, for people who look after them.
    #[must_use]
    pub fn directory(&self) -> Directory {
        Directory::new(Arc::clone(&self.0))
    }

    /// Mounts the routes under `/scim/v2`.
    pub fn routes(&self) -> impl Fn(&mut web::ServiceConfig) + Clone + use<> {
        let inner = Arc::clone(&self.0);
        move |config| routes::configure(config, &inner)
    }
}
