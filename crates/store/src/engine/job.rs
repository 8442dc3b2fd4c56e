//! A unit of work in the queue: run on a database thread, answered when its transaction has ended.

use crate::{Connection, StoreError, WorkError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// What a database thread does with a job.
pub(crate) trait Job: Send {
    /// Runs the work inside a transaction or savepoint that the thread has opened.
    fn run(&mut self, connection: &mut Connection) -> Outcome;

    /// Answers the caller. `ended` says how the transaction ended; its error replaces a good result.
    fn answer(self: Box<Self>, ended: Result<(), StoreError>);
}

/// What is to become of a job's changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The work succeeded: keep its changes.
    Keep,
    /// The work failed: undo them.
    Undo,
    /// The work gave way to another transaction: undo, and run it again.
    GaveWay,
    /// The connection is lost.
    Lost,
}

/// A closure, its result, and who waits for it.
pub(crate) struct Unit<F, T, E> {
    work: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Unit<F, T, E> {
    pub(crate) fn new(work: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (Self { work, result: None, reply }, answer)
    }
}

impl<F, T, E> Job for Unit<F, T, E>
where
    F: Fn(&mut Connection) -> Result<T, E> + Send,
    T: Send,
    E: WorkError,
{
    fn run(&mut self, connection: &mut Connection) -> Outcome {
        // A panic in one closure must not end the thread that serves all.
        let Ok(result) = catch_unwind(AssertUnwindSafe(|| (self.work)(connection))) else {
            self.result = Some(Err(StoreError::Unavailable("the work panicked".into()).into()));
            return Outcome::Undo;
        };
        let outcome = match result.as_ref().map_err(WorkError::as_store_error) {
            Ok(_) => Outcome::Keep,
            Err(Some(StoreError::GaveWay(_))) => Outcome::GaveWay,
            Err(Some(StoreError::Unavailable(_))) => Outcome::Lost,
            Err(_) => Outcome::Undo,
        };
        self.result = Some(result);
        outcome
    }

    fn answer(self: Box<Self>, ended: Result<(), StoreError>) {
        let result = match (self.result, ended) {
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StoreError::Unavailable("the work was not run".into()).into()),
        };
        // The caller may have gone; then nobody wants the answer.
        let _ = self.reply.send(result);
    }
}
