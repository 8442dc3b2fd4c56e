//! `GET /.well-known/oauth-authorization-server` (RFC 8414), and the same for clients that look only at
//! `/.well-known/openid-configuration`.

use crate::Issuer;
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use muster_token::{DPOP_ALGORITHMS, SIGNATURE_ALGORITHMS, Scope, SigningAlgorithm};
use serde_json::{Value, json};

pub(super) async fn metadata(issuer: Data<Issuer>) -> HttpResponse {
    answer(&describe(&issuer))
}

/// OpenID Connect Discovery §3 demands two members more. Muster issues no ID tokens; what it would sign with is what it
/// signs with.
pub(super) async fn openid_configuration(issuer: Data<Issuer>) -> HttpResponse {
    let mut metadata = describe(&issuer);
    metadata["subject_types_supported"] = json!(["public"]);
    metadata["id_token_signing_alg_values_supported"] =
        json!(SigningAlgorithm::ALL.map(SigningAlgorithm::as_str));
    answer(&metadata)
}

fn answer(metadata: &Value) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(metadata)
}

fn describe(issuer: &Issuer) -> Value {
    let base = &issuer.0.settings.issuer;
    let settings = &issuer.0.settings;
    let methods = authentication_methods(settings.client_certificates);
    let mut metadata = json!({
        "issuer": base,
        "token_endpoint": format!("{base}/v2/token"),
        "jwks_uri": format!("{base}/.well-known/jwks.json"),
        "introspection_endpoint": format!("{base}/v2/introspect"),
        "revocation_endpoint": format!("{base}/v2/revoke"),
        "scopes_supported": Scope::ALL.map(Scope::as_str),
        // Required by the RFC; there is no authorization endpoint.
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": SIGNATURE_ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_signing_alg_values_supported": SIGNATURE_ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": SIGNATURE_ALGORITHMS,
        // RFC 9449 §5.1, RFC 8705 §3.3, RFC 9728 §4.
        "dpop_signing_alg_values_supported": DPOP_ALGORITHMS,
        "tls_client_certificate_bound_access_tokens": settings.client_certificates,
        "protected_resources": [settings.audience],
    });
    if settings.registration.is_some() {
        metadata["registration_endpoint"] = json!(format!("{base}/v2/register"));
    }
    metadata
}

/// How a client may prove itself, at each of the endpoints.
fn authentication_methods(client_certificates: bool) -> Vec<&'static str> {
    let mut methods = vec!["client_secret_basic", "client_secret_post", "private_key_jwt"];
    if client_certificates {
        // RFC 8705 §2.
        methods.extend(["tls_client_auth", "self_signed_tls_client_auth"]);
    }
    methods
}
