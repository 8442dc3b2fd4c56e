//! Why a request of the console has no page of its own; `headers.rs` makes pages of these, in the reader's language.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use muster_oauth::PasswordError;
use muster_store::{StoreError, WorkError};
use std::fmt;

/// What is in the way.
#[derive(Debug)]
pub(crate) enum Problem {
    /// Nobody is signed in; afterwards they come back to this address.
    SignIn {
        back: String,
    },
    /// Nobody is signed in any more, and something was typed.
    SignInToGoOn(Kept),
    /// The form belongs to an earlier session, and something was typed.
    Stale(Kept),
    /// The form came from another site.
    Foreign,
    /// The role does not allow it.
    Forbidden,
    /// Nobody would be left who decides who is an admin.
    LastOwner,
    /// There is no such page, or it belongs to somebody else.
    NotFound,
    /// The form is larger than any.
    TooLarge,
    /// Too many try at once.
    Busy,
    /// Something failed that is none of the admin's fault.
    Failed,
    Store(StoreError),
}

/// What was typed, to be sent later.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// Where to.
    pub(crate) path: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Problem {
    /// The texts of its page begin with this.
    pub(crate) const fn key(&self) -> &'static str {
        match self {
            Self::SignIn { .. } | Self::SignInToGoOn(_) => "sign-in",
            Self::Stale(_) => "stale",
            Self::Foreign => "foreign",
            Self::Forbidden | Self::LastOwner => "forbidden",
            Self::NotFound => "not-found",
            Self::TooLarge => "too-large",
            Self::Busy | Self::Store(StoreError::Busy | StoreError::GaveWay(_) | StoreError::TooSlow) => {
                "busy"
            }
            Self::Store(StoreError::Unavailable(_)) => "unavailable",
            Self::Failed | Self::Store(_) => "failed",
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::Busy,
            PasswordError::Failed => Self::Failed,
        }
    }
}

impl WorkError for Problem {
    fn as_store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => write!(out, "{error}"),
            other => out.write_str(other.key()),
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignIn { .. } => StatusCode::SEE_OTHER,
            Self::SignInToGoOn(_) => StatusCode::UNAUTHORIZED,
            Self::Stale(_) | Self::Foreign | Self::Forbidden | Self::LastOwner => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Failed | Self::Store(StoreError::Database(_) | StoreError::Conflict { .. }) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::Busy | Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Store(error @ (StoreError::Database(_) | StoreError::Unavailable(_))) = self {
            tracing::error!(error = error as &dyn std::error::Error, "the store failed");
        }
        HttpResponse::new(self.status_code())
    }
}
