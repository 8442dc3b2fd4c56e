//! The default attribute mappings (entra-facts 4), and PATCH in Entra's two dialects (entra-facts 3.5, 3.6).

use crate::directory::{Group, Person};
use crate::path::TargetPath;
use serde_json::{Map, Value, json};

/// The enterprise extension's URN.
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// What Entra adds to a new group's schemas (entra-facts 3.10).
const ADSCIM_GROUP: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

/// How PATCH is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Without a flag: `Replace`, booleans as texts, members removed by a list.
    Default,
    /// With `aadOptscim062020`: `replace`, one object without a path, members removed by a filter.
    Optimized,
}

/// The target attributes of a person, manager apart; only those that have a value.
pub(crate) fn attributes(person: &Person) -> Vec<(String, Value)> {
    let text = |path: &str, value: &str| (path.to_owned(), Value::from(value));
    let mut all = vec![
        text("userName", &person.user_principal_name),
        ("active".to_owned(), person.account_enabled.into()),
        text("displayName", &person.display_name),
        text("title", &person.job_title),
        text("emails[type eq \"work\"].value", &person.mail),
        text("preferredLanguage", &person.preferred_language),
        text("name.givenName", &person.given_name),
        text("name.familyName", &person.surname),
        text("name.formatted", &format!("{} {}", person.given_name, person.surname)),
        text("addresses[type eq \"work\"].formatted", &person.office),
        text("addresses[type eq \"work\"].streetAddress", &person.street_address),
        text("addresses[type eq \"work\"].locality", &person.city),
        text("addresses[type eq \"work\"].postalCode", &person.postal_code),
        text("addresses[type eq \"work\"].country", &person.country),
        text("phoneNumbers[type eq \"work\"].value", &person.telephone_number),
        text("phoneNumbers[type eq \"mobile\"].value", &person.mobile),
        text("externalId", &person.mail_nickname),
    ];
    all.push((format!("{ENTERPRISE}:employeeNumber"), person.employee_id.as_str().into()));
    all.push((format!("{ENTERPRISE}:department"), person.department.as_str().into()));
    // Source values that are empty are not sent (entra-facts 3.9).
    all.retain(|(_, value)| value != "");
    all
}

/// The path of the manager.
pub(crate) fn manager_path() -> String {
    format!("{ENTERPRISE}:manager")
}

/// A new user's body (entra-facts 3.4).
pub(crate) fn new_user(person: &Person) -> Value {
    let mut body = Map::new();
    body.insert("schemas".into(), json!([USER, ENTERPRISE]));
    for (path, value) in attributes(person) {
        TargetPath::parse(&path).insert(&mut body, value);
    }
    if let Some(email) = body.get_mut("emails").and_then(|emails| emails.get_mut(0)) {
        email["primary"] = true.into();
    }
    body.insert("meta".into(), json!({"resourceType": "User"}));
    body.insert("roles".into(), json!([]));
    body.into()
}

/// A new group's body.
pub(crate) fn new_group(group: &Group) -> Value {
    json!({
        "schemas": [GROUP, ADSCIM_GROUP],
        "externalId": group.object_id,
        "displayName": group.display_name,
        "meta": {"resourceType": "Group"}
    })
}

/// The attributes that differ from what the server has.
pub(crate) fn differing(wanted: Vec<(String, Value)>, resource: &Value) -> Vec<(String, Value)> {
    wanted.into_iter().filter(|(path, value)| TargetPath::parse(path).read(resource) != Some(value)).collect()
}

/// The operations that set these attributes.
pub(crate) fn operations(changes: Vec<(String, Value)>, dialect: Dialect) -> Vec<Value> {
    match dialect {
        Dialect::Default => changes
            .into_iter()
            .map(|(path, value)| match value {
                // "True" and "False" (entra-facts 3.5).
                Value::Bool(value) => {
                    json!({"op": "Replace", "path": path, "value": if value { "True" } else { "False" }})
                }
                value => json!({"op": "Replace", "path": path, "value": value}),
            })
            .collect(),
        Dialect::Optimized => {
            let mut operations = Vec::new();
            let mut object = Map::new();
            for (path, value) in changes {
                if path == "active" || !TargetPath::parse(&path).is_plain() {
                    operations.push(json!({"op": "replace", "path": path, "value": value}));
                } else {
                    object.insert(path, value);
                }
            }
            if !object.is_empty() {
                operations.push(json!({"op": "replace", "value": object}));
            }
            operations
        }
    }
}

/// The operation that sets or, with `None`, clears the manager (entra-facts 3.7).
pub(crate) fn manager_operation(manager: Option<&str>, dialect: Dialect) -> Value {
    match (manager, dialect) {
        (Some(id), Dialect::Default) => json!({"op": "Add", "path": manager_path(), "value": id}),
        (Some(id), Dialect::Optimized) => json!({"op": "replace", "path": manager_path(), "value": id}),
        (None, Dialect::Default) => json!({"op": "Replace", "path": manager_path(), "value": ""}),
        (None, Dialect::Optimized) => json!({"op": "remove", "path": manager_path()}),
    }
}

/// The operations that add members.
pub(crate) fn add_members(ids: &[String], dialect: Dialect) -> Vec<Value> {
    let members: Vec<Value> = ids.iter().map(|id| json!({"$ref": null, "value": id})).collect();
    let op = if dialect == Dialect::Default { "Add" } else { "add" };
    vec![json!({"op": op, "path": "members", "value": members})]
}

/// The operations that remove members.
pub(crate) fn remove_members(ids: &[String], dialect: Dialect) -> Vec<Value> {
    match dialect {
        Dialect::Default => {
            let members: Vec<Value> = ids.iter().map(|id| json!({"$ref": null, "value": id})).collect();
            vec![json!({"op": "Remove", "path": "members", "value": members})]
        }
        Dialect::Optimized => ids
            .iter()
            .map(|id| json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")}))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_dialects_differ() {
        let changes = || {
            vec![
                ("active".to_owned(), json!(false)),
                ("name.givenName".to_owned(), json!("K")),
                ("emails[type eq \"work\"].value".to_owned(), json!("x@y")),
            ]
        };
        assert_eq!(operations(changes(), Dialect::Default)[0]["value"], "False");
        assert_eq!(operations(changes(), Dialect::Default).len(), 3);
        let optimized = operations(changes(), Dialect::Optimized);
        assert_eq!(optimized[0], json!({"op": "replace", "path": "active", "value": false}));
        assert_eq!(optimized[2], json!({"op": "replace", "value": {"name.givenName": "K"}}));
    }

    #[test]
    fn what_a_new_user_says_differs_in_nothing() {
        let directory = crate::Directory::generate(1, 5, 1, "example.com");
        let person = &directory.people[0];
        assert_eq!(differing(attributes(person), &new_user(person)), []);
    }
}
