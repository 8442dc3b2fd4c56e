//! The key of a row that was just written.

use diesel::QueryResult;
use diesel::RunQueryDsl;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;

/// The key of the row that this connection of SQLite wrote last: in a fraction of the time that `RETURNING` takes.
#[derive(Clone, Copy, QueryId)]
pub(crate) struct LastKey;

impl QueryFragment<Sqlite> for LastKey {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("SELECT last_insert_rowid()");
        Ok(())
    }
}

impl Query for LastKey {
    type SqlType = BigInt;
}

impl<C> RunQueryDsl<C> for LastKey {}
