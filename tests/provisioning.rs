//! Provisioning tokens: long-lived bearer tokens.

use crate::support::oauth::{basic, post, scim, within, within_a_second};
use crate::support::{Api, Server, on_both_databases, on_sqlite};
use serde_json::json;
use std::time::Duration;

on_both_databases!(a_provisioning_token_opens_the_directory_until_it_is_revoked, its_use_is_written_in_time);
on_sqlite!(an_expired_one_says_so, its_scopes_are_never_more_than_the_applications);

async fn a_provisioning_token_opens_the_directory_until_it_is_revoked(server: &mut Server) {
    let node = server.another_node(&[]);
    let app = server.application(&[]);
    let made = server.json(&["token", "create", "--app", &app.client_id, "--name", "Okta", "--days", "30"]);
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("muster_token_") && token.len() == 56, "{token}");
    let api = Api::connect(&app).await.with_token(token);
    let user = api.user("ada").await;
    api.get(&format!("/Users/{user}")).await.expect(200);
    scim(&node.base, token).await.expect(200);

    let listed = server.json(&["token", "list", "--app", &app.client_id]);
    assert_eq!((&listed[0]["id"], &listed[0]["name"]), (&made["id"], &json!("Okta")));
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert!(!listed.to_string().contains(&token[13..]), "a token is shown once");
    let header = basic(&app.client_id, &app.client_secret);
    let url = format!("{}/v2/introspect", server.base);
    let told = post(&url, &format!("token={token}"), Some(&header)).await.expect(200).body;
    assert_eq!((&told["active"], &told["client_id"]), (&json!(true), &json!(app.client_id)));
    assert_eq!(told["exp"].as_u64().unwrap() - told["iat"].as_u64().unwrap(), 30 * 86_400);

    // A rotated secret is another credential.
    server.json(&["app", "rotate-secret", &app.client_id]);
    server.json(&["token", "revoke", made["id"].as_str().unwrap()]);
    for base in [&server.base, &node.base] {
        let reply = within_a_second(async || {
            let reply = scim(base, token).await;
            (reply.status == 401).then_some(reply)
        })
        .await;
        assert!(reply.header("www-authenticate").contains("error=\"invalid_token\""));
        assert!(reply.refused(401, "").contains("was revoked"));
    }
    assert_eq!(server.command(&["token", "revoke", made["id"].as_str().unwrap()]).status.code(), Some(1));
    // The client can end one itself, and one ends with its application.
    let app = server.application(&[]);
    let make =
        || server.json(&["token", "create", "--app", &app.client_id])["token"].as_str().unwrap().to_owned();
    let (first, second) = (make(), make());
    scim(&server.base, &first).await.expect(200);
    let header = basic(&app.client_id, &app.client_secret);
    let url = format!("{}/v2/revoke", server.base);
    post(&url, &format!("token={first}"), Some(&header)).await.expect(200);
    scim(&server.base, &first).await.expect(401);
    scim(&server.base, &second).await.expect(200);
    server.json(&["app", "delete", &app.client_id]);
    within_a_second(async || (scim(&server.base, &second).await.status == 401).then_some(())).await;
}

async fn its_use_is_written_in_time(server: &mut Server) {
    let app = server.application(&[]);
    let made = server.json(&["token", "create", "--app", &app.client_id]);
    let last_used = || server.json(&["token", "list"])[0]["last_used_at"].clone();
    assert!(last_used().is_null());
    scim(&server.base, made["token"].as_str().unwrap()).await.expect(200);
    within(Duration::from_secs(10), async || last_used().is_string().then_some(())).await;
}

async fn an_expired_one_says_so(server: &mut Server) {
    let app = server.application(&[]);
    let made = server.json(&["token", "create", "--app", &app.client_id, "--days", "1095"]);
    let token = made["token"].as_str().unwrap();
    scim(&server.base, token).await.expect(200);
    server.database.execute(
        "UPDATE provisioning_tokens SET expires_at = 1; UPDATE control_revisions SET revision = revision + 1;",
    );
    let reply = within_a_second(async || {
        let reply = scim(&server.base, token).await;
        (reply.status == 401).then_some(reply)
    })
    .await;
    assert!(reply.refused(401, "").contains("has expired"));
    assert_eq!(server.json(&["token", "list"])[0]["expired"], true);
    for days in ["0", "1096"] {
        let refused = server.command(&["token", "create", "--app", &app.client_id, "--days", days]);
        assert!(String::from_utf8_lossy(&refused.stderr).contains("1 to 1095 days"), "{refused:?}");
    }
    assert_eq!(server.command(&["token", "create", "--app", "nobody"]).status.code(), Some(1));
    assert_eq!(server.command(&["token", "list", "--app", "nobody"]).status.code(), Some(1));
}

async fn its_scopes_are_never_more_than_the_applications(server: &mut Server) {
    let app = server.application(&["--scope", "managed-users:list", "--scope", "managed-groups:list"]);
    let create = ["token", "create", "--app", &app.client_id, "--scope"];
    let refused = server.command(&[&create[..], &["managed-users:delete"]].concat());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("does not have the scope"), "{refused:?}");
    let made = server.json(&[&create[..], &["managed-users:list"]].concat());
    assert_eq!(made["scopes"], json!(["managed-users:list"]));
    let api = Api::connect(&app).await.with_token(made["token"].as_str().unwrap());
    api.get("/Users").await.expect(200);
    api.get("/Groups").await.refused(403, "");
    server.json(&["app", "update", &app.client_id, "--scope", "managed-groups:list"]);
    within_a_second(async || (api.get("/Users").await.status == 403).then_some(())).await;
}
