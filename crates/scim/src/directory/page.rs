//! A page of the directory: in an order, or of what somebody searches for.

use super::terms::Terms;
use super::total::MOST_COUNTED;
use super::{Directory, DirectoryError, Summary, Total};
use crate::call::Call;
use crate::cursor::{Cursor, Fingerprint};
use muster_scim_core::{Condition, Filter, ResourceType};
use muster_store::directory::{self as store, Listing, Place, Search};
use muster_store::organizations::Organization;
use muster_store::resources::{Operand, Position, Resource, SortKind, TypeQuery};
use muster_store::{Connection, StoreError};

/// A page has so many at most.
const LARGEST: usize = 200;
/// Of what is searched for, so many are counted: each has to be looked at.
const MOST_MATCHES: usize = 500;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// As it was typed: each word must begin something that the resource is called. What is found comes in an order of
    /// its own.
    pub search: Option<String>,
    /// A SCIM filter, as it was typed.
    pub filter: Option<String>,
    /// In which order, when nothing is searched for.
    pub order: Order,
    /// [`DirectoryPage::next`] of the page before.
    pub after: Option<String>,
    /// How many at most; 200 are the most.
    pub limit: usize,
}

/// In which order a directory is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By the unique name. Where a type's resources need not have one, in the order of creation.
    #[default]
    Name,
    /// The same from the end.
    NameDescending,
    /// What was made last comes first.
    Newest,
    /// What was made first comes first.
    Oldest,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryPage {
    /// In their order.
    pub resources: Vec<Summary>,
    /// How many there are in all; counted for the first page, and told again by those that follow it.
    pub total: Total,
    /// Where the next page begins, when there is one. A search ends after it has looked at so many: there may be a next
    /// page behind one that is not full.
    pub next: Option<String>,
}

impl Directory {
    /// A page of the resources of one type.
    ///
    /// # Errors
    ///
    /// [`DirectoryError::Filter`] and [`DirectoryError::Cursor`] for what was typed in; otherwise when the organization
    /// has no such type, or the store fails.
    pub async fn page(
        &self,
        organization: &Organization,
        resource_type: &str,
        ask: Ask,
    ) -> Result<DirectoryPage, DirectoryError> {
        let call = self.call(organization, resource_type).await?;
        let kind = call.resource_type();
        let terms = ask.search.as_deref().and_then(|typed| Terms::of(kind, typed));
        let asked = Asked {
            of: type_query(&call, ask.filter.as_deref())?,
            list: fingerprint(&call, &ask),
            limit: ask.limit.clamp(1, LARGEST),
        };
        let after = ask.after.as_deref();
        let found = match terms {
            Some(terms) => self.search(&call, asked, terms, after).await?,
            None => self.list(&call, asked, order(kind, ask.order), after).await?,
        };
        let types = &call.caller.types;
        let resources = found.resources.iter().map(|resource| Summary::of(types, resource)).collect();
        Ok(DirectoryPage { resources, total: found.total, next: found.next })
    }

    async fn list(
        &self,
        call: &Call,
        asked: Asked,
        order: store::Order,
        after: Option<&str>,
    ) -> Result<Found, DirectoryError> {
        let cursor = asked.cursor(after, sort_kind(order))?;
        let known = cursor.as_ref().map(|cursor| Total::read(cursor.total));
        let listing = Listing {
            organization_key: call.organization_key(),
            of: asked.of,
            order,
            after: cursor.map(|cursor| cursor.position),
            limit: i64::try_from(asked.limit).unwrap_or(i64::MAX),
        };
        let work = move |connection: &mut Connection| -> Result<_, StoreError> {
            let page = store::page(connection, &listing)?;
            let total = match known {
                Some(total) => total,
                // The only page knows the total without counting.
                None if page.next.is_none() => Total::Exactly(page.resources.len() as u64),
                None => {
                    let (key, of) = (listing.organization_key, &listing.of);
                    Total::up_to(MOST_COUNTED, store::count(connection, key, of, MOST_COUNTED + 1)?)
                }
            };
            Ok((page, total))
        };
        let (page, total) = self.0.store.read(work).await?;
        let next = page.next.map(|position| Cursor { position, total: total.written() }.write(asked.list));
        Ok(Found { resources: page.resources, total, next })
    }

    async fn search(
        &self,
        call: &Call,
        asked: Asked,
        terms: Terms,
        after: Option<&str>,
    ) -> Result<Found, DirectoryError> {
        let cursor = asked.cursor(after, Some(SortKind::Text))?;
        let known = cursor.as_ref().map(|cursor| Total::read(cursor.total));
        let search = Search {
            organization_key: call.organization_key(),
            of: asked.of,
            phrase: terms.phrase,
            words: terms.words,
            after: cursor.map(|cursor| place(cursor.position)).transpose()?,
            limit: asked.limit,
            most: MOST_MATCHES + 1,
        };
        let matches = self.0.store.read(move |connection| store::search(connection, &search)).await?;
        let counted = matches.counted as u64;
        let total = known.unwrap_or(match matches.is_all {
            true => Total::Exactly(counted),
            false => Total::MoreThan(counted.min(MOST_MATCHES as u64)),
        });
        let next = matches
            .next
            .map(|place| Cursor { position: written(&place), total: total.written() }.write(asked.list));
        Ok(Found { resources: matches.resources, total, next })
    }
}

/// What both ways to ask for a page need.
struct Asked {
    of: TypeQuery,
    list: Fingerprint,
    limit: usize,
}

struct Found {
    resources: Vec<Resource>,
    total: Total,
    next: Option<String>,
}

impl Asked {
    fn cursor(&self, after: Option<&str>, sort: Option<SortKind>) -> Result<Option<Cursor>, DirectoryError> {
        let cursor = after.map(|text| Cursor::read(text, self.list, sort)).transpose();
        let cursor = cursor.map_err(|_| DirectoryError::Cursor)?;
        // A place in an order of values has one.
        match &cursor {
            Some(cursor) if cursor.position.value.is_some() != sort.is_some() => Err(DirectoryError::Cursor),
            _ => Ok(cursor),
        }
    }
}

/// Of which type, and what the filter says.
fn type_query(call: &Call, filter: Option<&str>) -> Result<TypeQuery, DirectoryError> {
    let kind = call.resource_type();
    let condition = match filter.map(str::trim).filter(|filter| !filter.is_empty()) {
        None => None,
        Some(text) => {
            let filter: Filter = text.parse().map_err(|error| DirectoryError::Filter(format!("{error}")))?;
            let condition = Condition::of_resource(&filter, kind)
                .map_err(|error| DirectoryError::Filter(error.detail.into_owned()))?;
            Some(call.caller.types.lowering(call.position).lower(condition))
        }
    };
    Ok(TypeQuery { resource_type: kind.name.clone(), condition })
}

fn fingerprint(call: &Call, ask: &Ask) -> Fingerprint {
    let order = match ask.order {
        Order::Name => "name",
        Order::NameDescending => "name descending",
        Order::Newest => "newest",
        Order::Oldest => "oldest",
    };
    let search = ask.search.as_deref().unwrap_or_default().trim();
    let filter = ask.filter.as_deref().unwrap_or_default().trim();
    let parts = ["directory", &call.resource_type().name, search, filter, order];
    Fingerprint::of(call.organization_key(), parts)
}

fn order(kind: &ResourceType, order: Order) -> store::Order {
    let is_named = kind.unique_attribute().is_some_and(|attribute| attribute.required);
    match order {
        Order::Name if is_named => store::Order::Name,
        Order::NameDescending if is_named => store::Order::NameDescending,
        Order::Newest | Order::NameDescending => store::Order::Newest,
        Order::Oldest | Order::Name => store::Order::Oldest,
    }
}

const fn sort_kind(order: store::Order) -> Option<SortKind> {
    match order {
        store::Order::Name | store::Order::NameDescending => Some(SortKind::Text),
        store::Order::Newest | store::Order::Oldest => None,
    }
}

/// A cursor has one value: the way's number, a space, and the value that was met.
fn written(place: &Place) -> Position {
    let Place { way, value, key } = place;
    Position { value: Some(Operand::Text(format!("{way} {value}"))), key: *key }
}

fn place(position: Position) -> Result<Place, DirectoryError> {
    let Some(Operand::Text(text)) = position.value else { return Err(DirectoryError::Cursor) };
    let (way, value) = text.split_once(' ').ok_or(DirectoryError::Cursor)?;
    let way = way.parse().map_err(|_| DirectoryError::Cursor)?;
    Ok(Place { way, value: value.to_owned(), key: position.key })
}
