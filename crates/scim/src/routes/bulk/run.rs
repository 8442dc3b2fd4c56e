//! The steps of a bulk request, done: several in one transaction, each of which may fail alone. Between transactions
//! other requests have their turn.

use super::plan::{Step, plan};
use super::references::{Replaced, replace_in_text, replace_in_value};
use super::request::{BulkOperation, BulkRequest, Method};
use crate::authorization::Caller;
use crate::call::{Action, Call, no_endpoint};
use crate::error::ApiError;
use crate::operations::{Create, Delete, Patch, Replace};
use crate::preconditions::{Preconditions, etag};
use crate::render::location;
use crate::routes::BASE;
use crate::server::Inner;
use crate::trace::{Asked, Trace};
use muster_scim_core::{ScimError, ScimType};
use muster_store::journal::{self, Changes, Counted, Entry};
use muster_store::resources::{self as store, Resource};
use muster_store::{Connection, Store, StoreError};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// So many steps share a transaction: enough that a commit is paid seldom, few enough that nobody waits long.
const STEPS_PER_TRANSACTION: usize = 50;

/// A step with everything that needs no database.
struct Prepared {
    /// The operation's number.
    number: usize,
    method: Method,
    work: Result<Work, ScimError>,
    /// The `bulkId`s that must have been made.
    needs: BTreeSet<String>,
    location: Option<String>,
    /// The identifier of the resource that is there before and is changed.
    target: Option<String>,
    part: Part,
    /// How to undo what was begun, when it cannot be completed.
    undo: Option<Arc<Delete>>,
}

/// Which part of an operation a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Begin,
    Complete,
}

enum Work {
    Create(Create),
    Replace(Replace),
    Patch(Patch),
    Delete(Delete),
}

/// How far a request has come.
#[derive(Clone)]
struct Progress {
    outcomes: Vec<Option<Outcome>>,
    errors: u64,
    /// What was begun and is not complete.
    incomplete: BTreeSet<usize>,
    changes: Changes,
}

/// What became of an operation.
#[derive(Clone)]
struct Outcome {
    status: u16,
    version: Option<i64>,
    location: Option<String>,
    error: Option<ScimError>,
    change: Option<journal::Action>,
}

/// Does all operations, in an order that their references allow, and says what became of each in theirs.
pub(super) async fn run(
    server: &Inner,
    trace: &Trace,
    caller: &Arc<Caller>,
    request: BulkRequest,
) -> Result<Vec<Value>, ApiError> {
    let BulkRequest { operations, fail_on_errors } = request;
    let new_ids: Vec<String> = operations.iter().map(|_| Create::new_id()).collect();
    let made_by: HashMap<String, usize> = operations
        .iter()
        .enumerate()
        .filter(|(_, operation)| operation.method == Method::Post)
        .filter_map(|(number, operation)| Some((operation.bulk_id.clone()?, number)))
        .collect();
    let made_by = Arc::new(made_by);
    let all_ids: HashMap<&str, &str> =
        made_by.iter().map(|(bulk_id, number)| (bulk_id.as_str(), new_ids[*number].as_str())).collect();
    let mut progress = Progress {
        outcomes: vec![None; operations.len()],
        errors: 0,
        incomplete: BTreeSet::new(),
        changes: Changes::default(),
    };
    // How to undo each operation that is begun.
    let mut undos: HashMap<usize, Arc<Delete>> = HashMap::new();
    let mut known_ids: HashMap<&str, &str> = HashMap::new();
    for steps in plan(&operations).chunks(STEPS_PER_TRANSACTION) {
        let mut prepared = Vec::with_capacity(steps.len());
        for step in steps {
            let preparing =
                Preparing { server, asked: trace.asked, caller, operations: &operations, new_ids: &new_ids };
            let ids = if matches!(step, Step::Begin(_)) { &known_ids } else { &all_ids };
            let step_prepared = preparing.step(*step, ids).await?;
            if let (Part::Begin, Some(undo)) = (step_prepared.part, &step_prepared.undo) {
                undos.insert(step_prepared.number, Arc::clone(undo));
            }
            prepared.push(step_prepared);
            if let Step::Run(number) | Step::Begin(number) = step
                && let Some(bulk_id) = &operations[*number].bulk_id
            {
                known_ids.insert(bulk_id, &new_ids[*number]);
            }
        }
        let (start, makers, undo) = (progress, Arc::clone(&made_by), undos.clone());
        let organization = caller.organization_key;
        let most_errors = fail_on_errors.unwrap_or(u64::MAX);
        progress = server
            .store
            .write(move |connection| -> Result<_, ApiError> {
                let mut progress = start.clone();
                // Held in one order: two requests that change the same resources wait for each other.
                let targets = prepared.iter().filter_map(|step| step.target.as_deref()).collect::<Vec<_>>();
                store::hold_all(connection, organization, &targets)?;
                for step in &prepared {
                    if progress.errors >= most_errors {
                        break;
                    }
                    step.run(connection, &mut progress, &makers)?;
                }
                if progress.errors >= most_errors {
                    progress.take_back(connection, &undo)?;
                }
                Ok(progress)
            })
            .await?;
        trace.changed_several(progress.changes);
        if progress.errors >= most_errors {
            break;
        }
    }
    for (operation, outcome) in operations.iter().zip(progress.outcomes.iter().flatten()) {
        outcome.note_failure(&server.store, trace.asked, caller, operation);
    }
    Ok(operations
        .iter()
        .zip(progress.outcomes)
        .filter_map(|(operation, outcome)| Some(outcome?.to_json(operation)))
        .collect())
}

struct Preparing<'r> {
    server: &'r Inner,
    asked: Asked,
    caller: &'r Arc<Caller>,
    operations: &'r [BulkOperation],
    new_ids: &'r [String],
}

impl Preparing<'_> {
    /// # Errors
    ///
    /// What is not the request's fault; what is becomes the operation's own error.
    async fn step(&self, step: Step, ids: &HashMap<&str, &str>) -> Result<Prepared, ApiError> {
        let (Step::Run(number) | Step::Begin(number) | Step::Complete(number) | Step::Refuse(number)) = step;
        let operation = &self.operations[number];
        let mut prepared = Prepared {
            number,
            method: operation.method,
            work: Err(unresolved(&operation.needs)),
            needs: BTreeSet::new(),
            location: None,
            target: None,
            part: match step {
                Step::Begin(_) => Part::Begin,
                Step::Complete(_) => Part::Complete,
                Step::Run(_) | Step::Refuse(_) => Part::Whole,
            },
            undo: None,
        };
        if matches!(step, Step::Refuse(_)) {
            return Ok(prepared);
        }
        if !matches!(step, Step::Begin(_)) {
            prepared.needs.clone_from(&operation.needs);
        }
        let path = match replace_in_text(&operation.path, ids) {
            Replaced::Text(path) => path,
            Replaced::Unknown => return Ok(prepared),
        };
        let work = self.work(operation, &path, ids, &mut prepared).await;
        prepared.work = match work {
            Ok(work) => Ok(work),
            Err(ApiError::Store(error)) => return Err(error.into()),
            Err(error) => Err(error.message()),
        };
        Ok(prepared)
    }

    async fn work(
        &self,
        operation: &BulkOperation,
        path: &str,
        ids: &HashMap<&str, &str>,
        prepared: &mut Prepared,
    ) -> Result<Work, ApiError> {
        let (endpoint, id) = match path.trim_matches('/').split_once('/') {
            Some((endpoint, id)) => (endpoint, Some(id)),
            None => (path.trim_matches('/'), None),
        };
        let position = self.caller.types.catalog.position_of_endpoint(endpoint);
        let position = position.ok_or_else(|| no_endpoint(path))?;
        let action = match operation.method {
            Method::Post => Action::Create,
            Method::Put | Method::Patch => Action::Update,
            Method::Delete => Action::Delete,
        };
        let call = Call::part(self.asked, self.caller, position, action)?;
        let data = || {
            replace_in_value(&operation.data, ids)
                .filter(|data| !data.is_null())
                .ok_or_else(|| ScimError::invalid_syntax("The operation must have data: a JSON object."))
        };
        let at = |id: &str| Some(location(self.server, &call.resource_type().endpoint, id));
        let id = match (operation.method, id) {
            (Method::Post, None) => self.new_ids[prepared.number].clone(),
            (Method::Post, Some(_)) => {
                return Err(invalid_path("The path of a POST is that of the endpoint: /Users, say.").into());
            }
            (_, Some(id)) if !id.is_empty() && !id.contains('/') => id.to_owned(),
            _ => return Err(invalid_path("The path must name a resource: /Users/{id}, say.").into()),
        };
        let preconditions = match &operation.version {
            Some(version) if operation.method != Method::Post => Preconditions::wanting(version),
            _ => Preconditions::default(),
        };
        prepared.location = at(&id);
        if operation.method != Method::Post {
            prepared.target = Some(id.clone());
        } else if prepared.part != Part::Whole {
            prepared.undo = Some(Arc::new(Delete::prepare(&call, id.clone(), Preconditions::default())?));
        }
        Ok(match operation.method {
            Method::Post if prepared.part == Part::Complete => {
                Work::Replace(Replace::prepare(self.server, &call, id, &data()?, preconditions).await?)
            }
            Method::Post => Work::Create(Create::prepare(self.server, &call, id, &data()?).await?),
            Method::Put => {
                Work::Replace(Replace::prepare(self.server, &call, id, &data()?, preconditions).await?)
            }
            Method::Patch => {
                Work::Patch(Patch::prepare(self.server, &call, id, data()?, preconditions).await?)
            }
            Method::Delete => Work::Delete(Delete::prepare(&call, id, preconditions)?),
        })
    }
}

impl Prepared {
    /// Does the step, and writes down what became of it.
    ///
    /// # Errors
    ///
    /// The database's: then nothing of this transaction counts.
    fn run(
        &self,
        connection: &mut Connection,
        progress: &mut Progress,
        made_by: &HashMap<String, usize>,
    ) -> Result<(), ApiError> {
        let failed = |progress: &Progress, number: usize| {
            progress.outcomes[number].as_ref().is_some_and(|outcome| outcome.error.is_some())
        };
        if self.part == Part::Complete && failed(progress, self.number) {
            return Ok(());
        }
        let lost: BTreeSet<String> = self
            .needs
            .iter()
            .filter(|id| made_by.get(*id).is_some_and(|number| failed(progress, *number)))
            .cloned()
            .collect();
        let result = match &self.work {
            Ok(work) if lost.is_empty() => connection.savepoint(|connection| work.run(connection)),
            Ok(_) => Err(unresolved(&lost).into()),
            Err(error) => Err(error.clone().into()),
        };
        let outcome = match result {
            Ok((resource, change)) => Outcome {
                status: match self.method {
                    Method::Post => 201,
                    Method::Put | Method::Patch => 200,
                    Method::Delete => 204,
                },
                version: resource.map(|resource| resource.version),
                location: self.location.clone(),
                error: None,
                change,
            },
            Err(ApiError::Store(error)) if !matches!(error, StoreError::Conflict { .. }) => {
                return Err(error.into());
            }
            Err(error) => {
                if let (Part::Complete, Some(undo)) = (self.part, &self.undo) {
                    connection.savepoint(|connection| undo.run(connection))?;
                    progress.changes.add(journal::Action::Delete);
                }
                let error = error.message();
                progress.errors += 1;
                Outcome {
                    status: error.status,
                    version: None,
                    // RFC 7644 §3.7: a POST that failed made nothing that could be somewhere.
                    location: self.location.clone().filter(|_| self.method != Method::Post),
                    error: Some(error),
                    change: None,
                }
            }
        };
        if self.part == Part::Begin && outcome.error.is_none() {
            progress.incomplete.insert(self.number);
        } else {
            progress.incomplete.remove(&self.number);
        }
        if let Some(change) = outcome.change {
            progress.changes.add(change);
        }
        progress.outcomes[self.number] = Some(outcome);
        Ok(())
    }
}

impl Progress {
    /// The request ends early: what was begun and is not complete is not there.
    fn take_back(
        &mut self,
        connection: &mut Connection,
        undos: &HashMap<usize, Arc<Delete>>,
    ) -> Result<(), ApiError> {
        for number in std::mem::take(&mut self.incomplete) {
            if let Some(undo) = undos.get(&number) {
                connection.savepoint(|connection| undo.run(connection))?;
            }
            let error = ScimError::new(
                409,
                "The request ended (failOnErrors) before what this resource refers to was made.",
            );
            self.changes.add(journal::Action::Delete);
            self.outcomes[number] = Some(Outcome {
                status: error.status,
                version: None,
                location: None,
                error: Some(error),
                change: None,
            });
        }
        Ok(())
    }
}

impl Work {
    /// What it leaves, and what it changed.
    fn run(
        &self,
        connection: &mut Connection,
    ) -> Result<(Option<Resource>, Option<journal::Action>), ApiError> {
        let done = match self {
            Self::Create(create) => create.run(connection)?,
            Self::Replace(replace) => replace.run(connection)?,
            Self::Patch(patch) => patch.run(connection)?,
            Self::Delete(delete) => {
                return delete.run(connection).map(|()| (None, Some(journal::Action::Delete)));
            }
        };
        Ok((Some(done.resource), done.change))
    }
}

impl Outcome {
    /// The request as a whole succeeds: what failed in it is noted apart.
    fn note_failure(&self, store: &Store, asked: Asked, caller: &Caller, operation: &BulkOperation) {
        let Some(error) = &self.error else { return };
        let action = match operation.method {
            Method::Post => journal::Action::Create,
            Method::Put | Method::Patch => journal::Action::Update,
            Method::Delete => journal::Action::Delete,
        };
        let counted = Counted { action, status: self.status, at: asked.at, changes: Changes::default() };
        let source = asked.source(caller);
        store.note_request(&source, &counted, || Entry {
            request_id: Some(asked.id),
            duration: asked.elapsed(),
            method: operation.method.as_str().into(),
            path: format!("{BASE}{}", operation.path),
            error: Some(error.detail.to_string()),
            error_kind: error.scim_type.map(|scim_type| scim_type.as_str().into()),
            ..Entry::new(source.clone(), asked.at, action, self.status)
        });
    }

    /// RFC 7644 §3.7; `status` is a string there.
    fn to_json(&self, operation: &BulkOperation) -> Value {
        let mut shown = json!({ "method": operation.method.as_str() });
        if let Some(bulk_id) = &operation.bulk_id {
            shown["bulkId"] = bulk_id.as_str().into();
        }
        if let Some(version) = self.version {
            shown["version"] = etag(version).into();
        }
        if let Some(location) = &self.location {
            shown["location"] = location.as_str().into();
        }
        shown["status"] = self.status.to_string().into();
        if let Some(error) = &self.error {
            shown["response"] = error.to_json();
        }
        shown
    }
}

/// RFC 7644 §3.7.1.
fn unresolved(bulk_ids: &BTreeSet<String>) -> ScimError {
    let list: Vec<String> = bulk_ids.iter().map(|id| format!("bulkId:{id}")).collect();
    ScimError::new(
        409,
        format!("{} refers to a resource that no operation of this request made.", list.join(", ")),
    )
}

fn invalid_path(detail: &'static str) -> ScimError {
    ScimError::bad_request(ScimType::InvalidPath, detail)
}
