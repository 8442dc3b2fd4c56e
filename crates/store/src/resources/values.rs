//! The values of indexed attributes, a row each.

use super::statement::InsertValue;
use crate::connection::Either;
use crate::{Connection, StoreError};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Text};

/// Stores values of a resource. Two that are the same, such as e-mail addresses that differ only in case, are one.
///
/// By statements that are prepared once: on SQLite one for each row, on PostgreSQL, where each is a way to the server and
/// back, one for all.
pub(super) fn insert<'a>(
    connection: &mut Connection,
    organization_key: i64,
    resource_key: i64,
    values: impl Iterator<Item = &'a (String, String)>,
) -> Result<(), StoreError> {
    match &mut connection.0 {
        Either::Sqlite(connection) => {
            for (attribute, value) in values {
                InsertValue { resource_key, attribute, value, organization_key }.execute(connection)?;
            }
        }
        Either::Postgres(connection) => {
            let (attributes, values) = values.map(|(name, value)| (name.as_str(), value.as_str())).unzip();
            let rows = Rows { resource_key, organization_key, attributes, values };
            if !rows.values.is_empty() {
                rows.execute(connection)?;
            }
        }
    }
    Ok(())
}

/// Rows of one resource, as two lists.
struct Rows<'a> {
    resource_key: i64,
    organization_key: i64,
    attributes: Vec<&'a str>,
    values: Vec<&'a str>,
}

impl QueryFragment<Pg> for Rows<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO resource_values (resource_key, organization_key, attribute, value) SELECT ",
        );
        out.push_bind_param::<BigInt, _>(&self.resource_key)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.organization_key)?;
        out.push_sql(", attribute, value FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.attributes)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.values)?;
        out.push_sql(") AS rows (attribute, value) ON CONFLICT DO NOTHING");
        Ok(())
    }
}

impl QueryId for Rows<'_> {
    type QueryId = Rows<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for Rows<'_> {}
