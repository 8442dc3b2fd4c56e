//! `POST /Users`, `POST /Groups` (RFC 7644 §3.3).

use super::{Action, Position};
use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::relations::Relations;
use crate::server::Inner;
use crate::{body, render, resources};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use muster_scim_core::{MembershipChange, resource};
use muster_store::Timestamp;
use muster_store::resources::{self as store, NewResource};
use uuid::Uuid;

pub(super) async fn create(
    server: Data<Inner>,
    position: Data<Position>,
    http: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let resource_type = server.resource_type(position.0);
    let caller = server.authorizer.authorize(&http, Action::Create.scope(resource_type)).await?;
    let projection = Parameters::parse(http.query_string())?.projection(resource_type);
    let body = body::read(payload, server.settings.max_body_bytes).await?;
    let parsed = resource::parse(resource_type, &body)?;
    let id = Uuid::now_v7().to_string();
    let document = resources::with_id(parsed.document, &id);
    let members: Vec<MembershipChange> = parsed.members.map(MembershipChange::Add).into_iter().collect();
    let new = NewResource {
        organization_key: caller.organization_key,
        resource_type: resource_type.name.clone(),
        id,
        now: Timestamp::now(),
        content: resources::content(resource_type, document.clone()),
    };
    let (work_server, work_projection, place) = (server.clone(), projection.clone(), position.0);
    let (created, relations) = server
        .store
        .write(move |connection| -> Result<_, ApiError> {
            let created = store::create(connection, &new)?;
            if !members.is_empty() {
                resources::change_members(connection, new.organization_key, &created, &members)?;
                let resource_type = work_server.resource_type(place);
                let of = std::slice::from_ref(&created);
                let relations = Relations::read(connection, resource_type, &work_projection, of)?;
                return Ok((created, relations));
            }
            Ok((created, Relations::default()))
        })
        .await
        .map_err(|error| resources::name_conflict(error, resource_type, &document))?;
    Ok(render::resource(&server, resource_type, StatusCode::CREATED, &created, &relations, &projection))
}
