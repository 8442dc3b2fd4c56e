//! What can go wrong in the store.

use crate::DatabaseUrl;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use std::error::Error as StdError;
use thiserror::Error;

type Source = Box<dyn StdError + Send + Sync>;

/// A unit of work failed. "Not found" is not among these: it is `Ok(None)`.
#[derive(Debug, Error)]
pub enum StoreError {
    /// A unique value is taken.
    #[error("a unique value is taken ({constraint})")]
    Conflict {
        /// The constraint's or the columns' name, as the database says it.
        constraint: String,
    },
    /// The queue of waiting work is full; the caller may try again shortly.
    #[error("the database is busy: the queue of waiting work is full")]
    Busy,
    /// A statement took longer than any may.
    #[error("the database took too long")]
    TooSlow,
    /// The database cannot be reached, or went away before it answered: the work may or may not have been done.
    #[error("the database is not available")]
    Unavailable(#[source] Source),
    /// Two transactions stood in each other's way; doing the work again is safe.
    #[error("the transaction gave way to another")]
    GaveWay(#[source] DieselError),
    /// Anything else that the database refused.
    #[error("the database refused the work")]
    Database(#[source] DieselError),
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, ref information) => {
                let constraint =
                    information.constraint_name().unwrap_or_else(|| information.message()).to_owned();
                Self::Conflict { constraint }
            }
            // A foreign key fails when what a row refers to was deleted by another transaction in between.
            DieselError::DatabaseError(
                DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::ForeignKeyViolation,
                _,
            ) => Self::GaveWay(error),
            DieselError::DatabaseError(_, ref information)
                if information.message().contains("statement timeout") =>
            {
                Self::TooSlow
            }
            // PostgreSQL's deadlock (40P01) has no kind of its own in Diesel.
            DieselError::DatabaseError(_, ref information)
                if information.message().contains("deadlock detected") =>
            {
                Self::GaveWay(error)
            }
            DieselError::DatabaseError(_, ref information)
                if information.message().contains("terminating connection") =>
            {
                Self::Unavailable(Box::new(error))
            }
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            )
            | DieselError::BrokenTransactionManager => Self::Unavailable(Box::new(error)),
            error => Self::Database(error),
        }
    }
}

/// The error of a unit of work: it can come from the store, and says so, that the store can do the work again.
pub trait WorkError: From<StoreError> + Send + 'static {
    /// The store's own error, where this is one.
    fn as_store_error(&self) -> Option<&StoreError>;
}

impl WorkError for StoreError {
    fn as_store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// The store could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The file's directory could not be made.
    #[error("cannot create the directory {directory} for the database")]
    Directory {
        /// The directory.
        directory: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The database could not be opened or reached.
    #[error("cannot open the database {url}")]
    Connect {
        /// Its address, without a password.
        url: DatabaseUrl,
        /// Why.
        #[source]
        source: Source,
    },
    /// The migrations could not be applied.
    #[error("cannot bring the tables of {url} up to date")]
    Migrate {
        /// Its address, without a password.
        url: DatabaseUrl,
        /// Why.
        #[source]
        source: Source,
    },
    /// The tables are older than this program, and it was told not to migrate.
    #[error("the tables of {url} are not up to date ({pending} pending): run `muster migrate`")]
    Outdated {
        /// Its address, without a password.
        url: DatabaseUrl,
        /// How many migrations are pending.
        pending: usize,
    },
    /// A thread could not be started.
    #[error("cannot start a database thread")]
    Thread(#[source] std::io::Error),
}
