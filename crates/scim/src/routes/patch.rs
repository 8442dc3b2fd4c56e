//! `PATCH /Users/{id}`, `PATCH /Groups/{id}` (RFC 7644 §3.5.2).

use super::id;
use crate::body;
use crate::call::{Action, Call};
use crate::error::ApiError;
use crate::operations::Patch;
use crate::parameters::Parameters;
use crate::preconditions::{Preconditions, etag};
use crate::relations::Relations;
use crate::render;
use crate::server::Inner;
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
    let work_view = view.clone();
    let (resource, relations) = server
        .store
        .write(move |connection| -> Result<_, ApiError> {
            let resource = patch.run(connection)?;
            let relations = if answers {
                Relations::read(connection, &work_view, std::slice::from_ref(&resource))?
            } else {
                Relations::default()
            };
            Ok((resource, relations))
        })
        .await?;
    Ok(if answers {
        render::resource(server, StatusCode::OK, &resource, &relations, &view)
    } else {
        HttpResponse::NoContent().insert_header((ETAG, etag(resource.version))).finish()
    })
}
