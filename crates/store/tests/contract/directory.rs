//! A directory as people look at it.

use crate::database::{TestDatabase, on_both_databases};
use crate::resources::{NOW, new};
use muster_store::directory::{self, Field, Listing, Order, Search, Term, Way};
use muster_store::resources::{self, Condition, Operand, Operator, Target, TypeQuery};
use muster_store::{Store, StoreError, memberships, organizations};
use serde_json::json;
use std::collections::BTreeSet;

on_both_databases!(
    every_order_is_walked_once_while_others_change_it,
    counting_ends_at_its_bound,
    each_field_is_searched,
    every_word_must_be_met,
    a_search_is_walked_once,
    what_is_common_is_not_read_to_its_end,
    what_belongs_to_an_entry_is_found,
    family_names_of_before_are_found,
);

const FAMILY: &str = "name.familyName";

/// A person with folded values, as the store gets them.
fn person(organization_key: i64, name: &str, family: &str, emails: &[&str]) -> resources::NewResource {
    let mut person = new(organization_key, "User", &format!("{organization_key}-{name}"), json!({}));
    person.content.unique_key = Some(name.to_owned());
    person.content.external_id = Some(format!("X-{name}"));
    person.content.values = emails.iter().map(|email| ("emails.value".into(), (*email).into())).collect();
    person.content.values.push((FAMILY.into(), family.into()));
    person
}

fn with_people(store: &Store, people: &'static [(&str, &str, &[&str])]) -> i64 {
    store
        .write_blocking::<_, StoreError, _>(move |c| {
            let key = organizations::create(c, "o", "o", NOW)?.key;
            let other = organizations::create(c, "other", "other", NOW)?.key;
            for (name, family, emails) in people {
                resources::create(c, &person(key, name, family, emails), None)?;
                resources::create(c, &person(other, name, family, emails), None)?;
            }
            Ok(key)
        })
        .unwrap()
}

fn all(resource_type: &str) -> TypeQuery {
    TypeQuery { resource_type: resource_type.into(), condition: None }
}

fn term(text: &str) -> Term {
    let values = ["emails.value", FAMILY].map(|path| Field::Value(path.into()));
    let fields = [Field::UniqueKey].into_iter().chain(values).chain([Field::ExternalId]);
    fields.map(|field| Way::new(field, text)).collect()
}

fn search(organization_key: i64, text: &str) -> Search {
    let words: Vec<&str> = text.split(' ').collect();
    let words = if words.len() > 1 { words.into_iter().map(term).collect() } else { Vec::new() };
    let phrase = term(text);
    Search { organization_key, of: all("User"), phrase, words, after: None, limit: 100, most: 1_000 }
}

/// The names of what is found, in its order.
fn found(store: &Store, search: Search) -> String {
    let prefix = format!("{}-", search.organization_key);
    let matches = store.read_blocking(move |c| directory::search(c, &search)).unwrap();
    let names = matches.resources.iter().map(|resource| resource.id.strip_prefix(&prefix).unwrap());
    names.collect::<Vec<_>>().join(" ")
}

fn every_order_is_walked_once_while_others_change_it(database: &TestDatabase) {
    let store = database.open();
    let organization_key = store
        .write_blocking::<_, StoreError, _>(|c| {
            let key = organizations::create(c, "o", "o", NOW)?.key;
            let other = organizations::create(c, "other", "other", NOW)?.key;
            for number in 0..25 {
                // The order of names is not that of creation.
                let name = format!("{:02}", number * 7 % 25);
                resources::create(c, &person(key, &name, "x", &[]), None)?;
                resources::create(c, &person(other, &name, "x", &[]), None)?;
                resources::create(c, &new(key, "Group", &format!("g{name}"), json!({})), None)?;
            }
            Ok(key)
        })
        .unwrap();
    for order in [Order::Name, Order::NameDescending, Order::Newest, Order::Oldest] {
        let mut listing = Listing { organization_key, of: all("User"), order, after: None, limit: 4 };
        let mut seen = Vec::new();
        let mut round = 0;
        loop {
            let asked = listing.clone();
            let page = store.read_blocking(move |c| directory::page(c, &asked)).unwrap();
            assert!(page.resources.len() <= 4);
            seen.extend(page.resources.iter().map(|resource| resource.id.clone()));
            listing.after = page.next;
            if listing.after.is_none() {
                break;
            }
            // Somebody comes and goes before, and the one that the page ended with goes and comes back.
            let last = seen.last().unwrap().clone();
            let extra = format!("{order:?}{round}");
            store
                .write_blocking::<_, StoreError, _>(move |c| {
                    let mut early = person(organization_key, &extra, "x", &[]);
                    early.content.unique_key = Some(format!("!{extra}"));
                    if order == Order::NameDescending {
                        early.content.unique_key = Some(format!("~{extra}"));
                    }
                    if order != Order::Oldest {
                        resources::create(c, &early, None)?;
                    }
                    let name = last.rsplit('-').next().unwrap_or_default();
                    if matches!(order, Order::Name | Order::NameDescending) {
                        assert!(resources::delete(c, organization_key, "User", &last)?);
                        resources::create(c, &person(organization_key, name, "x", &[]), None)?;
                    }
                    Ok(())
                })
                .unwrap();
            round += 1;
        }
        seen.retain(|id| id.rsplit('-').next().unwrap().len() == 2);
        let distinct: BTreeSet<&String> = seen.iter().collect();
        assert_eq!((seen.len(), distinct.len()), (25, 25), "{order:?}: {seen:?}");
        let sorted: Vec<&String> = distinct.into_iter().collect();
        match order {
            Order::Name => assert!(seen.iter().eq(sorted)),
            Order::NameDescending => assert!(seen.iter().eq(sorted.into_iter().rev())),
            Order::Newest | Order::Oldest => (),
        }
    }
}

fn counting_ends_at_its_bound(database: &TestDatabase) {
    let store = database.open();
    let organization_key = store
        .write_blocking::<_, StoreError, _>(|c| {
            let key = organizations::create(c, "o", "o", NOW)?.key;
            for number in 0..9 {
                let search = json!({"active": number % 3 != 0});
                resources::create(c, &new(key, "User", &format!("u{number}"), search), None)?;
            }
            // What another type calls so need not be a truth value.
            resources::create(c, &new(key, "Device", "d", json!({"active": "perhaps"})), None)?;
            Ok(key)
        })
        .unwrap();
    let count = |of: TypeQuery, most| {
        store.read_blocking(move |c| directory::count(c, organization_key, &of, most)).unwrap()
    };
    assert_eq!((count(all("User"), 100), count(all("User"), 9), count(all("User"), 5)), (9, 9, 5));
    let disabled = Condition::Compare {
        target: Target::Document(vec!["active".into()]),
        operator: Operator::Equal,
        operand: Operand::Boolean(false),
    };
    let disabled = TypeQuery { condition: Some(disabled), ..all("User") };
    assert_eq!((count(disabled.clone(), 100), count(disabled.clone(), 2)), (3, 2));
    let listing = Listing { organization_key, of: disabled, order: Order::Name, after: None, limit: 2 };
    let page = store.read_blocking(move |c| directory::page(c, &listing)).unwrap();
    let ids: Vec<&str> = page.resources.iter().map(|resource| resource.id.as_str()).collect();
    assert_eq!((ids, page.next.is_some()), (vec!["u0", "u3"], true));
}

fn each_field_is_searched(database: &TestDatabase) {
    let store = database.open();
    let organization_key = with_people(
        &store,
        &[
            ("ada@x", "byron", &["ada@x", "countess@y"]),
            ("bob@x", "adams", &["robert@x"]),
            ("100%@x", "müller", &["a_b@x"]),
            ("100x@x", "\u{d7ff}strasse", &["aXb@x"]),
            ("zoë", "åkesson", &["adelaide@x", "ada.z@x"]),
        ],
    );
    let found = |text: &str| found(&store, search(organization_key, text));
    assert_eq!(found("ada@"), "ada@x");
    assert_eq!(found("byr"), "ada@x");
    assert_eq!(found("countess"), "ada@x");
    assert_eq!(found("X-bob"), "bob@x");
    // By field: the name, addresses, the family name. Who has two addresses comes once.
    assert_eq!(found("ad"), "ada@x zoë bob@x");
    assert_eq!(found("mü"), "100%@x");
    assert_eq!(found("å"), "zoë");
    assert_eq!(found("\u{d7ff}"), "100x@x");
    // Nothing is a wildcard.
    assert_eq!(found("100%"), "100%@x");
    assert_eq!(found("a_"), "100%@x");
    assert_eq!(found("%"), "");
    assert_eq!(found("_"), "");
    assert_eq!(found("nobody"), "");
}

fn every_word_must_be_met(database: &TestDatabase) {
    let store = database.open();
    let organization_key = with_people(
        &store,
        &[
            ("ada@x", "byron", &[]),
            ("ada@y", "smith", &["byways@x"]),
            ("ada@z", "smith", &[]),
            ("bob", "byron", &[]),
            ("ada byron", "none", &[]),
        ],
    );
    let found_by = |text: &str| found(&store, search(organization_key, text));
    // What begins with all that was typed comes first.
    assert_eq!(found_by("ada by"), "ada byron ada@y ada@x");
    assert_eq!(found_by("by ada"), "ada@y ada@x");
    assert_eq!(found_by("smith ada@ by"), "ada@y");
    assert_eq!(found_by("ada nobody"), "");
    let mut narrowed = search(organization_key, "ada by");
    narrowed.of.condition = Some(Condition::Compare {
        target: Target::UniqueKey,
        operator: Operator::Equal,
        operand: Operand::Text("ada@y".into()),
    });
    assert_eq!(found(&store, narrowed), "ada@y");
}

fn a_search_is_walked_once(database: &TestDatabase) {
    let store = database.open();
    let organization_key = store
        .write_blocking::<_, StoreError, _>(|c| {
            let key = organizations::create(c, "o", "o", NOW)?.key;
            for number in 0..90 {
                // Each is found in one field, or in several.
                let name = if number % 3 == 0 { "a" } else { "n" };
                let family = if number % 2 == 0 { "abel" } else { "x" };
                let (first, second) = (format!("a{}", number % 4), format!("b{number}"));
                let emails = [first.as_str(), "a9", second.as_str()];
                let emails = if number % 5 == 0 { &emails[..] } else { &emails[2..] };
                resources::create(c, &person(key, &format!("{name}{number:02}"), family, emails), None)?;
            }
            Ok(key)
        })
        .unwrap();
    let expected = (0..90).filter(|number| number % 3 == 0 || number % 2 == 0 || number % 5 == 0).count();
    for limit in [1, 7, 50] {
        let mut asked = Search { limit, most: 20, ..search(organization_key, "a") };
        let mut seen = Vec::new();
        let mut first = true;
        loop {
            let this = asked.clone();
            let matches = store.read_blocking(move |c| directory::search(c, &this)).unwrap();
            if std::mem::take(&mut first) {
                assert_eq!((matches.counted, matches.is_all), (20.max(limit + 1), false));
            }
            seen.extend(matches.resources.into_iter().map(|resource| resource.id));
            asked.after = matches.next;
            if asked.after.is_none() {
                break;
            }
        }
        let distinct: BTreeSet<&String> = seen.iter().collect();
        assert_eq!((seen.len(), distinct.len()), (expected, expected), "{limit}");
    }
    let all = search(organization_key, "a");
    let matches = store.read_blocking(move |c| directory::search(c, &all)).unwrap();
    assert_eq!((matches.counted, matches.is_all, matches.next), (expected, true, None));
}

fn what_is_common_is_not_read_to_its_end(database: &TestDatabase) {
    let store = database.open();
    let organization_key = store
        .write_blocking::<_, StoreError, _>(|c| {
            let key = organizations::create(c, "o", "o", NOW)?.key;
            for number in 0..7_000 {
                let (name, family) = if number % 2 == 0 { ("a", "x") } else { ("n", "b") };
                let person = person(key, &format!("{name}{number:04}"), family, &[]);
                resources::create(c, &person, None)?;
            }
            // Found when the search goes on.
            resources::create(c, &person(key, "a9999", "b", &[]), None)?;
            Ok(key)
        })
        .unwrap();
    let mut asked = search(organization_key, "a b");
    let mut seen = Vec::new();
    let mut pages = 0;
    loop {
        let this = asked.clone();
        let matches = store.read_blocking(move |c| directory::search(c, &this)).unwrap();
        seen.extend(matches.resources.into_iter().map(|resource| resource.id));
        pages += 1;
        asked.after = matches.next;
        if asked.after.is_none() {
            break;
        }
    }
    assert_eq!(seen, [format!("{organization_key}-a9999")]);
    assert!(pages <= 3, "{pages}");
}

fn what_belongs_to_an_entry_is_found(database: &TestDatabase) {
    let store = database.open();
    store
        .write_blocking::<_, StoreError, _>(|c| {
            let key = organizations::create(c, "o", "o", NOW)?.key;
            let other = organizations::create(c, "other", "other", NOW)?.key;
            for organization in [key, other] {
                for number in 0..5 {
                    let mut user = new(organization, "User", &format!("{organization}-u{number}"), json!({}));
                    user.content.values = vec![("manager".into(), "boss".into())];
                    resources::create(c, &user, None)?;
                }
            }
            let group = resources::create(c, &new(key, "Group", "g", json!({})), None)?;
            let above = resources::create(c, &new(key, "Group", "above", json!({})), None)?;
            let ids: Vec<String> = (0..5).map(|number| format!("{key}-u{number}")).collect();
            memberships::add(c, key, group.key, &ids)?;
            memberships::add(c, key, above.key, &["g".into(), ids[0].clone()])?;

            let ids = |list: Vec<resources::Resource>| {
                list.into_iter()
                    .map(|resource| resource.id.replace(&format!("{key}-"), ""))
                    .collect::<Vec<_>>()
            };
            let first = directory::members(c, group.key, None, 3)?;
            let last = first.last().map(|member| member.key);
            assert_eq!(ids(first), ["u0", "u1", "u2"]);
            assert_eq!(ids(directory::members(c, group.key, last, 3)?), ["u3", "u4"]);
            assert_eq!(directory::count_members(c, group.key, 100)?, 5);
            assert_eq!(directory::count_members(c, group.key, 2)?, 2);
            let user = resources::find(c, key, "User", &format!("{key}-u0"))?.unwrap();
            assert_eq!(ids(directory::groups(c, user.key, 10)?), ["g", "above"]);
            assert_eq!(ids(directory::groups(c, user.key, 1)?), ["g"]);
            assert_eq!(directory::count_groups(c, user.key, 10)?, 2);
            assert_eq!(ids(directory::referring(c, key, "manager", "boss", 2)?), ["u0", "u1"]);
            assert_eq!(directory::count_referring(c, key, "manager", "boss", 100)?, 5);
            assert_eq!(directory::count_referring(c, key, "manager", "boss", 4)?, 4);
            assert_eq!(directory::count_referring(c, key, "manager", "nobody", 4)?, 0);
            Ok(())
        })
        .unwrap();
}

/// The migration that makes the family name an indexed attribute, over what was stored before it.
fn family_names_of_before_are_found(database: &TestDatabase) {
    const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:user";
    let store = database.open();
    let long = "x".repeat(1_025);
    let organization_key = store
        .write_blocking::<_, StoreError, _>(move |c| {
            let key = organizations::create(c, "o", "o", NOW)?.key;
            for (id, family, schema) in [
                ("ada", json!("byron"), CORE),
                ("bob", json!("byron"), "urn:x"),
                ("cleo", json!(null), CORE),
                ("dan", json!(long), CORE),
            ] {
                let search = json!({"schemas": [schema], "name": {"familyName": family}});
                let mut user = new(key, "User", id, search);
                user.content.values.clear();
                resources::create(c, &user, None)?;
            }
            Ok(key)
        })
        .unwrap();
    database.migrate_again("0006_directory");
    let found_by = |value: &'static str| {
        let found = store.read_blocking(move |c| directory::referring(c, organization_key, FAMILY, value, 9));
        found.unwrap().into_iter().map(|resource| resource.id).collect::<Vec<_>>()
    };
    assert_eq!(found_by("byron"), ["ada"]);
    assert_eq!(found(&store, search(organization_key, "xxx")), "");
}
