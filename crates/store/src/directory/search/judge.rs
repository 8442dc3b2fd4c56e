//! Which of some candidates a step shows: those of the type that meet the other words and the condition, and that no
//! earlier step has shown.

use super::steps::Step;
use super::{Field, Search, Term, Way};
use crate::dialect::Dialect;
use crate::resources::{Resource, Selected, condition_on_resources};
use crate::schema::{resource_values, resources};
use crate::{Connection, StoreError};
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::dsl::min;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::serialize::ToSql;
use diesel::sql_types::Text;
use std::collections::{HashMap, HashSet};

/// The candidates that are shown.
pub(super) fn judge(
    connection: &mut Connection,
    search: &Search,
    step: &Step<'_>,
    mut candidates: Vec<(String, i64)>,
) -> Result<Vec<(String, i64)>, StoreError> {
    let is_certain = step.others.is_empty() && step.earlier.is_empty() && search.of.condition.is_none();
    if is_certain && !matches!(step.way.field, Field::Value(_)) {
        return Ok(candidates);
    }
    let keys: Vec<i64> = candidates.iter().map(|(_, key)| *key).collect();
    let shown: Vec<(i64, i64)> =
        on_either!(connection, |connection| among(search, step, &keys).load(connection)?);
    let own = shown.into_iter().filter(|(_, organization_key)| *organization_key == search.organization_key);
    let shown: HashSet<i64> = own.map(|(key, _)| key).collect();
    candidates.retain(|(_, key)| shown.contains(key));
    if let Field::Value(attribute) = &step.way.field {
        // Of two addresses that begin alike, the first shows the resource.
        let first = first_values(connection, attribute, step.way, &keys)?;
        candidates.retain(|(value, key)| first.get(key).is_none_or(|first| first == value));
    }
    Ok(candidates)
}

/// The resources of these keys, in their order.
pub(super) fn load(connection: &mut Connection, keys: &[i64]) -> Result<Vec<Resource>, StoreError> {
    let mut loaded: Vec<Resource> = on_either!(connection, |connection| {
        resources::table.filter(resources::key.eq_any(keys)).select(Resource::as_select()).load(connection)?
    });
    let order: HashMap<i64, usize> = keys.iter().enumerate().map(|(place, key)| (*key, place)).collect();
    loaded.sort_by_key(|resource| order.get(&resource.key).copied());
    Ok(loaded)
}

fn first_values(
    connection: &mut Connection,
    attribute: &str,
    way: &Way,
    keys: &[i64],
) -> Result<HashMap<i64, String>, StoreError> {
    let rows: Vec<(i64, Option<String>)> = on_either!(connection, |connection| {
        resource_values::table
            .filter(resource_values::resource_key.eq_any(keys))
            .filter(resource_values::attribute.eq(attribute))
            .filter(resource_values::value.ge(&way.from))
            .group_by(resource_values::resource_key)
            .select((resource_values::resource_key, min(resource_values::value)))
            .load(connection)?
    });
    Ok(rows.into_iter().filter_map(|(key, value)| Some((key, value?))).collect())
}

/// The organization is read and not asked for: SQLite would walk an index of all that the organization has, since that
/// holds all that is compared, instead of looking at these few.
#[diesel::dsl::auto_type(no_type_alias)]
fn among<'a>(search: &'a Search, step: &'a Step<'a>, keys: &'a [i64]) -> _ {
    let selected: Selected<'a> =
        Selected { types: std::slice::from_ref(&search.of), organization_key: &search.organization_key };
    let shown: Shown<'a> = Shown { others: step.others.as_slice(), earlier: step.earlier.as_slice() };
    resources::table
        .filter(resources::key.eq_any(keys))
        .filter(selected)
        .filter(shown)
        .select((resources::key, resources::organization_key))
}

/// "Meets the other words, and none of the earlier ways", as a Diesel expression over `resources`.
#[derive(Clone, Copy)]
struct Shown<'a> {
    others: &'a [&'a Term],
    earlier: &'a [&'a Way],
}

condition_on_resources!(Shown);

impl<DB> QueryFragment<DB> for Shown<'_>
where
    DB: Backend + Dialect,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(1=1");
        for term in self.others {
            out.push_sql(" AND (1=0");
            for way in *term {
                out.push_sql(" OR ");
                push_way(way, &mut out)?;
            }
            out.push_sql(")");
        }
        for way in self.earlier {
            // A comparison with nothing is NULL, whose negation must be true here.
            out.push_sql(" AND NOT COALESCE(");
            push_way(way, &mut out)?;
            out.push_sql(", FALSE)");
        }
        out.push_sql(")");
        Ok(())
    }
}

fn push_way<'b, DB>(way: &'b Way, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    DB: Backend,
    String: ToSql<Text, DB>,
{
    let column = match &way.field {
        Field::UniqueKey => "resources.unique_key",
        Field::ExternalId => "resources.external_id",
        Field::Value(attribute) => {
            out.push_sql(
                "EXISTS (SELECT 1 FROM resource_values AS own WHERE own.resource_key = resources.key AND own.attribute = ",
            );
            out.push_bind_param::<Text, _>(attribute)?;
            out.push_sql(" AND ");
            push_range("own.value", way, out)?;
            out.push_sql(")");
            return Ok(());
        }
    };
    push_range(column, way, out)
}

fn push_range<'b, DB>(column: &str, way: &'b Way, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    DB: Backend,
    String: ToSql<Text, DB>,
{
    out.push_sql("(");
    out.push_sql(column);
    out.push_sql(" >= ");
    out.push_bind_param::<Text, _>(&way.from)?;
    out.push_sql(" AND ");
    out.push_sql(column);
    out.push_sql(" < ");
    out.push_bind_param::<Text, _>(&way.until)?;
    out.push_sql(")");
    Ok(())
}
