//! `POST /v2/introspect` (RFC 7662) and `POST /v2/revoke` (RFC 7009).

use crate::support::oauth::{basic, part, post, refused, scim, token_from, within_a_second};
use crate::support::{Application, Reply, Server, on_both_databases, on_sqlite};
use serde_json::{Value, json};

on_both_databases!(a_token_is_described_to_its_own_organization, a_revoked_token_ends_on_every_node);
on_sqlite!(each_mistake_has_its_own_error, the_metadata_names_them);

async fn ask(base: &str, endpoint: &str, app: &Application, form: &str) -> Reply {
    let header = basic(&app.client_id, &app.client_secret);
    post(&format!("{base}/v2/{endpoint}"), form, Some(&header)).await
}

async fn introspect(base: &str, app: &Application, token: &str) -> Value {
    let reply = ask(base, "introspect", app, &format!("token={token}")).await.expect(200);
    assert_eq!(reply.header("cache-control"), "no-store");
    reply.body
}

async fn a_token_is_described_to_its_own_organization(server: &mut Server) {
    server.json(&["org", "create", "Acme"]);
    let (ours, colleague) = (server.application(&[]), server.application(&["--scope", "managed-users:read"]));
    let theirs = server.application(&["--all-scopes", "--org", "Acme"]);
    let token = token_from(&server.base, &ours).await;
    let claims = part(&token, 1);
    for asking in [&ours, &colleague] {
        let told = introspect(&server.base, asking, &token).await;
        assert_eq!((&told["active"], &told["token_type"]), (&json!(true), &json!("Bearer")));
        for claim in ["client_id", "sub", "aud", "iss", "exp", "iat", "nbf", "jti", "scope", "org"] {
            assert_eq!(told[claim], claims[claim], "{claim}");
        }
    }
    assert_eq!(introspect(&server.base, &theirs, &token).await, json!({"active": false}));
    let changed = format!("{}x", &token[..token.len() - 1]);
    for token in [changed.as_str(), "rubbish", "muster_token_nobody", "a.b.c"] {
        assert_eq!(introspect(&server.base, &ours, token).await, json!({"active": false}), "{token}");
    }
    // What the application has lost, its tokens have lost.
    server.json(&["app", "update", &ours.client_id, "--scope", "managed-users:list"]);
    assert_eq!(introspect(&server.base, &ours, &token).await["scope"], "managed-users:list");
    server.json(&["app", "delete", &ours.client_id]);
    assert_eq!(introspect(&server.base, &colleague, &token).await, json!({"active": false}));
}

async fn a_revoked_token_ends_on_every_node(server: &mut Server) {
    server.json(&["org", "create", "Acme"]);
    let node = server.another_node(&[]);
    let (app, colleague) = (server.application(&[]), server.application(&[]));
    let theirs = server.application(&["--all-scopes", "--org", "Acme"]);
    let (token, other) = (token_from(&server.base, &app).await, token_from(&server.base, &app).await);
    for base in [&server.base, &node.base] {
        scim(base, &token).await.expect(200);
    }
    let form = format!("token={token}&token_type_hint=access_token");
    // Only the client that it was issued to may end it; a stranger is not told that it exists.
    let reply = ask(&server.base, "revoke", &colleague, &form).await;
    assert!(refused(&reply, 400, "unauthorized_client").contains("another client"));
    ask(&server.base, "revoke", &theirs, &form).await.expect(200);
    scim(&server.base, &token).await.expect(200);

    for _ in 0..2 {
        ask(&server.base, "revoke", &app, &form).await.expect(200);
    }
    assert!(scim(&server.base, &token).await.refused(401, "").contains("revoked"), "here at once");
    within_a_second(async || (scim(&node.base, &token).await.status == 401).then_some(())).await;
    for base in [&server.base, &node.base] {
        assert_eq!(introspect(base, &app, &token).await, json!({"active": false}));
        scim(base, &other).await.expect(200);
    }
    server.kill_and_restart();
    scim(&server.base, &token).await.expect(401);
    for unknown in ["token=rubbish", "token=a.b.c"] {
        ask(&server.base, "revoke", &app, unknown).await.expect(200);
    }
}

async fn each_mistake_has_its_own_error(server: &mut Server) {
    let app = server.application(&[]);
    let http = reqwest::Client::new();
    for endpoint in ["introspect", "revoke"] {
        let url = format!("{}/v2/{endpoint}", server.base);
        refused(&post(&url, "token=x", None).await, 401, "invalid_client");
        let wrong = basic(&app.client_id, "wrong");
        refused(&post(&url, "token=x", Some(&wrong)).await, 401, "invalid_client");
        refused(&post(&url, "token=x", Some("Bearer x")).await, 401, "invalid_client");
        for form in ["", "token=", "token=a&token=b"] {
            refused(&ask(&server.base, endpoint, &app, form).await, 400, "invalid_request");
        }
        let header = basic(&app.client_id, &app.client_secret);
        refused(&post(&format!("{url}?token=x"), "", Some(&header)).await, 400, "invalid_request");
        let json = http.post(&url).json(&json!({"token": "x"})).send().await.unwrap();
        refused(&Reply::read(json).await, 415, "invalid_request");
        for method in [reqwest::Method::GET, reqwest::Method::PUT, reqwest::Method::DELETE] {
            let reply = Reply::read(http.request(method, &url).send().await.unwrap()).await;
            assert_eq!(reply.header("allow"), "POST");
            refused(&reply, 405, "invalid_request");
        }
        let large = format!("token={}", "x".repeat(70_000));
        refused(&ask(&server.base, endpoint, &app, &large).await, 413, "invalid_request");
        let giant = format!("token={}", "x".repeat(60_000));
        ask(&server.base, endpoint, &app, &giant).await.expect(200);
    }
}

async fn the_metadata_names_them(server: &mut Server) {
    let get = async |path: &str| -> Value {
        let url = format!("{}/.well-known/{path}", server.base);
        reqwest::get(url).await.unwrap().json().await.unwrap()
    };
    let metadata = get("oauth-authorization-server").await;
    for endpoint in ["introspection", "revocation"] {
        let url = metadata[format!("{endpoint}_endpoint")].as_str().unwrap();
        let reply = post(url, "token=x", None).await;
        refused(&reply, 401, "invalid_client");
        assert_eq!(
            metadata[format!("{endpoint}_endpoint_auth_methods_supported")],
            metadata["token_endpoint_auth_methods_supported"]
        );
    }
    let alias = get("openid-configuration").await;
    for (name, value) in metadata.as_object().unwrap() {
        assert_eq!(&alias[name], value, "{name}");
    }
}
