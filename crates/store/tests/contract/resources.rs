//! Resources and memberships.

use crate::database::{TestDatabase, on_both_databases};
use muster_store::resources::{
    self, Before, Content, NewResource, Operand, Position, Query, Sort, SortKind, Stamp, Start, Target,
    TypeQuery,
};
use muster_store::{Connection, Store, StoreError, Timestamp, groups, memberships, organizations, passwords};
use serde_json::{Value, json};

pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);
const LATER: Timestamp = Timestamp::from_seconds(1_700_000_001);
const STAMP: Stamp = Stamp { now: LATER, entry: None };

on_both_databases!(
    a_resource_is_made_read_changed_and_deleted,
    unique_keys_are_unique_per_organization_and_type,
    one_conflict_fails_none_of_its_neighbours,
    memberships_are_deltas,
    concurrent_members_are_all_kept,
    deleting_either_side_ends_a_membership,
    organizations_do_not_see_each_other,
    pages_count_what_there_is,
    a_walk_by_position_sees_each_once,
    several_types_are_listed_together,
    groups_through_groups_are_found,
    further_unique_values_are_unique,
    a_part_of_the_work_may_fail_alone,
    passwords_are_kept_apart,
    what_was_acknowledged_is_there_after_reopening,
);

pub(crate) fn content(unique_key: &str, mut search: Value) -> Content {
    search["$display"] = unique_key.into();
    Content {
        document: json!({ "userName": unique_key }).to_string(),
        search,
        external_id: Some(format!("ext-{unique_key}")),
        unique_key: Some(unique_key.to_owned()),
        display: Some(unique_key.to_uppercase()),
        values: vec![("emails.value".into(), format!("{unique_key}@example.com"))],
        unique_values: Vec::new(),
    }
}

pub(crate) fn new(organization_key: i64, resource_type: &str, id: &str, search: Value) -> NewResource {
    NewResource {
        organization_key,
        resource_type: resource_type.into(),
        id: id.into(),
        now: NOW,
        content: content(id, search),
    }
}

/// Makes an organization and so many users `u0…` and groups `g0…`; returns the organization's key.
fn populate(store: &Store, organization: &'static str, users: usize, groups: usize) -> i64 {
    store
        .write_blocking::<_, StoreError, _>(move |c| {
            let key = organizations::create(c, organization, organization, NOW)?.key;
            for number in 0..users {
                resources::create(
                    c,
                    &new(key, "User", &format!("{organization}-u{number}"), json!({})),
                    None,
                )?;
            }
            for number in 0..groups {
                resources::create(
                    c,
                    &new(key, "Group", &format!("{organization}-g{number}"), json!({})),
                    None,
                )?;
            }
            Ok(key)
        })
        .unwrap()
}

fn group_key(c: &mut Connection, organization_key: i64, id: &str) -> Result<i64, StoreError> {
    Ok(resources::find(c, organization_key, "Group", id)?.unwrap().key)
}

fn a_resource_is_made_read_changed_and_deleted(database: &TestDatabase) {
    let store = database.open();
    let organization = populate(&store, "o", 1, 0);
    let made =
        store.read_blocking(move |c| resources::find(c, organization, "User", "o-u0")).unwrap().unwrap();
    assert_eq!((made.version, made.created_at, made.modified_at), (1, NOW, NOW));
    assert_eq!(made.document, r#"{"userName":"o-u0"}"#);

    let changed = store
        .write_blocking::<_, StoreError, _>(move |c| {
            let resource = resources::find_for_update(c, organization, "User", "o-u0")?.unwrap();
            let before = Before { values: content("o-u0", json!({})).values, ..Before::default() };
            resources::update(c, organization, &resource, &before, &content("renamed", json!({})), STAMP)
        })
        .unwrap();
    assert_eq!((changed.version, changed.modified_at), (2, LATER));
    let read =
        store.read_blocking(move |c| resources::find(c, organization, "User", "o-u0")).unwrap().unwrap();
    assert_eq!(read, changed);

    assert!(store.write_blocking(move |c| resources::delete(c, organization, "User", "o-u0")).unwrap());
    assert!(!store.write_blocking(move |c| resources::delete(c, organization, "User", "o-u0")).unwrap());
    assert_eq!(store.read_blocking(move |c| resources::find(c, organization, "User", "o-u0")).unwrap(), None);
}

fn unique_keys_are_unique_per_organization_and_type(database: &TestDatabase) {
    let store = database.open();
    let (one, two) = (populate(&store, "o1", 1, 0), populate(&store, "o2", 0, 0));
    let create = |organization: i64, resource_type: &'static str, id: &'static str| {
        store.write_blocking(move |c| {
            let mut user = new(organization, resource_type, id, json!({}));
            user.content.unique_key = Some("o1-u0".into());
            resources::create(c, &user, None)
        })
    };
    assert!(matches!(create(one, "User", "x1"), Err(StoreError::Conflict { .. })));
    create(one, "Group", "x2").unwrap();
    create(two, "User", "x3").unwrap();
}

fn one_conflict_fails_none_of_its_neighbours(database: &TestDatabase) {
    let store = database.open();
    let organization = populate(&store, "o", 1, 0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let results = runtime.block_on(async {
        let jobs: Vec<_> = (0..200)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    store
                        .write(move |c| {
                            let mut user = new(organization, "User", &format!("n{number}"), json!({}));
                            if number % 10 == 0 {
                                user.content.unique_key = Some("o-u0".into());
                            }
                            resources::create(c, &user, None)
                        })
                        .await
                })
            })
            .collect();
        let mut results = Vec::new();
        for job in jobs {
            results.push(job.await.unwrap());
        }
        results
    });
    for (number, result) in results.iter().enumerate() {
        assert_eq!(result.is_err(), number % 10 == 0, "{number}: {result:?}");
    }
    let query = Query::of_type(organization, "User", None, 0);
    assert_eq!(store.read_blocking(move |c| resources::list(c, &query)).unwrap().total, Some(181));
}

fn memberships_are_deltas(database: &TestDatabase) {
    let store = database.open();
    let organization = populate(&store, "o", 3, 2);
    store
        .write_blocking::<_, StoreError, _>(move |c| {
            let group = group_key(c, organization, "o-g0")?;
            let ids = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
            let added = memberships::add(c, organization, group, &ids(&["o-u1", "o-u0", "nobody", "o-g1"]))?;
            assert_eq!((added.added.len(), added.unknown), (3, ids(&["nobody"])));
            assert_eq!(memberships::add(c, organization, group, &ids(&["o-u0", "o-u2"]))?.added, ["o-u2"]);
            let members: Vec<_> = memberships::members(c, group)?
                .into_iter()
                .map(|m| (m.id, m.resource_type, m.display))
                .collect();
            let member = |id: &str, kind: &str| (id.to_owned(), kind.to_owned(), Some(id.to_uppercase()));
            assert_eq!(
                members,
                [
                    member("o-u0", "User"),
                    member("o-u1", "User"),
                    member("o-u2", "User"),
                    member("o-g1", "Group")
                ]
            );
            let user = resources::find(c, organization, "User", "o-u0")?.unwrap();
            assert_eq!(groups::of_each(c, &[user.key])?[&user.key][0].group.id, "o-g0");
            let removed = memberships::remove(c, organization, group, &ids(&["o-u0", "o-u0", "nobody"]))?;
            assert_eq!(removed, ["o-u0"]);
            assert!(memberships::remove(c, organization, group, &ids(&["o-u0"]))?.is_empty());
            let (added, removed) = memberships::replace(c, organization, group, &ids(&["o-u0", "o-u1"]))?;
            assert_eq!((added.added, removed.len()), (ids(&["o-u0"]), 2));
            let ended = memberships::clear(c, group)?;
            assert_eq!((ended.count, ended.ids), (2, ids(&["o-u0", "o-u1"])));
            Ok(())
        })
        .unwrap();
}

fn concurrent_members_are_all_kept(database: &TestDatabase) {
    let store = database.open();
    let organization = populate(&store, "o", 200, 1);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let jobs: Vec<_> = (0..400)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    store
                        .write::<_, StoreError, _>(move |c| {
                            let group =
                                resources::find_for_update(c, organization, "Group", "o-g0")?.unwrap();
                            let id = format!("o-u{}", number % 200);
                            if memberships::add(c, organization, group.key, &[id])?.added.len() == 1 {
                                resources::touch(c, &group, STAMP)?;
                            }
                            Ok(())
                        })
                        .await
                })
            })
            .collect();
        for job in jobs {
            job.await.unwrap().unwrap();
        }
    });
    let (members, version) = store
        .read_blocking::<_, StoreError, _>(move |c| {
            let group = resources::find(c, organization, "Group", "o-g0")?.unwrap();
            Ok((memberships::members(c, group.key)?.len(), group.version))
        })
        .unwrap();
    assert_eq!((members, version), (200, 201));
}

fn deleting_either_side_ends_a_membership(database: &TestDatabase) {
    let store = database.open();
    let organization = populate(&store, "o", 2, 2);
    store
        .write_blocking::<_, StoreError, _>(move |c| {
            let (first, second) = (group_key(c, organization, "o-g0")?, group_key(c, organization, "o-g1")?);
            for group in [first, second] {
                memberships::add(c, organization, group, &["o-u0".into(), "o-u1".into()])?;
            }
            assert!(resources::delete(c, organization, "User", "o-u0")?);
            assert_eq!(memberships::members(c, first)?.len(), 1);
            assert!(resources::delete(c, organization, "Group", "o-g1")?);
            let user = resources::find(c, organization, "User", "o-u1")?.unwrap();
            assert_eq!(groups::of_each(c, &[user.key])?[&user.key].len(), 1);
            assert_eq!(memberships::members(c, second)?.len(), 0);
            Ok(())
        })
        .unwrap();
}

fn organizations_do_not_see_each_other(database: &TestDatabase) {
    let store = database.open();
    let (one, two) = (populate(&store, "o1", 1, 1), populate(&store, "o2", 1, 1));
    store
        .write_blocking::<_, StoreError, _>(move |c| {
            assert_eq!(resources::find(c, two, "User", "o1-u0")?, None);
            assert_eq!(resources::find_for_update(c, two, "User", "o1-u0")?, None);
            assert!(!resources::delete(c, two, "User", "o1-u0")?);
            let group = group_key(c, one, "o1-g0")?;
            assert_eq!(memberships::add(c, one, group, &["o2-u0".into()])?.unknown, ["o2-u0"]);
            assert_eq!(memberships::members(c, group)?, []);
            let query = Query::of_type(two, "User", None, 10);
            let page = resources::list(c, &query)?;
            assert_eq!((page.total.unwrap(), page.resources[0].id.as_str()), (1, "o2-u0"));
            Ok(())
        })
        .unwrap();
}

fn pages_count_what_there_is(database: &TestDatabase) {
    let store = database.open();
    let organization = populate(&store, "o", 7, 1);
    let page = |offset, limit| {
        let query =
            Query { start: Start::Offset(offset), ..Query::of_type(organization, "User", None, limit) };
        let page = store.read_blocking(move |c| resources::list(c, &query)).unwrap();
        (page.total.unwrap(), page.resources.into_iter().map(|resource| resource.id).collect::<Vec<_>>())
    };
    assert_eq!(page(0, 3), (7, vec!["o-u0".into(), "o-u1".into(), "o-u2".into()]));
    assert_eq!(page(5, 3), (7, vec!["o-u5".into(), "o-u6".into()]));
    assert_eq!(page(4, 3), (7, vec!["o-u4".into(), "o-u5".into(), "o-u6".into()]));
    assert_eq!(page(7, 3), (7, vec![]));
    assert_eq!(page(100, 3), (7, vec![]));
    assert_eq!(page(0, 0), (7, vec![]));
}

fn what_was_acknowledged_is_there_after_reopening(database: &TestDatabase) {
    let organization = populate(&database.open(), "o", 5, 0);
    let query = Query::of_type(organization, "User", None, 0);
    assert_eq!(database.open().read_blocking(move |c| resources::list(c, &query)).unwrap().total, Some(5));
}

fn a_walk_by_position_sees_each_once(database: &TestDatabase) {
    let store = database.open();
    let organization = store
        .write_blocking::<_, StoreError, _>(|c| {
            let key = organizations::create(c, "o", "o", NOW)?.key;
            for (id, search) in [
                ("a", json!({"title": "x", "age": 3})),
                ("b", json!({"age": 1})),
                ("c", json!({"title": "x", "age": 2})),
                ("d", json!({})),
                ("e", json!({"title": "m", "age": 2})),
                ("f", json!({})),
            ] {
                resources::create(c, &new(key, "User", id, search), None)?;
            }
            Ok(key)
        })
        .unwrap();
    let walk = |sort: Option<Sort>, values: &'static [(&'static str, Option<Operand>)]| {
        let mut query = Query { sort, ..Query::of_type(organization, "User", None, 2) };
        let mut seen = String::new();
        loop {
            let asked = query.clone();
            let page = store.read_blocking(move |c| resources::list(c, &asked)).unwrap();
            assert_eq!(page.total.is_some(), query.start == Start::Offset(0));
            for resource in &page.resources {
                seen.push_str(&resource.id);
            }
            let Some(last) = page.resources.last().filter(|_| page.has_more) else { return seen };
            let value = values.iter().find(|(id, _)| *id == last.id).and_then(|(_, value)| value.clone());
            query.start = Start::After(Position { value, key: last.key });
        }
    };
    let sort = |name: &str, kind, descending| {
        Some(Sort { target: Target::Document(vec![name.into()]), kind, descending })
    };
    let titles: &[(&str, Option<Operand>)] = Box::leak(Box::new([
        ("a", Some(Operand::Text("x".into()))),
        ("c", Some(Operand::Text("x".into()))),
        ("e", Some(Operand::Text("m".into()))),
    ]));
    let ages: &[(&str, Option<Operand>)] = Box::leak(Box::new([
        ("a", Some(Operand::Integer(3))),
        ("b", Some(Operand::Integer(1))),
        ("c", Some(Operand::Integer(2))),
        ("e", Some(Operand::Integer(2))),
    ]));
    assert_eq!(walk(None, &[]), "abcdef");
    assert_eq!(walk(sort("title", SortKind::Text, false), titles), "eacbdf");
    assert_eq!(walk(sort("title", SortKind::Text, true), titles), "bdface");
    assert_eq!(walk(sort("age", SortKind::Number, false), ages), "bceadf");
    assert_eq!(walk(sort("age", SortKind::Number, true), ages), "dfaceb");
}

fn several_types_are_listed_together(database: &TestDatabase) {
    let store = database.open();
    let organization = populate(&store, "o", 2, 2);
    let of_type = |resource_type: &str| TypeQuery { resource_type: resource_type.into(), condition: None };
    let query = Query {
        types: vec![of_type("User"), of_type("Group")],
        start: Start::Offset(1),
        ..Query::of_type(organization, "User", None, 2)
    };
    let page = store.read_blocking(move |c| resources::list(c, &query)).unwrap();
    let found: Vec<_> = page.resources.iter().map(|r| (r.resource_type.as_str(), r.id.as_str())).collect();
    assert_eq!(found, [("User", "o-u1"), ("Group", "o-g0")]);
    assert_eq!((page.total, page.has_more), (Some(4), true));
}

fn groups_through_groups_are_found(database: &TestDatabase) {
    let store = database.open();
    let organization = populate(&store, "o", 2, 5);
    store
        .write_blocking::<_, StoreError, _>(move |c| {
            // u0 is in g0, g0 in g1 and g2, g2 in g3, and g3 in g0 again; u1 is in g0 and g3.
            for (group, member) in [
                ("g0", "u0"),
                ("g1", "g0"),
                ("g2", "g0"),
                ("g3", "g2"),
                ("g0", "g3"),
                ("g0", "u1"),
                ("g3", "u1"),
            ] {
                let key = group_key(c, organization, &format!("o-{group}"))?;
                assert_eq!(memberships::add(c, organization, key, &[format!("o-{member}")])?.added.len(), 1);
            }
            let users =
                ["o-u0", "o-u1"].map(|id| resources::find(c, organization, "User", id).unwrap().unwrap().key);
            let found = groups::of_each(c, &users)?;
            let shown = |key: i64| {
                let list = found[&key].iter();
                list.map(|m| format!("{}{}", &m.group.id[2..], if m.direct { "" } else { "*" }))
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            assert_eq!(shown(users[0]), "g0 g1* g2* g3*");
            assert_eq!(shown(users[1]), "g0 g3 g1* g2*");
            let lonely = group_key(c, organization, "o-g4")?;
            assert_eq!(groups::of_each(c, &[lonely])?.len(), 0);
            Ok(())
        })
        .unwrap();
}

fn further_unique_values_are_unique(database: &TestDatabase) {
    let store = database.open();
    let organization = populate(&store, "o", 0, 0);
    let with = |id: &str, number: &str| {
        let mut user = new(organization, "User", id, json!({}));
        user.content.unique_values = vec![("number".into(), number.into())];
        user
    };
    let create = |user: NewResource| store.write_blocking(move |c| resources::create(c, &user, None));
    create(with("a", "1")).unwrap();
    create(with("b", "2")).unwrap();
    assert_eq!(create(with("c", "1")).unwrap_err().conflicting_attribute(), Some("number"));
    let change = |number: &str| {
        let after = with("b", number).content;
        store.write_blocking::<_, StoreError, _>(move |c| {
            let user = resources::find_for_update(c, organization, "User", "b")?.unwrap();
            let before = Before { unique_values: vec![("number".into(), "2".into())], ..Before::default() };
            resources::update(c, organization, &user, &before, &after, STAMP)
        })
    };
    assert_eq!(change("1").unwrap_err().conflicting_attribute(), Some("number"));
    change("3").unwrap();
    create(with("d", "2")).unwrap();
}

fn a_part_of_the_work_may_fail_alone(database: &TestDatabase) {
    let store = database.open();
    let organization = populate(&store, "o", 1, 0);
    let total = store
        .write_blocking::<_, StoreError, _>(move |c| {
            let taken = new(organization, "User", "o-u0", json!({}));
            c.savepoint::<_, StoreError>(|c| {
                resources::create(c, &new(organization, "User", "a", json!({})), None)
            })?;
            let failed = c.savepoint::<_, StoreError>(|c| {
                resources::create(c, &new(organization, "User", "b", json!({})), None)?;
                resources::create(c, &taken, None)
            });
            assert!(matches!(failed, Err(StoreError::Conflict { .. })));
            resources::create(c, &new(organization, "User", "c", json!({})), None)?;
            Ok(resources::list(c, &Query::of_type(organization, "User", None, 10))?.total)
        })
        .unwrap();
    assert_eq!(total, Some(3));
    assert_eq!(store.read_blocking(move |c| resources::find(c, organization, "User", "b")).unwrap(), None);
}

fn passwords_are_kept_apart(database: &TestDatabase) {
    let store = database.open();
    let organization = populate(&store, "o", 1, 0);
    store
        .write_blocking::<_, StoreError, _>(move |c| {
            let key = resources::find(c, organization, "User", "o-u0")?.unwrap().key;
            assert_eq!(passwords::find(c, key)?, None);
            passwords::set(c, key, "one", NOW)?;
            passwords::set(c, key, "two", LATER)?;
            assert_eq!(passwords::find(c, key)?.as_deref(), Some("two"));
            assert!(passwords::clear(c, key)? && !passwords::clear(c, key)?);
            passwords::set(c, key, "three", LATER)?;
            resources::delete(c, organization, "User", "o-u0")?;
            assert_eq!(passwords::find(c, key)?, None);
            Ok(())
        })
        .unwrap();
}
