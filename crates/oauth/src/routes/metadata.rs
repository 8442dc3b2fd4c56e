//! `GET /.well-known/oauth-authorization-server` (RFC 8414).

use crate::Issuer;
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use muster_token::{DPOP_ALGORITHMS, SIGNATURE_ALGORITHMS, Scope};
use serde_json::json;

pub(super) async fn metadata(issuer: Data<Issuer>) -> HttpResponse {
    let base = &issuer.0.settings.issuer;
    let mut methods = vec!["client_secret_basic", "client_secret_post", "private_key_jwt"];
    if issuer.0.settings.client_certificates {
        // RFC 8705 §2.
        methods.extend(["tls_client_auth", "self_signed_tls_client_auth"]);
    }
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(json!({
        "issuer": base,
        "token_endpoint": format!("{base}/v2/token"),
        "jwks_uri": format!("{base}/.well-known/jwks.json"),
        "scopes_supported": Scope::ALL.map(Scope::as_str),
        // Required by the RFC; there is no authorization endpoint.
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": SIGNATURE_ALGORITHMS,
        // RFC 9449 §5.1, RFC 8705 §3.3, RFC 9728 §4.
        "dpop_signing_alg_values_supported": DPOP_ALGORITHMS,
        "tls_client_certificate_bound_access_tokens": issuer.0.settings.client_certificates,
        "protected_resources": [issuer.0.settings.audience],
    }))
}
