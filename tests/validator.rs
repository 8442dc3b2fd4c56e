//! Microsoft's validators: the 25 mandatory and 7 preview tests of scimvalidator.microsoft.com, and the direct SCIM
//! tests of the newer suite, by what is known of what they send and assert.

use crate::support::{Api, Server, on_both_databases};
use serde_json::{Map, Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

on_both_databases!(
    users_are_created_and_found,
    users_are_patched_verbosely,
    users_are_renamed_disabled_and_deleted,
    managers_are_added_replaced_and_removed,
    groups_are_created_and_found,
    groups_are_patched_and_deleted,
    preview_multiple_operations,
    preview_deletes,
    schemas_are_discoverable,
    nulls_clear,
    pages_are_walked,
);

/// Every path that the validator patches, with a value.
fn attributes() -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = [
        "userName",
        "displayName",
        "title",
        "preferredLanguage",
        "locale",
        "timezone",
        "userType",
        "nickName",
        "externalId",
        "profileUrl",
        "name.givenName",
        "name.familyName",
        "name.formatted",
        "name.middleName",
        "name.honorificPrefix",
        "name.honorificSuffix",
        "emails[type eq \"work\"].value",
        "phoneNumbers[type eq \"work\"].value",
        "phoneNumbers[type eq \"mobile\"].value",
        "phoneNumbers[type eq \"fax\"].value",
        "roles[primary eq \"True\"].display",
        "roles[primary eq \"True\"].value",
        "roles[primary eq \"True\"].type",
    ]
    .iter()
    .map(|path| ((*path).to_owned(), json!(format!("value of {}", path.replace('"', "'")))))
    .collect();
    for sub in ["formatted", "streetAddress", "locality", "region", "postalCode", "country"] {
        all.push((format!("addresses[type eq \"work\"].{sub}"), json!(format!("value of {sub}"))));
    }
    for name in ["employeeNumber", "department", "costCenter", "organization", "division"] {
        all.push((format!("{ENTERPRISE}:{name}"), json!(format!("value of {name}"))));
    }
    for list in ["emails", "phoneNumbers", "addresses"] {
        all.push((format!("{list}[type eq \"work\"].primary"), json!(true)));
    }
    all
}

/// The value at such a path.
fn value_at<'v>(resource: &'v Value, path: &str) -> &'v Value {
    let (resource, path) = match path.strip_prefix(&format!("{ENTERPRISE}:")) {
        Some(rest) => (&resource[ENTERPRISE], rest),
        None => (resource, path),
    };
    if let Some((list, rest)) = path.split_once('[') {
        let wanted = rest.split('"').nth(1).unwrap();
        let sub = rest.split_once("].").unwrap().1;
        let element = resource[list].as_array().and_then(|list| {
            list.iter().find(|value| {
                if wanted == "True" { value["primary"] == true } else { value["type"] == wanted }
            })
        });
        return element.map_or(&Value::Null, |element| &element[sub]);
    }
    match path.split_once('.') {
        Some((name, sub)) => &resource[name][sub],
        None => &resource[path],
    }
}

fn new_user(name: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "userName": name, "active": true, "externalId": format!("ext {name}"),
        "emails": [{"primary": true, "type": "work", "value": format!("{name}@example.com")}],
        "name": {"formatted": "F", "familyName": "Fa", "givenName": "Gi"},
        "phoneNumbers": [{"type": "work", "value": "1", "primary": true}, {"type": "mobile", "value": "1"}],
        "roles": [{"primary": "True", "display": "D", "value": "V", "type": "T"}],
        ENTERPRISE: {"department": "D"}
    })
}

async fn made(api: &Api, name: &str) -> String {
    format!("/Users/{}", api.post("/Users", new_user(name)).await.expect(201).id())
}

async fn users_are_created_and_found(server: &mut Server) {
    let api = server.api().await;
    let created = api.post("/Users", new_user("Validator")).await.expect(201);
    assert_eq!(created.body["userName"], "Validator", "byte for byte");
    let found =
        api.find("/Users", "userName eq \"Validator\"").await.expect(200).body["Resources"][0].clone();
    for name in ["externalId", "emails", "name", "phoneNumbers", ENTERPRISE] {
        assert_eq!(found[name], new_user("Validator")[name], "{name}");
    }
    assert_eq!(found["roles"], json!([{"value": "V", "display": "D", "type": "T", "primary": true}]));
    api.post("/Users", new_user("Validator")).await.refused(409, "uniqueness");
    assert_eq!(api.find("/Users", "userName eq \"VALIDATOR\"").await.expect(200).body["totalResults"], 1);
    assert_eq!(api.find("/Users", "userName eq \"nobody\"").await.expect(200).body["totalResults"], 0);
}

async fn users_are_patched_verbosely(server: &mut Server) {
    let api = server.api().await;
    for (op, before) in [("replace", new_user("one")), ("add", json!({"userName": "two"}))] {
        let path = format!("/Users/{}", api.post("/Users", before).await.expect(201).id());
        let values: Vec<(String, Value)> = attributes()
            .into_iter()
            .map(|(path, value)| match value {
                Value::String(text) => (path, json!(format!("{text} by {op}"))),
                value => (path, value),
            })
            .collect();
        let operations: Vec<Value> =
            values.iter().map(|(path, value)| json!({"op": op, "path": path, "value": value})).collect();
        assert!(operations.len() > 35);
        api.patch(&path, operations.into()).await.expect(200);
        let user = api.get(&path).await.expect(200).body;
        for (path, value) in &values {
            assert_eq!(value_at(&user, path), value, "{op} {path}");
        }
    }
}

async fn users_are_renamed_disabled_and_deleted(server: &mut Server) {
    let api = server.api().await;
    let path = made(&api, "old").await;
    api.patch(&path, json!([{"op": "replace", "path": "userName", "value": "new"}])).await.expect(200);
    assert_eq!(api.find("/Users", "userName eq \"new\"").await.body["totalResults"], 1);
    api.patch(&path, json!([{"op": "replace", "path": "active", "value": false}])).await.expect(200);
    assert_eq!(api.get(&path).await.expect(200).body["active"], false);
    api.delete(&path).await.expect(204);
    api.get(&path).await.refused(404, "");
}

async fn managers_are_added_replaced_and_removed(server: &mut Server) {
    let api = server.api().await;
    let path = made(&api, "report").await;
    let (first, second) = (api.user("boss1").await, api.user("boss2").await);
    let manager = format!("{ENTERPRISE}:manager");
    let read = async || api.get(&path).await.expect(200).body[ENTERPRISE]["manager"]["value"].clone();
    for (operation, expected) in [
        (json!({"op": "Add", "path": manager, "value": first}), json!(first)),
        (json!({"op": "Replace", "path": manager, "value": second}), json!(second)),
        (json!({"op": "Replace", "path": manager, "value": ""}), Value::Null),
        (json!({"op": "Add", "path": manager, "value": first}), json!(first)),
        (json!({"op": "Replace", "path": manager, "value": {"value": ""}}), Value::Null),
        (json!({"op": "Add", "path": manager, "value": [{"$ref": "x", "value": first}]}), json!(first)),
        (json!({"op": "Remove", "path": manager}), Value::Null),
    ] {
        api.patch(&path, json!([operation])).await.expect(200);
        assert_eq!(read().await, expected, "{operation}");
    }
}

async fn groups_are_created_and_found(server: &mut Server) {
    let api = server.api().await;
    let user = api.user("ada").await;
    let group = api
        .post(
            "/Groups",
            json!({"displayName": "Validators", "externalId": "e", "members": [{"value": user}]}),
        )
        .await
        .expect(201);
    let path = format!("/Groups/{}", group.id());
    assert_eq!(
        api.get(&format!("{path}?excludedAttributes=members")).await.expect(200).body.get("members"),
        None
    );
    for (query, total) in [
        ("excludedAttributes=members&filter=displayName+eq+%22Validators%22", 1),
        ("filter=displayName+eq+%22Validators%22", 1),
        ("filter=displayName+eq+%22vALIDATORS%22", 1),
        ("filter=displayName+eq+%22nobody%22", 0),
        ("filter=externalId+eq+%22e%22", 1),
    ] {
        assert_eq!(
            api.get(&format!("/Groups?{query}")).await.expect(200).body["totalResults"],
            total,
            "{query}"
        );
    }
    api.post("/Groups", json!({"displayName": "Validators"})).await.refused(409, "uniqueness");
}

async fn groups_are_patched_and_deleted(server: &mut Server) {
    let api = server.api().await;
    let user = api.user("ada").await;
    let path = format!("/Groups/{}", api.group("one").await);
    let change = json!([{"op": "replace", "path": "externalId", "value": "e"}, {"op": "replace", "path": "displayName", "value": "two"}]);
    api.patch(&path, change).await.expect(204);
    let group = api.get(&path).await.body;
    assert_eq!((&group["externalId"], &group["displayName"]), (&json!("e"), &json!("two")));
    for op in ["add", "replace"] {
        api.patch(&path, json!([{"op": op, "path": "members", "value": [{"value": user}]}]))
            .await
            .expect(204);
        assert_eq!(api.get(&path).await.body["members"][0]["value"], user);
        let member = format!("members[value eq \"{user}\"]");
        api.patch(&path, json!([{"op": "remove", "path": member}])).await.expect(204);
        assert_eq!(api.get(&path).await.body.get("members"), None);
    }
    api.delete(&path).await.expect(204);
    api.get(&path).await.refused(404, "");
}

async fn preview_multiple_operations(server: &mut Server) {
    let api = server.api().await;
    let path = made(&api, "many").await;
    let operations = json!([
        {"op": "remove", "path": "title"}, {"op": "add", "path": "title", "value": "a"}, {"op": "replace", "path": "title", "value": "b"},
        {"op": "add", "path": "nickName", "value": "n"}
    ]);
    let user = api.patch(&path, operations).await.expect(200).body;
    assert_eq!((&user["title"], &user["nickName"]), (&json!("b"), &json!("n")));
    let (ada, bob) = (api.user("ada").await, api.user("bob").await);
    let group = format!("/Groups/{}", api.group("G").await);
    let operations = json!([
        {"op": "add", "path": "members", "value": [{"value": ada}, {"value": bob}]},
        {"op": "remove", "path": format!("members[value eq \"{ada}\"]")}
    ]);
    api.patch(&group, operations).await.expect(204);
    let members = api.get(&group).await.body["members"].clone();
    assert_eq!((members.as_array().unwrap().len(), &members[0]["value"]), (1, &json!(bob)));
}

async fn preview_deletes(server: &mut Server) {
    let api = server.api().await;
    for (endpoint, id) in [("/Users", api.user("ada").await), ("/Groups", api.group("G").await)] {
        api.delete(&format!("{endpoint}/{}", "no-such-id")).await.refused(404, "");
        api.delete(&format!("{endpoint}/{id}")).await.expect(204);
        api.delete(&format!("{endpoint}/{id}")).await.refused(404, "");
    }
}

/// Every mapped target is found in `/Schemas`, the types of lists through `canonicalValues`.
async fn schemas_are_discoverable(server: &mut Server) {
    let schemas = server.api().await.get("/Schemas").await.expect(200).body;
    let mut known = Map::new();
    for schema in schemas["Resources"].as_array().unwrap() {
        let prefix = if schema["id"] == ENTERPRISE { format!("{ENTERPRISE}:") } else { String::new() };
        for attribute in schema["attributes"].as_array().unwrap() {
            let name = attribute["name"].as_str().unwrap();
            known.insert(format!("{prefix}{name}"), true.into());
            let subs = attribute["subAttributes"].as_array().map(Vec::as_slice).unwrap_or_default();
            let kinds = subs
                .iter()
                .find(|sub| sub["name"] == "type")
                .and_then(|sub| sub["canonicalValues"].as_array());
            for sub in subs {
                let sub = sub["name"].as_str().unwrap();
                known.insert(format!("{prefix}{name}.{sub}"), true.into());
                for kind in kinds.into_iter().flatten() {
                    known.insert(format!("{name}[type eq {kind}].{sub}"), true.into());
                }
            }
        }
    }
    for (path, _) in
        attributes().iter().filter(|(path, _)| !path.starts_with("roles") && path != "externalId")
    {
        assert!(known.contains_key(path), "{path}");
    }
}

async fn nulls_clear(server: &mut Server) {
    let api = server.api().await;
    let clearable = [
        "title",
        "displayName",
        "name.givenName",
        "emails[type eq \"work\"].value",
        &format!("{ENTERPRISE}:department"),
    ];
    for (number, nothing) in [json!(""), Value::Null].into_iter().enumerate() {
        let path = made(&api, &format!("verbose{number}")).await;
        for attribute in clearable {
            api.patch(&path, json!([{"op": "replace", "path": attribute, "value": "x"}])).await.expect(200);
            let user = api
                .patch(&path, json!([{"op": "replace", "path": attribute, "value": nothing}]))
                .await
                .expect(200)
                .body;
            assert_eq!(*value_at(&user, attribute), Value::Null, "{attribute} {nothing}");
        }
        let path = made(&api, &format!("object{number}")).await;
        let object: Map<String, Value> =
            clearable.iter().map(|name| ((*name).to_owned(), nothing.clone())).collect();
        let user = api.patch(&path, json!([{"op": "replace", "value": object}])).await.expect(200).body;
        for attribute in clearable {
            assert_eq!(*value_at(&user, attribute), Value::Null, "{attribute} {nothing}");
        }
    }
}

async fn pages_are_walked(server: &mut Server) {
    let api = server.api().await;
    for number in 0..12 {
        api.user(&format!("u{number}")).await;
        api.group(&format!("g{number}")).await;
    }
    for endpoint in ["/Users", "/Groups"] {
        api.get(&format!("{endpoint}?startIndex=1&count=1")).await.expect(200);
        for page in 0..3_u64 {
            let reply = api.get(&format!("{endpoint}?startIndex={}&count=5", page * 5 + 1)).await.expect(200);
            assert_eq!(reply.body["startIndex"], page * 5 + 1);
            assert!(reply.body["itemsPerPage"].is_u64() && reply.body["totalResults"] == 12);
        }
    }
}
