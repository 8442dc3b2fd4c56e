//! Organizations never see each other.

use crate::support::{Api, Server, on_both_databases};
use serde_json::json;

on_both_databases!(nothing_of_another_organization_can_be_reached, a_name_can_be_changed);

async fn nothing_of_another_organization_can_be_reached(server: &mut Server) {
    server.json(&["org", "create", "Acme"]);
    assert!(
        !server.command(&["org", "create", "ACME"]).status.success(),
        "names are unique without regard to case"
    );
    let ours = server.api().await;
    let theirs = Api::connect(&server.application(&["--all-scopes", "--org", "acme"])).await;
    let user = ours.user("ada").await;
    let group = ours
        .post("/Groups", json!({"displayName": "Sales", "members": [{"value": user}]}))
        .await
        .expect(201)
        .id();
    for path in [format!("/Users/{user}"), format!("/Groups/{group}")] {
        theirs.get(&path).await.refused(404, "");
        theirs
            .patch(&path, json!([{"op": "replace", "path": "displayName", "value": "x"}]))
            .await
            .refused(404, "");
        theirs.put(&path, json!({"userName": "x", "displayName": "x"})).await.refused(404, "");
        theirs.delete(&path).await.refused(404, "");
    }
    for endpoint in ["/Users", "/Groups"] {
        assert_eq!(theirs.get(endpoint).await.expect(200).body["totalResults"], 0);
    }
    for filter in
        [format!("id eq \"{user}\""), "userName eq \"ada\"".into(), format!("groups eq \"{group}\"")]
    {
        assert_eq!(theirs.find("/Users", &filter).await.expect(200).body["totalResults"], 0, "{filter}");
    }
    // The same names are free, and foreign members are unknown ones.
    let their_user = theirs.user("ADA").await;
    let add = json!([{"op": "add", "path": "members", "value": [{"value": user}, {"value": their_user}]}]);
    let their_group = theirs.group("Sales").await;
    theirs.patch(&format!("/Groups/{their_group}"), add).await.expect(204);
    let members = theirs.get(&format!("/Groups/{their_group}")).await.body["members"].clone();
    assert_eq!(members.as_array().unwrap().len(), 1);
    assert_eq!(members[0]["value"], their_user);
    let both = theirs.find("/Groups", &format!("members eq \"{user}\"")).await;
    assert_eq!(both.body["totalResults"], 0);
    assert_eq!(ours.get(&format!("/Users/{user}")).await.expect(200).body["userName"], "ada");
}

/// Beside a running server; what was issued before goes on working.
async fn a_name_can_be_changed(server: &mut Server) {
    let api = server.api().await;
    api.user("ada").await;
    server.json(&["org", "create", "Acme"]);
    for refused in [["default", "ACME"], ["nobody", "x"], ["default", " "]] {
        assert!(!server.command(&["org", "rename", refused[0], refused[1]]).status.success(), "{refused:?}");
    }
    let renamed = server.json(&["org", "rename", "Default", "Contoso"]);
    assert_eq!(renamed["name"], "Contoso");
    assert_eq!(server.json(&["org", "rename", "contoso", "CONTOSO"])["id"], renamed["id"], "only its case");
    assert_eq!(server.json(&["org", "list"])[0]["name"], "CONTOSO");
    assert_eq!(api.get("/Users").await.expect(200).body["totalResults"], 1);
    // Commands without --org mean the first, whatever it is called.
    assert_eq!(server.json(&["app", "list"])[0]["organization"], "CONTOSO");
    server.json(&["log"]);
    let application = server.application(&["--all-scopes"]);
    Api::connect(&application).await.get("/Users").await.expect(200);
    // A restart makes no second one.
    server.kill_and_restart();
    assert_eq!(server.json(&["org", "list"]).as_array().unwrap().len(), 2);
}
