//! A condition as SQL, for both databases by one walk; `Dialect` says how each reads a JSON document.

use super::condition::{Condition, MembershipField, Operand, Operator, Target};
use super::list::TypeQuery;
use crate::dialect::Dialect;
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Double, Text};
use std::sync::LazyLock;

/// Where the search document has the folded name that memberships show.
static DISPLAY: LazyLock<[String; 1]> = LazyLock::new(|| ["$display".to_owned()]);

/// Makes a type, which writes SQL over `resources`, a Diesel expression. Its SQL depends on its values: it has no
/// identity by which a statement could be kept.
macro_rules! condition_on_resources {
    ($name:ident) => {
        impl diesel::expression::Expression for $name<'_> {
            type SqlType = diesel::sql_types::Bool;
        }

        impl diesel::expression::ValidGrouping<()> for $name<'_> {
            type IsAggregate = diesel::expression::is_aggregate::No;
        }

        impl diesel::expression::AppearsOnTable<crate::schema::resources::table> for $name<'_> {}
        impl diesel::expression::SelectableExpression<crate::schema::resources::table> for $name<'_> {}

        impl diesel::query_builder::QueryId for $name<'_> {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
    };
}
pub(crate) use condition_on_resources;

/// "This resource of the organization is of one of the types and meets its condition", as a Diesel expression over
/// `resources`.
#[derive(Clone, Copy)]
pub(crate) struct Selected<'a> {
    pub(crate) types: &'a [TypeQuery],
    pub(crate) organization_key: &'a i64,
}

condition_on_resources!(Selected);

impl<DB> QueryFragment<DB> for Selected<'_>
where
    DB: Backend + Dialect,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    f64: ToSql<Double, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        for (number, of_type) in self.types.iter().enumerate() {
            out.push_sql(if number == 0 {
                "(resources.resource_type = "
            } else {
                " OR (resources.resource_type = "
            });
            out.push_bind_param::<Text, _>(&of_type.resource_type)?;
            if let Some(condition) = &of_type.condition {
                out.push_sql(" AND ");
                Meets { organization_key: self.organization_key }.walk(condition, &mut out)?;
            }
            out.push_sql(")");
        }
        out.push_sql(")");
        Ok(())
    }
}

/// Writes conditions on resources of the organization.
#[derive(Clone, Copy)]
struct Meets<'a> {
    organization_key: &'a i64,
}

impl<'b> Meets<'b> {
    fn walk<DB>(self, condition: &'b Condition, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + Dialect,
        String: ToSql<Text, DB>,
        i64: ToSql<BigInt, DB>,
        f64: ToSql<Double, DB>,
    {
        match condition {
            Condition::And(parts) => self.walk_all(parts, " AND ", "(1=1)", out),
            Condition::Or(parts) => self.walk_all(parts, " OR ", "(1=0)", out),
            Condition::Not(part) => {
                // A comparison with nothing is NULL, whose negation must be true here.
                out.push_sql("NOT COALESCE(");
                self.walk(part, out)?;
                out.push_sql(", FALSE)");
                Ok(())
            }
            Condition::Compare { target, operator: Operator::NotEqual, operand } => {
                out.push_sql("NOT COALESCE(");
                self.compare(target, Operator::Equal, operand, out)?;
                out.push_sql(", FALSE)");
                Ok(())
            }
            Condition::Compare { target, operator, operand } => self.compare(target, *operator, operand, out),
            Condition::Present(target) => self.present(target, out),
            Condition::Any { path, condition } => {
                out.push_sql("EXISTS (SELECT 1 FROM ");
                DB::push_elements(path, out)?;
                out.push_sql(" AS element WHERE ");
                self.walk(condition, out)?;
                out.push_sql(")");
                Ok(())
            }
            Condition::Member(condition) => {
                out.push_sql(
                    "resources.key IN (SELECT group_key FROM memberships \
                     JOIN resources AS other ON other.key = memberships.member_key WHERE ",
                );
                self.walk(condition, out)?;
                out.push_sql(")");
                Ok(())
            }
            Condition::Group { direct, indirect } => self.group(direct, indirect, out),
            Condition::Never => {
                out.push_sql("(1=0)");
                Ok(())
            }
        }
    }

    /// Direct members of the groups that meet one condition, and members through other groups of those that meet the
    /// other. A row of `below` is a member and a group above it; UNION drops repetitions, so that circles end.
    fn group<DB>(
        self,
        direct: &'b Condition,
        indirect: &'b Condition,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: Backend + Dialect,
        String: ToSql<Text, DB>,
        i64: ToSql<BigInt, DB>,
        f64: ToSql<Double, DB>,
    {
        out.push_sql(
            "(resources.key IN (SELECT member_key FROM memberships \
             JOIN resources AS other ON other.key = memberships.group_key WHERE ",
        );
        self.walk(direct, out)?;
        out.push_sql(
            ") OR resources.key IN (WITH RECURSIVE below(member_key, group_key) AS (\
             SELECT memberships.member_key, memberships.group_key FROM memberships \
             JOIN resources AS other ON other.key = memberships.group_key WHERE ",
        );
        self.walk(indirect, out)?;
        out.push_sql(
            " UNION SELECT deeper.member_key, below.group_key FROM memberships AS deeper \
             JOIN below ON deeper.group_key = below.member_key) \
             SELECT below.member_key FROM below WHERE NOT EXISTS (SELECT 1 FROM memberships AS own \
             WHERE own.group_key = below.group_key AND own.member_key = below.member_key)))",
        );
        Ok(())
    }

    fn walk_all<DB>(
        self,
        parts: &'b [Condition],
        between: &str,
        none: &str,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: Backend + Dialect,
        String: ToSql<Text, DB>,
        i64: ToSql<BigInt, DB>,
        f64: ToSql<Double, DB>,
    {
        if parts.is_empty() {
            out.push_sql(none);
            return Ok(());
        }
        out.push_sql("(");
        for (number, part) in parts.iter().enumerate() {
            if number > 0 {
                out.push_sql(between);
            }
            self.walk(part, out)?;
        }
        out.push_sql(")");
        Ok(())
    }

    fn compare<DB>(
        self,
        target: &'b Target,
        operator: Operator,
        operand: &'b Operand,
        out: &mut AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: Backend + Dialect,
        String: ToSql<Text, DB>,
        i64: ToSql<BigInt, DB>,
        f64: ToSql<Double, DB>,
    {
        match target {
            Target::Indexed(attribute) => {
                out.push_sql(
                    "resources.key IN (SELECT resource_key FROM resource_values WHERE organization_key = ",
                );
                out.push_bind_param::<BigInt, _>(self.organization_key)?;
                out.push_sql(" AND attribute = ");
                out.push_bind_param::<Text, _>(attribute)?;
                out.push_sql(" AND ");
                comparison(&|out| push(out, "value"), operator, operand, out)?;
                out.push_sql(")");
                Ok(())
            }
            Target::Related(field) => comparison(&|out| push_related(*field, out), operator, operand, out),
            target => comparison(&|out| push_value(target, operand, out), operator, operand, out),
        }
    }

    fn present<DB>(self, target: &'b Target, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + Dialect,
        String: ToSql<Text, DB>,
        i64: ToSql<BigInt, DB>,
    {
        match target {
            Target::Indexed(attribute) => {
                out.push_sql(
                    "resources.key IN (SELECT resource_key FROM resource_values WHERE organization_key = ",
                );
                out.push_bind_param::<BigInt, _>(self.organization_key)?;
                out.push_sql(" AND attribute = ");
                out.push_bind_param::<Text, _>(attribute)?;
                out.push_sql(")");
            }
            Target::Related(field) => {
                out.push_sql("(");
                push_related(*field, out)?;
                out.push_sql(" IS NOT NULL)");
            }
            target => {
                out.push_sql("(");
                match column(target) {
                    Some(column) => out.push_sql(column),
                    None => push_json(target, &JsonType::Any, out)?,
                }
                out.push_sql(" IS NOT NULL)");
            }
        }
        Ok(())
    }
}

type PushValue<'v, 'a, 'b, DB> = &'v dyn Fn(&mut AstPass<'a, 'b, DB>) -> QueryResult<()>;

fn comparison<'a, 'b, DB>(
    value: PushValue<'_, 'a, 'b, DB>,
    operator: Operator,
    operand: &'b Operand,
    out: &mut AstPass<'a, 'b, DB>,
) -> QueryResult<()>
where
    DB: Backend + Dialect,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    f64: ToSql<Double, DB>,
{
    let sign = match operator {
        Operator::Equal => "=",
        Operator::NotEqual => "<>",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Contains | Operator::StartsWith | Operator::EndsWith => {
            return substring(value, operator, operand, out);
        }
    };
    out.push_sql("(");
    value(out)?;
    out.push_sql(" ");
    out.push_sql(sign);
    out.push_sql(" ");
    push_operand(operand, out)?;
    out.push_sql(")");
    Ok(())
}

/// By position and substring, never by LIKE: no wildcard to escape, and the same answer on both databases.
fn substring<'a, 'b, DB>(
    value: PushValue<'_, 'a, 'b, DB>,
    operator: Operator,
    operand: &'b Operand,
    out: &mut AstPass<'a, 'b, DB>,
) -> QueryResult<()>
where
    DB: Backend + Dialect,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    f64: ToSql<Double, DB>,
{
    match operator {
        Operator::StartsWith => {
            out.push_sql("(substr(");
            value(out)?;
            out.push_sql(", 1, length(");
            push_operand(operand, out)?;
            out.push_sql(")) = ");
            push_operand(operand, out)?;
            out.push_sql(")");
        }
        Operator::EndsWith => {
            out.push_sql("(length(");
            value(out)?;
            out.push_sql(") >= length(");
            push_operand(operand, out)?;
            out.push_sql(") AND substr(");
            value(out)?;
            out.push_sql(", length(");
            value(out)?;
            out.push_sql(") - length(");
            push_operand(operand, out)?;
            out.push_sql(") + 1) = ");
            push_operand(operand, out)?;
            out.push_sql(")");
        }
        _ => {
            out.push_sql("(");
            out.push_sql(DB::POSITION);
            out.push_sql("(");
            value(out)?;
            out.push_sql(", ");
            push_operand(operand, out)?;
            out.push_sql(") > 0)");
        }
    }
    Ok(())
}

pub(super) fn push_operand<'b, DB>(operand: &'b Operand, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    DB: Backend + Dialect,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    f64: ToSql<Double, DB>,
{
    match operand {
        Operand::Text(text) => out.push_bind_param::<Text, _>(text),
        Operand::Integer(number) => out.push_bind_param::<BigInt, _>(number),
        Operand::Decimal(number) => out.push_bind_param::<Double, _>(number),
        // Inside JSON a truth value reads differently on each database.
        Operand::Boolean(value) => push(out, DB::boolean(*value)),
    }
}

/// What type a value of a JSON document is read as.
pub(crate) enum JsonType {
    Text,
    Number,
    Boolean,
    /// Only to see whether it is there.
    Any,
}

fn push_value<'b, DB>(target: &'b Target, operand: &Operand, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    DB: Backend + Dialect,
    String: ToSql<Text, DB>,
{
    if let Some(column) = column(target) {
        return push(out, column);
    }
    let json_type = match operand {
        Operand::Text(_) => JsonType::Text,
        Operand::Boolean(_) => JsonType::Boolean,
        Operand::Integer(_) | Operand::Decimal(_) => JsonType::Number,
    };
    push_json(target, &json_type, out)
}

pub(super) fn push_json<'b, DB>(
    target: &'b Target,
    json_type: &JsonType,
    out: &mut AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    DB: Backend + Dialect,
    String: ToSql<Text, DB>,
{
    match target {
        Target::Document(path) => DB::push_json("resources.search", path, json_type, out),
        Target::Element(path) => DB::push_json("element.value", path, json_type, out),
        _ => push(out, "NULL"),
    }
}

pub(super) fn column(target: &Target) -> Option<&'static str> {
    match target {
        Target::Id => Some("resources.id"),
        Target::ExternalId => Some("resources.external_id"),
        Target::UniqueKey => Some("resources.unique_key"),
        Target::CreatedAt => Some("resources.created_at"),
        Target::ModifiedAt => Some("resources.modified_at"),
        Target::Version => Some("resources.version"),
        Target::Indexed(_) | Target::Document(_) | Target::Element(_) | Target::Related(_) => None,
    }
}

/// What a membership shows of the other side; its name folded, as it is in the search document.
fn push_related<DB>(field: MembershipField, out: &mut AstPass<'_, '_, DB>) -> QueryResult<()>
where
    DB: Backend + Dialect,
{
    match field {
        MembershipField::Id => push(out, "other.id"),
        MembershipField::ResourceType => push(out, "other.resource_type"),
        MembershipField::Display => DB::push_json("other.search", DISPLAY.as_slice(), &JsonType::Text, out),
    }
}

fn push<DB: Backend>(out: &mut AstPass<'_, '_, DB>, sql: &str) -> QueryResult<()> {
    out.push_sql(sql);
    Ok(())
}
