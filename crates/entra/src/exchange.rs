//! What was said, for who wants to see it as it happens. Nothing secret is in it.

use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Longer bodies are cut, in characters.
const LONGEST_BODY: usize = 4_096;
const MASKED: &str = "•••";

/// A request and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The HTTP method.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// The body that was sent, cut; a token request's without the secret.
    pub request: String,
    /// The answer's status; `None` when there was no answer.
    pub status: Option<u16>,
    /// The answer's body, cut and without the token.
    pub response: String,
    /// Why there was no answer.
    pub error: Option<String>,
    /// How long it took.
    pub duration: Duration,
}

/// Sees every exchange when it is over.
pub type Observer = Arc<dyn Fn(Exchange) + Send + Sync>;

/// A form as it may be shown.
pub(crate) fn shown_form(form: &str) -> String {
    let parameters = form.split('&').map(|parameter| match parameter.split_once('=') {
        Some((name @ "client_secret", _)) => format!("{name}={MASKED}"),
        _ => parameter.to_owned(),
    });
    parameters.collect::<Vec<_>>().join("&")
}

/// An answer's body as it may be shown.
pub(crate) fn shown_body(text: &str) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(mut body) => {
            if let Some(token) = body.get_mut("access_token") {
                *token = MASKED.into();
            }
            cut(&serde_json::to_string_pretty(&body).unwrap_or_default())
        }
        // What is no JSON is no token response.
        Err(_) => cut(text),
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST_BODY {
        return text.to_owned();
    }
    text.chars().take(LONGEST_BODY).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_shown() {
        let form = "grant_type=client_credentials&client_id=a&client_secret=b%20c&scope=d";
        assert_eq!(shown_form(form), "grant_type=client_credentials&client_id=a&client_secret=•••&scope=d");
        let body = shown_body(r#"{"access_token":"eyJx","expires_in":3600}"#);
        assert!(!body.contains("eyJx") && body.contains("3600"), "{body}");
        assert_eq!(shown_body(&"x".repeat(5_000)).chars().count(), LONGEST_BODY + 1);
    }
}
