#![doc = include_str!("../README.md")]

mod algorithm;
mod claims;
mod key_set;
mod private_key;
mod provider;
mod provisioning_token;
mod scope;
mod seal;
mod signing_key;
mod verifier;

pub use algorithm::{SigningAlgorithm, UnknownAlgorithm};
pub use claims::AccessTokenClaims;
pub use key_set::{KeySet, KeySetError, SharedKeySet};
pub use provider::install_crypto_provider;
pub use provisioning_token::{PROVISIONING_TOKEN_PREFIX, token_hash};
pub use scope::{Scope, ScopeSet, UnknownScope};
pub use seal::{KeyEncryptionKey, SealError};
pub use signing_key::{SigningKey, SigningKeyError};
pub use verifier::{Verifier, VerifyError};
