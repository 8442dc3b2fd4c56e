//! The issuer's endpoints, by hand.

use super::{Application, Reply};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;
use std::time::{Duration, Instant};

/// A token request, by hand.
pub(crate) async fn request(app: &Application, body: &str, authorization: Option<&str>) -> Reply {
    post(&app.token_endpoint, body, authorization).await
}

/// A form, by hand.
pub(crate) async fn post(url: &str, body: &str, authorization: Option<&str>) -> Reply {
    let mut request = reqwest::Client::new()
        .post(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.to_owned());
    if let Some(authorization) = authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    Reply::read(request.send().await.unwrap()).await
}

pub(crate) fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")))
}

/// An error in the form of RFC 6749 §5.2: its description.
#[track_caller]
pub(crate) fn refused(reply: &Reply, status: u16, error: &str) -> String {
    assert_eq!((reply.status, reply.body["error"].as_str()), (status, Some(error)), "{}", reply.text);
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("pragma"), "no-cache");
    assert_eq!(reply.header("content-type"), "application/json");
    if status == 401 {
        assert!(reply.header("www-authenticate").starts_with("Basic realm=\""), "{:?}", reply.headers);
    }
    reply.body["error_description"].as_str().unwrap().to_owned()
}

pub(crate) fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// What happens within the second that is promised.
pub(crate) async fn within_a_second<T>(happens: impl AsyncFnMut() -> Option<T>) -> T {
    within(Duration::from_secs(1), happens).await
}

/// Waits for what is promised to happen, for so long at most.
pub(crate) async fn within<T>(longest: Duration, mut happens: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(result) = happens().await {
            return result;
        }
        assert!(began.elapsed() < longest, "it did not happen within {longest:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The status and the body of a SCIM request with a token.
pub(crate) async fn scim(base: &str, token: &str) -> Reply {
    let request = reqwest::Client::new().get(format!("{base}/scim/v2/Users?count=1")).bearer_auth(token);
    Reply::read(request.send().await.unwrap()).await
}

/// An access token of the application from the node at that address.
pub(crate) async fn token_from(base: &str, app: &Application) -> String {
    let header = basic(&app.client_id, &app.client_secret);
    let reply = post(&format!("{base}/v2/token"), "grant_type=client_credentials", Some(&header)).await;
    reply.expect(200).body["access_token"].as_str().unwrap().to_owned()
}
