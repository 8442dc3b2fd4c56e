//! The client credentials grant (RFC 6749 §4.4): oxide-auth's state machine asks, Muster answers.

use crate::authentication::{self, Authenticator};
use crate::clients::Client;
use crate::error::TokenError;
use crate::request::{Credentials, TokenRequest};
use muster_store::Timestamp;
use muster_token::ScopeSet;
use oxide_auth::code_grant::client_credentials::{ClientCredentials, Error, Input, Output, Request};
use oxide_auth::code_grant::error::AccessTokenErrorType;
use oxide_auth::primitives::grant::Extensions;
use oxide_auth::primitives::registrar::{BoundClient, PreGrant, RegisteredUrl};
use oxide_auth::primitives::scope::Scope;
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};
use zeroize::Zeroizing;

/// oxide-auth's model asks for a redirect URI, which a machine client does not have; nothing follows it.
static NO_REDIRECT: LazyLock<Option<RegisteredUrl>> =
    LazyLock::new(|| "urn:none".parse().ok().map(RegisteredUrl::Semantic));

/// Who gets a token, and for what.
pub(crate) struct Grant {
    pub(crate) client: Arc<Client>,
    pub(crate) scopes: ScopeSet,
}

/// Decides about a request whose client is proved by something else than a secret.
pub(crate) async fn decide_for(
    request: &TokenRequest,
    client: Arc<Client>,
    authenticator: &Authenticator,
    now: Timestamp,
) -> Result<Grant, TokenError> {
    let credentials = Credentials { client_id: client.id.clone(), client_secret: Zeroizing::default() };
    let attempt = Attempt { request, credentials: &credentials, from: None, proved: Some(client) };
    run(&attempt, authenticator, now).await
}

/// Decides about a request that comes from that address.
pub(crate) async fn decide(
    request: &TokenRequest,
    authenticator: &Authenticator,
    from: Option<IpAddr>,
    now: Timestamp,
) -> Result<Grant, TokenError> {
    let mut refused = TokenError::Internal;
    for credentials in &request.credentials {
        match run(&Attempt { request, credentials, from, proved: None }, authenticator, now).await {
            Err(error @ TokenError::InvalidClient(_)) => refused = error,
            decided => return decided,
        }
    }
    Err(refused)
}

async fn run(
    attempt: &Attempt<'_>,
    authenticator: &Authenticator,
    now: Timestamp,
) -> Result<Grant, TokenError> {
    let mut flow = ClientCredentials::new(attempt);
    let mut input = Input::None;
    let mut client = None;
    let mut scopes = None;
    loop {
        input = match flow.advance(input) {
            Output::Authenticate { client: id, passdata } => {
                client = Some(match &attempt.proved {
                    Some(proved) => Arc::clone(proved),
                    None => {
                        let tried =
                            authentication::Attempt { client_id: id, secret: passdata, from: attempt.from };
                        authenticator.authenticate(tried, now).await?
                    }
                });
                Input::Authenticated
            }
            Output::Binding { client_id } => {
                let redirect_uri = NO_REDIRECT.as_ref().ok_or(TokenError::Internal)?;
                let client_id = Cow::Owned(client_id.to_owned());
                Input::Bound {
                    bound_client: BoundClient { client_id, redirect_uri: Cow::Owned(redirect_uri.clone()) },
                }
            }
            Output::Extend => Input::Extended { extensions: Extensions::new() },
            Output::Negotiate { bound_client, .. } => {
                let client = client.as_ref().ok_or(TokenError::Internal)?;
                let granted = negotiate(client, attempt.request.scope.as_deref())?;
                scopes = Some(granted);
                let scope = granted.to_string().parse().map_err(|_| TokenError::Internal)?;
                Input::Negotiated {
                    pre_grant: PreGrant {
                        client_id: bound_client.client_id.clone().into_owned(),
                        redirect_uri: bound_client.redirect_uri.clone().into_owned(),
                        scope,
                    },
                }
            }
            Output::Ok { .. } => {
                let (Some(client), Some(scopes)) = (client, scopes) else { return Err(TokenError::Internal) };
                return Ok(Grant { client, scopes });
            }
            Output::Err(error) => return Err(refusal(*error)),
        }
    }
}

/// What is granted: what is asked for, when all of it is allowed; everything allowed, when nothing is asked for.
fn negotiate(client: &Client, asked: Option<&str>) -> Result<ScopeSet, TokenError> {
    let Some(asked) = asked else { return Ok(client.scopes) };
    let asked: ScopeSet = asked.parse().map_err(|error: muster_token::UnknownScope| {
        let shown: String = error.0.chars().take(80).collect();
        TokenError::invalid_scope(format!(
            "There is no scope {shown:?}. Leave the scope empty to get all scopes that the application has."
        ))
    })?;
    if let Some(scope) = asked.iter().find(|scope| !client.scopes.contains(*scope)) {
        return Err(TokenError::invalid_scope(format!("The application does not have the scope {scope}.")));
    }
    // A scope of spaces alone asks for nothing.
    Ok(if asked.is_empty() { client.scopes } else { asked })
}

fn refusal(error: Error) -> TokenError {
    match error {
        Error::Invalid(mut description) => match description.description().kind() {
            AccessTokenErrorType::UnsupportedGrantType => TokenError::UnsupportedGrantType,
            AccessTokenErrorType::InvalidScope => TokenError::invalid_scope("The scope is not allowed."),
            _ => TokenError::invalid_request("The request has no grant_type: it must be client_credentials."),
        },
        Error::Unauthorized(..) => TokenError::invalid_client("The client could not be authenticated."),
        Error::Ignore | Error::Primitive(_) => TokenError::Internal,
    }
}

/// A request with one of the credentials to be tried, as oxide-auth reads it.
struct Attempt<'a> {
    request: &'a TokenRequest,
    credentials: &'a Credentials,
    from: Option<IpAddr>,
    /// The client, when it is proved already.
    proved: Option<Arc<Client>>,
}

impl Request for Attempt<'_> {
    fn valid(&self) -> bool {
        true
    }

    fn authorization(&self) -> Option<(Cow<'_, str>, Cow<'_, [u8]>)> {
        let Credentials { client_id, client_secret } = self.credentials;
        Some((Cow::Borrowed(client_id), Cow::Borrowed(client_secret.as_bytes())))
    }

    fn scope(&self) -> Option<Cow<'_, str>> {
        // Only a scope in the RFC's alphabet: oxide-auth calls another an invalid request, and RFC 6749 §5.2 an invalid
        // scope, which `negotiate` says.
        self.request.scope.as_deref().filter(|scope| scope.parse::<Scope>().is_ok()).map(Cow::Borrowed)
    }

    fn grant_type(&self) -> Option<Cow<'_, str>> {
        self.request.grant_type.as_deref().map(Cow::Borrowed)
    }

    fn extension(&self, _: &str) -> Option<Cow<'_, str>> {
        // The credentials in the form were compared with those in the header already.
        None
    }
}
