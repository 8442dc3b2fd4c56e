//! What a filter means, said over a resource as it is served: no index, no SQL, no folded columns.

use muster_scim_core::{Filter, Literal, Operator, fold};
use serde_json::Value;
use std::cmp::Ordering;

const URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// Compared with regard to case.
const CASE_EXACT: [&str; 5] = ["id", "externalId", "manager.value", "groups.value", "members.value"];

/// Whether the resource meets the filter.
pub(super) fn meets(filter: &Filter, resource: &Value) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(|part| meets(part, resource)),
        Filter::Or(parts) => parts.iter().any(|part| meets(part, resource)),
        Filter::Not(part) => !meets(part, resource),
        Filter::Present(attribute) => !values(attribute, resource).is_empty(),
        Filter::ValuePath { attribute, filter } => {
            list(attribute, resource).iter().any(|element| meets_in(attribute, filter, element))
        }
        Filter::Compare { attribute, operator, value } => {
            let (name, _) = split(attribute);
            let found = values(attribute, resource);
            if *value == Literal::Null {
                return found.is_empty() == (*operator == Operator::Equal);
            }
            let is_list = resource[name].is_array();
            match operator {
                // Of a list, one value that differs is enough, also one that has no such part.
                Operator::NotEqual if is_list => list(name, resource)
                    .iter()
                    .any(|element| !part(attribute, element).is_some_and(|one| equal(attribute, one, value))),
                Operator::NotEqual if is_list_name(name) => false,
                Operator::NotEqual => !found.iter().any(|one| equal(attribute, one, value)),
                operator => found.iter().any(|one| compare(attribute, one, *operator, value)),
            }
        }
    }
}

/// The same inside brackets, of one value of a list.
fn meets_in(list: &str, filter: &Filter, element: &Value) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(|part| meets_in(list, part, element)),
        Filter::Or(parts) => parts.iter().any(|part| meets_in(list, part, element)),
        Filter::Not(part) => !meets_in(list, part, element),
        Filter::Present(sub) => !element[sub.as_str()].is_null(),
        Filter::ValuePath { .. } => panic!("no brackets inside brackets"),
        Filter::Compare { attribute, operator, value } => {
            let path = format!("{list}.{attribute}");
            let found = Some(&element[attribute.as_str()]).filter(|found| !found.is_null());
            match (operator, value) {
                (Operator::Equal, Literal::Null) => found.is_none(),
                (Operator::NotEqual, Literal::Null) => found.is_some(),
                (Operator::NotEqual, _) => !found.is_some_and(|one| equal(&path, one, value)),
                _ => found.is_some_and(|one| compare(&path, one, *operator, value)),
            }
        }
    }
}

fn is_list_name(name: &str) -> bool {
    ["emails", "roles", "groups", "members"].contains(&name)
}

/// The attribute without its URN, and its sub-attribute.
fn split(attribute: &str) -> (&str, Option<&str>) {
    let name = attribute.strip_prefix(URN).map_or(attribute, |rest| rest.trim_start_matches(':'));
    match name.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (name, None),
    }
}

fn list<'r>(attribute: &str, resource: &'r Value) -> &'r [Value] {
    resource[split(attribute).0].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// What of a list's value is compared.
fn part<'r>(attribute: &str, element: &'r Value) -> Option<&'r Value> {
    if !element.is_object() {
        return Some(element);
    }
    element.get(split(attribute).1.unwrap_or("value"))
}

/// All values that a notation names.
fn values<'r>(attribute: &str, resource: &'r Value) -> Vec<&'r Value> {
    if attribute == URN {
        return resource.get(URN).into_iter().collect();
    }
    let object = if attribute.starts_with(URN) { &resource[URN] } else { resource };
    let (name, sub) = split(attribute);
    match &object[name] {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().filter_map(|element| part(attribute, element)).collect(),
        one @ Value::Object(object) => match sub {
            Some(sub) => object.get(sub).into_iter().collect(),
            None if name == "manager" => object.get("value").into_iter().collect(),
            None => vec![one],
        },
        one => vec![one],
    }
}

fn equal(attribute: &str, value: &Value, literal: &Literal) -> bool {
    compare(attribute, value, Operator::Equal, literal)
}

fn compare(attribute: &str, value: &Value, operator: Operator, literal: &Literal) -> bool {
    match (value, literal) {
        (Value::Bool(value), Literal::Boolean(wanted)) => value == wanted && operator == Operator::Equal,
        (Value::String(value), Literal::String(wanted)) => {
            let name = attribute.rsplit(':').next().unwrap_or_default();
            let is_exact = CASE_EXACT.contains(&name) || ["manager", "groups", "members"].contains(&name);
            if is_exact {
                texts(value, operator, wanted)
            } else {
                texts(&fold(value), operator, &fold(wanted))
            }
        }
        _ => panic!("{attribute}: {value} is not compared with {literal:?}"),
    }
}

fn texts(value: &str, operator: Operator, wanted: &str) -> bool {
    let order = value.chars().cmp(wanted.chars());
    match operator {
        Operator::Equal => order == Ordering::Equal,
        Operator::Contains => value.contains(wanted),
        Operator::StartsWith => value.starts_with(wanted),
        Operator::EndsWith => value.ends_with(wanted),
        Operator::Greater => order == Ordering::Greater,
        Operator::GreaterOrEqual => order != Ordering::Less,
        Operator::Less => order == Ordering::Less,
        Operator::LessOrEqual => order != Ordering::Greater,
        Operator::NotEqual => panic!("ne is the negation of eq"),
    }
}
