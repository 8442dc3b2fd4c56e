//! `POST /v2/register` (RFC 7591), `GET`, `PUT`, `DELETE /v2/register/{client_id}` (RFC 7592).

use crate::Issuer;
use crate::applications::ApplicationError;
use crate::registration::{self, ClientMetadata, Registered, RegistrationSettings, Terms};
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::web::{self, Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use muster_store::{StoreError, Timestamp};
use serde_json::{Value, json};

/// A larger body is refused unread, in bytes.
const LARGEST: usize = 128 * 1024;

/// Why a registration is refused, as RFC 7591 §3.2.2 says it.
enum Refusal {
    /// The initial or the registration access token is not believed.
    Token,
    Metadata(String),
    TooLarge,
    Store(StoreError),
    Internal,
}

impl From<ApplicationError> for Refusal {
    fn from(error: ApplicationError) -> Self {
        match error {
            ApplicationError::Invalid(text) => Self::Metadata(text),
            ApplicationError::Store(error) => Self::Store(error),
            error => {
                tracing::error!(error = &error as &dyn std::error::Error, "a registration failed");
                Self::Internal
            }
        }
    }
}

pub(super) fn configure(
    config: &mut web::ServiceConfig,
    issuer: &Data<Issuer>,
    settings: RegistrationSettings,
) {
    let settings = Data::new(settings);
    let resource = |path: &str| web::resource(path).app_data(issuer.clone()).app_data(settings.clone());
    config
        .service(
            resource("/v2/register")
                .route(web::post().to(register))
                .default_service(web::to(|| refuse("POST"))),
        )
        .service(
            resource("/v2/register/{client_id}")
                .route(web::get().to(read))
                .route(web::put().to(replace))
                .route(web::delete().to(delete))
                .default_service(web::to(|| refuse("GET, PUT, DELETE"))),
        );
}

async fn register(
    issuer: Data<Issuer>,
    settings: Data<RegistrationSettings>,
    http: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let answer = async {
        let token = bearer(&http).ok_or(Refusal::Token)?;
        let metadata = metadata(payload).await?;
        let (store, terms) = (&issuer.0.store, terms(&issuer, **settings));
        let done = registration::register(store, token, &metadata, terms, Timestamp::now());
        done.await?.ok_or(Refusal::Token)
    };
    match answer.await {
        Ok(registered) => shown(&issuer, StatusCode::CREATED, registered, ""),
        Err(refusal) => refusal.into_response(),
    }
}

async fn read(issuer: Data<Issuer>, http: HttpRequest, id: Path<String>) -> HttpResponse {
    let Some(token) = bearer(&http) else { return Refusal::Token.into_response() };
    match registration::read(&issuer.0.store, &id, token).await.map_err(Refusal::from) {
        Ok(Some(registered)) => shown(&issuer, StatusCode::OK, registered, token),
        Ok(None) => Refusal::Token.into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

async fn replace(
    issuer: Data<Issuer>,
    settings: Data<RegistrationSettings>,
    http: HttpRequest,
    id: Path<String>,
    payload: Payload,
) -> HttpResponse {
    let Some(token) = bearer(&http) else { return Refusal::Token.into_response() };
    let answer = async {
        let metadata = metadata(payload).await?;
        let (store, terms) = (&issuer.0.store, terms(&issuer, **settings));
        let done = registration::replace(store, &id, token, &metadata, terms, Timestamp::now());
        done.await?.ok_or(Refusal::Token)
    };
    match answer.await {
        Ok(registered) => shown(&issuer, StatusCode::OK, registered, token),
        Err(refusal) => refusal.into_response(),
    }
}

async fn delete(issuer: Data<Issuer>, http: HttpRequest, id: Path<String>) -> HttpResponse {
    let Some(token) = bearer(&http) else { return Refusal::Token.into_response() };
    match registration::delete(&issuer.0.store, &id, token).await.map_err(Refusal::from) {
        Ok(true) => unkept(StatusCode::NO_CONTENT).finish(),
        Ok(false) => Refusal::Token.into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

fn terms(issuer: &Issuer, settings: RegistrationSettings) -> Terms {
    let inner = &issuer.0.settings;
    Terms { settings, client_certificates: inner.client_certificates, argon2: inner.argon2 }
}

async fn refuse(allowed: &'static str) -> HttpResponse {
    let description = format!("The method is not allowed here. Allowed: {allowed}.");
    unkept(StatusCode::METHOD_NOT_ALLOWED)
        .insert_header((ALLOW, allowed))
        .json(json!({"error": "invalid_request", "error_description": description}))
}

/// RFC 7591 §3.2.1, RFC 7592 §3.
fn shown(issuer: &Issuer, status: StatusCode, registered: Registered, token: &str) -> HttpResponse {
    let Registered { client_id, issued_at, secret, registration_token, metadata } = registered;
    let mut body = serde_json::to_value(metadata).unwrap_or_default();
    body["registration_client_uri"] = format!("{}/v2/register/{client_id}", issuer.0.settings.issuer).into();
    body["registration_access_token"] =
        registration_token.as_ref().map_or(token, |token| token.as_str()).into();
    body["client_id"] = client_id.into();
    body["client_id_issued_at"] = issued_at.seconds().into();
    if let Some(secret) = secret {
        body["client_secret"] = secret.secret.as_str().into();
        body["client_secret_expires_at"] = secret.expires_at.seconds().into();
    }
    unkept(status).json(body)
}

fn unkept(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((CACHE_CONTROL, "no-store")).insert_header((PRAGMA, "no-cache"));
    response
}

fn bearer(http: &HttpRequest) -> Option<&str> {
    let (scheme, token) = http.headers().get(AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty())
}

async fn metadata(payload: Payload) -> Result<ClientMetadata, Refusal> {
    let body = match payload.to_bytes_limited(LARGEST).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return Err(Refusal::Metadata("the request ended before its body was complete".into())),
        Err(_) => return Err(Refusal::TooLarge),
    };
    let read = serde_json::from_slice::<Value>(&body).and_then(serde_json::from_value);
    read.map_err(|error| {
        let text: String = error.to_string().chars().take(200).collect();
        Refusal::Metadata(format!("the body is no client metadata in JSON: {text}"))
    })
}

impl Refusal {
    fn into_response(self) -> HttpResponse {
        let (status, error, description) = match self {
            Self::Token => (
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "The registration token is missing, wrong or expired. Send it as Authorization: Bearer."
                    .to_owned(),
            ),
            Self::Metadata(text) => (StatusCode::BAD_REQUEST, "invalid_client_metadata", sentence(&text)),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "invalid_client_metadata",
                "The request is larger than 128 KiB.".to_owned(),
            ),
            Self::Store(StoreError::Busy | StoreError::Unavailable(_) | StoreError::GaveWay(_)) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                "The server is busy. Try again in a few seconds.".to_owned(),
            ),
            Self::Store(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a registration failed");
                return Self::Internal.into_response();
            }
            Self::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                "The server failed. Its log says why.".to_owned(),
            ),
        };
        let mut response = unkept(status);
        match status {
            StatusCode::UNAUTHORIZED => {
                response
                    .insert_header((WWW_AUTHENTICATE, "Bearer realm=\"muster\", error=\"invalid_token\""));
            }
            StatusCode::SERVICE_UNAVAILABLE => drop(response.insert_header((RETRY_AFTER, "5"))),
            _ => (),
        }
        response.json(json!({"error": error, "error_description": description}))
    }
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first: String = characters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}
