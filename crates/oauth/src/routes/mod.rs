//! The issuer's routes.

mod form;
mod introspect;
mod jwks;
mod metadata;
mod note;
mod register;
mod revoke;
mod token;

use crate::Issuer;
use actix_web::web::{self, Data};

pub(crate) fn configure(config: &mut web::ServiceConfig, issuer: &Issuer) {
    let issuer = Data::new(issuer.clone());
    let endpoint = |path: &str| {
        web::resource(path).app_data(issuer.clone()).default_service(web::to(form::method_not_allowed))
    };
    if let Some(settings) = issuer.0.settings.registration {
        register::configure(config, &issuer, settings);
    }
    let document = |path: &str| web::resource(path).app_data(issuer.clone());
    config
        .service(endpoint("/v2/token").route(web::post().to(token::token)))
        .service(endpoint("/v2/introspect").route(web::post().to(introspect::introspect)))
        .service(endpoint("/v2/revoke").route(web::post().to(revoke::revoke)))
        .service(document("/.well-known/jwks.json").route(web::get().to(jwks::jwks)))
        .service(document("/.well-known/oauth-authorization-server").route(web::get().to(metadata::metadata)))
        .service(
            document("/.well-known/openid-configuration")
                .route(web::get().to(metadata::openid_configuration)),
        );
}
