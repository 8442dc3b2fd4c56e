//! What truly differs between the two databases.

use crate::StoreError;
use crate::connection::{Connection, Either};
use crate::resources::JsonType;
use crate::schema::{memberships, resources};
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::AstPass;
use diesel::sqlite::Sqlite;

/// How a database reads a JSON document. Attribute names in paths come from schemas, never from a request;
/// they are quoted all the same.
pub(crate) trait Dialect: Backend {
    /// The function that says where in a text another text is, counted from 1; 0 when it is not there.
    const POSITION: &'static str;

    /// What a truth value reads as with [`JsonType::Boolean`].
    fn boolean(value: bool) -> &'static str;

    /// The value at `path` of the JSON in `source`; NULL where there is none.
    fn push_json<'b>(
        source: &str,
        path: &'b [String],
        json_type: &JsonType,
        out: &mut AstPass<'_, 'b, Self>,
    ) -> QueryResult<()>;

    /// A table expression with one row per element of the list at `path` of the search document; column `value`.
    fn push_elements<'b>(path: &'b [String], out: &mut AstPass<'_, 'b, Self>) -> QueryResult<()>;
}

impl Dialect for Sqlite {
    const POSITION: &'static str = "instr";

    fn boolean(value: bool) -> &'static str {
        if value { "1" } else { "0" }
    }

    fn push_json<'b>(
        source: &str,
        path: &'b [String],
        _: &JsonType,
        out: &mut AstPass<'_, 'b, Self>,
    ) -> QueryResult<()> {
        if path.is_empty() {
            out.push_sql(source);
            return Ok(());
        }
        out.push_sql("json_extract(");
        out.push_sql(source);
        out.push_sql(", '");
        out.push_sql(&sqlite_path(path));
        out.push_sql("')");
        Ok(())
    }

    fn push_elements<'b>(path: &'b [String], out: &mut AstPass<'_, 'b, Self>) -> QueryResult<()> {
        out.push_sql("json_each(resources.search, '");
        out.push_sql(&sqlite_path(path));
        out.push_sql("')");
        Ok(())
    }
}

fn sqlite_path(path: &[String]) -> String {
    let mut text = String::from("$");
    for name in path {
        text.push_str(".\"");
        text.extend(name.chars().filter(|character| !matches!(character, '"' | '\'' | '\\')));
        text.push('"');
    }
    text
}

impl Dialect for Pg {
    const POSITION: &'static str = "strpos";

    fn boolean(value: bool) -> &'static str {
        if value { "'true'::jsonb" } else { "'false'::jsonb" }
    }

    fn push_json<'b>(
        source: &str,
        path: &'b [String],
        json_type: &JsonType,
        out: &mut AstPass<'_, 'b, Self>,
    ) -> QueryResult<()> {
        out.push_sql("(");
        out.push_sql(source);
        // A truth value stays JSON: the term of the index `resources_disabled`, which no other type's `active` can break.
        out.push_sql(if matches!(json_type, JsonType::Boolean) { " #> " } else { " #>> " });
        push_postgres_path(path, out);
        out.push_sql(")");
        out.push_sql(match json_type {
            JsonType::Text => " COLLATE \"C\"",
            JsonType::Number => "::numeric",
            JsonType::Boolean | JsonType::Any => "",
        });
        Ok(())
    }

    fn push_elements<'b>(path: &'b [String], out: &mut AstPass<'_, 'b, Self>) -> QueryResult<()> {
        out.push_sql("(SELECT value FROM jsonb_array_elements(CASE jsonb_typeof(resources.search #> ");
        push_postgres_path(path, out);
        out.push_sql(") WHEN 'array' THEN resources.search #> ");
        push_postgres_path(path, out);
        out.push_sql(" ELSE '[]'::jsonb END) AS list(value))");
        Ok(())
    }
}

fn push_postgres_path(path: &[String], out: &mut AstPass<'_, '_, Pg>) {
    out.push_sql("ARRAY[");
    for (number, name) in path.iter().enumerate() {
        out.push_sql(if number == 0 { "'" } else { ", '" });
        out.push_sql(&name.replace('\'', "''"));
        out.push_sql("'");
    }
    out.push_sql("]::text[]");
}

/// Holds a resource's row until the transaction ends. SQLite has one writer at a time: there it is held already.
pub(crate) fn lock_resource(
    connection: &mut Connection,
    organization_key: i64,
    id: &str,
) -> Result<(), StoreError> {
    if let Either::Postgres(connection) = &mut connection.0 {
        resources::table
            .filter(resources::id.eq(id))
            .filter(resources::organization_key.eq(organization_key))
            .select(resources::key)
            // Not FOR UPDATE: that would also hold back foreign-key checks by new memberships.
            .for_no_key_update()
            .first::<i64>(connection)
            .optional()?;
    }
    Ok(())
}

/// Holds the rows of the groups that a resource is a direct member of, in the order of their keys: two transactions
/// that need the same ones wait for each other and do not lock each other out.
pub(crate) fn lock_groups_of(connection: &mut Connection, member_key: i64) -> Result<(), StoreError> {
    if let Either::Postgres(connection) = &mut connection.0 {
        let groups =
            memberships::table.filter(memberships::member_key.eq(member_key)).select(memberships::group_key);
        resources::table
            .filter(resources::key.eq_any(groups))
            .select(resources::key)
            .order(resources::key)
            .for_no_key_update()
            .load::<i64>(connection)?;
    }
    Ok(())
}

/// Holds the rows of these resources until the transaction ends, in the order of their keys.
pub(crate) fn lock_resources(
    connection: &mut Connection,
    organization_key: i64,
    ids: &[&str],
) -> Result<(), StoreError> {
    if let (Either::Postgres(connection), false) = (&mut connection.0, ids.is_empty()) {
        resources::table
            .filter(resources::id.eq_any(ids))
            .filter(resources::organization_key.eq(organization_key))
            .select(resources::key)
            .order(resources::key)
            .for_no_key_update()
            .load::<i64>(connection)?;
    }
    Ok(())
}
