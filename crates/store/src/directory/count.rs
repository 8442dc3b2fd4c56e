//! Counts that end at a bound: a million rows are not read for a number that nobody reads to its last digit.

use crate::resources::{Selected, TypeQuery};
use crate::schema::resources;
use crate::{Connection, StoreError};
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;

/// How many resources there are of a type that meet its condition; counting ends at `most`.
///
/// # Errors
///
/// When the database fails.
pub fn count(
    connection: &mut Connection,
    organization_key: i64,
    of: &TypeQuery,
    most: i64,
) -> Result<i64, StoreError> {
    Ok(on_either!(connection, |connection| {
        Counted(counted(&organization_key, of, most)).get_result(connection)?
    }))
}

#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn counted<'a>(organization_key: &'a i64, of: &'a TypeQuery, most: i64) -> _ {
    let selected: Selected<'a> = Selected { types: std::slice::from_ref(of), organization_key };
    resources::table
        .filter(resources::organization_key.eq(organization_key))
        .filter(selected)
        .select(resources::key)
        .limit(most)
}

/// The number of rows of a query, which has a limit.
#[derive(Clone, Copy)]
pub(super) struct Counted<Q>(pub(super) Q);

impl<Q> Query for Counted<Q> {
    type SqlType = BigInt;
}

impl<Q> QueryId for Counted<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, C> RunQueryDsl<C> for Counted<Q> {}

impl<Q, DB> QueryFragment<DB> for Counted<Q>
where
    DB: Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}
