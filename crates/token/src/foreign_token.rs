//! When a token that somebody else signed is believed: assertions of clients, access tokens of trusted issuers.

use crate::{ForeignKeySet, VerifyError, install_crypto_provider};
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde_json::{Map, Value};
use thiserror::Error;

/// A longer token is refused unread.
const LONGEST: usize = 16 * 1024;
/// Clocks may differ by so many seconds.
pub(crate) const LEEWAY: u64 = 60;

/// What a token says of itself before it is believed: enough to find who could have signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unverified {
    /// The claim `iss`.
    pub issuer: String,
    /// The claim `sub`; empty where there is none.
    pub subject: String,
    /// The header's `kid`.
    pub kid: Option<String>,
}

/// What a token must say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The claim `iss`.
    pub issuer: &'a str,
    /// The claim `sub`, where one is expected.
    pub subject: Option<&'a str>,
    /// One of these must be in the claim `aud`.
    pub audiences: &'a [String],
    /// The only types (`typ`) beside none at all: a token that is made for one purpose must not serve another (RFC 8725
    /// §3.11).
    pub types: &'a [&'a str],
    /// The only algorithms, by their names; empty: all of [`crate::SIGNATURE_ALGORITHMS`].
    pub algorithms: &'a [String],
}

/// Why such a token is not believed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "each says what its message says")]
pub enum ForeignTokenError {
    #[error("is longer than 16 KiB and was not read")]
    TooLong,
    #[error("is not a JSON Web Token that is signed with an asymmetric key")]
    Malformed,
    #[error("is a JWT of another kind (typ)")]
    WrongType,
    #[error("demands extensions (crit) that this server does not know")]
    Critical,
    #[error("is signed with an algorithm that is not allowed")]
    Algorithm,
    #[error("is signed with a key that is not among its issuer's keys")]
    UnknownKey,
    #[error("has a wrong signature")]
    Signature,
    #[error("has expired")]
    Expired,
    #[error("is not valid yet: its issuer's clock is ahead of this server's")]
    NotYetValid,
    #[error("comes from another issuer (iss)")]
    Issuer,
    #[error("is about another subject (sub)")]
    Subject,
    #[error("is for another audience (aud)")]
    Audience,
    #[error("lacks the claim {0}, or it has the wrong form")]
    Claim(String),
}

impl Unverified {
    /// Reads a token without believing it.
    ///
    /// # Errors
    ///
    /// When it is too long, or no JWT with an issuer.
    pub fn read(token: &str) -> Result<Self, ForeignTokenError> {
        if token.len() > LONGEST {
            return Err(ForeignTokenError::TooLong);
        }
        let header = decode_header(token).map_err(|_| ForeignTokenError::Malformed)?;
        let claims: Map<String, Value> =
            insecure_decode_claims(token).map_err(|_| ForeignTokenError::Malformed)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            issuer: text("iss").ok_or_else(|| ForeignTokenError::Claim("iss".into()))?,
            subject: text("sub").unwrap_or_default(),
            kid: header.kid,
        })
    }
}

/// Believes a token by these keys and returns its claims, or says why not. What its header says of keys (`jwk`, `jku`,
/// `x5u`, `x5c`) is never asked.
///
/// # Errors
///
/// The first reason found.
pub fn verify_foreign(
    token: &str,
    keys: &ForeignKeySet,
    expected: Expected<'_>,
) -> Result<Map<String, Value>, ForeignTokenError> {
    install_crypto_provider();
    if token.len() > LONGEST {
        return Err(ForeignTokenError::TooLong);
    }
    let header = decode_header(token).map_err(|_| ForeignTokenError::Malformed)?;
    if header.crit.is_some() {
        return Err(ForeignTokenError::Critical);
    }
    if header.typ.as_deref().is_some_and(|typ| !expected.types.iter().any(|allowed| is_type(typ, allowed))) {
        return Err(ForeignTokenError::WrongType);
    }
    let name = format!("{:?}", header.alg);
    if is_symmetric(header.alg) || !(expected.algorithms.is_empty() || expected.algorithms.contains(&name)) {
        return Err(ForeignTokenError::Algorithm);
    }
    let mut validation = Validation::new(header.alg);
    validation.leeway = LEEWAY;
    validation.validate_nbf = true;
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(expected.audiences);
    validation.sub = expected.subject.map(str::to_owned);
    let mut refused = ForeignTokenError::UnknownKey;
    for key in keys.candidates(header.kid.as_deref(), header.alg) {
        match decode::<Map<String, Value>>(token, &key.key, &validation) {
            Ok(decoded) => return Ok(decoded.claims),
            Err(error) => refused = reason(error),
        }
        if refused != ForeignTokenError::Signature {
            break;
        }
    }
    Err(refused)
}

/// RFC 8725 §3.11: the media type with or without its prefix, without regard to case.
pub(crate) fn is_type(typ: &str, wanted: &str) -> bool {
    typ.eq_ignore_ascii_case(wanted)
        || typ.split_once('/').is_some_and(|(prefix, rest)| {
            prefix.eq_ignore_ascii_case("application") && rest.eq_ignore_ascii_case(wanted)
        })
}

pub(crate) const fn is_symmetric(algorithm: Algorithm) -> bool {
    matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512)
}

fn reason(error: jsonwebtoken::errors::Error) -> ForeignTokenError {
    match error.into_kind() {
        ErrorKind::ExpiredSignature => ForeignTokenError::Expired,
        ErrorKind::ImmatureSignature => ForeignTokenError::NotYetValid,
        ErrorKind::InvalidIssuer => ForeignTokenError::Issuer,
        ErrorKind::InvalidSubject => ForeignTokenError::Subject,
        ErrorKind::InvalidAudience => ForeignTokenError::Audience,
        ErrorKind::MissingRequiredClaim(claim) | ErrorKind::InvalidClaimFormat(claim) => {
            ForeignTokenError::Claim(claim)
        }
        ErrorKind::Json(_) | ErrorKind::InvalidToken | ErrorKind::Base64(_) | ErrorKind::Utf8(_) => {
            ForeignTokenError::Malformed
        }
        _ => ForeignTokenError::Signature,
    }
}

impl From<ForeignTokenError> for VerifyError {
    /// In the words for a bearer token.
    fn from(error: ForeignTokenError) -> Self {
        match error {
            ForeignTokenError::TooLong => Self::TooLong,
            ForeignTokenError::Malformed => Self::Malformed,
            ForeignTokenError::WrongType => Self::WrongType,
            ForeignTokenError::Critical => Self::Critical,
            ForeignTokenError::UnknownKey => Self::UnknownKey,
            ForeignTokenError::Algorithm | ForeignTokenError::Signature => Self::Signature,
            ForeignTokenError::Expired => Self::Expired,
            ForeignTokenError::NotYetValid => Self::NotYetValid,
            ForeignTokenError::Issuer => Self::Issuer,
            ForeignTokenError::Audience => Self::Audience,
            ForeignTokenError::Subject => Self::Claim("sub".into()),
            ForeignTokenError::Claim(claim) => Self::Claim(claim),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SigningAlgorithm, SigningKey};
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;
    use std::time::{SystemTime, UNIX_EPOCH};

    fn now() -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
    }

    fn set(key: &SigningKey) -> ForeignKeySet {
        ForeignKeySet::from_json(&json!({"keys": [key.public_jwk()]}).to_string()).unwrap()
    }

    fn claims() -> Value {
        json!({"iss": "https://login.example/t/v2.0", "sub": "s", "aud": ["x", "api://muster"], "exp": now() + 600})
    }

    fn sign(key: &SigningKey, header: &Header, claims: &Value) -> String {
        encode(header, claims, &EncodingKey::from_ec_der(key.pkcs8())).unwrap()
    }

    fn header(key: &SigningKey) -> Header {
        Header { kid: Some(key.kid().into()), ..Header::new(Algorithm::ES256) }
    }

    fn verdict(token: &str, key: &SigningKey) -> Result<(), ForeignTokenError> {
        let audiences = ["api://muster".to_owned()];
        let issuer = "https://login.example/t/v2.0";
        let expected =
            Expected { issuer, subject: Some("s"), audiences: &audiences, types: &["JWT"], algorithms: &[] };
        verify_foreign(token, &set(key), expected).map(drop)
    }

    #[test]
    fn a_token_is_read_before_it_is_believed() {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        let read = Unverified::read(&sign(&key, &header(&key), &claims())).unwrap();
        assert_eq!((read.issuer.as_str(), read.subject.as_str()), ("https://login.example/t/v2.0", "s"));
        assert_eq!(read.kid.as_deref(), Some(key.kid()));
        for rubbish in ["", "a.b", "a.b.c", "..", &"a".repeat(20_000)] {
            assert!(Unverified::read(rubbish).is_err());
        }
    }

    #[test]
    fn each_claim_is_checked() {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        let with = |name: &str, value: Value| {
            let mut claims = claims();
            claims[name] = value;
            verdict(&sign(&key, &header(&key), &claims), &key)
        };
        assert_eq!(with("x", json!(1)), Ok(()));
        assert_eq!(with("aud", json!("api://muster")), Ok(()));
        assert_eq!(with("aud", json!("api://muster/.default")), Err(ForeignTokenError::Audience));
        assert_eq!(with("aud", json!([])), Err(ForeignTokenError::Audience));
        assert_eq!(with("iss", json!("https://login.example/u/v2.0")), Err(ForeignTokenError::Issuer));
        assert_eq!(with("sub", json!("t")), Err(ForeignTokenError::Subject));
        assert_eq!(with("exp", json!(now() - 61)), Err(ForeignTokenError::Expired));
        assert_eq!(with("nbf", json!(now() + 600)), Err(ForeignTokenError::NotYetValid));
        for name in ["iss", "sub", "aud", "exp"] {
            assert_eq!(with(name, Value::Null), Err(ForeignTokenError::Claim(name.into())));
        }
    }

    #[test]
    fn only_the_issuers_keys_are_believed() {
        let (key, other) = (
            SigningKey::generate(SigningAlgorithm::Es256).unwrap(),
            SigningKey::generate(SigningAlgorithm::Es256).unwrap(),
        );
        let check = |header: &Header, by: &SigningKey| verdict(&sign(by, header, &claims()), &key);
        assert_eq!(check(&Header { kid: None, ..header(&key) }, &key), Ok(()));
        assert_eq!(check(&header(&key), &other), Err(ForeignTokenError::Signature));
        assert_eq!(check(&header(&other), &other), Err(ForeignTokenError::UnknownKey));
        let embedded = Header {
            kid: None,
            jwk: Some(other.public_jwk().clone()),
            jku: Some("https://evil.example".into()),
            ..header(&other)
        };
        assert_eq!(check(&embedded, &other), Err(ForeignTokenError::Signature));
        let critical = Header { crit: Some(vec!["b64".into()]), ..header(&key) };
        assert_eq!(check(&critical, &key), Err(ForeignTokenError::Critical));
        for (typ, verdict) in [
            (None, Ok(())),
            (Some("application/jwt"), Ok(())),
            (Some("dpop+jwt"), Err(ForeignTokenError::WrongType)),
            (Some("at+jwt"), Err(ForeignTokenError::WrongType)),
        ] {
            assert_eq!(check(&Header { typ: typ.map(str::to_owned), ..header(&key) }, &key), verdict);
        }
        let secret = EncodingKey::from_secret(&serde_json::to_vec(key.public_jwk()).unwrap());
        let hmac = encode(&Header { alg: Algorithm::HS256, ..header(&key) }, &claims(), &secret).unwrap();
        assert_eq!(verdict(&hmac, &key), Err(ForeignTokenError::Algorithm));
        let unsigned = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.";
        assert_eq!(verdict(unsigned, &key), Err(ForeignTokenError::Malformed));
    }
}
