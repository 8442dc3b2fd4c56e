//! What a token request leaves in the provisioning log.

use crate::Issuer;
use crate::clients::Client;
use crate::error::TokenError;
use crate::request::TokenRequest;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use muster_store::journal::{Action, Changes, Counted, Entry, RequestId, Source};
use muster_store::{Timestamp, rehearsals};
use muster_token::Unverified;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What practises says so: `?1`.
const REHEARSAL: HeaderName = HeaderName::from_static("muster-rehearsal");

/// Of the client id of an unknown client, so many characters are kept.
const LONGEST_CLIENT_ID: usize = 100;

/// A token request that is being answered.
pub(super) struct Asked {
    id: RequestId,
    at: Timestamp,
    began: Instant,
}

impl Asked {
    pub(super) fn now() -> Self {
        Self { id: RequestId::random(), at: Timestamp::now(), began: Instant::now() }
    }

    /// Tells the client the request's identifier.
    pub(super) fn mark(&self, response: &mut HttpResponse) {
        if let Ok(id) = HeaderValue::from_bytes(&self.id.digits()) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
    }

    /// A token was issued.
    pub(super) fn issued(
        &self,
        issuer: &Issuer,
        http: &HttpRequest,
        request: &TokenRequest,
        client: &Client,
    ) {
        let counted = self.counted(Action::IssueToken, 200);
        // Believed: the client proved itself.
        let is_rehearsal =
            http.headers().get(REHEARSAL).is_some_and(|value| value.as_bytes().starts_with(b"?1"));
        let source = Source { is_rehearsal, ..client.source.clone() };
        let entry = || Entry { query: request.scope.clone(), ..self.entry(&source, &counted, http) };
        issuer.0.store.note_request(&source, &counted, entry);
    }

    /// None was. The client is known also when it did not prove itself; no secret is noted. That it is practice is believed of
    /// who names a rehearsal of that client that runs: only its admins know which.
    pub(super) async fn refused(
        &self,
        issuer: &Issuer,
        http: &HttpRequest,
        request: Option<&TokenRequest>,
        error: &TokenError,
    ) {
        let named = request.and_then(client_id);
        let client: Option<Arc<Client>> =
            named.as_deref().and_then(|id| issuer.0.authenticator.clients.known(id));
        let source = client.as_ref().map(|client| client.source.clone()).unwrap_or_default();
        let is_rehearsal = match (run(http), &source.application_id) {
            (Some(run), Some(application)) => is_running(issuer, run, application).await,
            _ => false,
        };
        let source = Source { is_rehearsal, ..source };
        let counted = self.counted(Action::RefuseToken, error.status().as_u16());
        let entry = || Entry {
            query: request.and_then(|request| request.scope.clone()),
            error: Some(error.to_string()),
            error_kind: Some(error.code().into()),
            resource_name: named
                .as_deref()
                .filter(|_| client.is_none())
                .map(|id| id.chars().take(LONGEST_CLIENT_ID).collect()),
            ..self.entry(&source, &counted, http)
        };
        issuer.0.store.note_request(&source, &counted, entry);
    }

    const fn counted(&self, action: Action, status: u16) -> Counted {
        let changes = Changes { created: 0, updated: 0, disabled: 0, restored: 0, deleted: 0 };
        Counted { action, status, at: self.at, changes }
    }

    fn entry(&self, source: &Source, counted: &Counted, http: &HttpRequest) -> Entry {
        Entry {
            request_id: Some(self.id),
            duration: self.began.elapsed(),
            method: http.method().as_str().to_owned().into(),
            path: http.path().to_owned(),
            ..Entry::new(source.clone(), self.at, counted.action, counted.status)
        }
    }
}

/// The rehearsal that a request is said to be of.
fn run(http: &HttpRequest) -> Option<Uuid> {
    let value = http.headers().get(REHEARSAL)?.to_str().ok()?;
    value.strip_prefix("?1;run=\"")?.strip_suffix('"')?.parse().ok()
}

/// Whether it runs, and is of that application.
async fn is_running(issuer: &Issuer, run: Uuid, application_id: &str) -> bool {
    let (run, application_id) = (run.to_string(), application_id.to_owned());
    let found = issuer
        .0
        .store
        .read_brief(move |connection| rehearsals::is_running(connection, &run, &application_id))
        .await;
    found.unwrap_or(false)
}

/// Which client a request is said to come from.
fn client_id(request: &TokenRequest) -> Option<Cow<'_, str>> {
    let by_secret = request.credentials.first().map(|credentials| &credentials.client_id);
    match (by_secret.or(request.client_id.as_ref()), &request.client_assertion) {
        (Some(id), _) => Some(id.into()),
        (None, Some(assertion)) => Unverified::read(assertion)
            .ok()
            .map(|read| read.subject.into())
            .filter(|id: &Cow<'_, str>| !id.is_empty()),
        (None, None) => None,
    }
}
