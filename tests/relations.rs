//! What resources show of each other: groups through groups, managers; and what is left when one goes.

use crate::support::{Api, Server, on_both_databases};
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

on_both_databases!(
    users_show_groups_through_groups,
    filters_tell_direct_from_indirect,
    managers_are_shown_by_name,
    what_is_deleted_is_referred_to_by_nothing,
);

async fn group(api: &Api, name: &str, members: &[&str]) -> String {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    api.post("/Groups", json!({"displayName": name, "members": members})).await.expect(201).id()
}

async fn users_show_groups_through_groups(server: &mut Server) {
    let api = server.api().await;
    let (ada, bob) = (api.user("ada").await, api.user("bob").await);
    let team = group(&api, "Team", &[&ada]).await;
    let department = group(&api, "Department", &[&team, &bob]).await;
    let all = group(&api, "All", &[&department, &ada]).await;
    // A circle: everybody in All is in Team too.
    let closing = json!([{"op": "add", "path": "members", "value": [{"value": all}]}]);
    api.patch(&format!("/Groups/{team}"), closing).await.expect(204);
    let groups = async |id: &str| {
        let user = api.get(&format!("/Users/{id}")).await.expect(200).body;
        let shown = user["groups"].as_array().unwrap().clone();
        for group in &shown {
            assert_eq!(group["$ref"], format!("{}/Groups/{}", api.base, group["value"].as_str().unwrap()));
        }
        let text = |group: &Value| {
            format!("{} {}", group["display"].as_str().unwrap(), group["type"].as_str().unwrap())
        };
        shown.iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(groups(&ada).await, ["Team direct", "All direct", "Department indirect"]);
    assert_eq!(groups(&bob).await, ["Department direct", "Team indirect", "All indirect"]);
    // A list shows the same.
    let listed = api.get("/Users?sortBy=userName").await.expect(200).body;
    assert_eq!(listed["Resources"][1]["groups"].as_array().unwrap().len(), 3);
    api.delete(&format!("/Groups/{department}")).await.expect(204);
    assert_eq!(groups(&ada).await, ["Team direct", "All direct"]);
    assert_eq!(api.get(&format!("/Users/{bob}")).await.expect(200).body.get("groups"), None);
}

async fn filters_tell_direct_from_indirect(server: &mut Server) {
    let api = server.api().await;
    let (ada, bob) = (api.user("ada").await, api.user("bob").await);
    api.user("cleo").await;
    let team = group(&api, "Team", &[&ada]).await;
    let all = group(&api, "All", &[&team, &bob]).await;
    for (filter, expected) in [
        (format!("groups.value eq \"{all}\""), "ada bob"),
        (format!("groups[value eq \"{all}\" and type eq \"direct\"]"), "bob"),
        (format!("groups[value eq \"{all}\" and type eq \"INDIRECT\"]"), "ada"),
        (format!("groups[value eq \"{team}\" and type eq \"indirect\"]"), ""),
        (format!("groups.$ref eq \"{}/Groups/{team}\"", api.base), "ada"),
        ("groups[type eq \"indirect\" and not (display eq \"team\")]".into(), "ada"),
        ("groups pr".into(), "ada bob"),
        ("not (groups pr)".into(), "cleo"),
        ("groups.type eq \"indirect\" or userName eq \"cleo\"".into(), "ada cleo"),
    ] {
        assert_eq!(
            api.find("/Users", &filter).await.expect(200).each("userName").join(" "),
            expected,
            "{filter}"
        );
    }
    for (filter, expected) in [
        (format!("members[value eq \"{team}\" and type eq \"Group\"]"), "All"),
        (format!("members[value eq \"{bob}\" and type eq \"Group\"]"), ""),
        (format!("members.$ref ew \"{bob}\""), ""),
        (format!("members.$ref eq \"{}/Users/{bob}\"", api.base), "All"),
    ] {
        let reply = api.find("/Groups", &filter).await;
        if filter.contains(" ew ") {
            reply.refused(400, "invalidFilter");
        } else {
            assert_eq!(reply.expect(200).each("displayName").join(" "), expected, "{filter}");
        }
    }
}

async fn managers_are_shown_by_name(server: &mut Server) {
    let api = server.api().await;
    let boss =
        api.post("/Users", json!({"userName": "boss", "displayName": "The \"Boss\""})).await.expect(201).id();
    let made = api
        .post(
            "/Users",
            json!({"userName": "ada", ENTERPRISE: {"department": "D", "manager": boss, "division": "V"}}),
        )
        .await
        .expect(201);
    let manager =
        json!({"value": boss, "$ref": format!("{}/Users/{boss}", api.base), "displayName": "The \"Boss\""});
    assert_eq!(made.body[ENTERPRISE]["manager"], manager);
    let path = format!("/Users/{}", made.id());
    assert_eq!(api.get(&path).await.expect(200).body, made.body);
    api.patch(&format!("/Users/{boss}"), json!([{"op": "replace", "path": "displayName", "value": "B"}]))
        .await
        .expect(200);
    assert_eq!(api.get(&path).await.expect(200).body[ENTERPRISE]["manager"]["displayName"], "B");
    let listed = api.get("/Users?sortBy=userName").await.expect(200).body;
    assert_eq!(listed["Resources"][0][ENTERPRISE]["manager"]["displayName"], "B");
    let only = api.get(&format!("{path}?attributes={ENTERPRISE}:manager.displayName")).await.expect(200).body;
    assert_eq!(only[ENTERPRISE], json!({"manager": {"displayName": "B"}}));
    // A manager that nobody knows is kept as it was sent, and has no name.
    let odd = json!([{"op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": "nobody"}]);
    let patched = api.patch(&path, odd).await.expect(200);
    assert_eq!(patched.body[ENTERPRISE]["manager"], json!({"value": "nobody"}));
    // The name is read-only.
    let rename =
        json!([{"op": "replace", "path": format!("{ENTERPRISE}:manager.displayName"), "value": "X"}]);
    api.patch(&path, rename).await.refused(400, "mutability");
}

async fn what_is_deleted_is_referred_to_by_nothing(server: &mut Server) {
    let api = server.api().await;
    let boss = api.user("boss").await;
    let only =
        api.post("/Users", json!({"userName": "a", ENTERPRISE: {"manager": boss}})).await.expect(201).id();
    let more = api
        .post("/Users", json!({"userName": "b", ENTERPRISE: {"manager": boss, "department": "D"}}))
        .await
        .expect(201)
        .id();
    let team = group(&api, "Team", &[&boss, &only]).await;
    let before = api.get(&format!("/Groups/{team}")).await.expect(200);
    api.delete(&format!("/Users/{boss}")).await.expect(204);
    let user = api.get(&format!("/Users/{only}")).await.expect(200).body;
    assert_eq!(user.get(ENTERPRISE), None);
    assert_eq!(user["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User"]));
    assert_eq!(user["meta"]["version"], "W/\"2\"");
    let user = api.get(&format!("/Users/{more}")).await.expect(200).body;
    assert_eq!(user[ENTERPRISE], json!({"department": "D"}));
    assert_eq!(
        api.find("/Users", &format!("{ENTERPRISE}:manager pr")).await.expect(200).body["totalResults"],
        0
    );
    let after = api.get(&format!("/Groups/{team}")).await.expect(200);
    assert_eq!(after.body["members"].as_array().unwrap().len(), 1);
    assert_ne!(after.header("etag"), before.header("etag"), "it has changed");
}
