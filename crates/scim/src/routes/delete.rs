//! `DELETE /Users/{id}`, `DELETE /Groups/{id}` (RFC 7644 §3.6).

use super::{Action, Position};
use crate::error::ApiError;
use crate::preconditions::Preconditions;
use crate::resources;
use crate::server::Inner;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use muster_store::resources as store;

pub(super) async fn delete(
    server: Data<Inner>,
    position: Data<Position>,
    http: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let resource_type = server.resource_type(position.0);
    let caller = server.authorizer.authorize(&http, Action::Delete.scope(resource_type)).await?;
    let id = id.into_inner();
    if id.contains('\0') {
        return Err(resources::not_found(resource_type, &id));
    }
    let (name, work_id) = (resource_type.name.clone(), id.clone());
    let preconditions = Preconditions::of(&http);
    let deleted = server
        .store
        .write(move |connection| -> Result<_, ApiError> {
            let organization = caller.organization_key;
            if let Some(resource) = store::find_for_update(connection, organization, &name, &work_id)? {
                preconditions.check(&resource)?;
            }
            Ok(store::delete(connection, organization, &name, &work_id)?)
        })
        .await?;
    if deleted {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(resources::not_found(resource_type, &id))
    }
}
