//! `GET /.well-known/oauth-protected-resource/scim/v2`: who issues tokens for this server, and how they are sent
//! (RFC 9728).

use super::BASE;
use crate::error::ApiError;
use crate::server::Inner;
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, Data};
use muster_token::{DPOP_ALGORITHMS, Scope};
use serde_json::json;
use std::sync::Arc;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

pub(super) fn configure(config: &mut web::ServiceConfig, server: &Arc<Inner>) {
    let own = format!("{WELL_KNOWN}{BASE}");
    // Behind a proxy that serves this server below a path, the metadata's path has that one too.
    let public = format!("{WELL_KNOWN}{}", path(&server.settings.base_url));
    let mut paths = vec![own];
    if !paths.contains(&public) {
        paths.push(public);
    }
    config.service(
        web::resource(paths)
            .app_data(Data::from(Arc::clone(server)))
            .route(web::get().to(metadata))
            .default_service(web::to(|| async { Err::<HttpResponse, _>(ApiError::MethodNotAllowed("GET")) })),
    );
}

/// The address of the metadata: the well-known part stands between the host and the path (RFC 9728 §3.1).
pub(crate) fn metadata_url(base_url: &str) -> String {
    let path = path(base_url);
    let origin = base_url.strip_suffix(path).unwrap_or(base_url);
    format!("{origin}{WELL_KNOWN}{path}")
}

fn path(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url.get(host..).and_then(|rest| rest.find('/')).map_or("", |at| &url[host + at..])
}

async fn metadata(server: Data<Inner>) -> HttpResponse {
    let settings = &server.settings;
    let mut issuers = vec![settings.authorization_server.as_str()];
    issuers.extend(server.authorizer.trusted_issuers());
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(json!({
        "resource": settings.base_url,
        "authorization_servers": issuers,
        "scopes_supported": Scope::ALL.map(Scope::as_str),
        "bearer_methods_supported": ["header"],
        "resource_name": "Muster SCIM 2.0",
        "dpop_signing_alg_values_supported": DPOP_ALGORITHMS,
        "dpop_bound_access_tokens_required": false,
        "tls_client_certificate_bound_access_tokens": settings.client_certificates,
    }))
}

#[cfg(test)]
mod tests {
    use super::metadata_url;

    #[test]
    fn the_metadata_stands_between_host_and_path() {
        for (base, expected) in [
            ("https://id.example/scim/v2", "https://id.example/.well-known/oauth-protected-resource/scim/v2"),
            ("http://[::1]:80/a/scim/v2", "http://[::1]:80/.well-known/oauth-protected-resource/a/scim/v2"),
        ] {
            assert_eq!(metadata_url(base), expected);
        }
    }
}
