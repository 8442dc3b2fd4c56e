//! Resources that meet a condition, a page at a time.

use super::condition::{Condition, Operand, Operator, Target};
use super::row::Resource;
use super::sort::{Ordered, Sort};
use super::sql::Meets;
use crate::schema::resources;
use crate::{Connection, StoreError};
use diesel::prelude::*;

/// Which resources, and which page of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The organization's key.
    pub organization_key: i64,
    /// Such as `User`.
    pub resource_type: String,
    /// All, or those that meet it.
    pub condition: Option<Condition>,
    /// In which order; that of creation when there is none.
    pub sort: Option<Sort>,
    /// How many are skipped.
    pub offset: i64,
    /// How many are returned at most; 0 only counts.
    pub limit: i64,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many there are in all.
    pub total: i64,
    /// This page's.
    pub resources: Vec<Resource>,
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
    let meets = query
        .condition
        .as_ref()
        .map(|condition| Meets { condition, organization_key: &query.organization_key });
    on_either!(connection, |connection| {
        let mut rows = Vec::new();
        if query.limit > 0 {
            let mut page = resources::table
                .filter(resources::organization_key.eq(query.organization_key))
                .filter(resources::resource_type.eq(&query.resource_type))
                .select(Resource::as_select())
                .into_boxed();
            if let Some(meets) = meets {
                page = page.filter(meets);
            }
            if let Some(sort) = &query.sort {
                page = page.order(Ordered(sort));
            }
            rows = page
                .then_order_by(resources::key)
                .limit(query.limit)
                .offset(query.offset)
                .load(connection)?;
            // A page that is not full is the last: it knows the total without counting.
            let seen = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            if seen < query.limit && (seen > 0 || query.offset == 0) {
                return Ok(Page { total: query.offset + seen, resources: rows });
            }
        }
        let mut count = resources::table
            .filter(resources::organization_key.eq(query.organization_key))
            .filter(resources::resource_type.eq(&query.resource_type))
            .into_boxed();
        if let Some(meets) = meets {
            count = count.filter(meets);
        }
        let total = count.count().get_result(connection)?;
        Ok(Page { total, resources: rows })
    })
}

/// What every provisioning client asks before it creates anything, as a statement that is prepared once: the resource
/// with this `userName`, `displayName` or `externalId`. `None` for any other query, or when there are more than a page.
fn find_by_key(connection: &mut Connection, query: &Query) -> Result<Option<Page>, StoreError> {
    let Some(Condition::Compare { target, operator: Operator::Equal, operand: Operand::Text(text) }) =
        &query.condition
    else {
        return Ok(None);
    };
    if query.offset != 0 || query.sort.is_some() {
        return Ok(None);
    }
    let found: Vec<Resource> = on_either!(connection, |connection| {
        let of_type = resources::table
            .filter(resources::organization_key.eq(query.organization_key))
            .filter(resources::resource_type.eq(&query.resource_type))
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
    Ok((total < query.limit).then_some(Page { total, resources: found }))
}
