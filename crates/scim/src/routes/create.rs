//! `POST /Users`, `POST /Groups` (RFC 7644 §3.3).

use crate::body;
use crate::call::{Action, Call};
use crate::error::ApiError;
use crate::operations::{Create, Done};
use crate::parameters::Parameters;
use crate::relations::Relations;
use crate::render;
use crate::server::Inner;
use crate::trace::Trace;
use crate::view::View;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

pub(super) async fn create(
    server: Data<Inner>,
    http: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let call = Call::of(&server, &http, Action::Create).await?;
    let projection = Parameters::parse(http.query_string())?.projection(call.resource_type());
    let view = View::one(&call, projection);
    let body = body::read(payload, server.settings.max_body_bytes).await?;
    let create = Create::prepare(&server, &call, Create::new_id(), &body).await?;
    let work_view = view.clone();
    let (created, relations, change) = server
        .store
        .write(move |connection| -> Result<_, ApiError> {
            let Done { resource: created, change } = create.run(connection)?;
            let relations = Relations::read(connection, &work_view, std::slice::from_ref(&created))?;
            Ok((created, relations, change))
        })
        .await?;
    Trace::of(&http).changed(change);
    Ok(render::resource(&server, StatusCode::CREATED, &created, &relations, &view))
}
