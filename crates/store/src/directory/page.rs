//! The directory in an order, a page at a time.

use crate::resources::{Operand, Position, Resource, Selected, TypeQuery};
use crate::schema::resources;
use crate::{Connection, StoreError};
use diesel::prelude::*;

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
    let after_key = listing.after.as_ref().map(|position| position.key);
    let after_name = listing.after.as_ref().and_then(|position| match &position.value {
        Some(Operand::Text(name)) => Some(name.as_str()),
        _ => None,
    });
    let mut rows: Vec<(Resource, Option<String>)> = on_either!(connection, |connection| {
        let mut page = resources::table
            .filter(resources::organization_key.eq(listing.organization_key))
            .filter(selected)
            .select((Resource::as_select(), resources::unique_key))
            // One more says whether there are more.
            .limit(listing.limit + 1)
            .into_boxed();
        page = match listing.order {
            Order::Name => {
                page.filter(resources::unique_key.gt(after_name.unwrap_or(""))).order(resources::unique_key)
            }
            Order::NameDescending => {
                // No NULL, which the databases have at different ends.
                page.filter(resources::unique_key.gt("")).order(resources::unique_key.desc())
            }
            Order::Newest => page.order(resources::key.desc()),
            Order::Oldest => page.order(resources::key),
        };
        page = match (listing.order, after_name, after_key) {
            (Order::NameDescending, Some(name), _) => page.filter(resources::unique_key.lt(name)),
            (Order::Newest, _, Some(key)) => page.filter(resources::key.lt(key)),
            (Order::Oldest, _, Some(key)) => page.filter(resources::key.gt(key)),
            _ => page,
        };
        page.load(connection)?
    });
    let limit = usize::try_from(listing.limit).unwrap_or_default();
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|(last, name)| position(listing.order, last, name));
    Ok(Page { resources: rows.into_iter().map(|(resource, _)| resource).collect(), next })
}

fn position(order: Order, resource: &Resource, name: &Option<String>) -> Position {
    let value = match order {
        Order::Name | Order::NameDescending => name.clone().map(Operand::Text),
        Order::Newest | Order::Oldest => None,
    };
    Position { value, key: resource.key }
}
