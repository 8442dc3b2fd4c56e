//! `GET /Schemas`, `/ResourceTypes`, `/ServiceProviderConfig` (RFC 7644 §4).

use super::refuse;
use crate::authorization::Caller;
use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::render;
use crate::server::Inner;
use crate::trace::Trace;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse, Scope};
use muster_scim_core::discovery::{self, Features};
use muster_scim_core::{ResourceType, ScimError};
use muster_store::journal::Action;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) fn configure(scope: Scope) -> Scope {
    scope
        .service(
            web::resource("/Schemas")
                .route(web::get().to(schemas))
                .default_service(web::to(|| refuse("GET"))),
        )
        .service(
            web::resource("/Schemas/{id}")
                .route(web::get().to(schema))
                .default_service(web::to(|| refuse("GET"))),
        )
        .service(
            web::resource("/ResourceTypes")
                .route(web::get().to(resource_types))
                .default_service(web::to(|| refuse("GET"))),
        )
        .service(
            web::resource("/ResourceTypes/{name}")
                .route(web::get().to(resource_type))
                .default_service(web::to(|| refuse("GET"))),
        )
        .service(
            web::resource("/ServiceProviderConfig")
                .route(web::get().to(service_provider_config))
                .default_service(web::to(|| refuse("GET"))),
        )
}

async fn schemas(server: Data<Inner>, http: HttpRequest) -> Result<HttpResponse, ApiError> {
    let caller = check(&server, &http).await?;
    let base = &server.settings.base_url;
    let schemas = caller.types.catalog.schemas().iter();
    Ok(list(&schemas.map(|schema| discovery::schema(schema, base)).collect::<Vec<_>>()))
}

async fn schema(server: Data<Inner>, http: HttpRequest, id: Path<String>) -> Result<HttpResponse, ApiError> {
    let caller = check(&server, &http).await?;
    let mut schemas = caller.types.catalog.schemas().iter();
    let schema = schemas
        .find(|schema| schema.id.eq_ignore_ascii_case(&id))
        .ok_or_else(|| ScimError::new(404, "There is no such schema. /Schemas lists all."))?;
    Ok(render::json(StatusCode::OK, &discovery::schema(schema, &server.settings.base_url)))
}

async fn resource_types(server: Data<Inner>, http: HttpRequest) -> Result<HttpResponse, ApiError> {
    let caller = check(&server, &http).await?;
    let base = &server.settings.base_url;
    let types = caller.types.catalog.resource_types().iter();
    Ok(list(&types.map(|kind| discovery::resource_type(kind, base)).collect::<Vec<_>>()))
}

async fn resource_type(
    server: Data<Inner>,
    http: HttpRequest,
    name: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let caller = check(&server, &http).await?;
    let found = caller.types.catalog.resource_type(&name);
    let found = found
        .ok_or_else(|| ScimError::new(404, "There is no such resource type. /ResourceTypes lists all."))?;
    Ok(render::json(StatusCode::OK, &discovery::resource_type(found, &server.settings.base_url)))
}

/// Open to all: it says how to authenticate (RFC 7643 §5).
async fn service_provider_config(server: Data<Inner>, http: HttpRequest) -> HttpResponse {
    Trace::of(&http).means(Action::Discovery);
    let settings = &server.settings;
    let features = Features {
        default_page_size: settings.page_size,
        max_results: settings.max_page_size,
        bulk_max_operations: settings.bulk_max_operations,
        bulk_max_payload_bytes: settings.bulk_max_payload_bytes,
        change_password: settings.catalog.resource_types().iter().any(ResourceType::has_password),
    };
    render::json(StatusCode::OK, &discovery::service_provider_config(features, &settings.base_url))
}

/// A token of any scope; and no filter (RFC 7644 §4: 403).
async fn check(server: &Inner, http: &HttpRequest) -> Result<Arc<Caller>, ApiError> {
    Trace::of(http).means(Action::Discovery);
    let caller = server.authorizer.authenticate(http).await?;
    if Parameters::parse(http.query_string())?.filter.is_some() {
        return Err(ScimError::new(403, "The discovery endpoints cannot be filtered.").into());
    }
    Ok(caller)
}

fn list(resources: &[Value]) -> HttpResponse {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": resources.len(),
        "startIndex": 1,
        "itemsPerPage": resources.len(),
        "Resources": resources
    });
    render::json(StatusCode::OK, &body)
}
