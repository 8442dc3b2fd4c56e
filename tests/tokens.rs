//! `POST /v2/token`, the key set and the metadata: RFC 6749, 7617, 8414, 9068.

use crate::support::oauth::{basic, part, refused, request, within_a_second};
use crate::support::{Api, Application, Reply, Server, on_both_databases, on_sqlite};
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};
use std::time::Duration;

on_both_databases!(
    every_placement_of_credentials_gets_a_token,
    a_command_beside_the_server_is_noticed,
    a_deleted_application_ends_within_a_second,
);
on_sqlite!(
    the_token_says_what_rfc_9068_asks_for,
    scopes_are_those_of_the_application,
    each_mistake_has_its_own_error,
    basic_halves_may_be_encoded_or_not,
    an_expired_secret_gets_no_token,
    a_rotated_secret_has_its_grace,
    keys_survive_a_restart,
    metadata_names_the_endpoints,
);

async fn every_placement_of_credentials_gets_a_token(server: &mut Server) {
    let app = server.application(&[]);
    let Application { client_id, client_secret, .. } = &app;
    let form = format!("&client_id={client_id}&client_secret={client_secret}");
    let header = basic(client_id, client_secret);
    for (body, authorization) in [
        (String::new(), Some(header.as_str())),
        (form.clone(), None),
        (form, Some(header.as_str())),
        (format!("&client_id={client_id}&scope=&resource="), Some(header.as_str())),
    ] {
        let reply =
            request(&app, &format!("grant_type=client_credentials{body}"), authorization).await.expect(200);
        assert_eq!(reply.body["token_type"], "Bearer");
        assert_eq!(reply.body["expires_in"], 3600);
        assert!(reply.body["scope"].as_str().unwrap().starts_with("managed-users:read managed-users:list "));
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("pragma"), "no-cache");
        assert_eq!(reply.body.as_object().unwrap().len(), 4, "nothing else: {}", reply.text);
    }
}

async fn the_token_says_what_rfc_9068_asks_for(server: &mut Server) {
    let app = server.application(&["--all-scopes", "--token-lifetime-minutes", "90"]);
    let token = Api::connect(&app).await.token;
    let (header, claims) = (part(&token, 0), part(&token, 1));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("ES256")));
    assert_eq!(claims["iss"], json!(server.base));
    assert_eq!(claims["aud"], json!(app.tenant_url));
    assert_eq!((&claims["sub"], &claims["client_id"]), (&json!(app.client_id), &json!(app.client_id)));
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 90 * 60);
    assert_eq!(claims["nbf"], claims["iat"]);
    let organizations = server.json(&["org", "list"]);
    assert_eq!(claims["org"], organizations[0]["id"]);
    let other = Api::connect(&app).await.token;
    assert_ne!(part(&other, 1)["jti"], claims["jti"]);
    // The key that signed is published.
    let keys: Value =
        reqwest::get(format!("{}/.well-known/jwks.json", server.base)).await.unwrap().json().await.unwrap();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    assert_eq!((&key["kty"], &key["crv"], &key["use"]), (&json!("EC"), &json!("P-256"), &json!("sig")));
    assert_eq!(key.get("d"), None, "a private key is never published");
}

async fn scopes_are_those_of_the_application(server: &mut Server) {
    let app = server.application(&["--scope", "managed-users:list", "--scope", "managed-users:read"]);
    let header = basic(&app.client_id, &app.client_secret);
    let ask = async |scope: &str| {
        request(&app, &format!("grant_type=client_credentials{scope}"), Some(&header)).await
    };
    assert_eq!(ask("").await.expect(200).body["scope"], "managed-users:read managed-users:list");
    assert_eq!(ask("&scope=").await.expect(200).body["scope"], "managed-users:read managed-users:list");
    assert_eq!(ask("&scope=managed-users%3Alist").await.expect(200).body["scope"], "managed-users:list");
    for scope in
        ["managed-groups:read", "managed-users:list+managed-users:create", "everything", "%22", "%00"]
    {
        let reply = ask(&format!("&scope={scope}")).await;
        assert!(!refused(&reply, 400, "invalid_scope").is_empty());
    }
}

async fn each_mistake_has_its_own_error(server: &mut Server) {
    let app = server.application(&[]);
    let Application { client_id, client_secret, token_endpoint, .. } = &app;
    let good = basic(client_id, client_secret);
    let grant = "grant_type=client_credentials";
    let wrong = basic(client_id, "muster_secret_wrong");
    let unknown = basic("mapp_nobody", client_secret);
    for authorization in [&wrong, &unknown, "Bearer abc", "Basic ???", "Basic", "Negotiate x"] {
        refused(&request(&app, grant, Some(authorization)).await, 401, "invalid_client");
    }
    let wrong_again = request(&app, grant, Some(&wrong)).await;
    let unknown_text = refused(&request(&app, grant, Some(&unknown)).await, 401, "invalid_client");
    assert_eq!(
        refused(&wrong_again, 401, "invalid_client"),
        unknown_text,
        "which of the two is wrong is not told"
    );
    for body in ["", "&client_id=x", "&client_secret=x", &format!("&client_id={client_id}")] {
        refused(&request(&app, &format!("{grant}{body}"), None).await, 401, "invalid_client");
    }
    let header = good;
    let good = Some(header.as_str());
    refused(&request(&app, "", good).await, 400, "invalid_request");
    refused(&request(&app, "grant_type=", good).await, 400, "invalid_request");
    refused(&request(&app, "grant_type=password", good).await, 400, "unsupported_grant_type");
    refused(&request(&app, &format!("{grant}&scope=a&scope=b"), good).await, 400, "invalid_request");
    refused(&request(&app, &format!("{grant}&{grant}"), good).await, 400, "invalid_request");
    refused(&request(&app, &format!("{grant}&client_id=other"), good).await, 400, "invalid_request");
    refused(&request(&app, &format!("{grant}&client_secret=other"), good).await, 400, "invalid_request");
    refused(&request(&app, "grant_type=%ff", good).await, 400, "invalid_request");
    let large = format!("{grant}&x={}", "x".repeat(70_000));
    refused(&request(&app, &large, good).await, 413, "invalid_request");

    let http = reqwest::Client::new();
    let twice = http
        .post(token_endpoint)
        .header(AUTHORIZATION, &header)
        .header(AUTHORIZATION, &header)
        .form(&[("grant_type", "client_credentials")]);
    refused(&Reply::read(twice.send().await.unwrap()).await, 400, "invalid_request");
    let json = http.post(token_endpoint).json(&json!({"grant_type": "client_credentials"}));
    refused(&Reply::read(json.send().await.unwrap()).await, 415, "invalid_request");
    let in_url = http.post(format!("{token_endpoint}?client_secret={client_secret}")).form(&[("a", "b")]);
    refused(&Reply::read(in_url.send().await.unwrap()).await, 400, "invalid_request");
    for method in [reqwest::Method::GET, reqwest::Method::PUT, reqwest::Method::DELETE] {
        let reply = Reply::read(http.request(method, token_endpoint).send().await.unwrap()).await;
        assert_eq!(reply.header("allow"), "POST");
        refused(&reply, 405, "invalid_request");
    }
}

async fn basic_halves_may_be_encoded_or_not(server: &mut Server) {
    let app = server.application(&[]);
    let encoded: String = app.client_secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let header = basic(&app.client_id, &encoded);
    request(&app, "grant_type=client_credentials", Some(&header)).await.expect(200);
}

async fn an_expired_secret_gets_no_token(server: &mut Server) {
    let app = server.application(&["--all-scopes", "--secret-ttl-days", "1"]);
    let shown = server.json(&["app", "show", &app.client_id]);
    let day = Duration::from_secs(86_400);
    let created: jiff::Timestamp = shown["secrets"][0]["created_at"].as_str().unwrap().parse().unwrap();
    let expires: jiff::Timestamp = shown["secrets"][0]["expires_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(expires.duration_since(created).unsigned_abs(), day);
    // The clock cannot be turned; the row can.
    Api::connect(&app).await;
    server.database.execute(
        "UPDATE application_secrets SET expires_at = 1; UPDATE control_revisions SET revision = revision + 1;",
    );
    let header = basic(&app.client_id, &app.client_secret);
    let reply = within_a_second(async || {
        let reply = request(&app, "grant_type=client_credentials", Some(&header)).await;
        (reply.status == 401).then_some(reply)
    })
    .await;
    assert!(refused(&reply, 401, "invalid_client").contains("expired"));
}

async fn a_rotated_secret_has_its_grace(server: &mut Server) {
    let mut app = server.application(&[]);
    let old = app.client_secret.clone();
    let status = async |app: &Application, secret: &str| {
        let header = basic(&app.client_id, secret);
        request(app, "grant_type=client_credentials", Some(&header)).await.status
    };
    let rotated = server.json(&["app", "rotate-secret", &app.client_id, "--grace-days", "30"]);
    app.client_secret = rotated["client_secret"].as_str().unwrap().to_owned();
    assert_eq!(status(&app, &app.client_secret).await, 200, "the new one at once");
    assert_eq!(status(&app, &old).await, 200, "the old one for a while");
    let second = app.client_secret.clone();
    let rotated = server.json(&["app", "rotate-secret", &app.client_id, "--grace-days", "1"]);
    app.client_secret = rotated["client_secret"].as_str().unwrap().to_owned();
    assert_eq!(status(&app, &app.client_secret).await, 200);
    assert_eq!(status(&app, &second).await, 200);
    assert_eq!(server.json(&["app", "show", &app.client_id])["secrets"].as_array().unwrap().len(), 2);
    within_a_second(async || (status(&app, &old).await == 401).then_some(())).await;
    server.json(&["app", "rotate-secret", &app.client_id]);
    within_a_second(async || (status(&app, &app.client_secret).await == 401).then_some(())).await;
    let refused = server.command(&["app", "rotate-secret", &app.client_id, "--grace-days", "31"]);
    assert!(!refused.status.success());
}

async fn a_command_beside_the_server_is_noticed(server: &mut Server) {
    // Asked for before it exists, so that its absence is known to the server.
    let app = server.application(&[]);
    let stranger = Application { client_id: "mapp_later".into(), ..app.clone() };
    let header = basic(&stranger.client_id, &stranger.client_secret);
    request(&stranger, "grant_type=client_credentials", Some(&header)).await.expect(401);
    let later = server.application(&[]);
    Api::connect(&later).await.get("/Users").await.expect(200);
}

async fn a_deleted_application_ends_within_a_second(server: &mut Server) {
    let app = server.application(&[]);
    let api = Api::connect(&app).await;
    api.get("/Users").await.expect(200);
    server.json(&["app", "delete", &app.client_id]);
    let reply = within_a_second(async || {
        let reply = api.get("/Users").await;
        (reply.status == 401).then_some(reply)
    })
    .await;
    assert!(reply.header("www-authenticate").contains("error=\"invalid_token\""));
    assert!(reply.refused(401, "").contains("does not exist any more"));
    let header = basic(&app.client_id, &app.client_secret);
    let reply = within_a_second(async || {
        let reply = request(&app, "grant_type=client_credentials", Some(&header)).await;
        (reply.status != 200).then_some(reply)
    })
    .await;
    refused(&reply, 401, "invalid_client");
}

async fn keys_survive_a_restart(server: &mut Server) {
    let api = server.api().await;
    let before = server.json(&["key", "list"]);
    assert_eq!(before.as_array().unwrap().len(), 1);
    assert_eq!((&before[0]["state"], &before[0]["algorithm"]), (&json!("active"), &json!("ES256")));
    server.kill_and_restart();
    api.get("/Users").await.expect(200);
    assert_eq!(server.json(&["key", "list"]), before);
}

async fn metadata_names_the_endpoints(server: &mut Server) {
    let url = format!("{}/.well-known/oauth-authorization-server", server.base);
    let metadata: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    assert_eq!(metadata["issuer"], json!(server.base));
    assert_eq!(metadata["token_endpoint"], json!(format!("{}/v2/token", server.base)));
    assert_eq!(metadata["grant_types_supported"], json!(["client_credentials"]));
    assert_eq!(metadata["scopes_supported"].as_array().unwrap().len(), 10);
    let keys = reqwest::get(metadata["jwks_uri"].as_str().unwrap()).await.unwrap();
    assert!(keys.headers()["cache-control"].to_str().unwrap().contains("max-age"));
}
