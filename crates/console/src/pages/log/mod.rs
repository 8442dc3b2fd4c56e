//! The provisioning log: what was asked, what it meant, what came of it.

mod entry;
mod export;
mod list;
mod live;
mod query;

pub(super) use query::{Names, position, position_text};

use actix_web::web::{self, ServiceConfig};

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .route("/organization/log", web::get().to(list::show))
        .route("/organization/log/live", web::get().to(live::follow))
        .route("/organization/log/export.csv", web::get().to(export::csv))
        .route("/organization/log/export.jsonl", web::get().to(export::json_lines))
        .route("/organization/log/{key}", web::get().to(entry::show));
}
