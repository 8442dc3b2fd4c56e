//! The order of a list.

use super::condition::Target;
use super::sql::{JsonType, column, push_json};
use crate::dialect::Dialect;
use crate::schema::resources;
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, Text};

/// By which value resources are ordered. Those without one come last, or first when the order descends (RFC 7644
/// §3.4.2.3); equals come in order of creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The value: a column, or [`Target::Document`].
    pub target: Target,
    /// What its values are in the search document.
    pub kind: SortKind,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// How values of the search document compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKind {
    /// By code point.
    Text,
    /// By size; times too.
    Number,
    /// False before true.
    Boolean,
}

/// The terms of an ORDER BY, as a Diesel expression over [`resources`].
#[derive(Clone, Copy)]
pub(super) struct Ordered<'a>(pub(super) &'a Sort);

impl Expression for Ordered<'_> {
    type SqlType = Bool;
}

impl ValidGrouping<()> for Ordered<'_> {
    type IsAggregate = is_aggregate::No;
}

impl AppearsOnTable<resources::table> for Ordered<'_> {}
impl SelectableExpression<resources::table> for Ordered<'_> {}

impl QueryId for Ordered<'_> {
    type QueryId = ();
    // The SQL depends on the attribute.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB> QueryFragment<DB> for Ordered<'_>
where
    DB: Backend + Dialect,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let direction = if self.0.descending { " DESC" } else { "" };
        // The databases disagree where NULL comes; so it is said.
        out.push_sql("(");
        self.push_value(&mut out)?;
        out.push_sql(" IS NULL)");
        out.push_sql(direction);
        out.push_sql(", ");
        self.push_value(&mut out)?;
        out.push_sql(direction);
        Ok(())
    }
}

impl Ordered<'_> {
    fn push_value<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + Dialect,
        String: ToSql<Text, DB>,
    {
        if let Some(column) = column(&self.0.target) {
            out.push_sql(column);
            return Ok(());
        }
        let json_type = match self.0.kind {
            SortKind::Text => JsonType::Text,
            SortKind::Number => JsonType::Number,
            SortKind::Boolean => JsonType::Boolean,
        };
        push_json(&self.0.target, &json_type, out)
    }
}
