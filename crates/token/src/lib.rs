#![doc = include_str!("../README.md")]

mod claims;
mod key_set;
mod provider;
mod scope;
mod seal;
mod signing_key;
mod verifier;

pub use claims::AccessTokenClaims;
pub use key_set::{KeySet, KeySetError, SharedKeySet};
pub use provider::install_crypto_provider;
pub use scope::{Scope, ScopeSet, UnknownScope};
pub use seal::{KeyEncryptionKey, SealError};
pub use signing_key::{SigningKey, SigningKeyError};
pub use verifier::{Verifier, VerifyError};
