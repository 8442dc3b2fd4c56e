//! `GET /.well-known/oauth-authorization-server` (RFC 8414).

use crate::Issuer;
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;
use muster_token::Scope;
use serde_json::json;

pub(super) async fn metadata(issuer: Data<Issuer>) -> HttpResponse {
    let base = &issuer.0.settings.issuer;
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(json!({
        "issuer": base,
        "token_endpoint": format!("{base}/v2/token"),
        "jwks_uri": format!("{base}/.well-known/jwks.json"),
        "scopes_supported": Scope::ALL.map(Scope::as_str),
        // Required by the RFC; there is no authorization endpoint.
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }))
}
