//! Organizations never see each other.

use crate::support::{Api, Server, on_both_databases};
use serde_json::json;

on_both_databases!(nothing_of_another_organization_can_be_reached);

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
