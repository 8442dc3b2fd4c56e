//! Errors of the issuer's endpoints, as RFC 6749 §5.2 says them.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use muster_store::StoreError;
use muster_token::DpopError;
use serde_json::json;
use std::borrow::Cow;
use thiserror::Error;

/// Why a request is refused. The description is a sentence for the admin who reads it in Entra's portal; causes are
/// logged, not shown.
#[derive(Debug, Error)]
pub(crate) enum TokenError {
    #[error("{0}")]
    InvalidRequest(Cow<'static, str>),
    #[error("{0}")]
    InvalidClient(Cow<'static, str>),
    #[error("{0}")]
    InvalidScope(Cow<'static, str>),
    #[error("{0}")]
    InvalidTarget(String),
    #[error("{0}")]
    InvalidDpopProof(DpopError),
    /// Whose keys; why is logged by who fetches them.
    #[error("The keys of {0:?} cannot be fetched. The server's log says why; try again in a few seconds.")]
    KeysUnavailable(String),
    #[error("The grant type is not supported: grant_type must be client_credentials.")]
    UnsupportedGrantType,
    #[error("The client must not do this: {0}")]
    UnauthorizedClient(Cow<'static, str>),
    #[error(
        "Too many wrong client credentials were sent for this client or from this address. \
         Correct them and try again in {0} seconds."
    )]
    TooManyFailures(u64),
    #[error("This endpoint takes POST only.")]
    MethodNotAllowed,
    #[error("The request must be a form: Content-Type application/x-www-form-urlencoded.")]
    UnsupportedMediaType,
    #[error("The request is larger than 64 KiB.")]
    TooLarge,
    #[error("The server is busy. Try again in a second.")]
    Busy,
    #[error("The server cannot reach its database. Try again in a few seconds.")]
    Unavailable,
    #[error("The server failed. Its log says why.")]
    Internal,
}

impl TokenError {
    pub(crate) fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidRequest(description.into())
    }

    pub(crate) fn invalid_client(description: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidClient(description.into())
    }

    pub(crate) fn invalid_scope(description: impl Into<Cow<'static, str>>) -> Self {
        Self::InvalidScope(description.into())
    }

    /// The `error` code, also the label of the metric.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::InvalidClient(_) => "invalid_client",
            Self::InvalidScope(_) => "invalid_scope",
            // RFC 8707 §2, RFC 9449 §5.
            Self::InvalidTarget(_) => "invalid_target",
            Self::InvalidDpopProof(_) => "invalid_dpop_proof",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnauthorizedClient(_) => "unauthorized_client",
            Self::InvalidRequest(_)
            | Self::MethodNotAllowed
            | Self::UnsupportedMediaType
            | Self::TooLarge => "invalid_request",
            // RFC 6749 §4.1.2.1 has these words; §5.2 has none for a failing server.
            Self::Busy | Self::Unavailable | Self::KeysUnavailable(_) | Self::TooManyFailures(_) => {
                "temporarily_unavailable"
            }
            Self::Internal => "server_error",
        }
    }

    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::InvalidRequest(_)
            | Self::InvalidScope(_)
            | Self::InvalidTarget(_)
            | Self::InvalidDpopProof(_)
            | Self::UnsupportedGrantType
            | Self::UnauthorizedClient(_) => StatusCode::BAD_REQUEST,
            Self::TooManyFailures(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::InvalidClient(_) => StatusCode::UNAUTHORIZED,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Busy | Self::Unavailable | Self::KeysUnavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(crate) fn to_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status());
        response.insert_header((CACHE_CONTROL, "no-store")).insert_header((PRAGMA, "no-cache"));
        match self {
            // RFC 6749 §5.2, RFC 7617 §2.
            Self::InvalidClient(_) => {
                response.insert_header((WWW_AUTHENTICATE, "Basic realm=\"muster\", charset=\"UTF-8\""))
            }
            Self::MethodNotAllowed => response.insert_header((ALLOW, "POST")),
            Self::TooManyFailures(seconds) => response.insert_header((RETRY_AFTER, *seconds)),
            Self::Busy => response.insert_header((RETRY_AFTER, "1")),
            Self::Unavailable | Self::KeysUnavailable(_) => response.insert_header((RETRY_AFTER, "5")),
            _ => &mut response,
        };
        response.json(json!({ "error": self.code(), "error_description": self.to_string() }))
    }
}

impl From<DpopError> for TokenError {
    fn from(error: DpopError) -> Self {
        match error {
            DpopError::Full => Self::Busy,
            error => Self::InvalidDpopProof(error),
        }
    }
}

impl From<StoreError> for TokenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Busy,
            StoreError::Unavailable(cause) => {
                tracing::warn!(%cause, "no token: the database is not available");
                Self::Unavailable
            }
            error => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(%error, cause, "no token: the database failed");
                Self::Internal
            }
        }
    }
}
