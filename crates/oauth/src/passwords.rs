//! Passwords of people: the same hash, and the same few at a time, as secrets of clients.

use crate::error::TokenError;
use crate::hasher::{Argon2Settings, Hasher};
use thiserror::Error;
use zeroize::Zeroizing;

/// Hashes passwords and verifies them. Cloning is cheap and shares the permits.
#[derive(Clone)]
pub struct PasswordHasher(Hasher);

/// A password could not be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Too many wait for their turn.
    #[error("too many passwords are being hashed")]
    Busy,
    /// The hash cannot be computed.
    #[error("a password cannot be hashed")]
    Failed,
}

impl PasswordHasher {
    /// A hasher that runs so many at once.
    ///
    /// # Errors
    ///
    /// When the settings are none that Argon2 takes.
    pub fn new(permits: usize, settings: Argon2Settings) -> Result<Self, PasswordError> {
        Hasher::new(permits.max(1), settings).map(Self).map_err(|_| PasswordError::Failed)
    }

    /// The PHC string to keep of a password.
    ///
    /// # Errors
    ///
    /// See [`PasswordError`].
    pub async fn hash(&self, password: Zeroizing<String>) -> Result<String, PasswordError> {
        Ok(self.0.hash(password).await?)
    }

    /// Whether a password is the one that was hashed. Without a hash it takes as long, and is not.
    ///
    /// # Errors
    ///
    /// See [`PasswordError`].
    pub async fn verify(
        &self,
        password: Zeroizing<String>,
        hash: Option<String>,
    ) -> Result<bool, PasswordError> {
        let secret = Zeroizing::new(password.as_bytes().to_vec());
        let found = self.0.find(secret, String::new(), hash.into_iter().collect()).await?;
        Ok(found.is_some())
    }
}

impl From<TokenError> for PasswordError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Busy => Self::Busy,
            _ => Self::Failed,
        }
    }
}
