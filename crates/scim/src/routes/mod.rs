//! The routes under `/scim/v2`, one file for each operation.

mod bulk;
mod create;
mod delete;
mod discovery;
mod list;
mod me;
mod patch;
mod protected_resource;
mod read;
mod replace;
mod search;

pub(crate) use protected_resource::metadata_url;

use crate::call::no_endpoint;
use crate::challenge::Challenge;
use crate::error::ApiError;
use crate::server::Inner;
use crate::trace::Trace;
use actix_web::dev::{Service, ServiceRequest};
use actix_web::http::{StatusCode, Uri};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use muster_scim_core::ScimError;
use percent_encoding::percent_decode_str;
use std::sync::Arc;

pub(crate) const BASE: &str = "/scim/v2";

/// The endpoints of resource types are found when it is known whose they are: an organization may have types of its own.
pub(crate) fn configure(config: &mut web::ServiceConfig, server: &Arc<Inner>) {
    let challenge = Challenge::new(&server.settings.base_url);
    let traced = Arc::clone(server);
    let scope = web::scope(BASE)
        .app_data(Data::from(Arc::clone(server)))
        .service(
            web::resource("").route(web::get().to(list::list_all)).default_service(web::to(|| refuse("GET"))),
        )
        .service(
            web::resource("/.search")
                .route(web::post().to(search::search_all))
                .default_service(web::to(|| refuse("POST"))),
        )
        .service(
            web::resource("/Bulk")
                .route(web::post().to(bulk::bulk))
                .default_service(web::to(|| refuse("POST"))),
        )
        .service(
            web::resource("/Me")
                .route(web::get().to(me::get))
                .route(web::put().to(me::put))
                .route(web::patch().to(me::patch))
                .route(web::delete().to(me::delete))
                .default_service(web::to(|| refuse("GET, PUT, PATCH, DELETE"))),
        );
    let scope = discovery::configure(scope)
        .service(
            web::resource("/{endpoint}")
                .route(web::get().to(list::list))
                .route(web::post().to(create::create))
                .default_service(web::to(|| refuse("GET, POST"))),
        )
        .service(
            web::resource("/{endpoint}/.search")
                .route(web::post().to(search::search))
                .default_service(web::to(|| refuse("POST"))),
        )
        .service(
            web::resource("/{endpoint}/{id}")
                .route(web::get().to(read::read))
                .route(web::put().to(replace::replace))
                .route(web::patch().to(patch::patch))
                .route(web::delete().to(delete::delete))
                .default_service(web::to(|| refuse("GET, PUT, PATCH, DELETE"))),
        )
        .default_service(web::to(not_found))
        .wrap_fn(move |mut request, service| {
            repair(&mut request);
            let trace = Trace::begin(&request);
            let (answer, challenge, server) = (service.call(request), challenge.clone(), Arc::clone(&traced));
            async move {
                let mut answer = answer.await?;
                if matches!(answer.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
                    challenge.complete(answer.headers_mut());
                }
                trace.finish(&server.store, &mut answer);
                Ok(answer)
            }
        });
    config.service(scope);
    protected_resource::configure(config, server);
}

/// Means what a client meant by an address: one with a slash at its end is the same without (entra-facts 6 row 35). And
/// a tenant URL with a flag, `…/scim/v2?aadOptscim062020`, to which a client appends `/Users?filter=…` as a text, puts
/// the path into the query (entra-facts 3.6).
fn repair(request: &mut ServiceRequest) {
    let path = request.path();
    let trimmed = path.trim_end_matches('/');
    let (path, query) = match request.query_string().split_once('/') {
        Some((flag, rest)) if trimmed == BASE && !flag.contains(['=', '&']) => {
            let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
            (format!("{BASE}/{}", path.trim_end_matches('/')), query)
        }
        _ if trimmed.len() < path.len() => (trimmed.to_owned(), request.query_string()),
        _ => return,
    };
    if let Ok(uri) = format!("{path}?{query}").parse::<Uri>() {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}

/// The identifier in the path; one that is not UTF-8 names nothing.
fn id(http: &HttpRequest) -> Result<String, ApiError> {
    let written = http.match_info().get("id").unwrap_or_default();
    let id = percent_decode_str(written).decode_utf8();
    Ok(id.map_err(|_| ScimError::new(404, "The path is not UTF-8."))?.into_owned())
}

async fn refuse(allowed: &'static str) -> Result<HttpResponse, ApiError> {
    Err(ApiError::MethodNotAllowed(allowed))
}

async fn not_found(http: HttpRequest) -> Result<HttpResponse, ApiError> {
    Err(no_endpoint(http.path()))
}
