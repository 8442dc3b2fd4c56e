//! The order of a list.

use super::condition::Target;
use super::sql::{JsonType, column, condition_on_resources, push_json, push_operand};
use crate::dialect::Dialect;
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Double, Text};

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

/// A place in an order: that of a resource that was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// Its value of [`Sort::target`]; `None` where it has none, or nothing is sorted by.
    pub value: Option<SortValue>,
    /// Its [`super::Resource::key`].
    pub key: i64,
}

/// A value that resources are ordered by.
pub type SortValue = super::Operand;

/// The terms of an ORDER BY, as a Diesel expression over `resources`.
#[derive(Clone, Copy)]
pub(super) struct Ordered<'a>(pub(super) &'a Sort);

condition_on_resources!(Ordered);

impl<DB> QueryFragment<DB> for Ordered<'_>
where
    DB: Backend + Dialect,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let direction = if self.0.descending { " DESC" } else { "" };
        // The databases disagree where NULL comes; so it is said.
        out.push_sql("(");
        self.push(&mut out)?;
        out.push_sql(" IS NULL)");
        out.push_sql(direction);
        out.push_sql(", ");
        self.push(&mut out)?;
        out.push_sql(direction);
        Ok(())
    }
}

impl<'b> Ordered<'b> {
    fn push<DB>(self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
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

/// "Comes behind the position in the order", as a Diesel expression over `resources`.
#[derive(Clone, Copy)]
pub(super) struct After<'a> {
    pub(super) sort: Option<&'a Sort>,
    pub(super) position: &'a Position,
}

condition_on_resources!(After);

impl<DB> QueryFragment<DB> for After<'_>
where
    DB: Backend + Dialect,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    f64: ToSql<Double, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Some(sort) = self.sort else {
            out.push_sql("(resources.key > ");
            out.push_bind_param::<BigInt, _>(&self.position.key)?;
            out.push_sql(")");
            return Ok(());
        };
        let ordered = Ordered(sort);
        let value = |out: &mut AstPass<'_, 'b, DB>| ordered.push(out);
        out.push_sql("(");
        match &self.position.value {
            Some(seen) => {
                value(&mut out)?;
                out.push_sql(if sort.descending { " < " } else { " > " });
                push_operand(seen, &mut out)?;
                if !sort.descending {
                    // Those without a value come last.
                    out.push_sql(" OR ");
                    value(&mut out)?;
                    out.push_sql(" IS NULL");
                }
                out.push_sql(" OR (");
                value(&mut out)?;
                out.push_sql(" = ");
                push_operand(seen, &mut out)?;
            }
            None => {
                if sort.descending {
                    // Those without a value came first.
                    value(&mut out)?;
                    out.push_sql(" IS NOT NULL OR ");
                }
                out.push_sql("(");
                value(&mut out)?;
                out.push_sql(" IS NULL");
            }
        }
        out.push_sql(" AND resources.key > ");
        out.push_bind_param::<BigInt, _>(&self.position.key)?;
        out.push_sql("))");
        Ok(())
    }
}
