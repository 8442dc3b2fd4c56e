//! What is kept beside a document so that it is found.

use crate::schema::{Attribute, ResourceType, Uniqueness};
use crate::value::{is_primary, normalize};
use crate::{Object, fold};
use serde_json::Value;

/// Where the search document has, of each list, the value that it is sorted by: the primary one, or the first.
pub(crate) const FIRST: &str = "$first";

/// Everything about a document that is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchContent {
    /// The document, normalised: texts folded unless `caseExact`, times in microseconds. `$display` is the folded name,
    /// `$first` holds the primary value of each list, or its first.
    pub search: Value,
    /// `externalId`
    pub external_id: Option<String>,
    /// The normalised value of the attribute that is unique.
    pub unique_key: Option<String>,
    /// The values of further unique attributes: the attribute's path, joined by dots, and the normalised value.
    pub unique_values: Vec<(String, String)>,
    /// The name that memberships show.
    pub display: Option<String>,
    /// The values of indexed attributes: the attribute's path, joined by dots, and the normalised value.
    pub values: Vec<(String, String)>,
}

/// Makes it of a canonical document.
#[must_use]
pub fn search_content(resource_type: &ResourceType, document: &Object) -> SearchContent {
    let mut search = Object::with_capacity(document.len());
    let mut values = Vec::new();
    let mut unique_values = Vec::new();
    let unique = resource_type.unique_attribute().map(|attribute| attribute.name.as_str());
    for (name, value) in document {
        if let Some(attribute) = resource_type.attribute(name) {
            let normal = normalize(attribute, value);
            collect_indexed(attribute, &normal, &attribute.name, &mut values);
            if unique != Some(name) && name != "id" {
                collect_unique(attribute, &normal, &attribute.name, &mut unique_values);
            }
            search.insert(name.clone(), normal);
        } else if let (Some(extension), Value::Object(inner)) = (resource_type.extension(name), value) {
            let mut normal = Object::with_capacity(inner.len());
            for attribute in &extension.schema.attributes {
                if let Some(value) = inner.get(&attribute.name) {
                    let value = normalize(attribute, value);
                    let path = format!("{name}.{}", attribute.name);
                    collect_indexed(attribute, &value, &path, &mut values);
                    collect_unique(attribute, &value, &path, &mut unique_values);
                    normal.insert(attribute.name.clone(), value);
                }
            }
            search.insert(name.clone(), Value::Object(normal));
        }
    }
    let first = first_values(resource_type, &search);
    if !first.is_empty() {
        search.insert(FIRST.to_owned(), Value::Object(first));
    }
    values.sort();
    values.dedup();
    unique_values.sort();
    unique_values.dedup();
    let display = display(document);
    if let Some(display) = &display {
        search.insert("$display".to_owned(), fold(display).into());
    }
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    SearchContent {
        external_id: text(document.get("externalId")),
        unique_key: text(resource_type.unique_attribute().and_then(|attribute| search.get(&attribute.name))),
        unique_values,
        display,
        values,
        search: Value::Object(search),
    }
}

fn collect_indexed(attribute: &Attribute, value: &Value, path: &str, values: &mut Vec<(String, String)>) {
    match value {
        Value::Array(list) => {
            for value in list {
                collect_indexed(attribute, value, path, values);
            }
        }
        Value::Object(object) => {
            for sub in &attribute.sub_attributes {
                if let Some(value) = object.get(&sub.name) {
                    collect_indexed(sub, value, &format!("{path}.{}", sub.name), values);
                }
            }
        }
        Value::String(text) if attribute.indexed => values.push((path.to_owned(), text.clone())),
        _ => (),
    }
}

fn collect_unique(attribute: &Attribute, value: &Value, path: &str, values: &mut Vec<(String, String)>) {
    match value {
        Value::Array(list) => {
            for value in list {
                collect_unique(attribute, value, path, values);
            }
        }
        Value::Object(object) => {
            for sub in attribute.sub_attributes.iter().filter(|sub| sub.uniqueness != Uniqueness::None) {
                if let Some(value) = object.get(&sub.name) {
                    collect_unique(sub, value, &format!("{path}.{}", sub.name), values);
                }
            }
        }
        _ if attribute.uniqueness == Uniqueness::None => (),
        Value::String(text) => values.push((path.to_owned(), text.clone())),
        other => values.push((path.to_owned(), other.to_string())),
    }
}

/// The built-in extensions have no lists; those of an extension go under its URN.
fn first_values(resource_type: &ResourceType, search: &Object) -> Object {
    let mut first = Object::new();
    for (name, value) in search {
        if let Some(value) = first_of(value).filter(|_| name != "schemas") {
            first.insert(name.clone(), value.clone());
        } else if let (Some(_), Value::Object(inner)) = (resource_type.extension(name), value) {
            let inner: Object = inner
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), first_of(value)?.clone())))
                .collect();
            if !inner.is_empty() {
                first.insert(name.clone(), Value::Object(inner));
            }
        }
    }
    first
}

fn first_of(value: &Value) -> Option<&Value> {
    let list = value.as_array()?;
    list.iter().find(|value| is_primary(value)).or(list.first())
}

/// Only what is a name to be shown: a client that adds a member without one finds it as it added it.
fn display(document: &Object) -> Option<String> {
    let formatted = document.get("name").and_then(|name| name.get("formatted"));
    [document.get("displayName"), formatted].into_iter().flatten().find_map(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalog, resource};
    use serde_json::json;

    #[test]
    fn what_is_compared_is_folded() {
        let catalog = Catalog::built_in();
        let user = catalog.resource_type("User").unwrap();
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let body = json!({
            "userName": "ada.x", "name": {"formatted": "Ada@X"}, "externalId": "E1", "emails": [{"value": "A@B"}, {"value": "a@b", "type": "Work"}],
            enterprise: {"employeeNumber": "N7", "manager": "M1"}
        });
        let content = search_content(user, &resource::parse(user, &body).unwrap().document);
        assert_eq!(content.unique_key.as_deref(), Some("ada.x"));
        assert_eq!(content.external_id.as_deref(), Some("E1"));
        assert_eq!(content.display.as_deref(), Some("Ada@X"));
        assert_eq!(content.search["$display"], "ada@x");
        assert_eq!(content.search["$first"]["emails"], json!({"value": "a@b"}));
        assert_eq!(content.search["emails"], json!([{"value": "a@b"}, {"value": "a@b", "type": "work"}]));
        assert_eq!(
            content.values,
            [
                ("emails.value".to_owned(), "a@b".to_owned()),
                (format!("{enterprise}.employeeNumber"), "n7".to_owned()),
                (format!("{enterprise}.manager.value"), "M1".to_owned()),
            ]
        );
    }

    #[test]
    fn what_is_unique_beyond_the_first_is_found() {
        let catalog = Catalog::built_in()
            .extended(&[json!([
                {"id": "urn:example:T", "attributes": [
                    {"name": "serial", "uniqueness": "server"}, {"name": "number", "type": "integer", "uniqueness": "global"},
                    {"name": "tags", "multiValued": true, "uniqueness": "server"}
                ]},
                {"name": "T", "endpoint": "/Ts", "schema": "urn:example:T"}
            ])])
            .unwrap();
        let kind = catalog.resource_type("T").unwrap();
        let body = json!({"serial": "S", "number": 7, "tags": ["A", "b"]});
        let content = search_content(kind, &resource::parse(kind, &body).unwrap().document);
        assert_eq!(content.unique_key.as_deref(), Some("s"));
        let expected = [("number", "7"), ("tags", "a"), ("tags", "b")];
        assert_eq!(content.unique_values, expected.map(|(path, value)| (path.to_owned(), value.to_owned())));
    }
}
