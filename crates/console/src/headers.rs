//! What every answer of the console has: the policy that a browser keeps to, and a page where something is in the way.

use crate::carry_on;
use crate::frame::{Frame, page_with};
use crate::language::Texts;
use crate::pages::sign_in;
use crate::problem::Problem;
use crate::server::Inner;
use actix_web::body::BoxBody;
use actix_web::dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::{Error, HttpRequest, HttpResponse, Scope};
use askama::Template;
use std::sync::Arc;

/// Nothing inline, nothing from elsewhere, in nobody's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The pages with all of it.
pub(crate) fn around(
    pages: Scope,
    inner: &Arc<Inner>,
) -> Scope<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let inner = Arc::clone(inner);
    pages.wrap_fn(move |request, service| {
        let inner = Arc::clone(&inner);
        // Nothing has a NUL in its address, and PostgreSQL fails on it.
        let answer = if request.path().contains("%00") { Err(request) } else { Ok(service.call(request)) };
        async move {
            let mut answer = match answer {
                Ok(answer) => answer.await?,
                Err(request) => {
                    let page = page_of(&inner, request.request(), &Problem::NotFound);
                    request.into_response(page)
                }
            };
            let problem = answer.response().error().and_then(|error| error.as_error::<Problem>());
            if let Some(problem) = problem {
                let page = page_of(&inner, answer.request(), problem);
                answer = answer.into_response(page);
            }
            complete(answer.headers_mut(), inner.settings.is_secure());
            Ok(answer)
        }
    })
}

fn complete(headers: &mut HeaderMap, secure: bool) {
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    // The address of an invitation is a secret.
    set(REFERRER_POLICY, "no-referrer");
    set(CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if secure {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    heading: String,
    text: String,
}

fn page_of(inner: &Inner, http: &HttpRequest, problem: &Problem) -> HttpResponse {
    let texts = Texts::of(http);
    let status = actix_web::ResponseError::status_code(problem);
    let frame = Frame::plain(texts, http.path(), inner.settings.version);
    let answer = match problem {
        Problem::SignIn { back } => return sign_in::refer(http, back),
        Problem::SignInToGoOn(kept) => sign_in::page_to_go_on(inner, http, kept.clone()),
        Problem::Stale(kept) => carry_on::page(inner, http, status, kept.clone()),
        other => {
            let key = other.key();
            let (heading, text) = (texts.say(&format!("{key}-heading")), texts.say(&format!("{key}-text")));
            page_with(status, &ProblemPage { frame, heading, text })
        }
    };
    answer.unwrap_or_else(|_| HttpResponse::new(status))
}
