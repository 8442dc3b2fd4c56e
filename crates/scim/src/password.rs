//! Passwords that clients set: hashed before they reach the store.

use crate::error::ApiError;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use muster_scim_core::{PasswordChange, ScimError};
use muster_store::{Connection, StoreError, Timestamp, passwords};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// OWASP's recommendation: 19 MiB, two passes, one lane; about 15 ms of a core.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A longer one is refused, in bytes: hashing is no work for megabytes.
const LONGEST: usize = 1_024;

/// Hashes passwords, a few at a time.
pub(crate) struct Passwords {
    running: Semaphore,
}

/// What is written of a password.
#[derive(Clone)]
pub(crate) enum HashedPassword {
    Set(String),
    Clear,
}

impl Passwords {
    pub(crate) fn new(permits: usize) -> Self {
        Self { running: Semaphore::new(permits.max(1)) }
    }

    /// Hashes what is to be set, away from the threads that serve requests.
    pub(crate) async fn hash(
        &self,
        change: Option<PasswordChange>,
    ) -> Result<Option<HashedPassword>, ApiError> {
        let password = match change {
            None => return Ok(None),
            Some(PasswordChange::Clear) => return Ok(Some(HashedPassword::Clear)),
            Some(PasswordChange::Set(password)) => Zeroizing::new(password),
        };
        if password.len() > LONGEST {
            return Err(ScimError::invalid_value(format!("password is longer than {LONGEST} bytes.")).into());
        }
        let failed = |error: String| {
            tracing::error!(error, "hashing a password failed");
            ApiError::from(ScimError::new(500, "The server failed. Its log says why."))
        };
        let _runs = self.running.acquire().await.map_err(|error| failed(error.to_string()))?;
        let hashed = tokio::task::spawn_blocking(move || hash(&password)).await;
        let hash =
            hashed.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
        Ok(Some(HashedPassword::Set(hash)))
    }
}

impl HashedPassword {
    /// Writes it; whether anything changed.
    pub(crate) fn write(
        &self,
        connection: &mut Connection,
        resource_key: i64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        match self {
            Self::Set(hash) => passwords::set(connection, resource_key, hash, now).map(|()| true),
            Self::Clear => passwords::clear(connection, resource_key),
        }
    }
}

fn hash(password: &str) -> Result<String, argon2::password_hash::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(password.as_bytes())?
        .to_string())
}
