//! SailPoint: it reads everything that a server says of itself, aggregates all accounts in pages, and patches names
//! without a path.

use super::{ENTERPRISE, USER, patch_whole};
use crate::support::{Server, on_both_databases};
use serde_json::{Value, json};

on_both_databases!(the_server_is_discovered, accounts_are_aggregated_and_changed);

async fn the_server_is_discovered(server: &mut Server) {
    let api = server.api().await;
    let configuration = api.get("/ServiceProviderConfig").await.expect(200).body;
    assert_eq!(configuration["patch"]["supported"], true);
    for name in ["bulk", "filter", "changePassword", "sort", "etag"] {
        assert!(configuration[name]["supported"].is_boolean(), "{name}");
    }
    assert!(configuration["authenticationSchemes"][0]["type"].is_string());
    let types = api.get("/ResourceTypes").await.expect(200);
    for name in ["User", "Group"] {
        let one = api.get(&format!("/ResourceTypes/{name}")).await.expect(200).body;
        assert!(types.body["Resources"].as_array().unwrap().contains(&one));
        let schema = one["schema"].as_str().unwrap();
        let extensions = one["schemaExtensions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let urns = extensions.iter().map(|extension| extension["schema"].as_str().unwrap()).chain([schema]);
        for urn in urns {
            assert_eq!(api.get(&format!("/Schemas/{urn}")).await.expect(200).id(), urn);
        }
        api.get(&format!("{}?startIndex=1&count=1", one["endpoint"].as_str().unwrap())).await.expect(200);
    }
    api.get("/Schemas").await.expect(200);
}

async fn accounts_are_aggregated_and_changed(server: &mut Server) {
    let api = server.api().await;
    for name in ["Sam", "sue", "Ada", "SID", "Bob"] {
        api.post(
            "/Users",
            json!({"schemas": [USER], "userName": name, "name": {"givenName": name, "familyName": "F"}}),
        )
        .await
        .expect(201);
    }
    let mut accounts: Vec<Value> = Vec::new();
    while accounts.len() < 5 {
        let page =
            api.get(&format!("/Users?startIndex={}&count=2", accounts.len() + 1)).await.expect(200).body;
        assert_eq!(page["totalResults"], 5);
        accounts.extend(page["Resources"].as_array().unwrap().iter().cloned());
    }
    let mut names: Vec<&str> = accounts.iter().map(|account| account["userName"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Ada", "Bob", "SID", "Sam", "sue"]);
    assert_eq!(api.find("/Users", "userName sw \"S\"").await.expect(200).body["totalResults"], 3);

    let path = format!("/Users/{}", accounts[0]["id"].as_str().unwrap());
    // A nested name without a path: what it does not name stays.
    let changed = patch_whole(
        &api,
        &path,
        "replace",
        json!({"name": {"familyName": "Changed"}, "title": "T", ENTERPRISE: {"department": "D"}}),
    )
    .await
    .expect(200)
    .body;
    assert_eq!(changed["name"], json!({"familyName": "Changed", "givenName": "Sam"}));
    assert_eq!((&changed["title"], &changed[ENTERPRISE]["department"]), (&json!("T"), &json!("D")));
    let disabled =
        api.patch(&path, json!([{"op": "replace", "path": "active", "value": false}])).await.expect(200);
    assert_eq!(disabled.body["active"], false);
    // Entitlements are groups: added and removed one by one, and read from the account.
    let group = api.group("Entitlement").await;
    let id = accounts[0]["id"].as_str().unwrap();
    let group_path = format!("/Groups/{group}");
    api.patch(&group_path, json!([{"op": "add", "path": "members", "value": [{"value": id}]}]))
        .await
        .expect(204);
    assert_eq!(api.get(&path).await.expect(200).body["groups"][0]["value"], group);
    api.patch(&group_path, json!([{"op": "remove", "path": format!("members[value eq \"{id}\"]")}]))
        .await
        .expect(204);
    assert_eq!(api.get(&path).await.expect(200).body.get("groups"), None);
}
