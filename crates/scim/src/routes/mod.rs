//! The routes under `/scim/v2`, one file for each operation.

mod create;
mod delete;
mod discovery;
mod list;
mod patch;
mod protected_resource;
mod read;
mod replace;
mod search;

pub(crate) use protected_resource::metadata_url;

use crate::challenge::Challenge;
use crate::error::ApiError;
use crate::server::Inner;
use actix_web::dev::{Service, ServiceRequest};
use actix_web::http::{StatusCode, Uri};
use actix_web::web::{self, Data, PathConfig};
use actix_web::{HttpRequest, HttpResponse};
use muster_scim_core::{ResourceType, ScimError};
use muster_token::Scope;
use std::sync::Arc;

pub(crate) const BASE: &str = "/scim/v2";

/// Which resource type a route serves: its place in the catalog.
#[derive(Clone, Copy)]
pub(crate) struct Position(usize);

pub(crate) fn configure(config: &mut web::ServiceConfig, server: &Arc<Inner>) {
    let mut scope = web::scope(BASE).app_data(Data::from(Arc::clone(server))).app_data(
        // A path that is not UTF-8 names nothing.
        PathConfig::default()
            .error_handler(|_, _| ApiError::from(ScimError::new(404, "The path is not UTF-8.")).into()),
    );
    for (position, resource_type) in server.catalog.resource_types().iter().enumerate() {
        let endpoint = &resource_type.endpoint;
        let position = Data::new(Position(position));
        scope = scope
            .service(
                web::resource([endpoint.clone(), format!("{endpoint}/")])
                    .app_data(position.clone())
                    .route(web::get().to(list::list))
                    .route(web::post().to(create::create))
                    .default_service(web::to(|| refuse("GET, POST"))),
            )
            .service(
                web::resource(format!("{endpoint}/.search"))
                    .app_data(position.clone())
                    .route(web::post().to(search::search))
                    .default_service(web::to(|| refuse("POST"))),
            )
            .service(
                web::resource([format!("{endpoint}/{{id}}"), format!("{endpoint}/{{id}}/")])
                    .app_data(position)
                    .route(web::get().to(read::read))
                    .route(web::put().to(replace::replace))
                    .route(web::patch().to(patch::patch))
                    .route(web::delete().to(delete::delete))
                    .default_service(web::to(|| refuse("GET, PUT, PATCH, DELETE"))),
            );
    }
    let challenge = Challenge::new(&server.settings.base_url);
    let scope = discovery::configure(scope).default_service(web::to(not_found)).wrap_fn(
        move |mut request, service| {
            repair_query(&mut request);
            let (answer, challenge) = (service.call(request), challenge.clone());
            async move {
                let mut answer = answer.await?;
                if matches!(answer.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
                    challenge.complete(answer.headers_mut());
                }
                Ok(answer)
            }
        },
    );
    config.service(scope);
    protected_resource::configure(config, server);
}

/// A tenant URL with a flag, `…/scim/v2?aadOptscim062020`, to which a client appends `/Users?filter=…` as a text, puts
/// the path into the query (entra-facts 3.6). Such a request means the path.
fn repair_query(request: &mut ServiceRequest) {
    if request.path().trim_end_matches('/') != BASE {
        return;
    }
    let Some((flag, rest)) = request.query_string().split_once('/') else { return };
    if flag.contains(['=', '&']) {
        return;
    }
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    if let Ok(uri) = format!("{BASE}/{path}?{query}").parse::<Uri>() {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}

async fn refuse(allowed: &'static str) -> Result<HttpResponse, ApiError> {
    Err(ApiError::MethodNotAllowed(allowed))
}

async fn not_found(http: HttpRequest) -> Result<HttpResponse, ApiError> {
    let path: String = http.path().chars().take(200).collect();
    let detail = format!(
        "There is no SCIM endpoint {path}. The tenant URL ends in {BASE}; /Users and /Groups are below it."
    );
    Err(ScimError::new(404, detail).into())
}

/// What a request does to a resource type.
#[derive(Clone, Copy)]
enum Action {
    Read,
    List,
    Create,
    Update,
    Delete,
}

impl Action {
    /// The scope that it needs.
    fn scope(self, resource_type: &ResourceType) -> Scope {
        match (resource_type.has_members(), self) {
            (false, Self::Read) => Scope::UsersRead,
            (false, Self::List) => Scope::UsersList,
            (false, Self::Create) => Scope::UsersCreate,
            (false, Self::Update) => Scope::UsersUpdate,
            (false, Self::Delete) => Scope::UsersDelete,
            (true, Self::Read) => Scope::GroupsRead,
            (true, Self::List) => Scope::GroupsList,
            (true, Self::Create) => Scope::GroupsCreate,
            (true, Self::Update) => Scope::GroupsUpdate,
            (true, Self::Delete) => Scope::GroupsDelete,
        }
    }
}
