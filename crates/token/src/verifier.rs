//! When a token is believed.

use crate::{AccessTokenClaims, SharedKeySet, install_crypto_provider};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Validation, decode, decode_header, get_current_timestamp};
use thiserror::Error;

/// A longer token is refused unread.
const LONGEST: usize = 8 * 1024;

/// Verifies access tokens of one issuer for one audience.
pub struct Verifier {
    keys: SharedKeySet,
    issuer: String,
    audience: String,
    /// Clocks may differ by so many seconds.
    leeway: u64,
}

/// Why a token is not believed, in a sentence that an admin can act on. It never holds the token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "each says what its message says")]
pub enum VerifyError {
    #[error("The bearer token is longer than 8 KiB and was not read.")]
    TooLong,
    #[error("The bearer token is not a JSON Web Token. Ask the token endpoint for one.")]
    Malformed,
    #[error("The bearer token is a JWT of another kind, not an access token (typ at+jwt).")]
    WrongType,
    #[error("The bearer token demands extensions (crit) that this server does not know.")]
    Critical,
    #[error(
        "The bearer token is signed with a key that this server does not have. Ask the token endpoint for a new one."
    )]
    UnknownKey,
    #[error("The bearer token's signature is wrong.")]
    Signature,
    #[error("The bearer token has expired. Ask the token endpoint for a new one.")]
    Expired,
    #[error("The bearer token is not valid yet: the issuer's clock is ahead of this server's.")]
    NotYetValid,
    #[error("The bearer token comes from another issuer. Check the token endpoint.")]
    Issuer,
    #[error("The bearer token is for another server (aud). Check the tenant URL and the token endpoint.")]
    Audience,
    #[error("The bearer token lacks the claim {0}, or it has the wrong form.")]
    Claim(String),
}

impl Verifier {
    /// A verifier that believes tokens by these keys, of this issuer, for this audience; clocks may differ by 30 seconds.
    #[must_use]
    pub fn new(keys: SharedKeySet, issuer: String, audience: String) -> Self {
        install_crypto_provider();
        Self { keys, issuer, audience, leeway: 30 }
    }

    /// Of when the keys are true; see [`crate::KeySet::revision`]. A verdict is as old as what this says before it.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.keys.load().revision()
    }

    /// Believes a token or says why not: signature, type, issuer, audience and times (RFC 9068 §4).
    ///
    /// # Errors
    ///
    /// The first reason found.
    pub fn verify(&self, token: &str) -> Result<AccessTokenClaims, VerifyError> {
        if token.len() > LONGEST {
            return Err(VerifyError::TooLong);
        }
        let header = decode_header(token).map_err(|_| VerifyError::Malformed)?;
        if header.crit.is_some() {
            return Err(VerifyError::Critical);
        }
        // RFC 9068 §4: the media type with or without its prefix, without regard to case.
        let typ = header.typ.as_deref().unwrap_or_default();
        if !typ.eq_ignore_ascii_case("at+jwt") && !typ.eq_ignore_ascii_case("application/at+jwt") {
            return Err(VerifyError::WrongType);
        }
        let keys = self.keys.load();
        let key = header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or(VerifyError::UnknownKey)?;
        if header.alg != key.algorithm {
            return Err(VerifyError::Signature);
        }
        let mut validation = Validation::new(key.algorithm);
        validation.leeway = self.leeway;
        validation.validate_nbf = true;
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        let claims = decode::<AccessTokenClaims>(token, &key.key, &validation).map_err(reason)?.claims;
        // jsonwebtoken does not look at it.
        if claims.iat > get_current_timestamp() + self.leeway {
            return Err(VerifyError::NotYetValid);
        }
        Ok(claims)
    }
}

fn reason(error: jsonwebtoken::errors::Error) -> VerifyError {
    match error.into_kind() {
        ErrorKind::ExpiredSignature => VerifyError::Expired,
        ErrorKind::ImmatureSignature => VerifyError::NotYetValid,
        ErrorKind::InvalidIssuer => VerifyError::Issuer,
        ErrorKind::InvalidAudience => VerifyError::Audience,
        ErrorKind::MissingRequiredClaim(claim) | ErrorKind::InvalidClaimFormat(claim) => {
            VerifyError::Claim(claim)
        }
        ErrorKind::Json(error) => VerifyError::Claim(claim_in(&error.to_string())),
        ErrorKind::InvalidToken | ErrorKind::Base64(_) | ErrorKind::Utf8(_) => VerifyError::Malformed,
        _ => VerifyError::Signature,
    }
}

/// Serde names a missing field in backquotes; only names of our own claims are repeated.
fn claim_in(message: &str) -> String {
    let name = message.split('`').nth(1).unwrap_or("scope");
    let known = ["iss", "sub", "client_id", "aud", "iat", "nbf", "exp", "jti", "scope", "org", "gen", "cnf"];
    known.into_iter().find(|claim| *claim == name).unwrap_or("scope").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Confirmation, KeySet, ScopeSet, SigningAlgorithm, SigningKey};
    use arc_swap::ArcSwap;
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
    use serde_json::{Value, json};
    use std::sync::Arc;
    use std::time::{SystemTime, UNIX_EPOCH};

    fn now() -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
    }

    fn claims() -> AccessTokenClaims {
        AccessTokenClaims {
            iss: "https://id.example".into(),
            sub: "app".into(),
            client_id: "app".into(),
            aud: "https://id.example/scim/v2".into(),
            iat: now(),
            nbf: now(),
            exp: now() + 3600,
            jti: "1".into(),
            scope: ScopeSet::ALL,
            org: "o".into(),
            cnf: Confirmation::default(),
            generation: 0,
        }
    }

    fn verifier(keys: &[&SigningKey]) -> Verifier {
        let set = KeySet::new(keys.iter().map(|key| key.public_jwk().clone()).collect()).unwrap();
        Verifier::new(
            Arc::new(ArcSwap::from_pointee(set)),
            "https://id.example".into(),
            "https://id.example/scim/v2".into(),
        )
    }

    /// Signs any header and claims with the key.
    fn forge(key: &SigningKey, header: &Header, claims: &impl serde::Serialize) -> String {
        encode(header, claims, &EncodingKey::from_ec_der(key.pkcs8())).unwrap()
    }

    fn header(key: &SigningKey) -> Header {
        Header { typ: Some("at+jwt".into()), kid: Some(key.kid().into()), ..Header::new(Algorithm::ES256) }
    }

    fn unsigned(header: &Value, claims: &impl serde::Serialize) -> String {
        let part = |bytes: Vec<u8>| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        format!(
            "{}.{}.",
            part(serde_json::to_vec(header).unwrap()),
            part(serde_json::to_vec(claims).unwrap())
        )
    }

    #[test]
    fn what_was_signed_is_believed() {
        for algorithm in SigningAlgorithm::ALL {
            let key = SigningKey::generate(algorithm).unwrap();
            let token = key.sign(&claims()).unwrap();
            assert_eq!(verifier(&[&key]).verify(&token).unwrap().scope, ScopeSet::ALL, "{algorithm}");
            let reread = SigningKey::from_pkcs8(key.pkcs8()).unwrap();
            assert_eq!((reread.kid(), reread.algorithm()), (key.kid(), algorithm));
            assert!(verifier(&[&reread]).verify(&token).is_ok(), "{algorithm}");
        }
    }

    #[test]
    fn an_unsigned_token_is_refused() {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        for alg in ["none", "None", "NONE"] {
            let token = unsigned(&json!({"alg": alg, "typ": "at+jwt", "kid": key.kid()}), &claims());
            assert_eq!(verifier(&[&key]).verify(&token), Err(VerifyError::Malformed));
        }
        let token = unsigned(&json!({"alg": "ES256", "typ": "at+jwt", "kid": key.kid()}), &claims());
        assert!(matches!(
            verifier(&[&key]).verify(&token),
            Err(VerifyError::Signature | VerifyError::Malformed)
        ));
    }

    #[test]
    fn hmac_with_the_public_key_is_refused() {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        let public = serde_json::to_vec(key.public_jwk()).unwrap();
        let header = Header { alg: Algorithm::HS256, ..header(&key) };
        let token = encode(&header, &claims(), &EncodingKey::from_secret(&public)).unwrap();
        assert_eq!(verifier(&[&key]).verify(&token), Err(VerifyError::Signature));
    }

    #[test]
    fn another_key_under_the_right_kid_is_refused() {
        let (key, other) = (
            SigningKey::generate(SigningAlgorithm::Es256).unwrap(),
            SigningKey::generate(SigningAlgorithm::Es256).unwrap(),
        );
        let token = forge(&other, &header(&key), &claims());
        assert_eq!(verifier(&[&key]).verify(&token), Err(VerifyError::Signature));
        let token = forge(&other, &header(&other), &claims());
        assert_eq!(verifier(&[&key]).verify(&token), Err(VerifyError::UnknownKey));
        let token = forge(&key, &Header { kid: None, ..header(&key) }, &claims());
        assert_eq!(verifier(&[&key]).verify(&token), Err(VerifyError::UnknownKey));
    }

    #[test]
    fn keys_inside_the_token_are_never_asked() {
        let (key, other) = (
            SigningKey::generate(SigningAlgorithm::Es256).unwrap(),
            SigningKey::generate(SigningAlgorithm::Es256).unwrap(),
        );
        let header = Header {
            jwk: Some(other.public_jwk().clone()),
            jku: Some("https://evil.example/jwks".into()),
            x5u: Some("https://evil.example/cert".into()),
            ..header(&key)
        };
        assert_eq!(verifier(&[&key]).verify(&forge(&other, &header, &claims())), Err(VerifyError::Signature));
    }

    #[test]
    fn unknown_extensions_are_refused() {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        let header = Header { crit: Some(vec!["b64".into()]), ..header(&key) };
        assert_eq!(verifier(&[&key]).verify(&forge(&key, &header, &claims())), Err(VerifyError::Critical));
    }

    #[test]
    fn the_type_must_be_that_of_an_access_token() {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        for (typ, believed) in
            [("application/at+jwt", true), ("AT+JWT", true), ("JWT", false), ("id+jwt", false)]
        {
            let header = Header { typ: Some(typ.into()), ..header(&key) };
            assert_eq!(verifier(&[&key]).verify(&forge(&key, &header, &claims())).is_ok(), believed, "{typ}");
        }
        let header = Header { typ: None, ..header(&key) };
        assert_eq!(verifier(&[&key]).verify(&forge(&key, &header, &claims())), Err(VerifyError::WrongType));
    }

    #[test]
    fn each_claim_is_checked() {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        let verdict = |change: fn(&mut Value)| {
            let mut claims = serde_json::to_value(claims()).unwrap();
            change(&mut claims);
            verifier(&[&key]).verify(&forge(&key, &header(&key), &claims)).map(drop)
        };
        assert_eq!(verdict(|_| ()), Ok(()));
        assert_eq!(verdict(|c| c["iss"] = json!("https://evil.example")), Err(VerifyError::Issuer));
        assert_eq!(verdict(|c| c["aud"] = json!("https://id.example")), Err(VerifyError::Audience));
        assert_eq!(verdict(|c| c["exp"] = json!(now() - 60)), Err(VerifyError::Expired));
        assert_eq!(verdict(|c| c["exp"] = json!(now() - 10)), Ok(()), "within the leeway");
        assert_eq!(verdict(|c| c["nbf"] = json!(now() + 600)), Err(VerifyError::NotYetValid));
        assert_eq!(verdict(|c| c["iat"] = json!(now() + 600)), Err(VerifyError::NotYetValid));
        for claim in ["exp", "aud", "iss", "sub", "org", "scope", "client_id", "jti"] {
            let mut claims = serde_json::to_value(claims()).unwrap();
            claims.as_object_mut().unwrap().remove(claim);
            let refused = verifier(&[&key]).verify(&forge(&key, &header(&key), &claims));
            assert_eq!(refused, Err(VerifyError::Claim(claim.into())), "{claim}");
        }
        assert_eq!(verdict(|c| c["scope"] = json!("everything")), Err(VerifyError::Claim("scope".into())));
    }

    #[test]
    fn giants_and_rubbish_are_refused() {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        let verifier = verifier(&[&key]);
        assert_eq!(verifier.verify(&"a".repeat(9000)), Err(VerifyError::TooLong));
        for rubbish in ["", ".", "..", "...", "a.b.c", "ä.ö.ü", "eyJ.eyJ.eyJ"] {
            assert_eq!(verifier.verify(rubbish), Err(VerifyError::Malformed), "{rubbish}");
        }
        let token = key.sign(&claims()).unwrap();
        assert!(verifier.verify(&token[..token.len() - 3]).is_err());
        let (message, _) = token.rsplit_once('.').unwrap();
        assert!(verifier.verify(message).is_err());
    }
}
