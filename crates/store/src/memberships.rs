//! Memberships, as rows: adding and removing are deltas, so concurrent and repeated changes lose nothing.

use crate::schema::{memberships, resources};
use crate::{Connection, StoreError};
use diesel::prelude::*;
use std::collections::HashSet;

/// The other side of a membership.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Member {
    /// Its public identifier.
    pub id: String,
    /// Such as `User` or `Group`.
    pub resource_type: String,
    /// What it shows of itself.
    pub display: Option<String>,
}

/// What adding members did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Those that were not members before.
    pub added: Vec<String>,
    /// Identifiers that the organization does not have.
    pub unknown: Vec<String>,
}

/// Memberships that ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// How many.
    pub count: usize,
    /// Whose, of the first [`MOST_NAMED`].
    pub ids: Vec<String>,
}

/// Of a group that is emptied, so many members are named.
pub const MOST_NAMED: i64 = 1_000;

/// So many identifiers go into one statement; SQLite's limit is 32,766 bound values.
const IDS_PER_STATEMENT: usize = 4_000;

/// Makes resources of the organization members of a group; who is one already stays one.
///
/// # Errors
///
/// When the database fails.
pub fn add(
    connection: &mut Connection,
    organization_key: i64,
    group_key: i64,
    ids: &[String],
) -> Result<Added, StoreError> {
    if let [id] = ids {
        return add_one(connection, organization_key, group_key, id);
    }
    let mut result = Added::default();
    for ids in ids.chunks(IDS_PER_STATEMENT) {
        let known: Vec<(String, i64)> = on_either!(connection, |connection| {
            resources::table
                .filter(resources::id.eq_any(ids))
                .filter(resources::organization_key.eq(organization_key))
                .select((resources::id, resources::key))
                .load(connection)?
        });
        let known_ids: HashSet<&str> = known.iter().map(|(id, _)| id.as_str()).collect();
        result.unknown.extend(ids.iter().filter(|id| !known_ids.contains(id.as_str())).cloned());
        if known.is_empty() {
            continue;
        }
        let rows: Vec<MembershipRow> = known
            .iter()
            .map(|(_, member_key)| MembershipRow { group_key, member_key: *member_key })
            .collect();
        let added: Vec<i64> = on_either!(connection, |connection| {
            diesel::insert_into(memberships::table)
                .values(rows)
                .on_conflict_do_nothing()
                .returning(memberships::member_key)
                .get_results(connection)?
        });
        result.added.extend(named(known, &added));
    }
    Ok(result)
}

/// As [`add`], by statements that are prepared once: most requests add one member.
fn add_one(
    connection: &mut Connection,
    organization_key: i64,
    group_key: i64,
    id: &str,
) -> Result<Added, StoreError> {
    let Some(member_key) = key_of(connection, organization_key, id)? else {
        return Ok(Added { added: Vec::new(), unknown: vec![id.to_owned()] });
    };
    let added = on_either!(connection, |connection| {
        diesel::insert_into(memberships::table)
            .values((memberships::group_key.eq(group_key), memberships::member_key.eq(member_key)))
            .on_conflict_do_nothing()
            .execute(connection)?
    });
    let added = if added > 0 { vec![id.to_owned()] } else { Vec::new() };
    Ok(Added { added, unknown: Vec::new() })
}

/// The identifiers of those whose keys are among these.
fn named(known: Vec<(String, i64)>, keys: &[i64]) -> impl Iterator<Item = String> {
    let keys: HashSet<i64> = keys.iter().copied().collect();
    known.into_iter().filter(move |(_, key)| keys.contains(key)).map(|(id, _)| id)
}

fn key_of(connection: &mut Connection, organization_key: i64, id: &str) -> Result<Option<i64>, StoreError> {
    Ok(on_either!(connection, |connection| {
        resources::table
            .filter(resources::id.eq(id))
            .filter(resources::organization_key.eq(organization_key))
            .select(resources::key)
            .first(connection)
            .optional()?
    }))
}

#[derive(Insertable)]
#[diesel(table_name = memberships, treat_none_as_default_value = false)]
struct MembershipRow {
    group_key: i64,
    member_key: i64,
}

/// Ends memberships; returns whose. Unknown identifiers and those that are no members count for nothing.
///
/// # Errors
///
/// When the database fails.
pub fn remove(
    connection: &mut Connection,
    organization_key: i64,
    group_key: i64,
    ids: &[String],
) -> Result<Vec<String>, StoreError> {
    if let [id] = ids {
        let Some(member_key) = key_of(connection, organization_key, id)? else { return Ok(Vec::new()) };
        let removed = on_either!(connection, |connection| {
            diesel::delete(memberships::table.find((group_key, member_key))).execute(connection)?
        });
        return Ok(if removed > 0 { vec![id.clone()] } else { Vec::new() });
    }
    let mut removed = Vec::new();
    for ids in ids.chunks(IDS_PER_STATEMENT) {
        let (known, ended): (Vec<(String, i64)>, Vec<i64>) = on_either!(connection, |connection| {
            let known: Vec<(String, i64)> = resources::table
                .filter(resources::id.eq_any(ids))
                .filter(resources::organization_key.eq(organization_key))
                .select((resources::id, resources::key))
                .load(connection)?;
            let of_these = memberships::member_key.eq_any(known.iter().map(|(_, key)| *key));
            let ended = diesel::delete(
                memberships::table.filter(memberships::group_key.eq(group_key)).filter(of_these),
            )
            .returning(memberships::member_key)
            .get_results(connection)?;
            (known, ended)
        });
        removed.extend(named(known, &ended));
    }
    Ok(removed)
}

/// Ends all memberships of a group.
///
/// # Errors
///
/// When the database fails.
pub fn clear(connection: &mut Connection, group_key: i64) -> Result<Ended, StoreError> {
    Ok(on_either!(connection, |connection| {
        let of_group = memberships::table.filter(memberships::group_key.eq(group_key));
        let ids = of_group
            .inner_join(resources::table.on(resources::key.eq(memberships::member_key)))
            .order(memberships::member_key)
            .select(resources::id)
            .limit(MOST_NAMED)
            .load(connection)?;
        Ended { count: diesel::delete(of_group).execute(connection)?, ids }
    }))
}

/// Makes these the members of a group, and no others. Returns what was added and whose membership ended.
///
/// # Errors
///
/// When the database fails.
pub fn replace(
    connection: &mut Connection,
    organization_key: i64,
    group_key: i64,
    ids: &[String],
) -> Result<(Added, Vec<String>), StoreError> {
    let wanted: HashSet<&str> = ids.iter().map(String::as_str).collect();
    let gone: Vec<String> = members(connection, group_key)?
        .into_iter()
        .map(|member| member.id)
        .filter(|id| !wanted.contains(id.as_str()))
        .collect();
    let removed = remove(connection, organization_key, group_key, &gone)?;
    Ok((add(connection, organization_key, group_key, ids)?, removed))
}

/// A group's members, oldest resource first.
///
/// # Errors
///
/// When the database fails.
pub fn members(connection: &mut Connection, group_key: i64) -> Result<Vec<Member>, StoreError> {
    Ok(on_either!(connection, |connection| {
        memberships::table
            .inner_join(resources::table.on(resources::key.eq(memberships::member_key)))
            .filter(memberships::group_key.eq(group_key))
            .order(memberships::member_key)
            .select((resources::id, resources::resource_type, resources::display))
            .load(connection)?
    }))
}

/// The members of several groups: pairs of group key and member, by group.
///
/// # Errors
///
/// When the database fails.
pub fn members_of_each(
    connection: &mut Connection,
    group_keys: &[i64],
) -> Result<Vec<(i64, Member)>, StoreError> {
    Ok(on_either!(connection, |connection| {
        memberships::table
            .inner_join(resources::table.on(resources::key.eq(memberships::member_key)))
            .filter(memberships::group_key.eq_any(group_keys))
            .order((memberships::group_key, memberships::member_key))
            .select((memberships::group_key, (resources::id, resources::resource_type, resources::display)))
            .load(connection)?
    }))
}
