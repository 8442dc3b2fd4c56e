//! JumpCloud: its test of a custom connector makes a person and a group and takes them away; it says things twice.

use super::{GROUP, USER, members, sorted};
use crate::support::{Server, on_both_databases};
use serde_json::{Value, json};

on_both_databases!(the_connector_is_tested, memberships_are_said_twice);

async fn the_connector_is_tested(server: &mut Server) {
    let api = server.api().await;
    let email = "test-user@example.com";
    assert_eq!(
        api.find("/Users", &format!("userName eq \"{email}\"")).await.expect(200).body["totalResults"],
        0
    );
    let user = json!({
        "schemas": [USER], "userName": email, "active": true, "name": {"givenName": "Test", "familyName": "User"},
        "emails": [{"value": email, "type": "work", "primary": true}]
    });
    let made = api.post("/Users", user.clone()).await.expect(201);
    let path = format!("/Users/{}", made.id());
    api.get(&path).await.expect(200);
    let mut inactive = user;
    inactive["active"] = false.into();
    assert_eq!(api.put(&path, inactive).await.expect(200).body["active"], false);

    let group = api
        .post("/Groups", json!({"schemas": [GROUP], "displayName": "JumpCloud test", "members": []}))
        .await
        .expect(201);
    let group_path = format!("/Groups/{}", group.id());
    assert_eq!(
        api.find("/Groups", "displayName eq \"JumpCloud test\"").await.expect(200).each("id"),
        [group.id()]
    );
    api.delete(&group_path).await.expect(204);
    api.delete(&path).await.expect(204);
    api.get(&path).await.refused(404, "");
    assert_eq!(api.get("/Users").await.expect(200).body["totalResults"], 0, "nothing of the test is left");
}

async fn memberships_are_said_twice(server: &mut Server) {
    let api = server.api().await;
    let (ada, bob) = (api.user("ada").await, api.user("bob").await);
    let path = format!("/Groups/{}", api.group("G").await);
    let change = |op: &str, ids: &[&String]| -> Value {
        let values: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
        json!([{"op": op, "path": "members", "value": values}])
    };
    for _ in 0..2 {
        api.patch(&path, change("add", &[&ada, &bob, &ada])).await.expect(204);
        assert_eq!(members(&api, &path).await, sorted(&[&ada, &bob]));
    }
    for _ in 0..2 {
        api.patch(&path, change("remove", &[&ada])).await.expect(204);
        assert_eq!(members(&api, &path).await, std::slice::from_ref(&bob));
    }
}
