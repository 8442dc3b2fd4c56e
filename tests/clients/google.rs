//! Google Workspace: users only; it probes with one, suspends, and deletes later.

use super::{USER, patch_whole};
use crate::support::{Server, on_both_databases};
use serde_json::json;

on_both_databases!(people_are_suspended_then_deleted);

async fn people_are_suspended_then_deleted(server: &mut Server) {
    let api = server.api().await;
    let probe = api.get("/Users?count=1").await.expect(200).body;
    assert_eq!((&probe["totalResults"], &probe["Resources"]), (&json!(0), &json!([])));
    let made = api
        .post("/Users", json!({"schemas": [USER], "userName": "ada@example.com", "active": true, "emails": [{"value": "ada@example.com", "primary": true}]}))
        .await
        .expect(201);
    assert_eq!(api.get("/Users?count=1").await.expect(200).body["itemsPerPage"], 1);
    let path = format!("/Users/{}", made.id());
    assert_eq!(
        patch_whole(&api, &path, "replace", json!({"active": false})).await.expect(200).body["active"],
        false
    );
    api.delete(&path).await.expect(204);
    assert_eq!(api.get("/Users?count=1").await.expect(200).body["totalResults"], 0);
}
