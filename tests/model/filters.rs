//! Random filters over a random directory: the database finds what the oracle finds.

use super::{Seed, oracle, steps};
use crate::support::{Api, Server, on_both_databases};
use muster_fuzz::mutate::Random;
use muster_scim_core::{Filter, Literal, Operator};
use serde_json::{Value, json};

const URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

on_both_databases!(random_filters_find_what_the_oracle_finds);

const WORDS: &[&str] = &[
    "Ada",
    "ADA",
    "ada",
    "Bob",
    "Straße",
    "STRASSE",
    "50%",
    "5_%",
    "a_b",
    "q\"uote",
    "back\\slash",
    "O'Malley",
    "İstanbul",
    "ﬃ",
    "\u{1d11e}",
    "new\nline",
    "Z",
    "z",
    "ä",
    "Ä",
    "zebra",
    " ",
    "x@example.com",
    "X@EXAMPLE.com",
    "true",
    "7",
    "é",
    "e\u{301}",
];
const KINDS: &[&str] = &["work", "home", "Work", "other"];

fn word(random: &mut Random) -> String {
    (*random.pick(WORDS)).to_owned()
}

fn elements(random: &mut Random) -> Vec<Value> {
    let mut list: Vec<Value> = Vec::new();
    for _ in 0..random.below(4) {
        let mut element = json!({"value": word(random)});
        if random.below(3) > 0 {
            element["type"] = (*random.pick(KINDS)).into();
        }
        if random.below(4) == 0 && !list.iter().any(|other: &Value| other["primary"] == true) {
            element["primary"] = true.into();
        }
        list.push(element);
    }
    list
}

fn user(number: usize, random: &mut Random, managers: &[String]) -> Value {
    let mut user = json!({"userName": format!("{}{number}", word(random)), "active": random.below(3) > 0});
    for name in ["displayName", "title", "nickName", "externalId"] {
        if random.below(3) > 0 {
            user[name] = word(random).into();
        }
    }
    for sub in ["familyName", "givenName"] {
        if random.below(2) == 0 {
            user["name"][sub] = word(random).into();
        }
    }
    user["emails"] = elements(random).into();
    user["roles"] = elements(random).into();
    for name in ["department", "employeeNumber"] {
        if random.below(2) == 0 {
            user[URN][name] = word(random).into();
        }
    }
    if !managers.is_empty() && random.below(2) == 0 {
        user[URN]["manager"] = random.pick(managers).as_str().into();
    }
    user
}

/// Makes a directory and reads it as it is served.
async fn directory(api: &Api, random: &mut Random) -> (Vec<Value>, Vec<Value>, Vec<String>) {
    let mut ids = Vec::new();
    for number in 0..40 {
        let body = user(number, random, &ids);
        ids.push(api.post("/Users", body).await.expect(201).id());
    }
    for number in 0..8 {
        let members: Vec<Value> = (0..random.below(6)).map(|_| json!({"value": random.pick(&ids)})).collect();
        let body = json!({"displayName": format!("{}{number}", word(random)), "members": members});
        ids.push(api.post("/Groups", body).await.expect(201).id());
    }
    let read = async |endpoint: &str| {
        api.get(&format!("{endpoint}?count=1000")).await.expect(200).body["Resources"]
            .as_array()
            .unwrap()
            .clone()
    };
    (read("/Users").await, read("/Groups").await, ids)
}

const TEXT_OPERATORS: &[Operator] = &[
    Operator::Equal,
    Operator::Equal,
    Operator::NotEqual,
    Operator::Contains,
    Operator::StartsWith,
    Operator::EndsWith,
    Operator::Greater,
    Operator::GreaterOrEqual,
    Operator::Less,
    Operator::LessOrEqual,
];

fn text_operand(random: &mut Random, ids: &[String]) -> Literal {
    let text = match random.below(6) {
        0 => random.pick(ids).clone(),
        // A part of a word.
        1 => {
            let word = word(random);
            let length = random.below(word.chars().count() + 1).max(1);
            word.chars().take(length).collect()
        }
        2 => format!("{}{}", word(random), random.below(40)),
        _ => word(random),
    };
    Literal::String(text)
}

fn text(attribute: &str, random: &mut Random, ids: &[String]) -> Filter {
    if random.below(8) == 0 {
        return Filter::Present(attribute.to_owned());
    }
    let operator = *random.pick(TEXT_OPERATORS);
    let value = if random.below(20) == 0 && matches!(operator, Operator::Equal | Operator::NotEqual) {
        Literal::Null
    } else {
        text_operand(random, ids)
    };
    Filter::Compare { attribute: attribute.to_owned(), operator, value }
}

fn boolean(attribute: &str, random: &mut Random) -> Filter {
    let operator = *random.pick(&[Operator::Equal, Operator::NotEqual]);
    Filter::Compare {
        attribute: attribute.to_owned(),
        operator,
        value: Literal::Boolean(random.below(2) == 0),
    }
}

/// Inside brackets.
fn element_filter(depth: usize, random: &mut Random, ids: &[String]) -> Filter {
    match random.below(if depth == 0 { 3 } else { 6 }) {
        0 => text("type", random, ids),
        1 => boolean("primary", random),
        2 => text("value", random, ids),
        kind => combine(kind - 3, random, &mut |random| element_filter(depth - 1, random, ids)),
    }
}

fn combine(kind: usize, random: &mut Random, part: &mut dyn FnMut(&mut Random) -> Filter) -> Filter {
    match kind {
        0 => Filter::And(vec![part(random), part(random)]),
        1 => Filter::Or(vec![part(random), part(random)]),
        _ => Filter::Not(Box::new(part(random))),
    }
}

fn user_filter(depth: usize, random: &mut Random, ids: &[String]) -> Filter {
    if depth > 0 && random.below(2) == 0 {
        return combine(random.below(3), random, &mut |random| user_filter(depth - 1, random, ids));
    }
    let department = format!("{URN}:department");
    let manager = format!("{URN}:manager");
    let number = format!("{URN}:employeeNumber");
    let texts = [
        "userName",
        "displayName",
        "title",
        "nickName",
        "externalId",
        "id",
        "name.familyName",
        "name.givenName",
        "emails",
        "emails.value",
        "emails.type",
        "roles",
        "roles.value",
        &department,
        &manager,
        &number,
    ];
    match random.below(12) {
        0 => boolean("active", random),
        1 => boolean("emails.primary", random),
        2 | 3 => {
            let attribute = (*random.pick(&["emails", "roles"])).to_owned();
            Filter::ValuePath { attribute, filter: Box::new(element_filter(2, random, ids)) }
        }
        4 => Filter::Present((*random.pick(&["name", "emails", "groups", URN])).to_owned()),
        5 => {
            let attribute = (*random.pick(&["groups", "groups.value", "groups.display"])).to_owned();
            Filter::Compare { attribute, operator: Operator::Equal, value: text_operand(random, ids) }
        }
        _ => {
            let attribute = *random.pick(&texts);
            text(attribute, random, ids)
        }
    }
}

fn group_filter(depth: usize, random: &mut Random, ids: &[String]) -> Filter {
    if depth > 0 && random.below(2) == 0 {
        return combine(random.below(3), random, &mut |random| group_filter(depth - 1, random, ids));
    }
    match random.below(4) {
        0 => Filter::Present("members".to_owned()),
        1 => {
            let attribute = (*random.pick(&["members", "members.value", "members.display"])).to_owned();
            Filter::Compare { attribute, operator: Operator::Equal, value: text_operand(random, ids) }
        }
        _ => {
            let attribute = *random.pick(&["displayName", "id"]);
            text(attribute, random, ids)
        }
    }
}

async fn random_filters_find_what_the_oracle_finds(server: &mut Server) {
    let seed = Seed::or(2);
    let mut random = Random::new(seed.0);
    let api = server.api().await;
    let (users, groups, ids) = directory(&api, &mut random).await;
    let mut found_some = 0;
    for number in 0..steps(400) {
        let (endpoint, all, filter) = if number % 4 == 0 {
            ("/Groups", &groups, group_filter(2, &mut random, &ids))
        } else {
            ("/Users", &users, user_filter(3, &mut random, &ids))
        };
        let expected: Vec<&str> = all
            .iter()
            .filter(|resource| oracle::meets(&filter, resource))
            .map(|resource| resource["id"].as_str().unwrap())
            .collect();
        let search = json!({"filter": filter.to_string(), "count": 1000, "attributes": ["id"]});
        let found = api.post(&format!("{endpoint}/.search"), search).await;
        assert_eq!(found.status, 200, "{number}: {filter}: {}", found.text);
        assert_eq!(found.each("id"), expected, "{number}: {filter}");
        found_some += usize::from(!expected.is_empty() && expected.len() < all.len());
    }
    assert!(found_some > steps(400) / 4, "the filters say something: {found_some}");
}
