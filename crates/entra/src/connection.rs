//! What an admin types into Entra.

use reqwest::header::HeaderValue;
use std::time::Duration;

/// The fields of Entra's form (entra-facts 1.1).
#[derive(Clone)]
pub struct Connection {
    /// "Tenant URL": the SCIM base, perhaps with a flag such as `?aadOptscim062020`.
    pub tenant_url: String,
    /// "OAuth token endpoint"
    pub token_endpoint: String,
    /// "Client identifier"
    pub client_id: String,
    /// "Client secret"
    pub client_secret: String,
    /// How credentials are sent.
    pub placement: CredentialPlacement,
    /// "OAuth 2.0 scopes"; not sent when empty.
    pub scope: Option<String>,
    /// How long a request is repeated while the server is away or asks to come back.
    pub patience: Duration,
    /// What every request says of itself in `Muster-Rehearsal`, a header that Entra does not send: `?1`, that it is practice, and
    /// perhaps which rehearsal's. Muster counts such requests apart; other servers take no notice.
    pub rehearsal: Option<HeaderValue>,
}

/// Where the token request has the credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CredentialPlacement {
    /// HTTP Basic; Entra's default.
    #[default]
    Header,
    /// The form.
    Body,
    /// Both at once.
    Both,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Connection")
            .field("tenant_url", &self.tenant_url)
            .field("token_endpoint", &self.token_endpoint)
            .field("client_id", &self.client_id)
            .field("placement", &self.placement)
            .field("scope", &self.scope)
            .field("rehearsal", &self.rehearsal)
            .finish_non_exhaustive()
    }
}
