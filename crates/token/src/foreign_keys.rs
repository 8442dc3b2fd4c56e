//! Public keys that others publish or register: JWK sets as they are found in the world.

use crate::{Thumbprint, install_crypto_provider};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;
use thiserror::Error;

/// A set has at most so many keys.
const MOST: usize = 100;
/// So many keys are tried for a token without a `kid`.
const MOST_TRIED: usize = 10;

/// The algorithms that others may sign with, by their names in JWA (RFC 7518, RFC 8037): asymmetric ones only. `none`
/// and HMAC are not among them.
pub const SIGNATURE_ALGORITHMS: [&str; 9] =
    ["ES256", "ES384", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

/// Parsed public keys of somebody else. Unlike [`crate::KeySet`], keys need no `kid` and no `alg`: Entra's have no `alg`.
#[derive(Clone, Default)]
pub struct ForeignKeySet {
    keys: Vec<ForeignKey>,
}

/// One public key.
#[derive(Clone)]
pub(crate) struct ForeignKey {
    kid: Option<String>,
    pub(crate) key: DecodingKey,
    /// What it may verify: its own `alg`, or all that its kind and curve allow.
    pub(crate) algorithms: Vec<Algorithm>,
    /// Of the first certificate of `x5c`.
    certificate: Option<Thumbprint>,
    pub(crate) thumbprint: Thumbprint,
}

/// A set that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ForeignKeySetError {
    /// Not JSON, or without the member `keys`.
    #[error("it is no JWK set: an object with the member \"keys\" (RFC 7517 §5)")]
    Format,
    /// It has a private or a symmetric key.
    #[error("it holds a private or symmetric key; register the public half alone")]
    Private,
    /// No key of it can verify signatures.
    #[error("no key of it can verify signatures; RSA of 2048 bits or more, P-256, P-384 and Ed25519 can")]
    Nothing,
    /// It has too many keys.
    #[error("it has more than {MOST} keys")]
    TooMany,
}

impl ForeignKeySet {
    /// Reads a JWK set (RFC 7517 §5). Keys for other purposes, and of kinds that are not known, are left out.
    ///
    /// # Errors
    ///
    /// When it is no set, holds a private key, or nothing that can be used is left.
    pub fn from_json(text: &str) -> Result<Self, ForeignKeySetError> {
        install_crypto_provider();
        let set: Value = serde_json::from_str(text).map_err(|_| ForeignKeySetError::Format)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or(ForeignKeySetError::Format)?;
        if keys.len() > MOST {
            return Err(ForeignKeySetError::TooMany);
        }
        if keys.iter().any(is_secret) {
            return Err(ForeignKeySetError::Private);
        }
        let keys: Vec<ForeignKey> = keys.iter().filter_map(ForeignKey::read).collect();
        if keys.is_empty() {
            return Err(ForeignKeySetError::Nothing);
        }
        Ok(Self { keys })
    }

    /// Whether there is a key of that name.
    #[must_use]
    pub fn knows(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid.as_deref() == Some(kid))
    }

    /// Whether the set holds this certificate (`x5c`, RFC 8705 §2.2.2).
    #[must_use]
    pub fn holds_certificate(&self, thumbprint: Thumbprint) -> bool {
        self.keys.iter().any(|key| key.certificate == Some(thumbprint))
    }

    /// For people: the `kid` of each key, or its thumbprint where it has none.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.keys.iter().map(|key| key.kid.clone().unwrap_or_else(|| key.thumbprint.to_string()))
    }

    /// Keys that may have signed: those of that `kid`; for a token without one, all that fit.
    pub(crate) fn candidates(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> impl Iterator<Item = &ForeignKey> {
        self.keys
            .iter()
            .filter(move |key| kid.is_none() || key.kid.as_deref() == kid)
            .filter(move |key| key.algorithms.contains(&algorithm))
            .take(MOST_TRIED)
    }
}

impl ForeignKey {
    /// The key, when it is one that can verify signatures.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let mut jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
        if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
            return None;
        }
        let possible: &[Algorithm] = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => &[
                Algorithm::RS256,
                Algorithm::RS384,
                Algorithm::RS512,
                Algorithm::PS256,
                Algorithm::PS384,
                Algorithm::PS512,
            ],
            AlgorithmParameters::EllipticCurve(key) => match key.curve {
                EllipticCurve::P256 => &[Algorithm::ES256],
                EllipticCurve::P384 => &[Algorithm::ES384],
                _ => &[],
            },
            AlgorithmParameters::OctetKeyPair(_) => &[Algorithm::EdDSA],
            _ => &[],
        };
        let own = jwk.common.key_algorithm.map(|algorithm| algorithm.to_string().parse::<Algorithm>());
        let algorithms: Vec<Algorithm> = match own {
            None => possible.to_vec(),
            Some(Ok(own)) => possible.iter().copied().filter(|algorithm| *algorithm == own).collect(),
            Some(Err(_)) => Vec::new(),
        };
        if algorithms.is_empty() {
            return None;
        }
        let certificate = jwk.common.x509_chain.as_ref().and_then(|chain| chain.first()).and_then(|first| {
            let der = BASE64_STANDARD.decode(first.split_ascii_whitespace().collect::<String>()).ok()?;
            Some(Thumbprint::of(&der))
        });
        let thumbprint = jwk.thumbprint(ThumbprintHash::SHA256).ok()?.parse().ok()?;
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        Some(Self { kid: jwk.common.key_id.take(), key, algorithms, certificate, thumbprint })
    }
}

/// Whether a JWK holds what only its owner may know (RFC 7518 §6).
pub(crate) fn is_secret(jwk: &Value) -> bool {
    ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|member| jwk.get(member).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SigningAlgorithm, SigningKey};
    use serde_json::json;

    fn read(keys: &Value) -> Result<ForeignKeySet, ForeignKeySetError> {
        ForeignKeySet::from_json(&json!({ "keys": keys }).to_string())
    }

    #[test]
    fn a_key_needs_neither_kid_nor_alg() {
        let mut jwk =
            serde_json::to_value(SigningKey::generate(SigningAlgorithm::Es256).unwrap().public_jwk())
                .unwrap();
        let kid = jwk["kid"].as_str().unwrap().to_owned();
        let set = read(&json!([jwk])).unwrap();
        assert!(set.knows(&kid) && !set.knows("x"));
        for member in ["kid", "alg", "use"] {
            jwk.as_object_mut().unwrap().remove(member);
        }
        let set = read(&json!([jwk])).unwrap();
        assert_eq!(set.names().collect::<Vec<_>>(), [kid], "the thumbprint");
        assert_eq!(set.candidates(None, Algorithm::ES256).count(), 1);
        assert_eq!(set.candidates(None, Algorithm::RS256).count(), 0);
        assert_eq!(set.candidates(Some("x"), Algorithm::ES256).count(), 0);
    }

    #[test]
    fn what_cannot_be_used_is_left_out_or_refused() {
        let jwk = serde_json::to_value(SigningKey::generate(SigningAlgorithm::Es256).unwrap().public_jwk())
            .unwrap();
        let with = |member: &str, value: Value| {
            let mut jwk = jwk.clone();
            jwk[member] = value;
            jwk
        };
        let unusable = [
            with("use", json!("enc")),
            with("alg", json!("HS256")),
            with("alg", json!("ES384")),
            with("alg", json!("ECDH-ES")),
            with("crv", json!("secp256k1")),
            with("kty", json!("XYZ")),
            json!(7),
        ];
        for key in &unusable {
            assert_eq!(read(&json!([key])).err(), Some(ForeignKeySetError::Nothing), "{key}");
            assert_eq!(read(&json!([key, jwk])).unwrap().names().count(), 1);
        }
        assert_eq!(read(&json!([with("d", json!("x"))])).err(), Some(ForeignKeySetError::Private));
        assert_eq!(read(&json!([{"kty": "oct", "k": "AAAA"}])).err(), Some(ForeignKeySetError::Private));
        assert_eq!(ForeignKeySet::from_json("[]").err(), Some(ForeignKeySetError::Format));
        assert_eq!(read(&json!(vec![jwk.clone(); 101])).err(), Some(ForeignKeySetError::TooMany));
    }
}
