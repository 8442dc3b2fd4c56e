//! `GET /.well-known/jwks.json` (RFC 7517 §5).

use crate::Issuer;
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;

/// For how long others may keep the key set, in seconds: less than a new key is published before it signs.
const KEPT_FOR: u64 = 300;

pub(super) async fn jwks(issuer: Data<Issuer>) -> HttpResponse {
    let kept_for = KEPT_FOR.min(issuer.0.settings.publish_keys_for.as_secs() / 2);
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, format!("public, max-age={kept_for}")))
        .json(issuer.0.keys.published().load().jwks())
}
