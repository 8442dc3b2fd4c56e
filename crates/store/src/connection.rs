//! A connection to either database, and the macro that compiles one body for both.

use crate::engine::postgres::ThreadRuntime;
use crate::{StoreError, WorkError};
use diesel::SqliteConnection;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;

/// PostgreSQL through a pure-Rust driver: no libpq, no OpenSSL to build.
pub(crate) type PgConnection = AsyncConnectionWrapper<AsyncPgConnection, ThreadRuntime>;

/// A connection inside a unit of work; the functions of this crate take it.
pub struct Connection(pub(crate) Either);

#[expect(clippy::large_enum_variant, reason = "one value per database thread, never moved")]
pub(crate) enum Either {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Runs one body with the connection of either database.
///
/// Diesel's own `MultiConnection` refuses upserts and RETURNING; a body compiled twice does not.
macro_rules! on_either {
    ($connection:expr, |$inner:ident| $body:expr) => {
        match &mut $connection.0 {
            $crate::connection::Either::Sqlite($inner) => $body,
            $crate::connection::Either::Postgres($inner) => $body,
        }
    };
}

impl Connection {
    /// Runs several reads that see the database at one moment. On SQLite every read does.
    ///
    /// # Errors
    ///
    /// The closure's; or the database's.
    pub(crate) fn snapshot<T>(
        &mut self,
        reads: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if matches!(self.0, Either::Sqlite(_)) {
            return reads(self);
        }
        self.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
        let result = reads(self);
        let ended = self.batch_execute("COMMIT");
        let result = result?;
        ended?;
        Ok(result)
    }

    /// Runs a part of a unit of work that may fail alone: what it changed is undone when it returns an error, and the
    /// rest of the work goes on.
    ///
    /// # Errors
    ///
    /// The closure's; or the database's, when it cannot go back, which the whole work must then return.
    pub fn savepoint<T, E: WorkError>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.batch_execute("SAVEPOINT part").map_err(StoreError::from)?;
        let result = work(self);
        let end = if result.is_ok() { "RELEASE part" } else { "ROLLBACK TO part; RELEASE part" };
        match self.batch_execute(end).map_err(StoreError::from) {
            Ok(()) => result,
            // Its own error says more.
            Err(error) => Err(result.err().unwrap_or_else(|| error.into())),
        }
    }

    pub(crate) fn batch_execute(&mut self, sql: &str) -> diesel::QueryResult<()> {
        use diesel::connection::SimpleConnection;
        on_either!(self, |connection| connection.batch_execute(sql))
    }
}
