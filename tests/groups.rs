//! Groups and their members.

use crate::support::{Server, on_both_databases, on_sqlite};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both_databases!(
    a_group_lives_from_post_to_delete,
    thirty_two_clients_add_four_hundred_members,
    groups_can_be_members,
    deleting_a_member_ends_its_membership,
);
on_sqlite!(unknown_members_do_not_fail_the_known, a_group_is_answered_only_when_asked_for);

fn add(ids: &[&str]) -> Value {
    let members: Vec<Value> = ids.iter().map(|id| json!({"$ref": null, "value": id})).collect();
    json!([{"op": "Add", "path": "members", "value": members}])
}

fn members(group: &Value) -> BTreeSet<String> {
    let members = group["members"].as_array().map(Vec::as_slice).unwrap_or_default();
    members.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect()
}

async fn a_group_lives_from_post_to_delete(server: &mut Server) {
    let api = server.api().await;
    let user = api.post("/Users", json!({"userName": "ada", "displayName": "Ada"})).await.expect(201).id();
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "displayName": "Sales", "externalId": "e1"
    });
    let made = api.post("/Groups", body.clone()).await.expect(201);
    let path = format!("/Groups/{}", made.id());
    api.post("/Groups", json!({"displayName": "SALES"})).await.refused(409, "uniqueness");
    api.patch(&path, add(&[&user])).await.expect(204);
    let group = api.get(&path).await.expect(200);
    let expected = json!([{"value": user, "$ref": format!("{}/Users/{user}", api.base), "type": "User", "display": "Ada"}]);
    assert_eq!(group.body["members"], expected);
    assert_eq!(group.header("etag"), "W/\"2\"");
    let seen_by_user = api.get(&format!("/Users/{user}")).await.expect(200).body;
    let expected = json!([{"value": made.id(), "$ref": format!("{}{path}", api.base), "type": "direct", "display": "Sales"}]);
    assert_eq!(seen_by_user["groups"], expected);
    // Said again, it is as it was.
    api.patch(&path, add(&[&user])).await.expect(204);
    assert_eq!(api.get(&path).await.header("etag"), "W/\"2\"");

    api.patch(&path, json!([{"op": "Replace", "path": "displayName", "value": "Marketing"}]))
        .await
        .expect(204);
    assert_eq!(api.find("/Groups", "displayName eq \"marketing\"").await.body["totalResults"], 1);
    let remove = json!([{"op": "Remove", "path": "members", "value": [{"$ref": null, "value": user}]}]);
    api.patch(&path, remove.clone()).await.expect(204);
    assert_eq!(api.get(&path).await.body.get("members"), None);
    api.patch(&path, remove).await.expect(204);
    api.patch(&path, json!([{"op": "remove", "path": format!("members[value eq \"{user}\"]")}]))
        .await
        .expect(204);

    let put = api.put(&path, json!({"displayName": "Put", "members": [{"value": user}]})).await.expect(200);
    assert_eq!(members(&put.body).len(), 1);
    let put = api.put(&path, json!({"displayName": "Put"})).await.expect(200);
    assert_eq!(put.body.get("members"), None, "what a PUT does not name is removed");
    api.patch(&path, add(&[&user])).await.expect(204);
    api.patch(&path, json!([{"op": "remove", "path": "members"}])).await.expect(204);
    assert_eq!(api.get(&path).await.body.get("members"), None);
    api.delete(&path).await.expect(204);
    api.get(&path).await.refused(404, "");
    assert_eq!(api.get(&format!("/Users/{user}")).await.body.get("groups"), None);
}

/// One member per request, each sent twice, 32 requests at once, on one group: nothing is lost, nothing fails.
async fn thirty_two_clients_add_four_hundred_members(server: &mut Server) {
    let api = server.api().await;
    let mut users = Vec::new();
    for chunk in (0..400).collect::<Vec<_>>().chunks(40) {
        users.extend(
            join_all(chunk.iter().map(|number| {
                let api = api.clone();
                async move { api.user(&format!("user{number}")).await }
            }))
            .await,
        );
    }
    let group = api.group("Everybody").await;
    let clients = (0..32).map(|client| {
        let (api, users, group) = (api.clone(), users.clone(), group.clone());
        tokio::spawn(async move {
            for user in users.iter().skip(client).step_by(32) {
                for _ in 0..2 {
                    let reply = api.patch(&format!("/Groups/{group}"), add(&[user])).await;
                    assert_eq!(reply.status, 204, "{}", reply.text);
                }
            }
        })
    });
    for client in join_all(clients).await {
        client.unwrap();
    }
    let found = api.get(&format!("/Groups/{group}")).await.expect(200);
    assert_eq!(members(&found.body), users.iter().cloned().collect());
    assert_eq!(found.header("etag"), "W/\"401\"", "each member counted once");
    // And away again, while others are added back.
    let clients = (0..32).map(|client| {
        let (api, users, group) = (api.clone(), users.clone(), group.clone());
        tokio::spawn(async move {
            for (number, user) in users.iter().enumerate().skip(client).step_by(32) {
                let path = format!("members[value eq \"{user}\"]");
                let remove = json!([{"op": "remove", "path": path}]);
                api.patch(&format!("/Groups/{group}"), remove).await.expect(204);
                if number % 2 == 0 {
                    api.patch(&format!("/Groups/{group}"), add(&[user])).await.expect(204);
                }
            }
        })
    });
    for client in join_all(clients).await {
        client.unwrap();
    }
    let found = api.get(&format!("/Groups/{group}")).await.expect(200);
    assert_eq!(members(&found.body), users.iter().step_by(2).cloned().collect());
}

async fn groups_can_be_members(server: &mut Server) {
    let api = server.api().await;
    let (inner, outer) = (api.group("Inner").await, api.group("Outer").await);
    api.patch(&format!("/Groups/{outer}"), add(&[&inner])).await.expect(204);
    let found = api.get(&format!("/Groups/{outer}")).await.expect(200).body;
    assert_eq!(found["members"][0]["type"], "Group");
    assert_eq!(found["members"][0]["$ref"], format!("{}/Groups/{inner}", api.base));
    assert_eq!(api.find("/Groups", "members[type eq \"group\"]").await.each("id"), [outer.as_str()]);
    // Round in a circle, too.
    api.patch(&format!("/Groups/{inner}"), add(&[&outer])).await.expect(204);
    api.delete(&format!("/Groups/{outer}")).await.expect(204);
    assert_eq!(api.get(&format!("/Groups/{inner}")).await.expect(200).body.get("members"), None);
}

async fn deleting_a_member_ends_its_membership(server: &mut Server) {
    let api = server.api().await;
    let (ada, bob) = (api.user("ada").await, api.user("bob").await);
    let group = api
        .post("/Groups", json!({"displayName": "G", "members": [{"value": ada}, {"value": bob}]}))
        .await
        .expect(201);
    assert_eq!(members(&group.body).len(), 2);
    api.delete(&format!("/Users/{ada}")).await.expect(204);
    let left = api.get(&format!("/Groups/{}", group.id())).await.expect(200);
    assert_eq!(members(&left.body), BTreeSet::from([bob]));
}

async fn unknown_members_do_not_fail_the_known(server: &mut Server) {
    let api = server.api().await;
    let (user, group) = (api.user("ada").await, api.group("G").await);
    let path = format!("/Groups/{group}");
    api.patch(&path, add(&["nobody", &user])).await.expect(204);
    api.patch(&path, json!([{"op": "add", "path": "members", "value": "string id 1"}])).await.expect(204);
    assert_eq!(members(&api.get(&path).await.body), BTreeSet::from([user]));
    api.patch(&path, json!([{"op": "add", "path": "members", "value": [{"display": "x"}]}]))
        .await
        .refused(400, "invalidValue");
}

async fn a_group_is_answered_only_when_asked_for(server: &mut Server) {
    let api = server.api().await;
    let (user, group) = (api.user("ada").await, api.group("G").await);
    let path = format!("/Groups/{group}");
    assert_eq!(api.patch(&path, add(&[&user])).await.expect(204).text, "");
    let reply = api.patch(&format!("{path}?excludedAttributes=members"), add(&[&user])).await.expect(200);
    assert_eq!((reply.body["displayName"].as_str(), reply.body.get("members")), (Some("G"), None));
    let reply = api.patch(&format!("{path}?attributes=members"), add(&[&user])).await.expect(200);
    assert_eq!(members(&reply.body).len(), 1);
    let listed =
        api.get("/Groups?excludedAttributes=members&filter=displayName+eq+%22g%22").await.expect(200);
    assert_eq!(listed.body["Resources"][0].get("members"), None);
    assert_eq!(
        api.get(&format!("{path}?excludedAttributes=members")).await.expect(200).body.get("members"),
        None
    );
}
