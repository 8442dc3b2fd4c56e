//! Resources that meet a condition, a page at a time.

use super::condition::{Condition, Operand, Operator, Target};
use super::row::Resource;
use super::sort::{After, Ordered, Position, Sort};
use super::sql::Selected;
use crate::schema::resources;
use crate::{Connection, StoreError};
use diesel::prelude::*;

/// Which resources, and which page of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The organization's key.
    pub organization_key: i64,
    /// Of which types; one at least.
    pub types: Vec<TypeQuery>,
    /// In which order; that of creation when there is none.
    pub sort: Option<Sort>,
    /// Where the page begins.
    pub start: Start,
    /// How many are returned at most; 0 only counts.
    pub limit: i64,
}

impl Query {
    /// The first page of one type's resources, in the order of creation.
    #[must_use]
    pub fn of_type(
        organization_key: i64,
        resource_type: &str,
        condition: Option<Condition>,
        limit: i64,
    ) -> Self {
        let types = vec![TypeQuery { resource_type: resource_type.to_owned(), condition }];
        Self { organization_key, types, sort: None, start: Start::Offset(0), limit }
    }
}

/// Resources of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeQuery {
    /// Such as `User`.
    pub resource_type: String,
    /// All, or those that meet it.
    pub condition: Option<Condition>,
}

/// Where a page begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// So many are skipped.
    Offset(i64),
    /// Behind the last one of the page before; its total is not counted again.
    After(Position),
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many there are in all; `None` behind [`Start::After`].
    pub total: Option<i64>,
    /// This page's.
    pub resources: Vec<Resource>,
    /// Whether there are more behind them.
    pub has_more: bool,
}

/// Lists.
///
/// # Errors
///
/// When the database fails.
pub fn list(connection: &mut Connection, query: &Query) -> Result<Page, StoreError> {
    if let Some(found) = find_by_key(connection, query)? {
        return Ok(found);
    }
    let selected = Selected { types: &query.types, organization_key: &query.organization_key };
    let (offset, after) = match &query.start {
        Start::Offset(offset) => (*offset, None),
        Start::After(position) => (0, Some(After { sort: query.sort.as_ref(), position })),
    };
    on_either!(connection, |connection| {
        let mut rows: Vec<Resource> = Vec::new();
        let mut has_more = false;
        if query.limit > 0 {
            let mut page = resources::table
                .filter(resources::organization_key.eq(query.organization_key))
                .filter(selected)
                .select(Resource::as_select())
                .into_boxed();
            if let Some(after) = after {
                page = page.filter(after);
            }
            if let Some(sort) = &query.sort {
                page = page.order(Ordered(sort));
            }
            // One more says whether there are more.
            rows =
                page.then_order_by(resources::key).limit(query.limit + 1).offset(offset).load(connection)?;
            let seen = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            has_more = seen > query.limit;
            rows.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
            // The last page knows the total without counting.
            if after.is_none() && !has_more && (seen > 0 || offset == 0) {
                return Ok(Page { total: Some(offset + seen), resources: rows, has_more });
            }
        }
        if after.is_some() {
            return Ok(Page { total: None, resources: rows, has_more });
        }
        let total = resources::table
            .filter(resources::organization_key.eq(query.organization_key))
            .filter(selected)
            .count()
            .get_result(connection)?;
        Ok(Page { total: Some(total), resources: rows, has_more })
    })
}

/// What every provisioning client asks before it creates anything, as a statement that is prepared once: the resource
/// with this `userName`, `displayName` or `externalId`. `None` for any other query, or when there are more than a page.
fn find_by_key(connection: &mut Connection, query: &Query) -> Result<Option<Page>, StoreError> {
    let [TypeQuery { resource_type, condition: Some(condition) }] = query.types.as_slice() else {
        return Ok(None);
    };
    let Condition::Compare { target, operator: Operator::Equal, operand: Operand::Text(text) } = condition
    else {
        return Ok(None);
    };
    if query.start != Start::Offset(0) || query.sort.is_some() {
        return Ok(None);
    }
    let found: Vec<Resource> = on_either!(connection, |connection| {
        let of_type = resources::table
            .filter(resources::organization_key.eq(query.organization_key))
            .filter(resources::resource_type.eq(resource_type))
            .select(Resource::as_select())
            .order(resources::key)
            .limit(query.limit);
        match target {
            Target::UniqueKey => of_type.filter(resources::unique_key.eq(text)).load(connection)?,
            Target::ExternalId => of_type.filter(resources::external_id.eq(text)).load(connection)?,
            _ => return Ok(None),
        }
    });
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    Ok((total < query.limit).then_some(Page { total: Some(total), resources: found, has_more: false }))
}
