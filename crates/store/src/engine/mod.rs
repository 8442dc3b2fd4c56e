//! The threads that own connections, and the queues in front of them.

mod job;
pub(crate) mod local;
pub(crate) mod postgres;
pub(crate) mod sqlite;
mod statement;

pub(crate) use job::{Job, Unit};

use crate::{OpenError, StoreError};
use crossbeam_channel::{Sender, TrySendError};

/// Where jobs wait for a thread. Cloning shares the queue; the threads end when the last clone is dropped.
#[derive(Clone)]
pub(crate) struct Queue(Sender<Box<dyn Job>>);

impl Queue {
    /// # Errors
    ///
    /// [`StoreError::Busy`] when the queue is full, [`StoreError::Unavailable`] when its threads have ended.
    pub(crate) fn submit(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.0.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => {
                StoreError::Unavailable("the database threads have ended".into())
            }
        })
    }
}

fn spawn(name: String, body: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
    std::thread::Builder::new().name(name).spawn(body).map(drop).map_err(OpenError::Thread)
}
