//! Who has a field that begins with a text: a range of the field's index, and nothing else is read.

use super::{Field, Search, Way};
use crate::directory::count::Counted;
use crate::schema::{resource_values, resources};
use crate::{Connection, StoreError};
use diesel::prelude::*;

/// The values in order, each with its resource's key; those behind `after`.
pub(super) fn page(
    connection: &mut Connection,
    search: &Search,
    way: &Way,
    after: Option<&(String, i64)>,
    limit: i64,
) -> Result<Vec<(String, i64)>, StoreError> {
    let (value, key) = after.map_or((way.from.as_str(), i64::MIN), |(value, key)| (value.as_str(), *key));
    // A place that somebody made up does not widen the range.
    let value = value.max(&way.from);
    let (organization_key, kind) = (search.organization_key, search.of.resource_type.as_str());
    Ok(on_either!(connection, |connection| {
        match &way.field {
            Field::UniqueKey => {
                in_index::unique_key(organization_key, kind, way, value, key).limit(limit).load(connection)?
            }
            Field::ExternalId => in_index::external_id(organization_key, kind, way, value, key)
                .limit(limit)
                .load(connection)?,
            Field::Value(attribute) => in_index::values(organization_key, attribute, way, value, key)
                .limit(limit)
                .load(connection)?,
        }
    }))
}

/// How many there are, of each value; counting ends at `most`.
pub(super) fn count(
    connection: &mut Connection,
    search: &Search,
    way: &Way,
    most: i64,
) -> Result<i64, StoreError> {
    let (organization_key, kind) = (search.organization_key, search.of.resource_type.as_str());
    let (value, key) = (way.from.as_str(), i64::MIN);
    Ok(on_either!(connection, |connection| {
        match &way.field {
            Field::UniqueKey => {
                Counted(in_index::unique_key(organization_key, kind, way, value, key).limit(most))
                    .get_result(connection)?
            }
            Field::ExternalId => {
                Counted(in_index::external_id(organization_key, kind, way, value, key).limit(most))
                    .get_result(connection)?
            }
            Field::Value(attribute) => {
                Counted(in_index::values(organization_key, attribute, way, value, key).limit(most))
                    .get_result(connection)?
            }
        }
    }))
}

/// The statements, one for each index. "Behind" is said by value and key; that the value is not before says it to the
/// index.
mod in_index {
    use super::*;

    #[diesel::dsl::auto_type(no_type_alias)]
    pub(super) fn unique_key<'a>(
        organization_key: i64,
        resource_type: &'a str,
        way: &'a Way,
        value: &'a str,
        key: i64,
    ) -> _ {
        let until: &'a str = way.until.as_str();
        resources::table
            .filter(resources::organization_key.eq(organization_key))
            .filter(resources::resource_type.eq(resource_type))
            .filter(resources::unique_key.ge(value))
            .filter(resources::unique_key.lt(until))
            .filter(resources::unique_key.gt(value).or(resources::key.gt(key)))
            .order((resources::unique_key, resources::key))
            .select((resources::unique_key.assume_not_null(), resources::key))
    }

    #[diesel::dsl::auto_type(no_type_alias)]
    pub(super) fn external_id<'a>(
        organization_key: i64,
        resource_type: &'a str,
        way: &'a Way,
        value: &'a str,
        key: i64,
    ) -> _ {
        let until: &'a str = way.until.as_str();
        resources::table
            .filter(resources::organization_key.eq(organization_key))
            .filter(resources::resource_type.eq(resource_type))
            .filter(resources::external_id.ge(value))
            .filter(resources::external_id.lt(until))
            .filter(resources::external_id.gt(value).or(resources::key.gt(key)))
            .order((resources::external_id, resources::key))
            .select((resources::external_id.assume_not_null(), resources::key))
    }

    #[diesel::dsl::auto_type(no_type_alias)]
    pub(super) fn values<'a>(
        organization_key: i64,
        attribute: &'a str,
        way: &'a Way,
        value: &'a str,
        key: i64,
    ) -> _ {
        let until: &'a str = way.until.as_str();
        resource_values::table
            .filter(resource_values::organization_key.eq(organization_key))
            .filter(resource_values::attribute.eq(attribute))
            .filter(resource_values::value.ge(value))
            .filter(resource_values::value.lt(until))
            .filter(resource_values::value.gt(value).or(resource_values::resource_key.gt(key)))
            .order((resource_values::value, resource_values::resource_key))
            .select((resource_values::value, resource_values::resource_key))
    }
}
