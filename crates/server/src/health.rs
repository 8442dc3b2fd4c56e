//! `/healthz` (alive), `/readyz` (the database answers), `/metrics` (Prometheus).

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER};
use actix_web::web::{self, Data};
use metrics_exporter_prometheus::PrometheusHandle;
use muster_store::Store;
use serde_json::json;
use std::time::Duration;

/// A database that takes longer is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) struct Health {
    pub(crate) store: Store,
    pub(crate) metrics: PrometheusHandle,
}

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/healthz", web::get().to(alive))
        .route("/readyz", web::get().to(ready))
        .route("/metrics", web::get().to(metrics));
}

async fn alive() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(json!({"status": "alive"}))
}

/// The keys are loaded before the server listens; what can go away is the database.
async fn ready(health: Data<Health>) -> HttpResponse {
    let asked = tokio::time::timeout(PATIENCE, health.store.refresh_control_revision()).await;
    let reason = match asked {
        Ok(Ok(_)) => {
            return HttpResponse::Ok()
                .insert_header((CACHE_CONTROL, "no-store"))
                .json(json!({"status": "ready"}));
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the database does not answer".to_owned(),
    };
    HttpResponse::ServiceUnavailable()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((RETRY_AFTER, "5"))
        .json(json!({"status": "not ready", "reason": reason}))
}

async fn metrics(health: Data<Health>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(health.metrics.render())
}
