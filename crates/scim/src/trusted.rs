//! Other issuers whose access tokens are believed, so that a product with an issuer of its own needs only this half.

use crate::error::ApiError;
use muster_jwks::{KeyDirectory, KeySource};
use muster_token::{Confirmation, Expected, ScopeSet, Unverified, VerifyError, verify_foreign};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The types of their tokens, beside none: RFC 9068's, and the one that most issuers write.
const TYPES: [&str; 2] = ["at+jwt", "JWT"];

/// In characters.
const LONGEST_APPLICATION: usize = 200;

/// An issuer that is trusted, as configuration says.
#[derive(Clone, Debug)]
pub struct TrustedIssuer {
    /// The claim `iss`, exactly.
    pub issuer: String,
    /// Where its keys are.
    pub keys: KeySource,
    /// What the claim `aud` may be.
    pub audiences: Vec<String>,
    /// The organization whose directory its tokens open.
    pub organization: OrganizationOf,
    /// The claim that holds scopes; a dot leads into an object, as in `realm_access.roles`.
    pub scope_claim: String,
    /// What the values of that claim allow. Empty: they are this server's own scopes.
    pub scopes: HashMap<String, ScopeSet>,
    /// The algorithms it may sign with; empty: all that are asymmetric.
    pub algorithms: Vec<String>,
}

/// How a token's organization is found.
#[derive(Clone, Debug)]
pub enum OrganizationOf {
    /// It is always this one, by name.
    Name(String),
    /// A claim holds its name or its identifier.
    Claim(String),
}

/// Those that are trusted, and their keys. Cloning is cheap.
#[derive(Clone)]
pub struct TrustedIssuers {
    directory: KeyDirectory,
    issuers: Vec<TrustedIssuer>,
}

/// What a token of theirs allows.
pub(crate) struct Granted {
    /// A name or an identifier.
    pub(crate) organization: String,
    pub(crate) scopes: ScopeSet,
    /// Whom it speaks for, where that is not a client.
    pub(crate) subject: Option<String>,
    /// What stands for an application in the log: the issuer, and what it says of the client.
    pub(crate) application: String,
    pub(crate) cnf: Confirmation,
    /// Seconds since the epoch.
    pub(crate) expires: i64,
}

impl TrustedIssuers {
    /// These issuers, whose keys the directory fetches.
    #[must_use]
    pub const fn new(directory: KeyDirectory, issuers: Vec<TrustedIssuer>) -> Self {
        Self { directory, issuers }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.issuers.iter().map(|issuer| issuer.issuer.as_str())
    }

    /// What the token allows; `None` when it is of none of these issuers.
    pub(crate) async fn verify(&self, token: &str) -> Result<Option<Granted>, ApiError> {
        if self.issuers.is_empty() {
            return Ok(None);
        }
        // Whatever else is wrong with it is said by who verifies it.
        let Ok(read) = Unverified::read(token) else { return Ok(None) };
        let Some(issuer) = self.issuers.iter().find(|issuer| issuer.issuer == read.issuer) else {
            return Ok(None);
        };
        let keys = self
            .directory
            .keys(&issuer.keys, read.kid.as_deref())
            .await
            .map_err(|_| ApiError::IssuerKeys(issuer.issuer.clone()))?;
        let expected = Expected {
            issuer: &issuer.issuer,
            subject: None,
            audiences: &issuer.audiences,
            types: &TYPES,
            algorithms: &issuer.algorithms,
        };
        let claims =
            verify_foreign(token, &keys, expected).map_err(|error| ApiError::InvalidToken(error.into()))?;
        issuer.grant(&claims).map(Some).map_err(ApiError::InvalidToken)
    }
}

impl TrustedIssuer {
    fn grant(&self, claims: &Map<String, Value>) -> Result<Granted, VerifyError> {
        let lacks = |claim: &str| VerifyError::Claim(claim.to_owned());
        let organization = match &self.organization {
            OrganizationOf::Name(name) => name.clone(),
            OrganizationOf::Claim(claim) => find(claims, claim)
                .and_then(Value::as_str)
                .filter(|name| !name.is_empty() && !name.contains('\0'))
                .ok_or_else(|| lacks(claim))?
                .to_owned(),
        };
        let cnf = match claims.get("cnf") {
            None => Confirmation::default(),
            // A token that is bound in a way that is not known here is not believed.
            Some(cnf) => serde_json::from_value(cnf.clone()).map_err(|_| lacks("cnf"))?,
        };
        let expires = claims.get("exp").and_then(Value::as_f64).ok_or_else(|| lacks("exp"))?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        // RFC 9068 §2.2: for a client alone, the subject is the client.
        let client = text("client_id").or_else(|| text("azp"));
        let subject = text("sub").filter(|subject| Some(*subject) != client).map(str::to_owned);
        let shown = client.or_else(|| text("sub")).unwrap_or_default();
        let application = format!("{} {shown}", self.issuer).chars().take(LONGEST_APPLICATION).collect();
        let scopes = self.scopes(claims);
        Ok(Granted { organization, scopes, subject, application, cnf, expires: expires as i64 })
    }

    /// Values that mean nothing here are left out: a token holds those for other servers too.
    fn scopes(&self, claims: &Map<String, Value>) -> ScopeSet {
        let values: Vec<&str> = match find(claims, &self.scope_claim) {
            Some(Value::String(text)) => text.split(' ').collect(),
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let sets = values.into_iter().filter_map(|value| {
            if self.scopes.is_empty() { value.parse().ok() } else { self.scopes.get(value).copied() }
        });
        sets.flat_map(ScopeSet::iter).collect()
    }
}

/// The claim of that name; where there is none, a dot leads into an object.
fn find<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    claims.get(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        find(claims.get(first)?.as_object()?, rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_token::Scope;
    use serde_json::json;

    fn issuer() -> TrustedIssuer {
        TrustedIssuer {
            issuer: "https://login.example".into(),
            keys: KeySource::jwks("https://login.example/keys").unwrap(),
            audiences: vec!["scim".into()],
            organization: OrganizationOf::Claim("tenant".into()),
            scope_claim: "scope".into(),
            scopes: HashMap::new(),
            algorithms: Vec::new(),
        }
    }

    fn grant(issuer: &TrustedIssuer, claims: &Value) -> Result<Granted, VerifyError> {
        issuer.grant(claims.as_object().unwrap())
    }

    #[test]
    fn scopes_are_mapped_from_texts_and_lists() {
        let own =
            json!({"tenant": "acme", "exp": 1, "scope": "openid managed-users:read managed-users:list"});
        let granted = grant(&issuer(), &own).unwrap();
        assert_eq!(granted.scopes.to_string(), "managed-users:read managed-users:list");
        assert_eq!(granted.organization, "acme");
        let mapped = TrustedIssuer {
            scope_claim: "realm_access.roles".into(),
            scopes: HashMap::from([("scim-admin".into(), ScopeSet::ALL)]),
            ..issuer()
        };
        let roles = json!({"tenant": "acme", "exp": 1, "realm_access": {"roles": ["x", "scim-admin"]}});
        assert_eq!(grant(&mapped, &roles).unwrap().scopes, ScopeSet::ALL);
        let none = json!({"tenant": "acme", "exp": 1, "realm_access": {"roles": ["managed-users:read"]}});
        assert!(!grant(&mapped, &none).unwrap().scopes.contains(Scope::UsersRead), "only what is mapped");
    }

    #[test]
    fn an_organization_and_a_known_binding_are_needed() {
        let lacks = |claims: &Value| grant(&issuer(), claims).err();
        assert_eq!(lacks(&json!({"exp": 1})), Some(VerifyError::Claim("tenant".into())));
        assert_eq!(lacks(&json!({"exp": 1, "tenant": 7})), Some(VerifyError::Claim("tenant".into())));
        let bound = json!({"exp": 1, "tenant": "a", "cnf": {"jwk": {}}});
        assert_eq!(lacks(&bound), Some(VerifyError::Claim("cnf".into())));
        let fixed = TrustedIssuer { organization: OrganizationOf::Name("acme".into()), ..issuer() };
        assert_eq!(grant(&fixed, &json!({"exp": 1})).unwrap().organization, "acme");
    }
}
