//! What is learned of a request while it is served, and what it leaves in the provisioning log.

use crate::authorization::Caller;
use crate::error::ApiError;
use crate::parameters::Parameters;
use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use muster_store::journal::{Action, Changes, Counted, Entry, RequestId, Source};
use muster_store::{Store, Timestamp};
use percent_encoding::percent_decode_str;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What practises says so: `?1`.
const REHEARSAL: HeaderName = HeaderName::from_static("muster-rehearsal");

/// A request, as the entries of its changes tell of it.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) id: RequestId,
    pub(crate) at: Timestamp,
    began: Instant,
    /// Whether it says that it is practice.
    is_rehearsal: bool,
}

impl Asked {
    pub(crate) fn now() -> Self {
        Self { id: RequestId::random(), at: Timestamp::now(), began: Instant::now(), is_rehearsal: false }
    }

    /// Where the entries of a caller's request come from.
    pub(crate) fn source(self, caller: &Caller) -> Source {
        Source { is_rehearsal: self.is_rehearsal, ..caller.source.clone() }
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.began.elapsed()
    }
}

/// A request that is being served.
pub(crate) struct Trace {
    pub(crate) asked: Asked,
    learned: RefCell<Learned>,
}

#[derive(Default)]
struct Learned {
    source: Source,
    caller: Option<Arc<Caller>>,
    /// The place of the resource type in the caller's types.
    position: Option<usize>,
    action: Option<Action>,
    changes: Changes,
    /// What is looked for, when the body says it.
    filter: Option<String>,
    /// The resource, when the path does not name it.
    resource_id: Option<String>,
}

impl Trace {
    /// Begins with a request, which holds it from here on.
    pub(crate) fn begin(request: &ServiceRequest) -> Rc<Self> {
        let is_rehearsal =
            request.headers().get(REHEARSAL).is_some_and(|value| value.as_bytes().starts_with(b"?1"));
        let asked = Asked { is_rehearsal, ..Asked::now() };
        let trace = Rc::new(Self { asked, learned: RefCell::default() });
        request.extensions_mut().insert(Rc::clone(&trace));
        trace
    }

    /// The one that the request holds.
    pub(crate) fn of(http: &HttpRequest) -> Rc<Self> {
        let held = http.extensions().get::<Rc<Self>>().map(Rc::clone);
        held.unwrap_or_else(|| Rc::new(Self { asked: Asked::now(), learned: RefCell::default() }))
    }

    pub(crate) fn caller(&self, caller: &Arc<Caller>) {
        let mut learned = self.learned.borrow_mut();
        learned.source = caller.source.clone();
        learned.caller = Some(Arc::clone(caller));
    }

    /// What was learned of the caller is proved: now it is believed that this is practice.
    pub(crate) fn believe(&self) {
        self.learned.borrow_mut().source.is_rehearsal = self.asked.is_rehearsal;
    }

    /// Who asks, though its token opens nothing any more.
    pub(crate) fn source(&self, source: Source) {
        self.learned.borrow_mut().source = source;
    }

    pub(crate) fn means(&self, action: Action) {
        self.learned.borrow_mut().action = Some(action);
    }

    pub(crate) fn concerns(&self, position: usize) {
        self.learned.borrow_mut().position = Some(position);
    }

    pub(crate) fn looks_for(&self, filter: Option<&String>) {
        self.learned.borrow_mut().filter = filter.cloned();
    }

    pub(crate) fn concerns_resource(&self, id: &str) {
        self.learned.borrow_mut().resource_id = Some(id.to_owned());
    }

    /// A change whose entry is written.
    pub(crate) fn changed(&self, action: Option<Action>) {
        if let Some(action) = action {
            self.learned.borrow_mut().changes.add(action);
        }
    }

    /// Changes whose entries are written, beside the request's own.
    pub(crate) fn changed_several(&self, changes: Changes) {
        self.learned.borrow_mut().changes = changes;
    }

    /// Tells the client the request's identifier, and notes what became of it.
    pub(crate) fn finish<B>(&self, store: &Store, answer: &mut ServiceResponse<B>) {
        if let Ok(id) = HeaderValue::from_bytes(&self.asked.id.digits()) {
            answer.headers_mut().insert(REQUEST_ID, id);
        }
        let learned = self.learned.borrow();
        let status = answer.status();
        let action = match (learned.action, status) {
            (_, StatusCode::UNAUTHORIZED) => Action::Unauthorized,
            (Some(action), _) => action,
            (None, _) => Action::Other,
        };
        let counted =
            Counted { action, status: status.as_u16(), at: self.asked.at, changes: learned.changes };
        if learned.changes.is_none() || action == Action::Bulk {
            store.note_request(&learned.source, &counted, || self.entry(&learned, action, answer));
        } else {
            store.count_request(&learned.source, &counted);
        }
    }

    fn entry<B>(&self, learned: &Learned, action: Action, answer: &ServiceResponse<B>) -> Entry {
        let http = answer.request();
        let error = answer.response().error().and_then(|error| error.as_error::<ApiError>());
        let error = error.map(ApiError::message);
        let resource_type = learned.caller.as_ref().zip(learned.position);
        Entry {
            request_id: Some(self.asked.id),
            duration: self.asked.elapsed(),
            method: http.method().as_str().to_owned().into(),
            path: http.path().to_owned(),
            query: learned.filter.clone().or_else(|| Parameters::parse(http.query_string()).ok()?.filter),
            error_kind: error.as_ref().and_then(|error| Some(error.scim_type?.as_str().into())),
            error: error.map(|error| error.detail.into_owned()),
            resource_type: resource_type.map(|(caller, position)| caller.types.at(position).name.clone()),
            resource_id: learned.resource_id.clone().or_else(|| {
                let written = http.match_info().get("id")?;
                Some(percent_decode_str(written).decode_utf8_lossy().into_owned())
            }),
            ..Entry::new(learned.source.clone(), self.asked.at, action, answer.status().as_u16())
        }
    }
}
