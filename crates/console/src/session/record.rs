//! What an admin did, for the provisioning log: who made the application, who revoked its secret.

use super::Change;
use actix_web::HttpRequest;
use muster_store::Timestamp;
use muster_store::journal::{self, Action, Entry, RequestId, Source};

/// The status under which the log lists what was done.
const DONE: u16 = 200;

/// The entry of what an admin did.
pub(crate) fn done(http: &HttpRequest, source: Source, actor: &str, code: &'static str, name: &str) -> Entry {
    Entry {
        actor: Some(actor.to_owned()),
        is_change: true,
        method: http.method().as_str().to_owned().into(),
        path: http.path().to_owned(),
        request_id: Some(RequestId::random()),
        resource_name: Some(name.to_owned()),
        ..Entry::new(source, Timestamp::now(), Action::Console(code), DONE)
    }
}

impl Change {
    /// Notes what was just done: a code that begins with `console.`, the application concerned, and a name for people.
    ///
    /// It is done already: that the log cannot tell of it is said in the server's own log, and undoes nothing.
    pub(crate) async fn record(&self, code: &'static str, application_id: Option<&str>, name: &str) {
        let source = Source {
            organization_key: Some(self.organization.key),
            application_id: application_id.map(Into::into),
            is_rehearsal: false,
        };
        let entry = done(&self.http, source, &self.admin.name, code, name);
        let written = self.inner.store.write(move |connection| journal::write(connection, &entry)).await;
        if let Err(error) = written {
            tracing::warn!(%error, code, "cannot note in the provisioning log what an admin did");
        }
    }
}
