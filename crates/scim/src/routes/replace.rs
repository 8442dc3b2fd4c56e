//! `PUT /Users/{id}`, `PUT /Groups/{id}` (RFC 7644 §3.5.1).

use super::{Action, Position};
use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::preconditions::Preconditions;
use crate::relations::Relations;
use crate::server::Inner;
use crate::{body, render, resources};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use muster_scim_core::{MembershipChange, resource, search_content};
use muster_store::{Timestamp, resources as store};

pub(super) async fn replace(
    server: Data<Inner>,
    position: Data<Position>,
    http: HttpRequest,
    id: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let resource_type = server.resource_type(position.0);
    let caller = server.authorizer.authorize(&http, Action::Update.scope(resource_type)).await?;
    let projection = Parameters::parse(http.query_string())?.projection(resource_type);
    let body = body::read(payload, server.settings.max_body_bytes).await?;
    let parsed = resource::parse(resource_type, &body)?;
    let id = id.into_inner();
    if id.contains('\0') {
        return Err(resources::not_found(resource_type, &id));
    }
    let document = resources::with_id(parsed.document, &id);
    // What a PUT does not name is removed, members too.
    let members = if resource_type.has_members() {
        vec![MembershipChange::Replace(parsed.members.unwrap_or_default())]
    } else {
        Vec::new()
    };
    let preconditions = Preconditions::of(&http);
    let now = Timestamp::now();
    let (work_server, work_projection, place) = (server.clone(), projection.clone(), position.0);
    let (resource, relations) = server
        .store
        .write(move |connection| -> Result<_, ApiError> {
            let resource_type = work_server.resource_type(place);
            let organization = caller.organization_key;
            let resource = store::find_for_update(connection, organization, &resource_type.name, &id)?
                .ok_or_else(|| resources::not_found(resource_type, &id))?;
            preconditions.check(&resource)?;
            let members_changed = resources::change_members(connection, organization, &resource, &members)?;
            let old = resources::document(&resource)?;
            let resource = if old != document {
                let before = search_content(resource_type, &old).values;
                let content = resources::content(resource_type, document.clone());
                store::update(connection, organization, &resource, &before, &content, now)
                    .map_err(|error| resources::name_conflict(error.into(), resource_type, &document))?
            } else if members_changed {
                store::touch(connection, &resource, now)?
            } else {
                resource
            };
            let of = std::slice::from_ref(&resource);
            let relations = Relations::read(connection, resource_type, &work_projection, of)?;
            Ok((resource, relations))
        })
        .await?;
    Ok(render::resource(&server, resource_type, StatusCode::OK, &resource, &relations, &projection))
}
