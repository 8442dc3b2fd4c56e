//! A rehearsal: Muster plays Entra through the public address, with people who do not exist, and cleans up. What is said is
//! written down as it happens; any node can show it.

mod lost;

use crate::server::Inner;
pub(crate) use lost::clean_up;
use muster_entra::{
    Client, Connection, CredentialPlacement, CycleReport, Directory, EntraError, Exchange, HeaderValue,
    Provisioner, test_connection, with_causes,
};
use muster_oauth::applications::{self, ApplicationError};
use muster_store::rehearsals::{self, Rehearsal, Step};
use muster_store::{StoreError, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use uuid::Uuid;
use zeroize::Zeroizing;

/// So many people and groups are made up.
const PEOPLE: usize = 5;
const GROUPS: usize = 2;
/// How often steps are written.
const WRITE_EVERY: Duration = Duration::from_millis(250);
/// A rehearsal that did nothing for so long has ended with its node.
pub(crate) const LOST_AFTER: Duration = Duration::from_secs(120);
/// A request is repeated for so long while the server is away.
const PATIENCE: Duration = Duration::from_secs(3);

/// The parts of a rehearsal, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    TestConnection,
    InitialCycle,
    IncrementalCycle,
    ReadingBack,
    CleaningUp,
}

impl Part {
    /// The text that says what it is.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::TestConnection => "rehearse-part-test",
            Self::InitialCycle => "rehearse-part-initial",
            Self::IncrementalCycle => "rehearse-part-incremental",
            Self::ReadingBack => "rehearse-part-reading",
            Self::CleaningUp => "rehearse-part-cleaning",
        }
    }
}

/// An exchange as it is written down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Said {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) request: String,
    pub(crate) status: Option<u16>,
    pub(crate) response: String,
    pub(crate) error: Option<String>,
    pub(crate) milliseconds: u64,
    pub(crate) good: bool,
    /// Rehearsals of before did not say it.
    #[serde(default)]
    pub(crate) part: Option<Part>,
}

/// How it ended.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Verdict {
    pub(crate) good: bool,
    /// What went wrong, in sentences.
    pub(crate) faults: Vec<String>,
    pub(crate) requests: u64,
    /// Its node ended before it did, and what it had made was taken away since.
    #[serde(default)]
    pub(crate) lost: bool,
}

/// Begins one; returns its identifier. With the secret that was typed, or one that lives as long as the rehearsal.
pub(crate) async fn start(
    inner: &Arc<Inner>,
    organization_id: &str,
    application_id: &str,
    typed: Zeroizing<String>,
) -> Result<String, ApplicationError> {
    let now = Timestamp::now();
    let (secret, temporary) = if typed.is_empty() {
        let issued =
            applications::add_secret(&inner.store, application_id, 1, inner.settings.argon2, now).await?;
        (issued.secret, Some(issued.id))
    } else {
        // A space that was copied with it is none of the secret.
        (Zeroizing::new(typed.trim().to_owned()), None)
    };
    let rehearsal = Rehearsal {
        id: Uuid::now_v7().to_string(),
        organization_id: organization_id.to_owned(),
        application_id: application_id.to_owned(),
        started_at: now,
        touched_at: now,
        verdict: None,
    };
    let id = rehearsal.id.clone();
    inner.store.write(move |connection| rehearsals::insert(connection, &rehearsal)).await?;
    let run = Run {
        inner: Arc::clone(inner),
        id: id.clone(),
        application_id: application_id.to_owned(),
        temporary,
    };
    actix_web::rt::spawn(run.go(secret));
    Ok(id)
}

struct Run {
    inner: Arc<Inner>,
    id: String,
    application_id: String,
    /// The secret to be ended.
    temporary: Option<String>,
}

/// What was said and is not written yet.
#[derive(Default)]
struct Notes {
    noted: Mutex<Noted>,
    over: AtomicBool,
}

#[derive(Default)]
struct Noted {
    said: Vec<Said>,
    /// How many exchanges there were, those that are written too.
    exchanges: u64,
    /// What is being done.
    part: Option<Part>,
    /// The addresses of what was deleted.
    deleted: HashSet<String>,
}

impl Run {
    async fn go(self, secret: Zeroizing<String>) {
        let notes = Arc::new(Notes::default());
        let writing =
            actix_web::rt::spawn(write(Arc::clone(&self.inner), self.id.clone(), Arc::clone(&notes)));
        let verdict = match self.play(&secret, &notes).await {
            Ok(verdict) => verdict,
            Err(error) => Verdict { good: false, faults: vec![with_causes(&error)], ..Verdict::default() },
        };
        if let Some(secret_id) = &self.temporary {
            let ended =
                applications::revoke_secret(&self.inner.store, &self.application_id, secret_id, false);
            if let Err(error) = ended.await {
                tracing::warn!(%error, "the secret of a rehearsal could not be ended; it expires within a day");
            }
        }
        notes.over.store(true, Ordering::Release);
        let _ = writing.await;
        let text = serde_json::to_string(&verdict).unwrap_or_default();
        let id = self.id.clone();
        let ended = self
            .inner
            .store
            .write(move |connection| rehearsals::end(connection, &id, &text, Timestamp::now()));
        if let Err(error) = ended.await {
            tracing::warn!(%error, "the end of a rehearsal could not be written");
        }
    }

    async fn play(&self, secret: &str, notes: &Arc<Notes>) -> Result<Verdict, EntraError> {
        notes.begin(Part::TestConnection);
        let settings = &self.inner.settings;
        let connection = Connection {
            tenant_url: settings.tenant_url.clone(),
            token_endpoint: settings.token_endpoint.clone(),
            client_id: self.application_id.clone(),
            client_secret: secret.to_owned(),
            placement: CredentialPlacement::Header,
            scope: None,
            patience: PATIENCE,
            // Which one: so a refusal is believed to be practice too.
            rehearsal: HeaderValue::from_str(&format!("?1;run=\"{}\"", self.id)).ok(),
        };
        let observed = Arc::clone(notes);
        let client = Client::observed(connection, Arc::new(move |exchange| observed.take(exchange)))?;
        let steps = test_connection(&client).await;
        let mut faults: Vec<String> = steps
            .iter()
            .filter_map(|step| step.outcome.as_ref().err().map(|fault| format!("{}: {fault}", step.name)))
            .collect();
        if faults.is_empty() {
            cycle(&client, notes, &mut faults).await;
        }
        Ok(Verdict { good: faults.is_empty(), faults, requests: notes.noted().exchanges, lost: false })
    }
}

/// An initial cycle, an incremental one, reading back; and whatever came of these, cleaning up.
async fn cycle(client: &Client, notes: &Notes, faults: &mut Vec<String>) {
    let seed = Uuid::new_v4().as_u64_pair().0;
    let mut directory = Directory::generate(seed, PEOPLE, GROUPS, &format!("rehearsal-{seed:x}.example"));
    let mut job = Provisioner::new(client, 1, &|_| ());
    notes.begin(Part::InitialCycle);
    let mut went_on = take(job.run(&directory).await, faults);
    if went_on {
        notes.begin(Part::IncrementalCycle);
        directory.change();
        went_on = take(job.run(&directory).await, faults);
    }
    if went_on {
        notes.begin(Part::ReadingBack);
        match job.verify(client, &directory).await {
            Ok(differences) => faults.extend(differences.iter().map(ToString::to_string)),
            Err(error) => faults.push(with_causes(&error)),
        }
    }
    notes.begin(Part::CleaningUp);
    take(job.clean_up().await, faults);
}

/// Notes what a cycle was refused; false when it could not go on.
fn take(result: Result<CycleReport, EntraError>, faults: &mut Vec<String>) -> bool {
    match result {
        Ok(report) => {
            faults.extend(
                report
                    .failures
                    .iter()
                    .map(|failure| format!("{}: {} {}", failure.request, failure.status, failure.detail)),
            );
            true
        }
        Err(error) => {
            faults.push(with_causes(&error));
            false
        }
    }
}

impl Notes {
    fn begin(&self, part: Part) {
        self.noted().part = Some(part);
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, exchange: Exchange) {
        let mut noted = self.noted();
        noted.exchanges += 1;
        let good = match exchange.status {
            None => false,
            // What was deleted is rightly not found.
            Some(404) => exchange.method == "GET" && noted.deleted.contains(&exchange.url),
            Some(status) => status < 400,
        };
        if good && exchange.method == "DELETE" {
            noted.deleted.insert(exchange.url.clone());
        }
        let said = Said {
            method: exchange.method,
            url: exchange.url,
            request: exchange.request,
            status: exchange.status,
            response: exchange.response,
            error: exchange.error,
            milliseconds: u64::try_from(exchange.duration.as_millis()).unwrap_or(u64::MAX),
            good,
            part: noted.part,
        };
        noted.said.push(said);
    }
}

/// Writes steps down until it is over.
async fn write(inner: Arc<Inner>, id: String, notes: Arc<Notes>) {
    let mut number = 0;
    loop {
        let over = notes.over.load(Ordering::Acquire);
        let said = std::mem::take(&mut notes.noted().said);
        if !said.is_empty() {
            let steps: Vec<Step> = said
                .iter()
                .map(|said| {
                    number += 1;
                    let content = serde_json::to_string(said).unwrap_or_default().replace("\\u0000", "");
                    Step { rehearsal_id: id.clone(), number, content }
                })
                .collect();
            let rehearsal = id.clone();
            let written = inner
                .store
                .write(move |connection| -> Result<_, StoreError> {
                    rehearsals::add_steps(connection, &rehearsal, &steps, Timestamp::now())
                })
                .await;
            if let Err(error) = written {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "steps of a rehearsal could not be written"
                );
            }
        }
        if over {
            return;
        }
        tokio::time::sleep(WRITE_EVERY).await;
    }
}
