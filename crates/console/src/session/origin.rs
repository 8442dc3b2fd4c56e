//! Whether a form was sent from a page of this console.

use crate::server::Inner;
use actix_web::HttpRequest;
use actix_web::http::header::{HOST, HeaderName, ORIGIN};
use url::Url;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What the browser says of the page that the form is on; one that says nothing is judged by the form's token alone.
pub(crate) fn is_own(inner: &Inner, http: &HttpRequest) -> bool {
    let header = |name: &HeaderName| http.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = header(&FETCH_SITE) {
        return site == "same-origin";
    }
    match header(&ORIGIN) {
        None => true,
        Some(origin) => {
            origin == inner.settings.public_url
                || Url::parse(origin).is_ok_and(|origin| Some(authority(&origin).as_str()) == header(&HOST))
        }
    }
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
