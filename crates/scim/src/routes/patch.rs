//! `PATCH /Users/{id}`, `PATCH /Groups/{id}` (RFC 7644 §3.5.2).

use super::id;
use crate::body;
use crate::call::{Action, Call};
use crate::error::ApiError;
use crate::operations::{Done, Patch};
use crate::parameters::Parameters;
use crate::preconditions::{Preconditions, etag};
use crate::relations::Relations;
use crate::render;
use crate::server::Inner;
use crate::trace::Trace;
use crate::view::View;
use actix_web::http::StatusCode;
use actix_web::http::header::ETAG;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

pub(super) async fn patch(
    server: Data<Inner>,
    http: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let call = Call::of(&server, &http, Action::Update).await?;
    answer(&server, &call, id(&http)?, &http, payload).await
}

pub(super) async fn answer(
    server: &Inner,
    call: &Call,
    id: String,
    http: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let resource_type = call.resource_type();
    let projection = Parameters::parse(http.query_string())?.projection(resource_type);
    // Nobody wants the 100,000 members of a group in answer to adding one (entra-facts 3.10).
    let answers = !resource_type.has_members() || !projection.is_default();
    let view = View::one(call, projection);
    let body = body::read(payload, server.settings.max_body_bytes).await?;
    let patch = Patch::prepare(server, call, id, body, Preconditions::of(http)).await?;
    let patch = patch.answered(if answers { 200 } else { 204 });
    let work_view = view.clone();
    let (resource, relations, change) = server
        .store
        .write(move |connection| -> Result<_, ApiError> {
            let Done { resource, change } = patch.run(connection)?;
            let relations = if answers {
                Relations::read(connection, &work_view, std::slice::from_ref(&resource))?
            } else {
                Relations::default()
            };
            Ok((resource, relations, change))
        })
        .await?;
    Trace::of(http).changed(change);
    Ok(if answers {
        render::resource(server, StatusCode::OK, &resource, &relations, &view)
    } else {
        HttpResponse::NoContent().insert_header((ETAG, etag(resource.version))).finish()
    })
}
