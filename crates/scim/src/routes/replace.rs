//! `PUT /Users/{id}`, `PUT /Groups/{id}` (RFC 7644 §3.5.1).

use super::id;
use crate::body;
use crate::call::{Action, Call};
use crate::error::ApiError;
use crate::operations::{Done, Replace};
use crate::parameters::Parameters;
use crate::preconditions::Preconditions;
use crate::relations::Relations;
use crate::render;
use crate::server::Inner;
use crate::trace::Trace;
use crate::view::View;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

pub(super) async fn replace(
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
    let projection = Parameters::parse(http.query_string())?.projection(call.resource_type());
    let view = View::one(call, projection);
    let body = body::read(payload, server.settings.max_body_bytes).await?;
    let replace = Replace::prepare(server, call, id, &body, Preconditions::of(http)).await?;
    let work_view = view.clone();
    let (resource, relations, change) = server
        .store
        .write(move |connection| -> Result<_, ApiError> {
            let Done { resource, change } = replace.run(connection)?;
            let relations = Relations::read(connection, &work_view, std::slice::from_ref(&resource))?;
            Ok((resource, relations, change))
        })
        .await?;
    Trace::of(http).changed(change);
    Ok(render::resource(server, StatusCode::OK, &resource, &relations, &view))
}
