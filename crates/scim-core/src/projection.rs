//! Which attributes an answer shows (RFC 7644 §3.9).

use crate::Object;
use crate::schema::{Attribute, Extension, Located, ResourceType, Returned};
use serde_json::Value;

/// What a client asked to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projection(Choice);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Choice {
    /// All that is returned by default.
    #[default]
    Default,
    Only(Vec<Name>),
    Without(Vec<Name>),
}

/// A named attribute, by the schema's own spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    extension: Option<String>,
    /// `None`: the whole extension.
    attribute: Option<String>,
    sub_attribute: Option<String>,
}

impl Projection {
    /// Reads the parameters `attributes` and `excludedAttributes`. Names that the type does not have are ignored; where
    /// both are given, `attributes` counts.
    #[must_use]
    pub fn parse(resource_type: &ResourceType, attributes: Option<&str>, excluded: Option<&str>) -> Self {
        let attributes = attributes.filter(|list| !list.trim().is_empty());
        Self(match (attributes, excluded.filter(|list| !list.trim().is_empty())) {
            (Some(list), _) => Choice::Only(names(resource_type, list)),
            (None, Some(list)) => Choice::Without(names(resource_type, list)),
            (None, None) => Choice::Default,
        })
    }

    /// Whether nothing was asked: the stored document is served as it is.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.0 == Choice::Default
    }

    /// Whether an answer shows anything of the top-level attribute.
    #[must_use]
    pub fn shows(&self, attribute: &str) -> bool {
        let named = |name: &&Name| name.extension.is_none() && name.attribute.as_deref() == Some(attribute);
        match &self.0 {
            Choice::Default => true,
            Choice::Only(names) => names.iter().any(|name| named(&name)),
            Choice::Without(names) => !names.iter().any(|name| named(&name) && name.sub_attribute.is_none()),
        }
    }

    /// Whether a stored document is shown as it is.
    #[must_use]
    pub fn shows_all_of(&self, resource_type: &ResourceType) -> bool {
        self.is_default() && !resource_type.hides()
    }

    /// Takes out of a resource what the answer does not show.
    pub fn apply(&self, resource_type: &ResourceType, resource: &mut Object) {
        if self.shows_all_of(resource_type) {
            return;
        }
        resource.retain(|name, value| {
            if let Some(attribute) = resource_type.attribute(name) {
                return self.keep(None, attribute, value);
            }
            let (Some(extension), Value::Object(inner)) = (resource_type.extension(name), value) else {
                return true;
            };
            inner.retain(|name, value| {
                let attribute = extension.schema.attributes.iter().find(|attribute| attribute.name == *name);
                attribute.is_none_or(|attribute| self.keep(Some(extension), attribute, value))
            });
            !inner.is_empty()
        });
    }

    fn keep(&self, extension: Option<&Extension>, attribute: &Attribute, value: &mut Value) -> bool {
        match attribute.returned {
            Returned::Never => return false,
            Returned::Always => return true,
            Returned::Default | Returned::Request => (),
        }
        let urn = extension.map(|extension| extension.schema.id.as_str());
        let mut subs = Vec::new();
        let mut whole = false;
        let names = match &self.0 {
            Choice::Default => &[][..],
            Choice::Only(names) | Choice::Without(names) => names,
        };
        for name in names.iter().filter(|name| name.extension.as_deref() == urn) {
            match (&name.attribute, &name.sub_attribute) {
                (None, _) => whole = true,
                (Some(named), None) if *named == attribute.name => whole = true,
                (Some(named), Some(sub)) if *named == attribute.name => subs.push(sub.as_str()),
                _ => (),
            }
        }
        let unasked = attribute.returned == Returned::Request;
        match &self.0 {
            Choice::Only(_) if whole => {
                retain_subs(attribute, value, |sub| sub.returned != Returned::Request)
            }
            Choice::Only(_) if subs.is_empty() => false,
            Choice::Only(_) => retain_subs(attribute, value, |sub| subs.contains(&sub.name.as_str())),
            _ if whole || unasked => false,
            _ => retain_subs(attribute, value, |sub| {
                sub.returned != Returned::Request && !subs.contains(&sub.name.as_str())
            }),
        }
    }
}

/// Keeps some sub-attributes, and those that are always returned; false when nothing is left.
fn retain_subs(attribute: &Attribute, value: &mut Value, keep: impl Fn(&Attribute) -> bool + Copy) -> bool {
    match value {
        Value::Array(list) => {
            list.retain_mut(|value| retain_subs(attribute, value, keep));
            !list.is_empty()
        }
        Value::Object(object) => {
            object.retain(|name, _| {
                attribute.sub_attributes.iter().find(|sub| sub.name == *name).is_none_or(|sub| {
                    sub.returned != Returned::Never && (sub.returned == Returned::Always || keep(sub))
                })
            });
            !object.is_empty()
        }
        _ => true,
    }
}

fn names(resource_type: &ResourceType, list: &str) -> Vec<Name> {
    split(list)
        .filter_map(|notation| match resource_type.locate(notation)? {
            Located::Extension(extension) => Some(Name {
                extension: Some(extension.schema.id.clone()),
                attribute: None,
                sub_attribute: None,
            }),
            Located::Attribute { extension, attribute, sub_attribute } => Some(Name {
                extension: extension.map(|extension| extension.schema.id.clone()),
                attribute: Some(attribute.name.clone()),
                sub_attribute: sub_attribute.map(|sub| sub.name.clone()),
            }),
        })
        .collect()
}

/// The notations of a list separated by commas. Of `emails[type eq "work"]`, which Microsoft's collection sends
/// (entra-facts 5.3), the attribute counts.
fn split(list: &str) -> impl Iterator<Item = &str> {
    let mut in_brackets = false;
    list.split(move |character: char| {
        match character {
            '[' => in_brackets = true,
            ']' => in_brackets = false,
            _ => (),
        }
        character == ',' && !in_brackets
    })
    .map(|notation| notation.split('[').next().unwrap_or_default().trim())
    .filter(|notation| !notation.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;
    use serde_json::json;

    const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    fn shown(attributes: &str, excluded: &str) -> Value {
        let catalog = Catalog::built_in();
        let user = catalog.resource_type("User").unwrap();
        let Value::Object(mut resource) = json!({
            "schemas": [], "id": "1", "userName": "a", "name": {"givenName": "A", "familyName": "B"},
            "emails": [{"value": "a@b", "type": "work"}], ENTERPRISE: {"department": "D", "division": "V"},
            "meta": {"version": "1"}
        }) else {
            panic!()
        };
        Projection::parse(user, Some(attributes), Some(excluded)).apply(user, &mut resource);
        resource.into()
    }

    #[test]
    fn only_what_was_asked_and_what_is_always_returned() {
        assert_eq!(shown("USERNAME,colour", ""), json!({"schemas": [], "id": "1", "userName": "a"}));
        assert_eq!(
            shown("name.givenName, emails.type", ""),
            json!({"schemas": [], "id": "1", "name": {"givenName": "A"}, "emails": [{"type": "work"}]})
        );
        let department = json!({"schemas": [], "id": "1", ENTERPRISE: {"department": "D"}});
        assert_eq!(shown(&format!("{ENTERPRISE}:department"), ""), department);
        let extension = json!({"schemas": [], "id": "1", ENTERPRISE: {"department": "D", "division": "V"}});
        assert_eq!(shown(ENTERPRISE, ""), extension);
        assert_eq!(
            shown(r#"emails[type eq "work", x]"#, ""),
            json!({"schemas": [], "id": "1", "emails": [{"value": "a@b", "type": "work"}]})
        );
    }

    #[test]
    fn what_is_excluded_is_not_shown() {
        let left = shown("", &format!("id,name,emails.type,meta,{ENTERPRISE}:department"));
        let expected = json!({
            "schemas": [], "id": "1", "userName": "a", "emails": [{"value": "a@b"}], ENTERPRISE: {"division": "V"}
        });
        assert_eq!(left, expected);
    }

    #[test]
    fn says_what_need_not_be_looked_up() {
        let catalog = Catalog::built_in();
        let group = catalog.resource_type("Group").unwrap();
        assert!(!Projection::parse(group, None, Some("members")).shows("members"));
        assert!(!Projection::parse(group, Some("id,displayName"), None).shows("members"));
        assert!(Projection::parse(group, Some("members.value"), None).shows("members"));
        assert!(Projection::parse(group, None, None).shows("members"));
    }

    #[test]
    fn what_is_returned_never_or_on_request_follows_its_schema() {
        let catalog = Catalog::built_in()
            .extended(&[json!([
                {"id": "urn:example:T", "attributes": [
                    {"name": "pin", "returned": "never"}, {"name": "note", "returned": "request"},
                    {"name": "key", "returned": "always"}, {"name": "title"},
                    {"name": "part", "type": "complex", "subAttributes": [
                        {"name": "number", "returned": "always"}, {"name": "label"}, {"name": "hint", "returned": "request"}
                    ]}
                ]},
                {"name": "T", "endpoint": "/Ts", "schema": "urn:example:T"}
            ])])
            .unwrap();
        let kind = catalog.resource_type("T").unwrap();
        let shown = |attributes: &str, excluded: &str| {
            let Value::Object(mut resource) = json!({
                "id": "1", "pin": "p", "note": "n", "key": "k", "title": "t",
                "part": {"number": "7", "label": "l", "hint": "h"}
            }) else {
                panic!()
            };
            Projection::parse(kind, Some(attributes), Some(excluded)).apply(kind, &mut resource);
            Value::Object(resource)
        };
        let part = json!({"number": "7", "label": "l"});
        assert_eq!(shown("", ""), json!({"id": "1", "key": "k", "title": "t", "part": part}));
        assert_eq!(shown("note,pin", ""), json!({"id": "1", "note": "n", "key": "k"}));
        assert_eq!(
            shown("part.hint", ""),
            json!({"id": "1", "key": "k", "part": {"number": "7", "hint": "h"}})
        );
        assert_eq!(
            shown("", "part.label,part.number,key,title"),
            json!({"id": "1", "key": "k", "part": {"number": "7"}})
        );
        assert!(Projection::default().is_default() && !Projection::default().shows_all_of(kind));
    }
}
