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
    /// The name that memberships show.
    pub display: Option<String>,
    /// The values by which it is looked up.
    pub lookup: LookupValues,
}

/// Values that have rows of their own: each with its attribute's path, joined by dots, and normalised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LookupValues {
    /// Of indexed attributes.
    pub values: Vec<(String, String)>,
    /// Of unique attributes beyond the first.
    pub unique_values: Vec<(String, String)>,
}

/// Makes it of a canonical document.
#[must_use]
pub fn search_content(resource_type: &ResourceType, document: &Object) -> SearchContent {
    let mut search = Object::with_capacity(document.len());
    for (name, value) in document {
        if let Some(attribute) = resource_type.attribute(name) {
            search.insert(name.clone(), normalize(attribute, value));
        } else if let (Some(extension), Value::Object(inner)) = (resource_type.extension(name), value) {
            let attributes = extension.schema.attributes.iter();
            let normal: Object = attributes
                .filter_map(|attribute| {
                    let value = inner.get(&attribute.name)?;
                    Some((attribute.name.clone(), normalize(attribute, value)))
                })
                .collect();
            search.insert(name.clone(), Value::Object(normal));
        }
    }
    let first = first_values(resource_type, &search);
    if !first.is_empty() {
        search.insert(FIRST.to_owned(), Value::Object(first));
    }
    let display = display(document);
    if let Some(display) = &display {
        search.insert("$display".to_owned(), fold(display).into());
    }
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    SearchContent {
        external_id: text(document.get("externalId")),
        unique_key: text(resource_type.unique_attribute().and_then(|attribute| search.get(&attribute.name))),
        display,
        lookup: lookup_values(resource_type, document),
        search: Value::Object(search),
    }
}

/// The values of a document by which it is looked up, without the rest of [`search_content`].
#[must_use]
pub fn lookup_values(resource_type: &ResourceType, document: &Object) -> LookupValues {
    let mut found = LookupValues::default();
    for attribute in resource_type.attributes.iter().filter(|attribute| is_looked_up(attribute)) {
        // These have columns.
        let has_column = attribute.name == "id"
            || resource_type.unique_attribute().is_some_and(|unique| unique.name == attribute.name);
        if let Some(value) = document.get(&attribute.name).filter(|_| !has_column || attribute.indexed) {
            collect(attribute, &normalize(attribute, value), &attribute.name, !has_column, &mut found);
        }
    }
    for extension in &resource_type.extensions {
        let Some(Value::Object(inner)) = document.get(&extension.schema.id) else { continue };
        for attribute in extension.schema.attributes.iter().filter(|attribute| is_looked_up(attribute)) {
            if let Some(value) = inner.get(&attribute.name) {
                let path = format!("{}.{}", extension.schema.id, attribute.name);
                collect(attribute, &normalize(attribute, value), &path, true, &mut found);
            }
        }
    }
    for values in [&mut found.values, &mut found.unique_values] {
        values.sort();
        values.dedup();
    }
    found
}

fn is_looked_up(attribute: &Attribute) -> bool {
    attribute.indexed
        || attribute.uniqueness != Uniqueness::None
        || attribute.sub_attributes.iter().any(is_looked_up)
}

fn collect(attribute: &Attribute, value: &Value, path: &str, is_unique: bool, found: &mut LookupValues) {
    let text = match value {
        Value::Array(list) => {
            for value in list {
                collect(attribute, value, path, is_unique, found);
            }
            return;
        }
        Value::Object(object) => {
            for sub in attribute.sub_attributes.iter().filter(|sub| is_looked_up(sub)) {
                if let Some(value) = object.get(&sub.name) {
                    collect(sub, value, &format!("{path}.{}", sub.name), is_unique, found);
                }
            }
            return;
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if attribute.indexed && value.is_string() {
        found.values.push((path.to_owned(), text.clone()));
    }
    if is_unique && attribute.uniqueness != Uniqueness::None {
        found.unique_values.push((path.to_owned(), text));
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
            content.lookup.values,
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
        assert_eq!(
            content.lookup.unique_values,
            expected.map(|(path, value)| (path.to_owned(), value.to_owned()))
        );
    }
}
