//! Errors of the routes, as SCIM messages (RFC 7644 §3.12).

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use muster_scim_core::{ScimError, ScimType};
use muster_store::{StoreError, WorkError};
use muster_token::{DpopError, Scope, VerifyError};
use std::borrow::Cow;
use std::fmt;

/// The media type of every answer.
pub(crate) const SCIM_JSON: HeaderValue = HeaderValue::from_static("application/scim+json");

/// Why a request failed.
#[derive(Debug)]
pub(crate) enum ApiError {
    Scim(ScimError),
    /// No bearer token.
    NoToken,
    /// A token that is not believed.
    InvalidToken(VerifyError),
    /// A token of an application that is gone.
    ApplicationGone,
    /// A token that Entra made itself, since it was given no secret.
    EntraOwnToken,
    /// A token of a trusted issuer for an organization that does not exist.
    NoOrganization(String),
    /// The keys of a trusted issuer cannot be had.
    IssuerKeys(String),
    /// A DPoP proof that is not believed.
    InvalidProof(DpopError),
    /// A token that is bound, sent without what it is bound to, or the other way round.
    NotProved(&'static str),
    /// A token that ended with the secrets of its application.
    TokenEnded,
    /// A token that was revoked.
    TokenRevoked,
    /// A provisioning token that does not exist, or not any more.
    ProvisioningTokenUnknown,
    /// A provisioning token whose time is over.
    ProvisioningTokenExpired,
    /// A token without the scope that the request needs.
    InsufficientScope(Scope),
    /// The token speaks for no user.
    NoSubject,
    /// Another method is needed.
    MethodNotAllowed(&'static str),
    Store(StoreError),
}

impl From<ScimError> for ApiError {
    fn from(error: ScimError) -> Self {
        Self::Scim(error)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl WorkError for ApiError {
    fn as_store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl ApiError {
    /// What the client reads.
    pub(crate) fn message(&self) -> ScimError {
        match self {
            Self::Scim(error) => error.clone(),
            Self::NoToken => ScimError::new(
                401,
                "The request has no bearer token. Ask the token endpoint for one and send it as Authorization: Bearer.",
            ),
            Self::InvalidToken(error) => ScimError::new(401, error.to_string()),
            Self::ApplicationGone => ScimError::new(
                401,
                "The application that this bearer token was issued to does not exist any more.",
            ),
            Self::EntraOwnToken => ScimError::new(
                401,
                "Entra sent a token of its own, as it does when the secret token is left empty; this server does not accept \
                 it. Choose the authentication method OAuth2 client credentials grant and paste the four values of the \
                 application: tenant URL, token endpoint, client identifier and client secret.",
            ),
            Self::NoOrganization(name) => {
                let name: String = name.chars().take(100).collect();
                ScimError::new(
                    401,
                    format!("The bearer token is for an organization {name:?} that does not exist."),
                )
            }
            // Why is logged by who fetches them; who asks has proved nothing yet.
            Self::IssuerKeys(issuer) => ScimError::new(
                503,
                format!(
                    "The keys of the bearer token's issuer {issuer:?} cannot be fetched. The server's log says why; try again in \
                     a few seconds."
                ),
            ),
            Self::InvalidProof(DpopError::Full) => ScimError::new(503, DpopError::Full.to_string()),
            Self::InvalidProof(error) => ScimError::new(401, error.to_string()),
            Self::NotProved(text) => ScimError::new(401, *text),
            Self::TokenEnded => ScimError::new(
                401,
                "The bearer token ended when the application's secret was replaced without a grace. \
                 Ask the token endpoint for a new one, with the new secret.",
            ),
            Self::TokenRevoked => {
                ScimError::new(401, "The bearer token was revoked. Ask the token endpoint for a new one.")
            }
            Self::ProvisioningTokenUnknown => ScimError::new(
                401,
                "The provisioning token does not exist, or was revoked. Make a new one and paste it anew.",
            ),
            Self::ProvisioningTokenExpired => {
                ScimError::new(401, "The provisioning token has expired. Make a new one and paste it anew.")
            }
            Self::InsufficientScope(scope) => ScimError::new(
                403,
                format!(
                    "The bearer token lacks the scope {scope}. Give it to the application, and ask for it."
                ),
            ),
            // RFC 7644 §3.11.
            Self::NoSubject => ScimError::new(
                501,
                "The bearer token speaks for an application and for no user, so that there is no /Me. Use /Users/{id}.",
            ),
            Self::MethodNotAllowed(allowed) => {
                ScimError::new(405, format!("The method is not allowed here. Allowed: {allowed}."))
            }
            Self::Store(StoreError::Busy) => {
                ScimError::new(503, "The server is busy. Try again in a second.")
            }
            Self::Store(StoreError::TooSlow) => ScimError::bad_request(
                ScimType::TooMany,
                "The request takes too long. Ask for less: a simpler filter, or one that names userName, externalId or id.",
            ),
            Self::Store(StoreError::GaveWay(_)) => ScimError::new(
                503,
                "Other requests changed the same resource all the time. Try again in a second.",
            ),
            Self::Store(StoreError::Unavailable(_)) => {
                ScimError::new(503, "The server cannot reach its database. Try again in a few seconds.")
            }
            Self::Store(error @ StoreError::Conflict { .. }) => {
                ScimError::uniqueness(match error.conflicting_attribute() {
                    Some(attribute) => {
                        format!("Another resource has the same {attribute}, which is unique.").into()
                    }
                    None => Cow::Borrowed("Another resource has the same unique value."),
                })
            }
            Self::Store(StoreError::Database(_)) => {
                ScimError::new(500, "The server failed. Its log says why.")
            }
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message().detail)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.message().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Store(error @ (StoreError::Database(_) | StoreError::Unavailable(_))) = self {
            tracing::error!(error = error as &dyn std::error::Error, "the store failed");
        }
        let mut response = HttpResponse::build(self.status_code());
        match self {
            // RFC 6750 §3.
            Self::NoToken => response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"muster\"")),
            Self::InvalidToken(_)
            | Self::ApplicationGone
            | Self::EntraOwnToken
            | Self::NoOrganization(_)
            | Self::NotProved(_)
            | Self::TokenEnded
            | Self::TokenRevoked
            | Self::ProvisioningTokenUnknown
            | Self::ProvisioningTokenExpired => {
                response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"muster\", error=\"invalid_token\""))
            }
            // RFC 9449 §7.1.
            Self::InvalidProof(error) if *error != DpopError::Full => response
                .insert_header((WWW_AUTHENTICATE, "DPoP realm=\"muster\", error=\"invalid_dpop_proof\"")),
            Self::InvalidProof(_) | Self::IssuerKeys(_) => response.insert_header((RETRY_AFTER, "10")),
            Self::InsufficientScope(scope) => response.insert_header((
                WWW_AUTHENTICATE,
                format!("Bearer realm=\"muster\", error=\"insufficient_scope\", scope=\"{scope}\""),
            )),
            Self::MethodNotAllowed(allowed) => response.insert_header((ALLOW, *allowed)),
            Self::Store(StoreError::Busy | StoreError::GaveWay(_)) => {
                response.insert_header((RETRY_AFTER, "1"))
            }
            Self::Store(StoreError::Unavailable(_)) => response.insert_header((RETRY_AFTER, "5")),
            _ => &mut response,
        };
        response.content_type(SCIM_JSON).body(self.message().to_json().to_string())
    }
}
