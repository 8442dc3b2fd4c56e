//! Statements that begin and end transactions, prepared once for each connection.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

/// One statement for each way in which SQLite's transactions begin and end.
macro_rules! statements {
    ($($name:ident: $sql:literal),* $(,)?) => {$(
        #[derive(Clone, Copy, QueryId)]
        pub(super) struct $name;

        impl<DB: Backend> QueryFragment<DB> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                out.push_sql($sql);
                Ok(())
            }
        }

        impl RunQueryDsl<SqliteConnection> for $name {}
    )*};
}

statements! {
    Begin: "BEGIN",
    BeginImmediate: "BEGIN IMMEDIATE",
    Commit: "COMMIT",
    Savepoint: "SAVEPOINT job",
    Release: "RELEASE job",
}
