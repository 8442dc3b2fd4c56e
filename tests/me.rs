//! `/Me` (RFC 7644 §3.11).

use crate::support::{Api, Server, on_both_databases};
use reqwest::Method;
use serde_json::json;

on_both_databases!(a_token_that_speaks_for_a_user_has_a_me, a_token_that_speaks_for_nobody_has_none);

async fn a_token_that_speaks_for_a_user_has_a_me(server: &mut Server) {
    let ada = server.api().await.user("ada").await;
    let api = Api::connect(&server.application(&["--all-scopes", "--user", &ada])).await;
    let me = api.get("/Me").await.expect(200);
    assert_eq!((me.id(), me.header("location")), (ada.clone(), format!("{}/Users/{ada}", api.base).as_str()));
    assert_eq!(me.body["meta"]["location"], format!("{}/Users/{ada}", api.base));
    let patched = api.patch("/Me", json!([{"op": "add", "path": "title", "value": "T"}])).await.expect(200);
    assert_eq!(patched.body["title"], "T");
    let replaced = api.put("/Me", json!({"userName": "ada", "nickName": "A"})).await.expect(200);
    assert_eq!((replaced.id(), replaced.body.get("title")), (ada.clone(), None));
    assert_eq!(api.get("/Me?attributes=nickName").await.expect(200).body["nickName"], "A");
    api.send(Method::POST, "/Me", Some("{}".into())).await.refused(405, "");
    let reader = Api::connect(&server.application(&["--scope", "managed-users:read", "--user", &ada])).await;
    reader.get("/Me").await.expect(200);
    reader.delete("/Me").await.refused(403, "");
    api.delete("/Me").await.expect(204);
    assert!(api.get("/Me").await.refused(404, "").contains("does not exist"));
    let output = server.command(&["app", "create", "--name", "X", "--all-scopes", "--user", &ada]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("no user with the id"));
}

async fn a_token_that_speaks_for_nobody_has_none(server: &mut Server) {
    let api = server.api().await;
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        let detail = api.send(method, "/Me", Some("{}".into())).await.refused(501, "");
        assert!(detail.contains("/Users/{id}"), "{detail}");
    }
}
