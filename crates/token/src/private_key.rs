//! A private key of any of the algorithms, parsed.

use crate::SigningAlgorithm;
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// Shorter RSA keys are refused, in bits (RFC 7518 §3.3).
pub(crate) const SHORTEST_RSA: usize = 2048;

pub(crate) enum PrivateKey {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl PrivateKey {
    /// A new key, as PKCS#8 DER.
    pub(crate) fn generate(algorithm: SigningAlgorithm) -> Option<Zeroizing<Vec<u8>>> {
        let random = SystemRandom::new();
        let der = match algorithm {
            SigningAlgorithm::Es256 => {
                EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
                    .ok()?
                    .as_ref()
                    .to_vec()
            }
            SigningAlgorithm::EdDsa => Ed25519KeyPair::generate_pkcs8(&random).ok()?.as_ref().to_vec(),
            SigningAlgorithm::Rs256 => {
                RsaKeyPair::generate(KeySize::Rsa2048).ok()?.as_der().ok()?.as_ref().to_vec()
            }
        };
        Some(Zeroizing::new(der))
    }

    /// A key of whichever kind the PKCS#8 DER holds.
    pub(crate) fn from_pkcs8(pkcs8: &[u8]) -> Option<Self> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
            .map(Self::Ecdsa)
            // The second form of PKCS#8 carries the public key, the first (OpenSSL's) does not.
            .or_else(|_| Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map(Self::Ed25519))
            .or_else(|_| RsaKeyPair::from_pkcs8(pkcs8).map(Self::Rsa))
            .ok()
    }

    pub(crate) const fn algorithm(&self) -> SigningAlgorithm {
        match self {
            Self::Ecdsa(_) => SigningAlgorithm::Es256,
            Self::Ed25519(_) => SigningAlgorithm::EdDsa,
            Self::Rsa(_) => SigningAlgorithm::Rs256,
        }
    }

    /// Whether it is an RSA key that is too short to be used.
    pub(crate) fn is_too_short(&self) -> bool {
        matches!(self, Self::Rsa(key) if key.public_modulus_len() * 8 < SHORTEST_RSA)
    }

    /// The public half as a JWK (RFC 7518 §6, RFC 8037 §2).
    pub(crate) fn public_jwk(&self) -> Value {
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Ecdsa(key) => {
                // An uncompressed point: 4, x, y.
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y)})
            }
            Self::Ed25519(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": encode(key.public_key().as_ref())})
            }
            Self::Rsa(key) => {
                let public = key.public_key();
                let (n, e) = (public.modulus(), public.exponent());
                json!({
                    "kty": "RSA",
                    "n": encode(n.big_endian_without_leading_zero()),
                    "e": encode(e.big_endian_without_leading_zero()),
                })
            }
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Ecdsa(key) => Some(key.sign(&SystemRandom::new(), message).ok()?.as_ref().to_vec()),
            Self::Ed25519(key) => Some(key.sign(message).as_ref().to_vec()),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
                Some(signature)
            }
        }
    }
}
