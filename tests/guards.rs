//! Guards on client authentication: wrong secrets are limited, right ones are not.

use crate::support::oauth::{basic, refused};
use crate::support::{Application, Reply, Server, TestKey, now, on_sqlite};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::json;

on_sqlite!(
    wrong_secrets_of_a_client_are_limited,
    an_address_is_limited,
    right_secrets_do_not_count,
    wrong_assertions_are_limited_too,
    a_flood_of_wrong_secrets_leaves_a_good_client_alone
);

/// A token request that says where it comes from.
async fn ask(base: &str, app: &Application, secret: &str, forwarded_for: &str) -> Reply {
    let request = reqwest::Client::new()
        .post(format!("{base}/v2/token"))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("X-Forwarded-For", forwarded_for)
        .header(AUTHORIZATION, basic(&app.client_id, secret))
        .body("grant_type=client_credentials");
    Reply::read(request.send().await.unwrap()).await
}

async fn wrong_secrets_of_a_client_are_limited(server: &mut Server) {
    let node = server.another_node(&[
        ("MUSTER_OAUTH__FAILURES_PER_CLIENT", "3"),
        ("MUSTER_SERVER__TRUSTED_PROXIES", "10.0.0.0/8,127.0.0.1"),
    ]);
    let (app, other) = (server.application(&[]), server.application(&[]));
    ask(&node.base, &app, &app.client_secret, "192.0.2.1").await.expect(200);
    for wrong in ["wrong1", "wrong2", "wrong3", "one too many"] {
        refused(&ask(&node.base, &app, wrong, "192.0.2.66").await, 401, "invalid_client");
    }
    let limited = ask(&node.base, &app, "wrong4", "192.0.2.67").await;
    let text = refused(&limited, 429, "temporarily_unavailable");
    let wait: u64 = limited.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait) && text.contains(&format!("{wait} seconds")), "{text}");
    // A wrong one that is known is told so, limited or not: its admin must learn of it.
    refused(&ask(&node.base, &app, "wrong1", "192.0.2.66").await, 401, "invalid_client");
    // The right one is not limited, from anywhere.
    for from in ["192.0.2.1", "192.0.2.99"] {
        ask(&node.base, &app, &app.client_secret, from).await.expect(200);
    }
    // Nor is one that is new, from where the client was right before.
    let added = server.json(&["app", "add-secret", &app.client_id]);
    let added = added["client_secret"].as_str().unwrap();
    ask(&node.base, &app, added, "192.0.2.1").await.expect(200);
    ask(&node.base, &other, &other.client_secret, "192.0.2.66").await.expect(200);
}

async fn an_address_is_limited(server: &mut Server) {
    let app = server.application(&[]);
    let limits = [("MUSTER_OAUTH__FAILURES_PER_ADDRESS", "3"), ("MUSTER_OAUTH__FAILURES_PER_CLIENT", "0")];
    let trusting =
        server.another_node(&[&limits[..], &[("MUSTER_SERVER__TRUSTED_PROXIES", "127.0.0.1")]].concat());
    for number in 0..4 {
        let wrong = format!("wrong{number}");
        refused(&ask(&trusting.base, &app, &wrong, "9.9.9.9, 192.0.2.1").await, 401, "invalid_client");
    }
    refused(&ask(&trusting.base, &app, "wrong4", "192.0.2.1").await, 429, "temporarily_unavailable");
    refused(&ask(&trusting.base, &app, "wrong5", "192.0.2.1, 9.9.9.9").await, 401, "invalid_client");
    // Who is not trusted cannot choose an address.
    let plain = server.another_node(&limits);
    for number in 0..4 {
        let from = format!("192.0.2.{number}");
        refused(&ask(&plain.base, &app, &format!("wrong{number}"), &from).await, 401, "invalid_client");
    }
    refused(&ask(&plain.base, &app, "wrong", "192.0.2.77").await, 429, "temporarily_unavailable");
}

async fn right_secrets_do_not_count(server: &mut Server) {
    let node = server.another_node(&[
        ("MUSTER_OAUTH__FAILURES_PER_ADDRESS", "2"),
        ("MUSTER_OAUTH__FAILURES_PER_CLIENT", "1"),
    ]);
    for _ in 0..6 {
        let app = server.application(&[]);
        ask(&node.base, &app, &app.client_secret, "").await.expect(200);
    }
}

async fn wrong_assertions_are_limited_too(server: &mut Server) {
    let node = server.another_node(&[
        ("MUSTER_OAUTH__FAILURES_PER_CLIENT", "1"),
        ("MUSTER_SERVER__TRUSTED_PROXIES", "127.0.0.1"),
    ]);
    let app = server.application(&[]);
    let (key, stranger) = (TestKey::es256("k"), TestKey::es256("k"));
    let path = server.database.directory.path().join("guarded.json");
    std::fs::write(&path, json!({ "keys": [key.jwk()] }).to_string()).unwrap();
    server.json(&["app", "key", "add", &app.client_id, "--jwks", path.to_str().unwrap()]);
    let id = app.client_id.as_str();
    let claims = json!({"iss": id, "sub": id, "aud": server.base, "exp": now() + 300});
    let assert = async |key: &TestKey, from: &str| {
        let assertion = key.sign(&claims);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ];
        let request = reqwest::Client::new().post(format!("{}/v2/token", node.base));
        Reply::read(request.header("X-Forwarded-For", from).form(&form).send().await.unwrap()).await
    };
    assert(&key, "192.0.2.1").await.expect(200);
    for _ in 0..2 {
        refused(&assert(&stranger, "192.0.2.66").await, 401, "invalid_client");
    }
    refused(&assert(&stranger, "192.0.2.66").await, 429, "temporarily_unavailable");
    refused(&ask(&node.base, &app, "wrong", "192.0.2.67").await, 429, "temporarily_unavailable");
    // Where the client was right before it is not locked out.
    assert(&key, "192.0.2.1").await.expect(200);
}

async fn a_flood_of_wrong_secrets_leaves_a_good_client_alone(server: &mut Server) {
    let node = server.another_node(&[("MUSTER_SERVER__TRUSTED_PROXIES", "127.0.0.1")]);
    let app = server.application(&[]);
    ask(&node.base, &app, &app.client_secret, "192.0.2.1").await.expect(200);
    let flood: Vec<_> = (0..16)
        .map(|task| {
            let (base, app) = (node.base.clone(), app.clone());
            tokio::spawn(async move {
                let mut statuses = Vec::new();
                for number in 0..20 {
                    statuses
                        .push(ask(&base, &app, &format!("wrong{task}_{number}"), "192.0.2.66").await.status);
                }
                statuses
            })
        })
        .collect();
    for _ in 0..50 {
        ask(&node.base, &app, &app.client_secret, "192.0.2.1").await.expect(200);
    }
    let mut statuses = Vec::new();
    for task in flood {
        statuses.extend(task.await.unwrap());
    }
    assert!(statuses.iter().all(|status| [401, 429].contains(status)), "{statuses:?}");
    let computed = statuses.iter().filter(|status| **status == 401).count();
    assert!(computed < 100, "{computed} of {} were computed", statuses.len());
}
