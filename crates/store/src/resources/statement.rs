//! Changes of a resource's row as statements that are prepared once for each connection: Diesel prepares its own updates
//! anew each time.

use crate::Timestamp;
use crate::jsonb::Jsonb;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{self, BigInt, HasSqlType, Nullable, Text};
use diesel::{QueryResult, RunQueryDsl};

/// Replaces what a resource says.
pub(super) struct Update<'a> {
    pub(super) external_id: Option<&'a str>,
    pub(super) unique_key: Option<&'a str>,
    pub(super) display: Option<&'a str>,
    pub(super) document: &'a str,
    pub(super) search: Jsonb<'a>,
    pub(super) touch: Touch,
}

/// What every change of a resource writes.
#[derive(Clone, Copy, QueryId)]
pub(super) struct Touch {
    pub(super) key: i64,
    pub(super) version: i64,
    pub(super) modified_at: Timestamp,
    pub(super) last_entry: Option<i64>,
}

impl<'a, DB> QueryFragment<DB> for Update<'a>
where
    DB: Backend + HasSqlType<sql_types::Jsonb>,
    i64: ToSql<BigInt, DB>,
    str: ToSql<Text, DB>,
    Option<i64>: ToSql<Nullable<BigInt>, DB>,
    Option<&'a str>: ToSql<Nullable<Text>, DB>,
    Jsonb<'a>: ToSql<sql_types::Jsonb, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE resources SET external_id = ");
        out.push_bind_param::<Nullable<Text>, _>(&self.external_id)?;
        out.push_sql(", unique_key = ");
        out.push_bind_param::<Nullable<Text>, _>(&self.unique_key)?;
        out.push_sql(", display = ");
        out.push_bind_param::<Nullable<Text>, _>(&self.display)?;
        out.push_sql(", document = ");
        out.push_bind_param::<Text, str>(self.document)?;
        out.push_sql(", search = ");
        out.push_bind_param::<sql_types::Jsonb, _>(&self.search)?;
        out.push_sql(", ");
        self.touch.push_end(out)
    }
}

impl<DB> QueryFragment<DB> for Touch
where
    DB: Backend,
    i64: ToSql<BigInt, DB>,
    Option<i64>: ToSql<Nullable<BigInt>, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE resources SET ");
        self.push_end(out)
    }
}

impl Touch {
    fn push_end<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend,
        i64: ToSql<BigInt, DB>,
        Option<i64>: ToSql<Nullable<BigInt>, DB>,
    {
        out.push_sql("version = ");
        out.push_bind_param::<BigInt, _>(&self.version)?;
        out.push_sql(", modified_at = ");
        out.push_bind_param::<BigInt, _>(&self.modified_at)?;
        out.push_sql(", last_entry = ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.last_entry)?;
        out.push_sql(" WHERE key = ");
        out.push_bind_param::<BigInt, _>(&self.key)
    }
}

// The derive asks for a type without a lifetime.
impl QueryId for Update<'_> {
    type QueryId = Update<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for Update<'_> {}
impl<C> RunQueryDsl<C> for Touch {}
