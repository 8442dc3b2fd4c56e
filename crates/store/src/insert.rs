//! What statements that write a row on SQLite share.

use diesel::QueryResult;
use diesel::RunQueryDsl;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType};
use diesel::sqlite::Sqlite;

/// Pushes one more value, behind a comma.
pub(crate) fn push_next<'b, T, U>(out: &mut AstPass<'_, 'b, Sqlite>, value: &'b U) -> QueryResult<()>
where
    U: ToSql<T, Sqlite> + ?Sized,
    Sqlite: HasSqlType<T>,
{
    out.push_sql(", ");
    out.push_bind_param(value)
}

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
