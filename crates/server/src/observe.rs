//! What every request leaves behind: a count, and a line in the log when it failed.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use metrics::Counter;
use std::sync::LazyLock;
use std::time::Instant;

/// By the status' first digit.
static REQUESTS: LazyLock<[Counter; 5]> = LazyLock::new(|| {
    ["1xx", "2xx", "3xx", "4xx", "5xx"]
        .map(|class| metrics::counter!("muster_http_requests_total", "status" => class))
});
static MICROSECONDS: LazyLock<Counter> =
    LazyLock::new(|| metrics::counter!("muster_http_request_duration_microseconds_total"));

/// Middleware. The URL's query is never logged: filters hold personal data.
pub(crate) fn observe<S, B>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<B>, Error>> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    let began = Instant::now();
    let answer = service.call(request);
    async move {
        let answer = answer.await?;
        let elapsed = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let status = answer.status().as_u16();
        REQUESTS[usize::from(status / 100).clamp(1, 5) - 1].increment(1);
        MICROSECONDS.increment(elapsed);
        if status >= 400 {
            log_failure(&answer, status, elapsed);
        } else {
            tracing::debug!(method = %answer.request().method(), path = answer.request().path(), status, elapsed, "answered");
        }
        Ok(answer)
    }
}

fn log_failure<B>(answer: &ServiceResponse<B>, status: u16, elapsed: u64) {
    let request = answer.request();
    let (method, path) = (request.method(), request.path());
    let detail = answer.response().error().map(ToString::to_string);
    let request_id = answer.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    if status >= 500 {
        tracing::warn!(%method, path, status, elapsed, request_id, detail, "failed");
    } else if status == 429 {
        // Whoever limits warns of it; a flood must not flood the log.
        tracing::debug!(%method, path, status, elapsed, "limited");
    } else {
        tracing::info!(%method, path, status, elapsed, request_id, detail, "refused");
    }
}
