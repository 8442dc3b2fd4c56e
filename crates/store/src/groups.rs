//! The groups that resources are members of: directly, and through other groups.

use crate::memberships::Member;
use crate::schema::{memberships, resources};
use crate::{Connection, StoreError};
use diesel::dsl::exists;
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};

/// A group that a resource is a member of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The group.
    pub group: Member,
    /// Whether it is so directly, and not only through another group.
    pub direct: bool,
}

#[derive(Clone, Queryable)]
struct Row {
    member_key: i64,
    group_key: i64,
    group: Member,
    /// Whether the group is a member of others itself.
    is_nested: bool,
}

/// The groups of each of these resources, by its key: the direct ones, oldest first, then the others.
///
/// # Errors
///
/// When the database fails.
pub fn of_each(
    connection: &mut Connection,
    member_keys: &[i64],
) -> Result<HashMap<i64, Vec<Membership>>, StoreError> {
    let direct = rows(connection, member_keys)?;
    let above = rows_above(connection, &direct)?;
    let mut found: HashMap<i64, Vec<Membership>> = HashMap::new();
    let mut direct_keys: HashMap<i64, Vec<i64>> = HashMap::new();
    for row in direct {
        direct_keys.entry(row.member_key).or_default().push(row.group_key);
        found.entry(row.member_key).or_default().push(Membership { group: row.group, direct: true });
    }
    if !above.is_empty() {
        for (member_key, list) in &mut found {
            list.extend(indirect(&direct_keys[member_key], &above));
        }
    }
    Ok(found)
}

/// Everything above these groups, by the group that is below.
fn rows_above(connection: &mut Connection, direct: &[Row]) -> Result<HashMap<i64, Vec<Row>>, StoreError> {
    let nested = |rows: &[Row]| -> HashSet<i64> {
        rows.iter().filter(|row| row.is_nested).map(|row| row.group_key).collect()
    };
    let mut above: HashMap<i64, Vec<Row>> = HashMap::new();
    let mut next = nested(direct);
    while !next.is_empty() {
        let keys: Vec<i64> = next.into_iter().collect();
        let level = rows(connection, &keys)?;
        next = nested(&level);
        for row in level {
            above.entry(row.member_key).or_default().push(row);
        }
        // Circles of groups come back to where they were.
        next.retain(|key| !above.contains_key(key));
    }
    Ok(above)
}

fn indirect(direct: &[i64], above: &HashMap<i64, Vec<Row>>) -> Vec<Membership> {
    let mut seen: HashSet<i64> = direct.iter().copied().collect();
    let mut waiting: Vec<i64> = direct.to_vec();
    let mut found = Vec::new();
    while let Some(key) = waiting.pop() {
        for row in above.get(&key).map(Vec::as_slice).unwrap_or_default() {
            if seen.insert(row.group_key) {
                waiting.push(row.group_key);
                found.push((row.group_key, row.group.clone()));
            }
        }
    }
    found.sort_by_key(|(key, _)| *key);
    found.into_iter().map(|(_, group)| Membership { group, direct: false }).collect()
}

fn rows(connection: &mut Connection, member_keys: &[i64]) -> Result<Vec<Row>, StoreError> {
    let above = diesel::alias!(memberships as above);
    let is_nested = exists(above.filter(above.field(memberships::member_key).eq(memberships::group_key)));
    Ok(on_either!(connection, |connection| {
        let all = memberships::table
            .inner_join(resources::table.on(resources::key.eq(memberships::group_key)))
            .order((memberships::member_key, memberships::group_key))
            .select((
                memberships::member_key,
                memberships::group_key,
                (resources::id, resources::resource_type, resources::display),
                is_nested,
            ));
        match member_keys {
            // A statement that is prepared once: most answers show one resource.
            [key] => all.filter(memberships::member_key.eq(*key)).load(connection)?,
            keys => all.filter(memberships::member_key.eq_any(keys)).load(connection)?,
        }
    }))
}
