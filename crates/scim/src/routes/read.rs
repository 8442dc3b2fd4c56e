//! `GET /Users/{id}`, `GET /Groups/{id}` (RFC 7644 §3.4.1).

use super::id;
use crate::call::{Action, Call};
use crate::error::ApiError;
use crate::operations::{checked_id, not_found};
use crate::parameters::Parameters;
use crate::preconditions::{Preconditions, etag};
use crate::relations::Relations;
use crate::render;
use crate::server::Inner;
use crate::view::View;
use actix_web::http::StatusCode;
use actix_web::http::header::ETAG;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use muster_store::{Connection, resources as store};

pub(super) async fn read(server: Data<Inner>, http: HttpRequest) -> Result<HttpResponse, ApiError> {
    let call = Call::of(&server, &http, Action::Read).await?;
    answer(&server, &call, id(&http)?, &http).await
}

pub(super) async fn answer(
    server: &Inner,
    call: &Call,
    id: String,
    http: &HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let resource_type = call.resource_type();
    checked_id(resource_type, &id)?;
    let view = View::one(call, Parameters::parse(http.query_string())?.projection(resource_type));
    // A group may have 100,000 members.
    let is_brief = !view.shows_members();
    let (work_call, work_view, work_id) = (call.clone(), view.clone(), id.clone());
    let work = move |connection: &mut Connection| -> Result<_, ApiError> {
        let name = &work_call.resource_type().name;
        let Some(resource) = store::find(connection, work_call.organization_key(), name, &work_id)? else {
            return Ok(None);
        };
        let relations = Relations::read(connection, &work_view, std::slice::from_ref(&resource))?;
        Ok(Some((resource, relations)))
    };
    let found = if is_brief { server.store.read_brief(work).await? } else { server.store.read(work).await? };
    let (resource, relations) = found.ok_or_else(|| not_found(resource_type, &id))?;
    if Preconditions::of(http).is_not_modified(&resource) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, etag(resource.version))).finish());
    }
    Ok(render::resource(server, StatusCode::OK, &resource, &relations, &view))
}
