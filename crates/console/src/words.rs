//! What an entry of the log means, in words.

use crate::language::Texts;
use crate::veil::Veil;
use muster_store::journal::LogEntry;
use serde_json::{Map, Value};

/// A value in a sentence is at most so long, in characters.
const LONGEST_VALUE: usize = 80;

/// Makes sentences for one reader.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    texts: &'static Texts,
    veil: Veil,
}

/// An attribute that changed.
pub(crate) struct Difference {
    pub(crate) attribute: String,
    /// Empty: there was none.
    pub(crate) before: String,
    /// Empty: there is none.
    pub(crate) after: String,
}

impl Words {
    pub(crate) const fn new(texts: &'static Texts, veil: Veil) -> Self {
        Self { texts, veil }
    }

    /// A sentence that begins with who did it left out: "set department of Ada Byron to Sales".
    pub(crate) fn of(self, entry: &LogEntry) -> String {
        if entry.requests > 1 {
            return self.texts.with("words-further", "count", entry.requests);
        }
        let failed = entry.has_failed();
        match entry.action.as_str() {
            "token.issue" => self.texts.say("words-token-issue"),
            "token.refuse" => self.texts.say("words-token-refuse"),
            "find" => self.find(entry),
            // A rehearsal looks whether what it deleted is gone.
            "read" if entry.status == 404 && !failed => self.about("words-read-missing", entry),
            "read" => self.about("words-read", entry),
            "create" => self.about(if failed { "words-create-failed" } else { "words-create" }, entry),
            "update" | "disable" | "restore" | "members" | "delete" if failed => {
                self.about("words-change-failed", entry)
            }
            "update" => self.update(entry),
            "disable" => self.about("words-disable", entry),
            "restore" => self.about("words-restore", entry),
            "delete" => self.about("words-delete", entry),
            "members" => self.members(entry),
            "bulk" => self.texts.say("words-bulk"),
            "discovery" => self.texts.say("words-discovery"),
            "unauthorized" => self.texts.say("words-unauthorized"),
            other => {
                let key = format!("words-{}", other.replace('.', "-"));
                if self.texts.has(&key) { self.about(&key, entry) } else { self.texts.say("words-other") }
            }
        }
    }

    /// What a change did, attribute by attribute.
    pub(crate) fn differences(self, entry: &LogEntry) -> Vec<Difference> {
        let (before, after) = (object(entry.before.as_deref()), object(entry.after.as_deref()));
        let mut found = Vec::new();
        collect("", &before, &after, &mut found);
        for difference in &mut found {
            if difference.attribute != "active" {
                difference.before = self.veil.text(&difference.before);
                difference.after = self.veil.text(&difference.after);
            }
        }
        found
    }

    /// The resource's name, or its identifier.
    pub(crate) fn name(self, entry: &LogEntry) -> String {
        match (&entry.resource_name, &entry.resource_id) {
            (Some(name), _) => self.veil.text(name),
            (None, Some(id)) => id.clone(),
            (None, None) => String::new(),
        }
    }

    fn kind(self, entry: &LogEntry) -> String {
        match entry.resource_type.as_deref() {
            Some("User") => self.texts.say("words-user"),
            Some("Group") => self.texts.say("words-group"),
            Some(other) => other.to_owned(),
            None => self.texts.say("words-resource"),
        }
    }

    fn about(self, key: &str, entry: &LogEntry) -> String {
        self.texts.with_all(key, [("kind", self.kind(entry).into()), ("name", self.name(entry).into())])
    }

    fn find(self, entry: &LogEntry) -> String {
        let kind = self.kind(entry);
        let Some(filter) = entry.query.as_deref().filter(|filter| !filter.trim().is_empty()) else {
            return self.texts.with("words-list", "kind", kind);
        };
        match equality(filter) {
            Some((attribute, value)) => self.texts.with_all(
                "words-find-by",
                [
                    ("kind", kind.into()),
                    ("attribute", attribute.into()),
                    ("value", self.veil.text(&clipped(value)).into()),
                ],
            ),
            None => self.texts.with_all(
                "words-find",
                [("kind", kind.into()), ("filter", self.veil.text(&clipped(filter)).into())],
            ),
        }
    }

    fn update(self, entry: &LogEntry) -> String {
        let name = self.name(entry);
        match self.differences(entry).as_slice() {
            [] => self.about("words-update-nothing", entry),
            [Difference { attribute, after, .. }] if after.is_empty() => self
                .texts
                .with_all("words-remove", [("attribute", attribute.as_str().into()), ("name", name.into())]),
            // Who is renamed is known by the name of before.
            [Difference { attribute, before, after }] if attribute == "displayName" && !before.is_empty() => {
                let (before, after) = (clipped(before), clipped(after));
                self.texts.with_all("words-rename", [("before", before.into()), ("after", after.into())])
            }
            [Difference { attribute, after, .. }] => self.texts.with_all(
                "words-set",
                [
                    ("attribute", attribute.as_str().into()),
                    ("name", name.into()),
                    ("value", clipped(after).into()),
                ],
            ),
            several => {
                let mut attributes: Vec<&str> =
                    several.iter().map(|difference| difference.attribute.as_str()).take(4).collect();
                if several.len() > attributes.len() {
                    attributes.push("…");
                }
                self.texts.with_all(
                    "words-set-several",
                    [
                        ("count", several.len().into()),
                        ("attributes", attributes.join(", ").into()),
                        ("name", name.into()),
                    ],
                )
            }
        }
    }

    fn members(self, entry: &LogEntry) -> String {
        let (added, removed) = member_counts(entry);
        let key = match (added, removed) {
            (_, 0) => "words-members-added",
            (0, _) => "words-members-removed",
            _ => "words-members-both",
        };
        self.texts.with_all(
            key,
            [("added", added.into()), ("removed", removed.into()), ("name", self.name(entry).into())],
        )
    }
}

/// How many members an entry says were added and removed.
fn member_counts(entry: &LogEntry) -> (u64, u64) {
    let after = object(entry.after.as_deref());
    let members = after.get("members").and_then(Value::as_object).unwrap_or(&after);
    let count = |list: &str, count: &str| {
        members.get(count).and_then(Value::as_u64).unwrap_or_else(|| {
            members.get(list).and_then(Value::as_array).map_or(0, |list| list.len() as u64)
        })
    };
    (count("added", "addedCount"), count("removed", "removedCount"))
}

/// The attribute and the value of a filter that is one comparison: what provisioning clients match by.
fn equality(filter: &str) -> Option<(&str, &str)> {
    let mut parts = filter.trim().splitn(3, char::is_whitespace);
    let (attribute, operator, value) = (parts.next()?, parts.next()?, parts.next()?.trim());
    let value = value.strip_prefix('"')?.strip_suffix('"')?;
    (operator.eq_ignore_ascii_case("eq") && !value.contains('"')).then_some((attribute, value))
}

fn object(text: Option<&str>) -> Map<String, Value> {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Objects inside are gone into: what changed of a schema extension, or of a name.
fn collect(
    prefix: &str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    found: &mut Vec<Difference>,
) {
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    for name in names {
        if matches!(name.as_str(), "schemas" | "id" | "meta") {
            continue;
        }
        let (old, new) = (before.get(name), after.get(name));
        if old == new {
            continue;
        }
        let path = match (prefix, name.as_str()) {
            // A schema extension is a container that nobody speaks of; so is a reference's value.
            (prefix, "value") if !prefix.is_empty() => prefix.to_owned(),
            (_, name) if name.starts_with("urn:") => String::new(),
            ("", name) => name.to_owned(),
            (prefix, name) => format!("{prefix}.{name}"),
        };
        let empty = Map::new();
        match (old.and_then(Value::as_object), new.and_then(Value::as_object)) {
            (None, None) => {
                found.push(Difference { attribute: path, before: shown(old), after: shown(new) });
            }
            (old, new) => collect(&path, old.unwrap_or(&empty), new.unwrap_or(&empty), found),
        }
    }
}

/// A value as people read it.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) => list.iter().map(element).collect::<Vec<_>>().join(", "),
        Some(other) => other.to_string(),
    }
}

fn element(value: &Value) -> String {
    let Some(object) = value.as_object() else { return shown(Some(value)) };
    let main = shown(object.get("value"));
    match object.get("type").and_then(Value::as_str) {
        Some(kind) if !main.is_empty() => format!("{main} ({kind})"),
        _ if !main.is_empty() => main,
        _ => value.to_string(),
    }
}

fn clipped(text: &str) -> String {
    if text.chars().count() <= LONGEST_VALUE {
        return text.to_owned();
    }
    text.chars().take(LONGEST_VALUE).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comparison_is_told_apart() {
        assert_eq!(equality("userName eq \"ada@example.com\""), Some(("userName", "ada@example.com")));
        assert_eq!(equality("userName Eq \"a b\""), Some(("userName", "a b")));
        assert_eq!(equality("a eq \"b\" and c eq \"d\""), None);
        assert_eq!(equality("active eq true"), None);
    }

    #[test]
    fn differences_go_into_objects() {
        let before = object(Some(r#"{"title":"Miss","name":{"givenName":"Ada","familyName":"Byron"}}"#));
        let after = object(Some(
            r#"{"name":{"givenName":"Ada","familyName":"King"},"emails":[{"value":"a@b","type":"work"}],
                "urn:x:User":{"department":"Sales"}}"#,
        ));
        let mut found = Vec::new();
        collect("", &before, &after, &mut found);
        let lines: Vec<String> =
            found.iter().map(|one| format!("{}: {} > {}", one.attribute, one.before, one.after)).collect();
        assert_eq!(
            lines,
            [
                "title: Miss > ",
                "name.familyName: Byron > King",
                "emails:  > a@b (work)",
                "department:  > Sales"
            ]
        );
    }
}
