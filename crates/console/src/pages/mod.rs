//! The pages, one file for each.

mod account;
mod admins;
mod apps;
mod choice;
mod directory;
mod events;
mod home;
mod log;
mod new_app;
mod plain;
mod scopes;
pub(crate) mod sign_in;
mod welcome;

use crate::frame::see;
use crate::problem::Problem;
use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};

pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .route("/", web::get().to(root))
        .route("/login", web::get().to(sign_in::show))
        .route("/login", web::post().to(sign_in::submit))
        .route("/logout", web::post().to(sign_in::sign_out))
        .route("/welcome", web::get().to(welcome::show))
        .route("/welcome", web::post().to(welcome::submit))
        .route("/language", web::post().to(choice::language))
        .route("/organization", web::get().to(home::show))
        .route("/organization/switch", web::post().to(choice::organization));
    account::configure(config);
    admins::configure(config);
    apps::configure(config);
    plain::configure(config);
    log::configure(config);
    directory::configure(config);
    config.default_service(web::to(nothing));
}

async fn root() -> HttpResponse {
    see("/organization")
}

async fn nothing() -> Result<HttpResponse, Problem> {
    Err(Problem::NotFound)
}
