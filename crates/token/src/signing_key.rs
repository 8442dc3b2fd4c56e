//! A private key that signs access tokens.

use crate::provider;
use crate::{AccessTokenClaims, install_crypto_provider};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use std::sync::Arc;
use thiserror::Error;
use zeroize::Zeroizing;

/// A key pair for ES256 (RFC 7518 §3.4), parsed once.
pub struct SigningKey {
    header: Header,
    key: EncodingKey,
    public: Jwk,
    pkcs8: Zeroizing<Vec<u8>>,
}

/// A key could not be made or used.
#[derive(Debug, Error)]
pub enum SigningKeyError {
    /// The system's randomness failed.
    #[error("cannot generate a signing key")]
    Generate,
    /// Not the PKCS#8 form of a P-256 private key.
    #[error("the key is not a PKCS#8 private key on the curve P-256")]
    Format,
    /// Signing, or making the public key, failed.
    #[error("the key cannot be used")]
    Use(#[from] jsonwebtoken::errors::Error),
}

impl SigningKey {
    /// Makes a new key.
    ///
    /// # Errors
    ///
    /// When the system has no randomness.
    pub fn generate() -> Result<Self, SigningKeyError> {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map_err(|_| SigningKeyError::Generate)?;
        Self::from_pkcs8(pkcs8.as_ref())
    }

    /// Takes a key from its PKCS#8 DER form. Its `kid` is its thumbprint (RFC 7638).
    ///
    /// # Errors
    ///
    /// When it is not a P-256 private key in that form.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, SigningKeyError> {
        install_crypto_provider();
        let parsed = provider::parse(pkcs8).ok_or(SigningKeyError::Format)?;
        let key = EncodingKey::from_ec_der(pkcs8);
        let mut public = Jwk::from_encoding_key(&key, Algorithm::ES256)?;
        let kid = public.thumbprint(ThumbprintHash::SHA256)?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        provider::keep(pkcs8, &Arc::new(parsed));
        let header = Header { typ: Some("at+jwt".into()), kid: Some(kid), ..Header::new(Algorithm::ES256) };
        Ok(Self { header, key, public, pkcs8: Zeroizing::new(pkcs8.to_vec()) })
    }

    /// The key's identifier.
    #[must_use]
    pub fn kid(&self) -> &str {
        self.header.kid.as_deref().unwrap_or_default()
    }

    /// The JWS algorithm, `ES256`.
    #[must_use]
    pub const fn algorithm(&self) -> &'static str {
        "ES256"
    }

    /// The public half, with `kid`, `use` and `alg`.
    #[must_use]
    pub const fn public_jwk(&self) -> &Jwk {
        &self.public
    }

    /// The private key, to be sealed.
    #[must_use]
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// Signs a token of the type `at+jwt` (RFC 9068 §2.1).
    ///
    /// # Errors
    ///
    /// When the cryptography fails.
    pub fn sign(&self, claims: &AccessTokenClaims) -> Result<String, SigningKeyError> {
        Ok(jsonwebtoken::encode(&self.header, claims, &self.key)?)
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("SigningKey").field("kid", &self.kid()).finish_non_exhaustive()
    }
}
