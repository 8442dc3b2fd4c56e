//! References between the operations of a bulk request: `bulkId:` and the `bulkId` of the operation that makes the
//! resource (RFC 7644 §3.7.2).

use muster_scim_core::Object;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

const PREFIX: &str = "bulkId:";

/// What a reference's place says when it is not known yet.
pub(super) enum Replaced {
    /// The text, with identifiers for references.
    Text(String),
    /// It is, or holds, a reference to something that is not there yet.
    Unknown,
}

/// Adds the `bulkId`s that a path and data refer to.
pub(super) fn collect(path: &str, data: &Value, found: &mut BTreeSet<String>) {
    collect_in_text(path, found);
    collect_in_value(data, found);
}

fn collect_in_value(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => collect_in_text(text, found),
        Value::Array(list) => list.iter().for_each(|value| collect_in_value(value, found)),
        Value::Object(object) => object.values().for_each(|value| collect_in_value(value, found)),
        _ => (),
    }
}

fn collect_in_text(text: &str, found: &mut BTreeSet<String>) {
    let mut rest = text;
    while let Some(reference) = reference_in(rest) {
        found.insert(reference.id.to_owned());
        rest = reference.behind;
    }
}

/// A reference in a text: the whole text, a segment of a path, or what is quoted in a filter.
struct InText<'t> {
    before: &'t str,
    id: &'t str,
    behind: &'t str,
}

fn reference_in(text: &str) -> Option<InText<'_>> {
    let at = text.find(PREFIX)?;
    let (before, rest) = (&text[..at], &text[at + PREFIX.len()..]);
    let end = match before.chars().next_back() {
        None => rest.len(),
        Some('/') => rest.find('/').unwrap_or(rest.len()),
        Some('"') => rest.find('"')?,
        Some(_) => return None,
    };
    (end > 0).then(|| InText { before, id: &rest[..end], behind: &rest[end..] })
}

/// Puts identifiers in the place of references.
pub(super) fn replace_in_text(text: &str, ids: &HashMap<&str, &str>) -> Replaced {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(InText { before, id, behind }) = reference_in(rest) {
        let Some(id) = ids.get(id) else { return Replaced::Unknown };
        replaced.push_str(before);
        replaced.push_str(id);
        rest = behind;
    }
    replaced.push_str(rest);
    Replaced::Text(replaced)
}

/// As [`replace_in_text`], in all of a value. What refers to something unknown is left out, with the object that it
/// identifies: a member, a manager.
pub(super) fn replace_in_value(value: &Value, ids: &HashMap<&str, &str>) -> Option<Value> {
    Some(match value {
        Value::String(text) => match replace_in_text(text, ids) {
            Replaced::Text(text) => Value::String(text),
            Replaced::Unknown => return None,
        },
        Value::Array(list) => list.iter().filter_map(|value| replace_in_value(value, ids)).collect(),
        Value::Object(object) => {
            let mut replaced = Object::with_capacity(object.len());
            for (name, value) in object {
                match replace_in_value(value, ids) {
                    Some(value) => replaced.insert(name.clone(), value),
                    None if name.eq_ignore_ascii_case("value") => return None,
                    None => continue,
                };
            }
            Value::Object(replaced)
        }
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_become_identifiers() {
        let ids = HashMap::from([("u", "ID")]);
        let text = |text: &str| match replace_in_text(text, &ids) {
            Replaced::Text(text) => text,
            Replaced::Unknown => "?".to_owned(),
        };
        assert_eq!(text("bulkId:u"), "ID");
        assert_eq!(text("/Users/bulkId:u"), "/Users/ID");
        assert_eq!(text("members[value eq \"bulkId:u\"]"), "members[value eq \"ID\"]");
        assert_eq!(
            text("[value eq \"bulkId:u\" or value eq \"bulkId:u\"]"),
            "[value eq \"ID\" or value eq \"ID\"]"
        );
        assert_eq!(text("[value eq \"bulkId:u\" or value eq \"bulkId:v\"]"), "?");
        assert_eq!(text("bulkId:v"), "?");
        assert_eq!(text("say bulkId:u"), "say bulkId:u");
        let group = json!({"displayName": "G", "members": [{"value": "bulkId:u"}, {"type": "User", "value": "bulkId:v"}]});
        let expected = json!({"displayName": "G", "members": [{"value": "ID"}]});
        assert_eq!(replace_in_value(&group, &ids), Some(expected));
    }
}
