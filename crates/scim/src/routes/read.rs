//! `GET /Users/{id}`, `GET /Groups/{id}` (RFC 7644 §3.4.1).

use super::{Action, Position};
use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::preconditions::{Preconditions, etag};
use crate::relations::Relations;
use crate::server::Inner;
use crate::{render, resources};
use actix_web::http::StatusCode;
use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use muster_store::{Connection, resources as store};

pub(super) async fn read(
    server: Data<Inner>,
    position: Data<Position>,
    http: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let resource_type = server.resource_type(position.0);
    let caller = server.authorizer.authorize(&http, Action::Read.scope(resource_type)).await?;
    let projection = Parameters::parse(http.query_string())?.projection(resource_type);
    let id = id.into_inner();
    if id.contains('\0') {
        return Err(resources::not_found(resource_type, &id));
    }
    let (work_server, work_projection, work_id, place) =
        (server.clone(), projection.clone(), id.clone(), position.0);
    let work = move |connection: &mut Connection| -> Result<_, ApiError> {
        let resource_type = work_server.resource_type(place);
        let Some(resource) = store::find(connection, caller.organization_key, &resource_type.name, &work_id)?
        else {
            return Ok(None);
        };
        let of = std::slice::from_ref(&resource);
        let relations = Relations::read(connection, resource_type, &work_projection, of)?;
        Ok(Some((resource, relations)))
    };
    // A group may have 100,000 members.
    let is_brief = !(resource_type.has_members() && projection.shows("members"));
    let found = if is_brief { server.store.read_brief(work).await? } else { server.store.read(work).await? };
    let (resource, relations) = found.ok_or_else(|| resources::not_found(resource_type, &id))?;
    if Preconditions::of(&http).is_not_modified(&resource) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, etag(resource.version))).finish());
    }
    Ok(render::resource(&server, resource_type, StatusCode::OK, &resource, &relations, &projection))
}
