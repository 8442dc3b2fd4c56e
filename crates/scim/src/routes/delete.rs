//! `DELETE /Users/{id}`, `DELETE /Groups/{id}` (RFC 7644 §3.6).

use super::id;
use crate::call::{Action, Call};
use crate::error::ApiError;
use crate::operations::Delete;
use crate::preconditions::Preconditions;
use crate::server::Inner;
use crate::trace::Trace;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use muster_store::journal;

pub(super) async fn delete(server: Data<Inner>, http: HttpRequest) -> Result<HttpResponse, ApiError> {
    let call = Call::of(&server, &http, Action::Delete).await?;
    answer(&server, &call, id(&http)?, &http).await
}

pub(super) async fn answer(
    server: &Inner,
    call: &Call,
    id: String,
    http: &HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let delete = Delete::prepare(call, id, Preconditions::of(http))?;
    server.store.write(move |connection| delete.run(connection)).await?;
    Trace::of(http).changed(Some(journal::Action::Delete));
    Ok(HttpResponse::NoContent().finish())
}
