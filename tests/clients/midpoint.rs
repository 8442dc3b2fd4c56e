//! midPoint: it builds its accounts from `/Schemas`, looks them up by name and id, and changes single attributes.

use super::{ENTERPRISE, USER};
use crate::support::{Server, on_both_databases};
use serde_json::{Value, json};

on_both_databases!(accounts_are_built_from_the_schema);

async fn accounts_are_built_from_the_schema(server: &mut Server) {
    let api = server.api().await;
    api.get("/ServiceProviderConfig").await.expect(200);
    let schemas = api.get("/Schemas").await.expect(200).body;
    let user = schemas["Resources"].as_array().unwrap().iter().find(|schema| schema["id"] == USER).unwrap();
    // One account with every simple attribute that may be written.
    let mut account = json!({"schemas": [USER]});
    for attribute in user["attributes"].as_array().unwrap() {
        let name = attribute["name"].as_str().unwrap();
        let writable = attribute["mutability"] == "readWrite" && attribute["multiValued"] == false;
        let value = match attribute["type"].as_str().unwrap() {
            "string" => json!(format!("my {name}")),
            "reference" => json!("https://example.com/x"),
            "boolean" => json!(true),
            _ => continue,
        };
        if writable && attribute["returned"] == "default" {
            account[name] = value;
        }
    }
    assert!(account.as_object().unwrap().len() > 8, "{account}");
    let made = api.post("/Users", account.clone()).await.expect(201);
    for (name, value) in account.as_object().unwrap() {
        assert_eq!(made.body[name], *value, "{name}");
    }
    let path = format!("/Users/{}", made.id());
    assert_eq!(api.find("/Users", "userName eq \"my userName\"").await.expect(200).each("id"), [made.id()]);
    assert_eq!(
        api.find("/Users", &format!("id eq \"{}\"", made.id())).await.expect(200).each("id"),
        [made.id()]
    );

    // Deltas: values of lists are added and removed by themselves.
    let email = |value: &str, kind: &str| json!({"value": value, "type": kind});
    let change = |op: &str, path: &str, value: Value| json!([{"op": op, "path": path, "value": value}]);
    api.patch(&path, change("add", "emails", json!([email("a@x", "work"), email("b@x", "home")])))
        .await
        .expect(200);
    api.patch(&path, change("add", "emails", json!([email("c@x", "other")]))).await.expect(200);
    let left =
        api.patch(&path, change("remove", "emails", json!([email("a@x", "work")]))).await.expect(200).body;
    assert_eq!(left["emails"], json!([email("b@x", "home"), email("c@x", "other")]));
    let activated = api.patch(&path, change("replace", "active", json!(false))).await.expect(200).body;
    assert_eq!(activated["active"], false);
    let number = format!("{ENTERPRISE}:employeeNumber");
    let numbered = api.patch(&path, change("add", &number, json!("7"))).await.expect(200).body;
    assert_eq!(numbered[ENTERPRISE]["employeeNumber"], "7");
    let cleared = api.patch(&path, json!([{"op": "remove", "path": number}])).await.expect(200).body;
    assert_eq!(cleared.get(ENTERPRISE), None);
    // All accounts, sorted, as its reconciliation reads them.
    api.user("another").await;
    let sorted =
        api.get("/Users?sortBy=userName&startIndex=1&count=100&attributes=userName").await.expect(200);
    assert_eq!(sorted.each("userName"), ["another", "my userName"]);
}
