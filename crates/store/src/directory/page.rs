//! The directory in an order, a page at a time.

use crate::resources::{
    Condition, Operand, Operator, Position, Resource, Selected, Target, TypeQuery, condition_on_resources,
};
use crate::schema::resources;
use crate::{Connection, StoreError};
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Text};

/// In which order resources are listed; an index has each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By the folded unique value. Resources without one are not listed.
    Name,
    /// The same from the end.
    NameDescending,
    /// What was made last comes first.
    Newest,
    /// What was made first comes first.
    Oldest,
}

/// Which resources, and which page of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The organization's key.
    pub organization_key: i64,
    /// Of which type, and what they must meet.
    pub of: TypeQuery,
    /// In which order.
    pub order: Order,
    /// Behind the last one of the page before; [`Page::next`] of that page.
    pub after: Option<Position>,
    /// How many are returned at most.
    pub limit: i64,
}

/// A page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// In the order that was asked for.
    pub resources: Vec<Resource>,
    /// Where the next page begins, when there is one.
    pub next: Option<Position>,
}

/// Lists.
///
/// # Errors
///
/// When the database fails.
pub fn page(connection: &mut Connection, listing: &Listing) -> Result<Page, StoreError> {
    let selected =
        Selected { types: std::slice::from_ref(&listing.of), organization_key: &listing.organization_key };
    let (behind, along) = (Behind(listing), Along(listing));
    let mut rows: Vec<(Resource, Option<String>)> = on_either!(connection, |connection| {
        resources::table
            .filter(resources::organization_key.eq(listing.organization_key))
            .filter(selected)
            .filter(behind)
            .order(along)
            .select((Resource::as_select(), resources::unique_key))
            // One more says whether there are more.
            .limit(listing.limit + 1)
            .load(connection)?
    });
    let limit = usize::try_from(listing.limit).unwrap_or_default();
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|(last, name)| position(listing.order, last, name));
    Ok(Page { resources: rows.into_iter().map(|(resource, _)| resource).collect(), next })
}

fn position(order: Order, resource: &Resource, name: &Option<String>) -> Position {
    Position { value: name.clone().filter(|_| order.is_by_name()).map(Operand::Text), key: resource.key }
}

impl Order {
    const fn is_by_name(self) -> bool {
        matches!(self, Self::Name | Self::NameDescending)
    }

    const fn is_descending(self) -> bool {
        matches!(self, Self::NameDescending | Self::Newest)
    }
}

impl Listing {
    /// What it is ordered by. What an index finds is few, and sorted: along the order's own index everybody would be
    /// looked at, and either database may choose that. So the order is then of what no index has.
    fn column(&self) -> &'static str {
        let is_found = self.of.condition.as_ref().is_some_and(is_found_by_index);
        match (self.order.is_by_name(), is_found) {
            (true, false) => "resources.unique_key",
            (true, true) => "(resources.unique_key || '')",
            (false, false) => "resources.key",
            (false, true) => "(resources.key + 0)",
        }
    }
}

/// Whether an index finds who meets the condition.
fn is_found_by_index(condition: &Condition) -> bool {
    match condition {
        Condition::And(parts) => parts.iter().any(is_found_by_index),
        Condition::Compare { target, operator: Operator::Equal, .. } => {
            matches!(target, Target::Id | Target::UniqueKey | Target::ExternalId | Target::Indexed(_))
        }
        _ => false,
    }
}

/// The term of the ORDER BY, as a Diesel expression over `resources`.
#[derive(Clone, Copy)]
struct Along<'a>(&'a Listing);

condition_on_resources!(Along);

impl<DB: Backend> QueryFragment<DB> for Along<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0.column());
        if self.0.order.is_descending() {
            out.push_sql(" DESC");
        }
        Ok(())
    }
}

/// "Comes behind the page before", as a Diesel expression over `resources`.
#[derive(Clone, Copy)]
struct Behind<'a>(&'a Listing);

condition_on_resources!(Behind);

impl<DB> QueryFragment<DB> for Behind<'_>
where
    DB: Backend,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Listing { order, after, .. } = self.0;
        let column = self.0.column();
        out.push_sql("(");
        match after {
            Some(position) => {
                // One bound on each side: of two on the same side SQLite gives its index the first.
                out.push_sql(column);
                out.push_sql(if order.is_descending() { " < " } else { " > " });
                match &position.value {
                    Some(Operand::Text(name)) if order.is_by_name() => {
                        out.push_bind_param::<Text, _>(name)?;
                    }
                    _ => out.push_bind_param::<BigInt, _>(&position.key)?,
                }
            }
            // No NULL, which the databases have at different ends.
            None if order.is_by_name() => {
                out.push_sql(column);
                out.push_sql(" > ''");
            }
            None => out.push_sql("1=1"),
        }
        out.push_sql(")");
        Ok(())
    }
}
