//! What was typed before a session ended is not lost: it is shown, and sent when the admin says so.

use crate::frame::{Frame, page_with};
use crate::language::Texts;
use crate::problem::{Kept, Problem};
use crate::secret;
use crate::server::Inner;
use crate::session::session_name_of;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

#[derive(Template)]
#[template(path = "carry-on.html")]
struct CarryOn {
    frame: Frame,
    form_token: String,
    kept: Kept,
}

/// A page with a form that holds what was typed, for the session that the browser has now.
pub(crate) fn page(
    inner: &Inner,
    http: &HttpRequest,
    status: StatusCode,
    kept: Kept,
) -> Result<HttpResponse, Problem> {
    let cookie = http.cookie(session_name_of(inner));
    let token = cookie.map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    page_for(inner, http, status, kept, &token)
}

/// As [`page`], for a session that the browser will have.
pub(crate) fn page_for(
    inner: &Inner,
    http: &HttpRequest,
    status: StatusCode,
    kept: Kept,
    session: &str,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::plain(Texts::of(http), http.path(), inner.settings.version);
    page_with(status, &CarryOn { frame, form_token: secret::form_token(session), kept })
}

/// Whether a form of this console goes to that path.
pub(crate) fn is_path(path: &str) -> bool {
    ["/organization", "/applications", "/account"]
        .iter()
        .any(|own| path.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?'])))
        && is_plain(path)
}

/// Whether a page that offers the languages may be at that path.
pub(crate) fn is_page(path: &str) -> bool {
    let is_asked = |rest: &str| rest.is_empty() || rest.starts_with('?');
    let has_link = ["/login", "/welcome"].iter().any(|own| path.strip_prefix(own).is_some_and(is_asked));
    is_path(path) || (has_link && is_plain(path))
}

/// Whether a header can hold the path, and every browser reads it alike.
fn is_plain(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_gone_to() {
        assert!(
            is_path("/organization") && is_path("/organization/log?failed=1") && is_path("/account/password")
        );
        for path in ["", "/", "//evil.example", "https://evil.example", "/organizations", "/organization\\x"]
        {
            assert!(!is_path(path), "{path}");
        }
        for path in ["/account?q=ü", "/account\0", "/account?\u{7f}", "/account\r\nx: y"] {
            assert!(!is_path(path) && !is_page(path), "{path:?}");
        }
        assert!(is_page("/login?back=%2Faccount") && is_page("/welcome?token=x") && !is_path("/login"));
        assert!(!is_page("/logins") && !is_page("//evil.example"));
    }
}
