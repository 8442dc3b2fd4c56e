//! DPoP proofs (RFC 9449): a request that shows possession of the key that its token is bound to.

use crate::foreign_keys::{ForeignKey, is_secret};
use crate::foreign_token::is_type;
use crate::{ReplayMemory, Sighting, Thumbprint, install_crypto_provider};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation, decode};
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;
use url::Url;

/// A longer proof is refused unread.
const LONGEST: usize = 8 * 1024;
/// A proof may be so many seconds old, and a clock so many ahead.
const WINDOW: u64 = 60;

/// The algorithms of proofs, as metadata lists them (RFC 9449 §5.1).
pub const DPOP_ALGORITHMS: [&str; 5] = ["ES256", "ES384", "EdDSA", "PS256", "RS256"];

/// Why a proof is not believed, in a sentence for whoever writes the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "each says what its message says")]
pub enum DpopError {
    #[error("The request has no DPoP proof: send one in the header DPoP.")]
    Missing,
    #[error("The request has more than one header DPoP.")]
    Several,
    #[error("The DPoP proof is longer than 8 KiB and was not read.")]
    TooLong,
    #[error("The DPoP proof is not a JSON Web Token of the type dpop+jwt.")]
    Malformed,
    #[error(
        "The DPoP proof is signed with an algorithm that is not accepted. ES256, ES384, EdDSA, PS256 and RS256 are."
    )]
    Algorithm,
    #[error("The DPoP proof's header has no public key (jwk) that can be used.")]
    Key,
    #[error("The DPoP proof's header has a private key. It is known to others now: make a new one.")]
    PrivateKey,
    #[error("The DPoP proof's signature is wrong.")]
    Signature,
    #[error("The DPoP proof lacks a claim, or it has the wrong form: it needs jti, htm, htu and iat.")]
    Claims,
    #[error("The DPoP proof is for another method (htm).")]
    Method,
    #[error("The DPoP proof is for another address (htu).")]
    Address,
    #[error(
        "The DPoP proof was made at another time (iat): it is believed for a minute. Are the clocks right?"
    )]
    Time,
    #[error("The DPoP proof was used before (jti). Make a new one for each request.")]
    Replayed,
    #[error("The DPoP proof is for another access token (ath).")]
    Token,
    #[error("The DPoP proof is signed with another key than the access token is bound to.")]
    OtherKey,
    #[error("The server cannot remember more DPoP proofs. Try again in a minute.")]
    Full,
}

/// The request that a proof must be for.
#[derive(Clone, Copy, Debug)]
pub struct ProvedRequest<'a> {
    /// The method.
    pub method: &'a str,
    /// The address as the client knows it; query and fragment do not count.
    pub url: &'a str,
    /// The access token that is sent with it; none at the token endpoint.
    pub access_token: Option<&'a str>,
    /// The key that the access token is bound to; none at the token endpoint.
    pub key: Option<Thumbprint>,
    /// Seconds since the epoch.
    pub now: u64,
}

/// Verifies proofs and remembers them, so that each is believed once.
pub struct DpopVerifier {
    seen: ReplayMemory,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: f64,
    ath: Option<String>,
}

impl Default for DpopVerifier {
    fn default() -> Self {
        install_crypto_provider();
        // A proof is believed from WINDOW before its `iat` to WINDOW after it.
        Self { seen: ReplayMemory::new(2 * WINDOW + 1) }
    }
}

impl DpopVerifier {
    /// Believes a proof for the request (RFC 9449 §4.3): the thumbprint of the key that signed it.
    ///
    /// # Errors
    ///
    /// The first reason not to.
    pub fn verify(&self, proof: &str, request: ProvedRequest<'_>) -> Result<Thumbprint, DpopError> {
        if proof.len() > LONGEST {
            return Err(DpopError::TooLong);
        }
        let (algorithm, key) = header(proof)?;
        let mut validation = Validation::new(algorithm);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let claims = decode::<Value>(proof, &key.key, &validation).map_err(|_| DpopError::Signature)?.claims;
        let claims: Claims = serde_json::from_value(claims).map_err(|_| DpopError::Claims)?;
        if claims.jti.is_empty() {
            return Err(DpopError::Claims);
        }
        if claims.htm != request.method {
            return Err(DpopError::Method);
        }
        if !is_same_address(&claims.htu, request.url) {
            return Err(DpopError::Address);
        }
        if (claims.iat - request.now as f64).abs() > WINDOW as f64 {
            return Err(DpopError::Time);
        }
        if let Some(token) = request.access_token
            && claims.ath.as_deref() != Some(Thumbprint::of(token.as_bytes()).to_string().as_str())
        {
            return Err(DpopError::Token);
        }
        if request.key.is_some_and(|bound| bound != key.thumbprint) {
            return Err(DpopError::OtherKey);
        }
        // Last: only what is believed takes a place in memory.
        match self.seen.see(&key.thumbprint, &claims.jti, request.now) {
            Sighting::First => Ok(key.thumbprint),
            Sighting::Again => Err(DpopError::Replayed),
            Sighting::Full => Err(DpopError::Full),
        }
    }
}

/// The algorithm and the key of the header. A proof is the one token whose own key is asked: what it proves is that the
/// sender has the private half.
fn header(proof: &str) -> Result<(Algorithm, ForeignKey), DpopError> {
    let encoded = proof.split('.').next().unwrap_or_default();
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(encoded).map_err(|_| DpopError::Malformed)?;
    let header: Value = serde_json::from_slice(&bytes).map_err(|_| DpopError::Malformed)?;
    let typ = header["typ"].as_str().unwrap_or_default();
    if !is_type(typ, "dpop+jwt") || header.get("crit").is_some() {
        return Err(DpopError::Malformed);
    }
    let name = header["alg"].as_str().filter(|name| DPOP_ALGORITHMS.contains(name));
    let algorithm: Algorithm = name.and_then(|name| name.parse().ok()).ok_or(DpopError::Algorithm)?;
    let jwk = header.get("jwk").ok_or(DpopError::Key)?;
    if is_secret(jwk) {
        return Err(DpopError::PrivateKey);
    }
    let key = ForeignKey::read(jwk).ok_or(DpopError::Key)?;
    if key.algorithms.contains(&algorithm) { Ok((algorithm, key)) } else { Err(DpopError::Key) }
}

/// RFC 9449 §4.3: compared after normalization (RFC 3986 §6.2), without query and fragment. A slash at the end changes no
/// address of this server.
fn is_same_address(claimed: &str, actual: &str) -> bool {
    let (Ok(claimed), Ok(actual)) = (Url::parse(claimed), Url::parse(actual)) else { return false };
    claimed.scheme() == actual.scheme()
        && claimed.host() == actual.host()
        && claimed.port_or_known_default() == actual.port_or_known_default()
        && claimed.path().trim_end_matches('/') == actual.path().trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SigningAlgorithm, SigningKey};
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    const NOW: u64 = 1_700_000_000;
    const URL: &str = "https://id.example/scim/v2/Users";

    fn request() -> ProvedRequest<'static> {
        ProvedRequest { method: "GET", url: URL, access_token: Some("token"), key: None, now: NOW }
    }

    fn header(key: &SigningKey) -> Header {
        let mut jwk = key.public_jwk().clone();
        jwk.common = Default::default();
        Header { typ: Some("dpop+jwt".into()), jwk: Some(jwk), ..Header::new(Algorithm::ES256) }
    }

    fn claims() -> Value {
        let ath = Thumbprint::of(b"token");
        json!({"jti": "1", "htm": "GET", "htu": URL, "iat": NOW, "ath": ath})
    }

    fn sign(key: &SigningKey, header: &Header, claims: &Value) -> String {
        encode(header, claims, &EncodingKey::from_ec_der(key.pkcs8())).unwrap()
    }

    #[test]
    fn a_proof_is_believed_once() {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        let verifier = DpopVerifier::default();
        let proof = sign(&key, &header(&key), &claims());
        assert_eq!(verifier.verify(&proof, request()), Ok(key.kid().parse().unwrap()));
        assert_eq!(verifier.verify(&proof, request()), Err(DpopError::Replayed));
        let again = sign(&key, &header(&key), &claims());
        assert_eq!(
            verifier.verify(&again, request()),
            Err(DpopError::Replayed),
            "another signature, one jti"
        );
        let other = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        assert!(verifier.verify(&sign(&other, &header(&other), &claims()), request()).is_ok());
    }

    #[test]
    fn a_proof_under_another_key_takes_no_place_in_memory() {
        let (key, other) = (
            SigningKey::generate(SigningAlgorithm::Es256).unwrap(),
            SigningKey::generate(SigningAlgorithm::Es256).unwrap(),
        );
        let verifier = DpopVerifier::default();
        let proof = sign(&key, &header(&key), &claims());
        let bound = |to: &SigningKey| ProvedRequest { key: Some(to.kid().parse().unwrap()), ..request() };
        assert_eq!(verifier.verify(&proof, bound(&other)), Err(DpopError::OtherKey));
        assert!(verifier.verify(&proof, bound(&key)).is_ok());
    }

    #[test]
    fn each_claim_is_checked() {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        let with = |name: &str, value: Value| {
            let mut claims = claims();
            claims[name] = value;
            DpopVerifier::default().verify(&sign(&key, &header(&key), &claims), request()).map(drop)
        };
        for good in ["HTTPS://ID.example:443/scim/v2/Users", "https://id.example/scim/v2/Users?filter=x#y"] {
            assert_eq!(with("htu", json!(good)), Ok(()), "{good}");
        }
        for bad in ["https://id.example/scim/v2/Groups", "http://id.example/scim/v2/Users", "/scim/v2/Users"]
        {
            assert_eq!(with("htu", json!(bad)), Err(DpopError::Address), "{bad}");
        }
        assert_eq!(with("htm", json!("POST")), Err(DpopError::Method));
        assert_eq!(with("iat", json!(NOW - 60)), Ok(()));
        assert_eq!(with("iat", json!(NOW - 61)), Err(DpopError::Time));
        assert_eq!(with("iat", json!(NOW + 61)), Err(DpopError::Time));
        assert_eq!(with("ath", json!("x")), Err(DpopError::Token));
        assert_eq!(with("ath", Value::Null), Err(DpopError::Token));
        for name in ["jti", "htm", "htu", "iat"] {
            assert_eq!(with(name, Value::Null), Err(DpopError::Claims));
        }
        assert_eq!(with("jti", json!("")), Err(DpopError::Claims));
    }

    #[test]
    fn the_header_is_checked() {
        let (key, other) = (
            SigningKey::generate(SigningAlgorithm::Es256).unwrap(),
            SigningKey::generate(SigningAlgorithm::Es256).unwrap(),
        );
        let verify = |proof: &str| DpopVerifier::default().verify(proof, request()).map(drop);
        let with = |header: Header| verify(&sign(&key, &header, &claims()));
        assert_eq!(with(Header { typ: Some("JWT".into()), ..header(&key) }), Err(DpopError::Malformed));
        assert_eq!(with(Header { jwk: None, ..header(&key) }), Err(DpopError::Key));
        assert_eq!(with(header(&other)), Err(DpopError::Signature));
        let hmac = Header { alg: Algorithm::HS256, ..header(&key) };
        let secret = EncodingKey::from_secret(b"x");
        assert_eq!(verify(&encode(&hmac, &claims(), &secret).unwrap()), Err(DpopError::Algorithm));
        let mut with_private = serde_json::to_value(header(&key)).unwrap();
        with_private["jwk"]["d"] = json!("AAAA");
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let proof = format!("{}.{}.AAAA", part(&with_private), part(&claims()));
        assert_eq!(verify(&proof), Err(DpopError::PrivateKey));
        for rubbish in ["", "a.b.c", "..", "e30.e30.", &"a".repeat(9000)] {
            assert!(verify(rubbish).is_err());
        }
    }
}
