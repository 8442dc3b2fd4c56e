//! A resource's attributes for people to read: one line each.

use muster_scim_core::{Attribute as Defined, ResourceType};
use serde_json::Value;

/// One value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name of the schema or of the extension that has it.
    pub schema: String,
    /// Such as `name.familyName`.
    pub path: String,
    /// Of a list, each value has a line: its type before it, and whether it is the primary one behind.
    pub value: String,
}

/// What has a place of its own beside the attributes.
const APART: [&str; 5] = ["schemas", "id", "meta", "groups", "members"];

/// In the order of the schemas.
pub(super) fn attributes(kind: &ResourceType, json: &Value) -> Vec<Attribute> {
    let mut lines = Vec::new();
    let core = kind.attributes.iter().filter(|attribute| !APART.contains(&attribute.name.as_str()));
    for attribute in core {
        push(&kind.schema.name, attribute, &json[&attribute.name], &mut lines);
    }
    for extension in &kind.extensions {
        let schema = &extension.schema;
        for attribute in &schema.attributes {
            push(&schema.name, attribute, &json[&schema.id][&attribute.name], &mut lines);
        }
    }
    lines
}

fn push(schema: &str, attribute: &Defined, value: &Value, lines: &mut Vec<Attribute>) {
    let mut line = |path: &str, value: String| {
        lines.push(Attribute { schema: schema.to_owned(), path: path.to_owned(), value });
    };
    match value {
        Value::Null => (),
        Value::Array(list) => {
            for value in list {
                line(&attribute.name, element(attribute, value));
            }
        }
        Value::Object(object) => {
            for sub in attribute.sub_attributes.iter().filter(|sub| sub.name != "$ref") {
                if let Some(value) = object.get(&sub.name) {
                    line(&format!("{}.{}", attribute.name, sub.name), text(value));
                }
            }
        }
        value => line(&attribute.name, text(value)),
    }
}

/// `work: ada@example.com (primary)`.
fn element(attribute: &Defined, value: &Value) -> String {
    if !value.is_object() {
        return text(value);
    }
    let said = |name: &str| value.get(name).map(text);
    let said_all = || {
        let names = attribute.sub_attributes.iter().map(|sub| sub.name.as_str());
        let names = names.filter(|name| !["type", "primary", "display", "$ref"].contains(name));
        names.filter_map(said).collect::<Vec<_>>().join(", ")
    };
    let mut line = said("type").map(|kind| format!("{kind}: ")).unwrap_or_default();
    line.push_str(&said("value").or_else(|| said("formatted")).unwrap_or_else(said_all));
    if let Some(display) = said("display") {
        line.push_str(&format!(" “{display}”"));
    }
    if value.get("primary") == Some(&Value::Bool(true)) {
        line.push_str(" (primary)");
    }
    line
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_scim_core::Catalog;
    use serde_json::json;

    #[test]
    fn each_value_has_a_line() {
        let catalog = Catalog::built_in();
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let json = json!({
            "schemas": [], "id": "1", "userName": "ada", "externalId": "e1", "active": false,
            "emails": [{"value": "a@x", "type": "work", "primary": true}, {"value": "b@x"}],
            "addresses": [{"type": "home", "locality": "London", "country": "GB"}, {"formatted": "X\nY"}],
            "roles": [{"value": "admin", "display": "The admin"}],
            "name": {"familyName": "Byron", "givenName": "Ada"},
            enterprise: {"department": "D", "manager": {"value": "7", "$ref": "r", "displayName": "M"}},
            "groups": [{"value": "g"}], "meta": {}
        });
        let lines = attributes(catalog.resource_type("User").unwrap(), &json);
        let lines: Vec<String> =
            lines.iter().map(|line| format!("{} {} {}", line.schema, line.path, line.value)).collect();
        assert_eq!(
            lines,
            [
                "User externalId e1",
                "User userName ada",
                "User name.familyName Byron",
                "User name.givenName Ada",
                "User active false",
                "User emails work: a@x (primary)",
                "User emails b@x",
                "User addresses home: London, GB",
                "User addresses X\nY",
                "User roles admin “The admin”",
                "EnterpriseUser department D",
                "EnterpriseUser manager.value 7",
                "EnterpriseUser manager.displayName M",
            ]
        );
    }
}
