//! A private key that signs access tokens.

use crate::private_key::{PrivateKey, SHORTEST_RSA};
use crate::provider::Kept;
use crate::{AccessTokenClaims, SigningAlgorithm, install_crypto_provider};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{EncodingKey, Header};
use std::sync::Arc;
use thiserror::Error;
use zeroize::Zeroizing;

/// A key pair for one algorithm, parsed once.
pub struct SigningKey {
    header: Header,
    key: EncodingKey,
    public: Jwk,
    algorithm: SigningAlgorithm,
    pkcs8: Zeroizing<Vec<u8>>,
    _kept: Kept,
}

/// A key could not be made or used.
#[derive(Debug, Error)]
pub enum SigningKeyError {
    /// The system's randomness failed.
    #[error("cannot generate a signing key")]
    Generate,
    /// Not the PKCS#8 form of a private key of a kind that is used here.
    #[error("the key is not a PKCS#8 private key on the curve P-256, for Ed25519, or for RSA")]
    Format,
    /// An RSA key that is too short.
    #[error("the RSA key is shorter than {SHORTEST_RSA} bits")]
    TooShort,
    /// Not PEM at all.
    #[error("there is no PEM block in it: it should begin with -----BEGIN PRIVATE KEY-----")]
    NotPem,
    /// PEM of another kind.
    #[error("the PEM block is {0:?} and not an unencrypted PKCS#8 \"PRIVATE KEY\"; {hint}", hint = hint(.0))]
    OtherPem(String),
    /// Signing, or making the public key, failed.
    #[error("the key cannot be used")]
    Use(#[from] jsonwebtoken::errors::Error),
    /// The public key could not be written.
    #[error("the public key cannot be written")]
    Public(#[from] serde_json::Error),
}

fn hint(tag: &str) -> &'static str {
    if tag.contains("PUBLIC") || tag.contains("CERTIFICATE") {
        "the private key is needed"
    } else if tag.contains("ENCRYPTED") {
        "take its password off with `openssl pkcs8 -in FILE -out NEW`"
    } else {
        "convert it with `openssl pkcs8 -topk8 -nocrypt -in FILE -out NEW`"
    }
}

impl SigningKey {
    /// Makes a new key.
    ///
    /// # Errors
    ///
    /// When the system has no randomness.
    pub fn generate(algorithm: SigningAlgorithm) -> Result<Self, SigningKeyError> {
        Self::from_pkcs8(&PrivateKey::generate(algorithm).ok_or(SigningKeyError::Generate)?)
    }

    /// Takes a key from its PKCS#8 DER form (RFC 5958). Its kind decides its algorithm, its `kid` is its thumbprint
    /// (RFC 7638).
    ///
    /// # Errors
    ///
    /// When it is not a private key for P-256, Ed25519 or RSA of at least 2,048 bits in that form.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, SigningKeyError> {
        install_crypto_provider();
        let parsed = PrivateKey::from_pkcs8(pkcs8).ok_or(SigningKeyError::Format)?;
        if parsed.is_too_short() {
            return Err(SigningKeyError::TooShort);
        }
        let algorithm = parsed.algorithm();
        let mut public = parsed.public_jwk();
        public["use"] = "sig".into();
        public["alg"] = algorithm.as_str().into();
        let mut public: Jwk = serde_json::from_value(public)?;
        let kid = public.thumbprint(ThumbprintHash::SHA256)?;
        public.common.key_id = Some(kid.clone());
        let kept = Kept::new(&Arc::new(parsed));
        let key = match algorithm {
            SigningAlgorithm::Es256 => EncodingKey::from_ec_der(kept.handle()),
            SigningAlgorithm::EdDsa => EncodingKey::from_ed_der(kept.handle()),
            SigningAlgorithm::Rs256 => EncodingKey::from_rsa_der(kept.handle()),
        };
        let header = Header { typ: Some("at+jwt".into()), kid: Some(kid), ..Header::new(algorithm.jws()) };
        Ok(Self { header, key, public, algorithm, pkcs8: Zeroizing::new(pkcs8.to_vec()), _kept: kept })
    }

    /// Takes a key from PEM: one unencrypted PKCS#8 block (RFC 7468 §10).
    ///
    /// # Errors
    ///
    /// As [`SigningKey::from_pkcs8`], and when it is PEM of another kind or none.
    pub fn from_pem(text: &[u8]) -> Result<Self, SigningKeyError> {
        let block = pem::parse(text).map_err(|_| SigningKeyError::NotPem)?;
        if block.tag() != "PRIVATE KEY" {
            return Err(SigningKeyError::OtherPem(block.tag().to_owned()));
        }
        Self::from_pkcs8(&Zeroizing::new(block.into_contents()))
    }

    /// The key's identifier.
    #[must_use]
    pub fn kid(&self) -> &str {
        self.header.kid.as_deref().unwrap_or_default()
    }

    /// The JWS algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_pem_is_explained() {
        let refused = |text: &str| SigningKey::from_pem(text.as_bytes()).err().unwrap().to_string();
        assert!(refused("no key").contains("BEGIN PRIVATE KEY"));
        let block = |tag: &str| {
            pem::encode(&pem::Pem::new(tag, SigningKey::generate(SigningAlgorithm::EdDsa).unwrap().pkcs8()))
        };
        assert!(SigningKey::from_pem(block("PRIVATE KEY").as_bytes()).is_ok());
        assert!(refused(&block("EC PRIVATE KEY")).contains("-topk8 -nocrypt"));
        assert!(refused(&block("ENCRYPTED PRIVATE KEY")).contains("password"));
        assert!(refused(&block("PUBLIC KEY")).contains("the private key is needed"));
        assert!(
            refused(&pem::encode(&pem::Pem::new("PRIVATE KEY", b"rubbish".as_slice()))).contains("P-256")
        );
    }

    #[test]
    fn a_short_rsa_key_is_refused() {
        // 1,024 bits, made with OpenSSL for this test.
        let short = include_str!("../tests/rsa-1024.pem");
        assert!(matches!(
            SigningKey::from_pem(short.as_bytes()),
            Err(SigningKeyError::TooShort | SigningKeyError::Format)
        ));
    }
}
