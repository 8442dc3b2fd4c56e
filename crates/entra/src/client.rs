//! SCIM requests as Entra sends them, repeated while the server is away.

use crate::error::with_causes;
use crate::exchange::{Exchange, Observer, shown_body};
use crate::token::{Issued, TokenSource};
use crate::{Connection, EntraError};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use url::Url;

const REHEARSAL: HeaderName = HeaderName::from_static("muster-rehearsal");
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A SCIM server, seen from Entra.
pub struct Client {
    http: reqwest::Client,
    tokens: TokenSource,
    base: Url,
    /// What follows the `?` of the tenant URL.
    flags: Option<String>,
    patience: Duration,
    observer: Option<Observer>,
    traffic: Counters,
}

#[derive(Default)]
struct Counters {
    requests: AtomicU64,
    repeated: AtomicU64,
}

/// How much was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// SCIM requests that were answered.
    pub requests: u64,
    /// How often one had to be sent again.
    pub repeated: u64,
}

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body; null when there is none or it is not JSON.
    pub body: Value,
    /// `Content-Type`
    pub content_type: String,
    /// Method and path, for errors.
    pub request: String,
    /// How long the answer took.
    pub duration: Duration,
}

impl Client {
    /// A client for a connection.
    ///
    /// # Errors
    ///
    /// When a URL cannot be used.
    pub fn new(connection: Connection) -> Result<Self, EntraError> {
        Self::build(connection, None)
    }

    /// As [`Client::new`]; the observer sees every exchange, those with the token endpoint too.
    ///
    /// # Errors
    ///
    /// When a URL cannot be used.
    pub fn observed(connection: Connection, observer: Observer) -> Result<Self, EntraError> {
        Self::build(connection, Some(observer))
    }

    fn build(connection: Connection, observer: Option<Observer>) -> Result<Self, EntraError> {
        let wrong = |name, url: &str| EntraError::Url { name, url: url.to_owned() };
        let (base, flags) = match connection.tenant_url.split_once('?') {
            Some((base, flags)) => (base, Some(flags.to_owned())),
            None => (connection.tenant_url.as_str(), None),
        };
        let base = Url::parse(base.trim_end_matches('/')).map_err(|_| wrong("the tenant URL", base))?;
        let endpoint = &connection.token_endpoint;
        for (name, url) in [
            ("the tenant URL", base.clone()),
            ("the token endpoint", Url::parse(endpoint).map_err(|_| wrong("the token endpoint", endpoint))?),
        ] {
            if !matches!(url.scheme(), "http" | "https") {
                return Err(wrong(name, url.as_str()));
            }
        }
        let marks = HeaderMap::from_iter(connection.rehearsal.clone().map(|value| (REHEARSAL, value)));
        let http = reqwest::Client::builder()
            .default_headers(marks)
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(60))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(EntraError::Client)?;
        let patience = connection.patience;
        Ok(Self {
            http,
            tokens: TokenSource::new(connection, observer.clone()),
            base,
            flags,
            patience,
            observer,
            traffic: Counters::default(),
        })
    }

    /// How much was said so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        Traffic {
            requests: self.traffic.requests.load(Ordering::Relaxed),
            repeated: self.traffic.repeated.load(Ordering::Relaxed),
        }
    }

    /// `GET` of a path below the base, with query parameters.
    ///
    /// # Errors
    ///
    /// When the server stays away or gives no token.
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Answer, EntraError> {
        self.send(Method::GET, path, query, None).await
    }

    /// `POST` of a body.
    ///
    /// # Errors
    ///
    /// As [`Client::get`].
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer, EntraError> {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    /// `PATCH` with operations.
    ///
    /// # Errors
    ///
    /// As [`Client::get`].
    pub async fn patch(&self, path: &str, operations: Vec<Value>) -> Result<Answer, EntraError> {
        let body = serde_json::json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": operations
        });
        self.send(Method::PATCH, path, &[], Some(&body)).await
    }

    /// `DELETE`.
    ///
    /// # Errors
    ///
    /// As [`Client::get`].
    pub async fn delete(&self, path: &str) -> Result<Answer, EntraError> {
        self.send(Method::DELETE, path, &[], None).await
    }

    /// One token request, whose token is used from then on; repeated, as every request, while the server is away.
    pub(crate) async fn request_token(&self) -> Result<Issued, EntraError> {
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            match self.tokens.request(&self.http).await {
                Err(error) if is_away(&error) && began.elapsed() < self.patience => {
                    self.traffic.repeated.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(pause.min(self.patience)).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Ok(issued) => {
                    self.tokens.keep(&issued).await;
                    return Ok(issued);
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer, EntraError> {
        let url = self.url(path, query);
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut token_refused = false;
        loop {
            let failure = match self.attempt(&method, &url, body).await {
                Ok((answer, token, wait)) => {
                    if answer.status == 401 && !token_refused {
                        // The token may have been issued by a key or for an application that is gone.
                        self.tokens.forget(&token).await;
                        token_refused = true;
                        continue;
                    }
                    if !is_transient(answer.status) || began.elapsed() >= self.patience {
                        self.traffic.requests.fetch_add(1, Ordering::Relaxed);
                        return Ok(answer);
                    }
                    wait
                }
                Err(error) => {
                    if !is_away(&error) || began.elapsed() >= self.patience {
                        return Err(error);
                    }
                    None
                }
            };
            self.traffic.repeated.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(failure.unwrap_or(pause).min(self.patience)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// The answer, the token that was sent, and how long the server asks to wait.
    async fn attempt(
        &self,
        method: &Method,
        url: &Url,
        body: Option<&Value>,
    ) -> Result<(Answer, String, Option<Duration>), EntraError> {
        let token = self.tokens.token(&self.http).await?;
        let unreachable = |source: reqwest::Error| EntraError::Unreachable { url: url.to_string(), source };
        let began = Instant::now();
        let mut request =
            self.http.request(method.clone(), url.clone()).header(AUTHORIZATION, format!("Bearer {token}"));
        if let Some(body) = body {
            request =
                request.header(CONTENT_TYPE, "application/scim+json; charset=utf-8").body(body.to_string());
        }
        let answer = async {
            let response = request.send().await?;
            let (status, headers) = (response.status(), response.headers().clone());
            Ok::<_, reqwest::Error>((status, headers, response.bytes().await?))
        };
        let answer = answer.await;
        if let Some(observer) = &self.observer {
            observer(Exchange {
                method: method.to_string(),
                url: url.to_string(),
                request: body.map(|body| shown_body(&body.to_string())).unwrap_or_default(),
                status: answer.as_ref().ok().map(|(status, ..)| status.as_u16()),
                response: answer
                    .as_ref()
                    .map(|(_, _, bytes)| shown_body(&String::from_utf8_lossy(bytes)))
                    .unwrap_or_default(),
                error: answer.as_ref().err().map(|error| with_causes(error)),
                duration: began.elapsed(),
            });
        }
        let (status, headers, bytes) = answer.map_err(unreachable)?;
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let content_type = header(CONTENT_TYPE).unwrap_or_default();
        let wait = header(RETRY_AFTER).and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
        let answer = Answer {
            status: status.as_u16(),
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            content_type,
            request: format!("{method} {}", url.path()),
            duration: began.elapsed(),
        };
        Ok((answer, token, wait))
    }

    /// Spaces as `+`, quotes as `%22`, as Entra writes them (entra-facts 2).
    fn url(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        if let Some(flags) = &self.flags {
            let query = url.query().map_or_else(|| flags.clone(), |query| format!("{flags}&{query}"));
            url.set_query(Some(&query));
        }
        url
    }
}

impl Answer {
    /// The answer, when its status is one of these.
    ///
    /// # Errors
    ///
    /// [`EntraError::Unexpected`] with the server's own words.
    pub fn expect(self, statuses: &[u16]) -> Result<Self, EntraError> {
        if statuses.contains(&self.status) { Ok(self) } else { Err(self.unexpected(self.detail())) }
    }

    /// Its `id`.
    ///
    /// # Errors
    ///
    /// [`EntraError::Unexpected`] when there is none.
    pub fn id(&self) -> Result<String, EntraError> {
        let id = self.body["id"].as_str().filter(|id| !id.is_empty());
        id.map(str::to_owned).ok_or_else(|| self.unexpected("the answer has no id".into()))
    }

    /// Its `Resources`.
    ///
    /// # Errors
    ///
    /// [`EntraError::Unexpected`] when it is no list, null for one, which Entra cannot read (entra-facts 2).
    pub fn resources(&self) -> Result<&[Value], EntraError> {
        self.body["Resources"]
            .as_array()
            .map(Vec::as_slice)
            .ok_or_else(|| self.unexpected("Resources is not a list".into()))
    }

    /// The server's own words for an error.
    #[must_use]
    pub fn detail(&self) -> String {
        self.body["detail"].as_str().map_or_else(
            || {
                let text = self.body.to_string();
                if self.body.is_null() { "no body".into() } else { text.chars().take(300).collect() }
            },
            str::to_owned,
        )
    }

    pub(crate) fn unexpected(&self, message: String) -> EntraError {
        EntraError::Unexpected { request: self.request.clone(), status: self.status, message }
    }
}

/// Whether the server was not there, or said that it cannot serve just now.
fn is_away(error: &EntraError) -> bool {
    matches!(error, EntraError::Unreachable { .. })
        || matches!(error, EntraError::Token { status, .. } if is_transient(*status))
}

/// What Entra would try again later (entra-facts 3.12).
fn is_transient(status: u16) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS.as_u16() || (500..600).contains(&status)
}
