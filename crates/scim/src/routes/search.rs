//! `POST /Users/.search`, `POST /Groups/.search` (RFC 7644 §3.4.3): a list asked for in a body, where what is looked for
//! does not end up in logs of proxies.

use super::{Position, list};
use crate::body;
use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::server::Inner;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

pub(super) async fn search(
    server: Data<Inner>,
    position: Data<Position>,
    http: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ApiError> {
    let caller = list::authorize(&server, &position, &http).await?;
    let body = body::read(payload, server.settings.max_body_bytes).await?;
    let parameters = Parameters::of_search_request(&body)?;
    list::answer(&server, &position, caller, &parameters).await
}
