//! The token request (entra-facts 1.2, 1.3), and the token kept until it expires.

use crate::error::with_causes;
use crate::exchange::{Exchange, Observer, shown_body, shown_form};
use crate::{Connection, CredentialPlacement, EntraError};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// As JavaScript's `encodeURIComponent`: a space is `%20` (entra-facts 1.2).
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A token is asked for anew so long before it expires.
const MARGIN: Duration = Duration::from_secs(60);

pub(crate) struct TokenSource {
    connection: Connection,
    observer: Option<Observer>,
    kept: Mutex<Option<Kept>>,
}

#[derive(Clone)]
struct Kept {
    token: String,
    until: Instant,
}

impl Kept {
    fn of(issued: &Issued) -> Self {
        let lifetime = Duration::from_secs(issued.expires_in);
        Self { token: issued.token.clone(), until: Instant::now() + lifetime.saturating_sub(MARGIN) }
    }
}

/// What the token endpoint said.
pub(crate) struct Issued {
    pub(crate) token: String,
    /// In seconds; an hour when it does not say (entra-facts 1.3).
    pub(crate) expires_in: u64,
}

impl TokenSource {
    pub(crate) fn new(connection: Connection, observer: Option<Observer>) -> Self {
        Self { connection, observer, kept: Mutex::new(None) }
    }

    /// The kept token, or a new one.
    pub(crate) async fn token(&self, http: &Client) -> Result<String, EntraError> {
        let mut kept = self.kept.lock().await;
        if let Some(kept) = kept.as_ref()
            && Instant::now() < kept.until
        {
            return Ok(kept.token.clone());
        }
        let issued = self.request(http).await?;
        *kept = Some(Kept::of(&issued));
        Ok(issued.token)
    }

    /// Keeps a token that was asked for apart.
    pub(crate) async fn keep(&self, issued: &Issued) {
        *self.kept.lock().await = Some(Kept::of(issued));
    }

    /// Forgets the token that was refused, unless another has taken its place.
    pub(crate) async fn forget(&self, refused: &str) {
        let mut kept = self.kept.lock().await;
        if kept.as_ref().is_some_and(|kept| kept.token == refused) {
            *kept = None;
        }
    }

    /// One token request.
    pub(crate) async fn request(&self, http: &Client) -> Result<Issued, EntraError> {
        let Connection { token_endpoint, client_id, client_secret, placement, scope, .. } = &self.connection;
        let encode = |text: &str| utf8_percent_encode(text, COMPONENT).to_string();
        let mut form = "grant_type=client_credentials".to_owned();
        if matches!(placement, CredentialPlacement::Body | CredentialPlacement::Both) {
            form.push_str(&format!(
                "&client_id={}&client_secret={}",
                encode(client_id),
                encode(client_secret)
            ));
        }
        if let Some(scope) = scope.as_deref().filter(|scope| !scope.is_empty()) {
            form.push_str(&format!("&scope={}", encode(scope)));
        }
        let shown = shown_form(&form);
        let mut request =
            http.post(token_endpoint).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        if matches!(placement, CredentialPlacement::Header | CredentialPlacement::Both) {
            request = request.basic_auth(client_id, Some(client_secret));
        }
        let began = Instant::now();
        let answer = async {
            let response = request.send().await?;
            Ok::<_, reqwest::Error>((response.status(), response.text().await?))
        };
        let answer = answer.await;
        if let Some(observer) = &self.observer {
            observer(Exchange {
                method: "POST".to_owned(),
                url: token_endpoint.clone(),
                request: shown,
                status: answer.as_ref().ok().map(|(status, _)| status.as_u16()),
                response: answer.as_ref().map(|(_, text)| shown_body(text)).unwrap_or_default(),
                error: answer.as_ref().err().map(|error| with_causes(error)),
                duration: began.elapsed(),
            });
        }
        let (status, text) =
            answer.map_err(|source| EntraError::Unreachable { url: token_endpoint.clone(), source })?;
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        let failed = |message: String| EntraError::Token { status: status.as_u16(), message };
        if !status.is_success() {
            let description = body["error_description"].as_str().or(body["error"].as_str());
            return Err(failed(description.map_or_else(|| text.chars().take(300).collect(), str::to_owned)));
        }
        let token = body["access_token"].as_str().ok_or_else(|| failed("there is no access_token".into()))?;
        let expires_in = match &body["expires_in"] {
            Value::Null => 3600,
            value => value.as_u64().ok_or_else(|| failed("expires_in is not a number".into()))?,
        };
        Ok(Issued { token: token.to_owned(), expires_in })
    }
}
