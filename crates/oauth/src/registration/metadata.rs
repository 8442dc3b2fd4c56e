//! What a client says of itself (RFC 7591 §2), checked.

use crate::Binding;
use crate::applications::ApplicationError;
use crate::client_proofs::{NewKeys, checked_keys};
use muster_jwks::KeySource;
use muster_token::{Scope, ScopeSet};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a client authenticates, by its registered name.
const METHODS: [&str; 5] = [
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
];

/// What a client says of itself. Members that mean nothing here are ignored (§2).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct ClientMetadata {
    /// Only in management: the client itself (RFC 7592 §2.2).
    #[serde(default, skip_serializing)]
    pub(crate) client_id: Option<String>,
    pub(crate) client_name: Option<String>,
    pub(crate) token_endpoint_auth_method: Option<String>,
    pub(crate) grant_types: Option<Vec<String>>,
    pub(crate) scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jwks: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jwks_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tls_client_auth_subject_dn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tls_client_auth_san_dns: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tls_client_auth_san_uri: Option<String>,
    #[serde(default)]
    pub(crate) dpop_bound_access_tokens: bool,
    #[serde(default)]
    pub(crate) tls_client_certificate_bound_access_tokens: bool,
}

/// The same, as applications are kept.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) scopes: ScopeSet,
    pub(super) method: &'static str,
    pub(super) jwks: Option<String>,
    pub(super) jwks_uri: Option<String>,
    /// A kind and a value of a certificate.
    pub(super) certificate: Option<(&'static str, String)>,
    pub(super) binding: Option<Binding>,
}

impl Checked {
    pub(super) fn has_secret(&self) -> bool {
        self.method.starts_with("client_secret")
    }
}

impl ClientMetadata {
    pub(super) fn check(&self, client_certificates: bool) -> Result<Checked, ApplicationError> {
        let invalid = |text: &str| Err(ApplicationError::Invalid(text.to_owned()));
        if self
            .grant_types
            .as_ref()
            .is_some_and(|types| types.iter().any(|kind| kind != "client_credentials"))
        {
            return invalid("grant_types may have client_credentials alone");
        }
        let method = self.token_endpoint_auth_method.as_deref().unwrap_or("client_secret_basic");
        let Some(method) = METHODS.into_iter().find(|known| *known == method) else {
            return invalid("token_endpoint_auth_method is not one that the server's metadata lists");
        };
        if method.contains("tls") && !client_certificates {
            return invalid("this server takes no TLS client certificates");
        }
        let (jwks, jwks_uri) = self.keys()?;
        if matches!(method, "private_key_jwt" | "self_signed_tls_client_auth")
            && jwks.is_none()
            && jwks_uri.is_none()
        {
            return invalid("this token_endpoint_auth_method needs jwks or jwks_uri");
        }
        let certificate = self.certificate()?;
        if (method == "tls_client_auth") != certificate.is_some() {
            return invalid(
                "tls_client_auth needs one of tls_client_auth_subject_dn, _san_dns and _san_uri, and nothing else does",
            );
        }
        let binding = match (self.dpop_bound_access_tokens, self.tls_client_certificate_bound_access_tokens) {
            (false, false) => None,
            (true, false) => Some(Binding::Dpop),
            (false, true) if client_certificates => Some(Binding::Certificate),
            (false, true) => return invalid("this server takes no TLS client certificates"),
            (true, true) => {
                return invalid("access tokens are bound to a DPoP key or to a certificate, not to both");
            }
        };
        Ok(Checked {
            name: self.name()?,
            scopes: self.scopes()?,
            method,
            jwks,
            jwks_uri,
            certificate,
            binding,
        })
    }

    fn name(&self) -> Result<String, ApplicationError> {
        let name = self.client_name.as_deref().unwrap_or("Registered client").trim().to_owned();
        crate::applications::validate_name(&name)?;
        Ok(name)
    }

    /// Without a scope, all: the default that the server chooses (§2).
    fn scopes(&self) -> Result<ScopeSet, ApplicationError> {
        let asked = self.scope.as_deref().unwrap_or_default().split(' ').filter(|scope| !scope.is_empty());
        let scopes = asked.map(str::parse::<Scope>).collect::<Result<ScopeSet, _>>();
        match scopes {
            Ok(scopes) if scopes.is_empty() => Ok(ScopeSet::ALL),
            Ok(scopes) => Ok(scopes),
            Err(error) => Err(ApplicationError::Invalid(error.to_string().chars().take(200).collect())),
        }
    }

    fn keys(&self) -> Result<(Option<String>, Option<String>), ApplicationError> {
        match (&self.jwks, &self.jwks_uri) {
            (Some(_), Some(_)) => {
                Err(ApplicationError::Invalid("jwks and jwks_uri must not both be there".into()))
            }
            (Some(jwks), None) => checked_keys(NewKeys::Jwks(jwks.to_string())),
            (None, Some(uri)) => {
                // Whoever has a registration token must not make this server reach into its own network.
                if KeySource::jwks(uri).is_ok_and(|source| !source.is_public()) {
                    let text = "jwks_uri must be the https address of a public host name";
                    return Err(ApplicationError::Invalid(text.into()));
                }
                checked_keys(NewKeys::JwksUri(uri.clone()))
            }
            (None, None) => Ok((None, None)),
        }
    }

    fn certificate(&self) -> Result<Option<(&'static str, String)>, ApplicationError> {
        let named = [
            ("subject_dn", &self.tls_client_auth_subject_dn),
            ("san_dns", &self.tls_client_auth_san_dns),
            ("san_uri", &self.tls_client_auth_san_uri),
        ];
        let mut given = named.into_iter().filter_map(|(kind, value)| Some((kind, value.clone()?)));
        let first = given.next();
        if given.next().is_some() {
            return Err(ApplicationError::Invalid("a certificate is named in one way".into()));
        }
        if let Some((_, value)) = &first {
            crate::client_proofs::checked("the certificate's name", value)?;
        }
        Ok(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(metadata: Value, client_certificates: bool) -> Result<Checked, String> {
        let metadata: ClientMetadata = serde_json::from_value(metadata).unwrap();
        metadata.check(client_certificates).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_said_is_a_client_with_a_secret_and_all_scopes() {
        let checked = check(json!({"redirect_uris": [], "x": 1}), false).unwrap();
        assert!(checked.has_secret());
        assert_eq!((checked.scopes, checked.binding), (ScopeSet::ALL, None));
    }

    #[test]
    fn each_mistake_is_explained() {
        let uri = |uri: &str| json!({"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": uri});
        assert!(check(uri("https://client.example.com/keys"), false).is_ok());
        for (metadata, expected) in [
            (json!({"grant_types": ["authorization_code"]}), "client_credentials alone"),
            (json!({"token_endpoint_auth_method": "none"}), "token_endpoint_auth_method"),
            (json!({"token_endpoint_auth_method": "private_key_jwt"}), "needs jwks or jwks_uri"),
            (json!({"token_endpoint_auth_method": "tls_client_auth"}), "no TLS client certificates"),
            (json!({"scope": "managed-users:fly"}), "managed-users:fly"),
            (json!({"client_name": ""}), "a name has"),
            (json!({"jwks": {"keys": []}, "jwks_uri": "https://x.example/"}), "not both"),
            (json!({"jwks": {"keys": []}}), "no key of it"),
            (uri("http://127.0.0.1/keys"), "public host name"),
            (uri("https://10.0.0.1/keys"), "public host name"),
            (uri("ftp://x.example"), "not an address"),
            (json!({"tls_client_certificate_bound_access_tokens": true}), "no TLS client certificates"),
        ] {
            let error = check(metadata.clone(), false).unwrap_err();
            assert!(error.contains(expected), "{metadata}: {error}");
        }
        let tls = json!({"token_endpoint_auth_method": "tls_client_auth"});
        assert!(check(tls, true).unwrap_err().contains("needs one of"));
        let named =
            json!({"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": "a.example"});
        assert_eq!(check(named, true).unwrap().certificate, Some(("san_dns", "a.example".into())));
    }
}
