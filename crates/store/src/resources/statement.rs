//! What every change writes, as statements that are prepared once for each connection: Diesel prepares its own updates anew
//! each time, and puts its inserts together anew.

use crate::Timestamp;
use crate::insert::push_next;
use crate::jsonb::Jsonb;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{self, BigInt, HasSqlType, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl};

/// Stores a new resource, on SQLite.
pub(super) struct Insert<'a> {
    pub(super) organization_key: i64,
    pub(super) resource_type: &'a str,
    pub(super) id: &'a str,
    pub(super) external_id: Option<&'a str>,
    pub(super) unique_key: Option<&'a str>,
    pub(super) display: Option<&'a str>,
    pub(super) now: Timestamp,
    pub(super) document: &'a str,
    pub(super) search: Jsonb<'a>,
    pub(super) last_entry: Option<i64>,
}

/// Stores a value of an indexed attribute, on SQLite; one that is there stays.
pub(super) struct InsertValue<'a> {
    pub(super) resource_key: i64,
    pub(super) attribute: &'a str,
    pub(super) value: &'a str,
    pub(super) organization_key: i64,
}

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

impl QueryFragment<Sqlite> for Insert<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO resources (organization_key, resource_type, id, external_id, unique_key, display, version, \
             created_at, modified_at, document, search, last_entry) VALUES (",
        );
        out.push_bind_param::<BigInt, _>(&self.organization_key)?;
        push_next::<Text, str>(&mut out, self.resource_type)?;
        push_next::<Text, str>(&mut out, self.id)?;
        push_next::<Nullable<Text>, _>(&mut out, &self.external_id)?;
        push_next::<Nullable<Text>, _>(&mut out, &self.unique_key)?;
        push_next::<Nullable<Text>, _>(&mut out, &self.display)?;
        out.push_sql(", 1, ");
        out.push_bind_param::<BigInt, _>(&self.now)?;
        push_next::<BigInt, _>(&mut out, &self.now)?;
        push_next::<Text, str>(&mut out, self.document)?;
        push_next::<sql_types::Jsonb, _>(&mut out, &self.search)?;
        push_next::<Nullable<BigInt>, _>(&mut out, &self.last_entry)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for InsertValue<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO resource_values (resource_key, attribute, value, organization_key) VALUES (",
        );
        out.push_bind_param::<BigInt, _>(&self.resource_key)?;
        push_next::<Text, str>(&mut out, self.attribute)?;
        push_next::<Text, str>(&mut out, self.value)?;
        push_next::<BigInt, _>(&mut out, &self.organization_key)?;
        out.push_sql(") ON CONFLICT DO NOTHING");
        Ok(())
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

// The derive asks for types without a lifetime.
impl QueryId for Insert<'_> {
    type QueryId = Insert<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryId for InsertValue<'_> {
    type QueryId = InsertValue<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryId for Update<'_> {
    type QueryId = Update<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for Insert<'_> {}
impl<C> RunQueryDsl<C> for InsertValue<'_> {}
impl<C> RunQueryDsl<C> for Update<'_> {}
impl<C> RunQueryDsl<C> for Touch {}
