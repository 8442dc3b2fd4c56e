#![doc = include_str!("../README.md")]

mod algorithm;
mod claims;
mod client_certificate;
mod dpop;
mod foreign_keys;
mod foreign_token;
mod key_set;
mod private_key;
mod provider;
mod provisioning_token;
mod replay;
mod scope;
mod seal;
mod signing_key;
mod thumbprint;
mod verifier;

pub use algorithm::{SigningAlgorithm, UnknownAlgorithm};
pub use claims::AccessTokenClaims;
pub use client_certificate::{ClientCertificate, comparable_name};
pub use dpop::{DPOP_ALGORITHMS, DpopError, DpopVerifier, ProvedRequest};
pub use foreign_keys::{ForeignKeySet, ForeignKeySetError, SIGNATURE_ALGORITHMS};
pub use foreign_token::{Expected, ForeignTokenError, Unverified, verify_foreign};
pub use key_set::{KeySet, KeySetError, SharedKeySet};
pub use provider::install_crypto_provider;
pub use provisioning_token::{PROVISIONING_TOKEN_PREFIX, token_hash};
pub use replay::{ReplayMemory, Sighting};
pub use scope::{Scope, ScopeSet, UnknownScope};
pub use seal::{KeyEncryptionKey, SealError};
pub use signing_key::{SigningKey, SigningKeyError};
pub use thumbprint::{Confirmation, NotAThumbprint, Thumbprint};
pub use verifier::{Verifier, VerifyError};
