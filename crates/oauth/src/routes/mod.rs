//! The issuer's routes.

mod jwks;
mod metadata;
mod token;

use crate::Issuer;
use actix_web::web::{self, Data};

pub(crate) fn configure(config: &mut web::ServiceConfig, issuer: &Issuer) {
    let issuer = Data::new(issuer.clone());
    config
        .service(
            web::resource("/v2/token")
                .app_data(issuer.clone())
                .route(web::post().to(token::token))
                .default_service(web::to(token::method_not_allowed)),
        )
        .service(
            web::resource("/.well-known/jwks.json").app_data(issuer.clone()).route(web::get().to(jwks::jwks)),
        )
        .service(
            web::resource("/.well-known/oauth-authorization-server")
                .app_data(issuer)
                .route(web::get().to(metadata::metadata)),
        );
}
