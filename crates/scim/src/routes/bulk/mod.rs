//! `POST /Bulk` (RFC 7644 §3.7).

mod plan;
mod references;
mod request;
mod run;

use crate::body;
use crate::error::ApiError;
use crate::render;
use crate::server::Inner;
use crate::trace::Trace;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use muster_scim_core::ScimError;
use muster_store::journal::Action;
use request::BulkRequest;
use serde_json::json;

pub(super) async fn bulk(
    server: Data<Inner>,
    http: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let trace = Trace::of(&http);
    trace.means(Action::Bulk);
    let caller = server.authorizer.authenticate(&http).await?;
    let body = body::read(payload, server.settings.bulk_max_payload_bytes).await?;
    let most = server.settings.bulk_max_operations;
    let request = BulkRequest::parse(body, most)?.ok_or_else(|| {
        ScimError::new(413, format!("The request has more than {most} operations; send several requests."))
    })?;
    let results = run::run(&server, &trace, &caller, request).await?;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
        "Operations": results
    });
    Ok(render::json(StatusCode::OK, &body))
}
