//! What an access token claims.

use crate::{Confirmation, ScopeSet};
use serde::{Deserialize, Serialize};

/// The claims of an access token (RFC 9068 §2.2); times are seconds since the epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer: the server's public URL.
    pub iss: String,
    /// The subject: the client itself, or the user that it speaks for.
    pub sub: String,
    /// The client that asked for the token.
    pub client_id: String,
    /// The resource server: the SCIM base URL.
    pub aud: String,
    /// When it was issued.
    pub iat: u64,
    /// From when on it is valid.
    pub nbf: u64,
    /// From when on it is not.
    pub exp: u64,
    /// Its own identifier.
    pub jti: String,
    /// What it allows.
    pub scope: ScopeSet,
    /// The organization whose directory it opens; our own claim.
    pub org: String,
    /// The application's token generation when it was issued: a later one ends it; our own claim.
    #[serde(rename = "gen", default)]
    pub generation: i64,
    /// What its holder must prove with each request; a plain bearer token has none.
    #[serde(default, skip_serializing_if = "Confirmation::is_empty")]
    pub cnf: Confirmation,
}
