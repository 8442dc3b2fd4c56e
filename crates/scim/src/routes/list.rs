//! `GET /Users`, `GET /Groups` (RFC 7644 §3.4.2).

use super::{Action, Position};
use crate::authorization::Caller;
use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::relations::Relations;
use crate::server::Inner;
use crate::{lower, render};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use muster_scim_core::{Condition, Filter, ResourceType, ScimError, ScimType};
use muster_store::Connection;
use muster_store::resources::{self as store, Query};

pub(super) async fn list(
    server: Data<Inner>,
    position: Data<Position>,
    http: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let caller = authorize(&server, &position, &http).await?;
    let parameters = Parameters::parse(http.query_string())?;
    answer(&server, &position, caller, &parameters).await
}

pub(super) async fn authorize(
    server: &Inner,
    position: &Position,
    http: &HttpRequest,
) -> Result<Caller, ApiError> {
    server.authorizer.authorize(http, Action::List.scope(server.resource_type(position.0))).await
}

pub(super) async fn answer(
    server: &Data<Inner>,
    position: &Position,
    caller: Caller,
    parameters: &Parameters,
) -> Result<HttpResponse, ApiError> {
    let resource_type = server.resource_type(position.0);
    let projection = parameters.projection(resource_type);
    let start_index = parameters.start_index()?;
    let query = Query {
        organization_key: caller.organization_key,
        resource_type: resource_type.name.clone(),
        condition: condition(server, resource_type, parameters.filter.as_deref())?,
        sort: parameters
            .sort(resource_type)?
            .map(|(key, descending)| server.lowering(resource_type).sort(key, descending)),
        offset: start_index - 1,
        limit: parameters.count(server.settings.page_size, server.settings.max_page_size)?,
    };
    let (work_server, work_projection, place) = (server.clone(), projection.clone(), position.0);
    let is_brief = query.condition.as_ref().is_some_and(lower::finds_few)
        && !(resource_type.has_members() && projection.shows("members"));
    let work = move |connection: &mut Connection| -> Result<_, ApiError> {
        let page = store::list(connection, &query)?;
        let resource_type = work_server.resource_type(place);
        let relations = Relations::read(connection, resource_type, &work_projection, &page.resources)?;
        Ok((page, relations))
    };
    let (page, relations) =
        if is_brief { server.store.read_brief(work).await? } else { server.store.read(work).await? };
    Ok(render::list(server, resource_type, &page, start_index, &relations, &projection))
}

fn condition(
    server: &Inner,
    resource_type: &ResourceType,
    filter: Option<&str>,
) -> Result<Option<store::Condition>, ScimError> {
    let Some(filter) = filter.filter(|filter| !filter.trim().is_empty()) else { return Ok(None) };
    let filter: Filter = filter
        .parse()
        .map_err(|error| ScimError::bad_request(ScimType::InvalidFilter, format!("{error}")))?;
    let condition = Condition::of_resource(&filter, resource_type)?;
    Ok(Some(server.lowering(resource_type).lower(condition)))
}
