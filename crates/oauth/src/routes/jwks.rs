//! `GET /.well-known/jwks.json` (RFC 7517 §5).

use crate::Issuer;
use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Data;

pub(super) async fn jwks(issuer: Data<Issuer>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .json(issuer.0.key_set.load().jwks())
}
