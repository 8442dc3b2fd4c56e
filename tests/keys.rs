//! Signing keys: algorithms, import, rotation, revocation, sealing.

use crate::support::oauth::{part, post, scim, token_from, within, within_a_second};
use crate::support::{Application, Server, muster, on_both_databases, on_sqlite};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::RwLock;

on_both_databases!(
    each_application_has_its_algorithm,
    a_rotated_key_is_published_before_it_signs,
    a_revoked_key_ends_at_once,
    nodes_agree_on_one_new_key,
    nothing_fails_while_secrets_and_keys_rotate,
);
on_sqlite!(keys_made_elsewhere_are_taken, private_keys_are_sealed_anew);

fn pem(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/support/keys").join(name)
}

async fn key_set(base: &str) -> Vec<Value> {
    let url = format!("{base}/.well-known/jwks.json");
    let keys: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    keys["keys"].as_array().unwrap().clone()
}

/// Pairs of `kid` and state, newest first.
fn states(server: &Server) -> Vec<(String, String)> {
    let text = |key: &Value, name: &str| key[name].as_str().unwrap().to_owned();
    let keys = server.json(&["key", "list"]);
    keys.as_array().unwrap().iter().map(|key| (text(key, "kid"), text(key, "state"))).collect()
}

fn kid(token: &str) -> String {
    part(token, 0)["kid"].as_str().unwrap().to_owned()
}

async fn each_application_has_its_algorithm(server: &mut Server) {
    let node = server.another_node(&[]);
    for (algorithm, kty) in [("EdDSA", "OKP"), ("RS256", "RSA"), ("ES256", "EC")] {
        let app = server.application(&["--all-scopes", "--algorithm", algorithm]);
        // The first key of its kind is made on demand; the other node knows it as soon as it sees a token.
        let token = token_from(&server.base, &app).await;
        assert_eq!(part(&token, 0)["alg"], algorithm);
        scim(&node.base, &token).await.expect(200);
        scim(&server.base, &token).await.expect(200);
        let keys = key_set(&server.base).await;
        let key = keys.iter().find(|key| key["kid"] == kid(&token).as_str()).unwrap();
        assert_eq!((&key["kty"], &key["alg"], &key["use"]), (&json!(kty), &json!(algorithm), &json!("sig")));
        assert!(key.get("d").is_none() && key.get("p").is_none(), "a private key is never published");
        let from_node = token_from(&node.base, &app).await;
        assert_eq!(kid(&from_node), kid(&token), "the nodes agree");
    }
    let app = server.application(&["--all-scopes", "--token-minutes", "60"]);
    let changed = server.json(&[
        "app",
        "update",
        &app.client_id,
        "--algorithm",
        "EdDSA",
        "--token-minutes",
        "360",
        "--name",
        "New",
    ]);
    assert_eq!((&changed["algorithm"], &changed["name"]), (&json!("EdDSA"), &json!("New")));
    assert_eq!(changed["scopes"].as_array().unwrap().len(), 10, "what is not given stays");
    within_a_second(async || {
        let token = token_from(&server.base, &app).await;
        let claims = part(&token, 1);
        let lives = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
        (part(&token, 0)["alg"] == "EdDSA" && lives == 360 * 60).then_some(())
    })
    .await;
    for arguments in [["--token-minutes", "361"], ["--algorithm", "HS256"], ["--name", " "], ["--scope", "x"]]
    {
        let output = server.command(&[&["app", "update", &app.client_id], &arguments[..]].concat());
        assert!(!output.status.success(), "{arguments:?}");
    }
}

async fn a_rotated_key_is_published_before_it_signs(server: &mut Server) {
    let app = server.application(&[]);
    let old = token_from(&server.base, &app).await;
    let made = server.json(&["key", "rotate"]);
    let new = made["kids"][0].as_str().unwrap().to_owned();
    within_a_second(async || {
        let keys = key_set(&server.base).await;
        keys.iter().any(|key| key["kid"] == new.as_str()).then_some(())
    })
    .await;
    assert_eq!(kid(&token_from(&server.base, &app).await), kid(&old));
    assert_eq!(states(server), [(new.clone(), "published".into()), (kid(&old), "active".into())]);
    let refused = server.command(&["key", "rotate"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is published already"), "{refused:?}");
    // Its time comes without any other change.
    let soon = jiff::Timestamp::now().as_microsecond() + 1_500_000;
    server.database.execute(&format!(
        "UPDATE signing_keys SET active_from = {soon} WHERE id = '{new}';
         UPDATE control_revisions SET revision = revision + 1;"
    ));
    within(Duration::from_secs(4), async || {
        (kid(&token_from(&server.base, &app).await) == new).then_some(())
    })
    .await;
    scim(&server.base, &old).await.expect(200);
    assert_eq!(states(server)[1], (kid(&old), "superseded".into()));
    // At once, when that is asked for.
    let made = server.json(&["key", "rotate", "--now"]);
    let newest = made["kids"][0].as_str().unwrap();
    within_a_second(async || (kid(&token_from(&server.base, &app).await) == newest).then_some(())).await;
    scim(&server.base, &old).await.expect(200);
    // When the last token under it has expired, it is dropped.
    server.database.execute(&format!(
        "UPDATE signing_keys SET retired_at = 1 WHERE id = '{}';
         UPDATE control_revisions SET revision = revision + 1;",
        kid(&old)
    ));
    within_a_second(async || (scim(&server.base, &old).await.status == 401).then_some(())).await;
    let _tidies_at_its_start = server.another_node(&[]);
    within(Duration::from_secs(5), async || (states(server).len() == 2).then_some(())).await;
}

async fn a_revoked_key_ends_at_once(server: &mut Server) {
    let node = server.another_node(&[]);
    let app = server.application(&[]);
    let imported = server.json(&["key", "import", pem("p256.pem").to_str().unwrap()]);
    let compromised = imported["kid"].as_str().unwrap().to_owned();
    let token = within_a_second(async || {
        let token = token_from(&server.base, &app).await;
        (kid(&token) == compromised).then_some(token)
    })
    .await;
    for base in [&server.base, &node.base] {
        scim(base, &token).await.expect(200);
    }
    let revoked = server.json(&["key", "revoke", &compromised]);
    let successor = revoked["successor"].as_str().unwrap();
    for base in [&server.base, &node.base] {
        let reply = within_a_second(async || {
            let reply = scim(base, &token).await;
            (reply.status == 401).then_some(reply)
        })
        .await;
        assert!(reply.refused(401, "").contains("signed with a key that this server does not have"));
        assert!(key_set(base).await.iter().all(|key| key["kid"] != compromised.as_str()));
        let new = token_from(base, &app).await;
        assert_eq!(kid(&new), successor);
        for asked in [&server.base, &node.base] {
            scim(asked, &new).await.expect(200);
        }
    }
    assert!(states(server).contains(&(compromised.clone(), "revoked".into())));
    let again = server.command(&["key", "import", pem("p256.pem").to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("it is revoked"), "{again:?}");
    assert_eq!(server.command(&["key", "revoke", "nothing"]).status.code(), Some(1));
    // One that does not sign yet: the one before it goes on.
    let pending = server.json(&["key", "rotate"])["kids"][0].as_str().unwrap().to_owned();
    assert!(server.json(&["key", "revoke", &pending])["successor"].is_null());
    let ends = |key: &Value| (key["kid"] == successor).then(|| key["ends_at"].clone());
    let keys = server.json(&["key", "list"]);
    assert_eq!(keys.as_array().unwrap().iter().find_map(ends), Some(Value::Null));
}

async fn nodes_agree_on_one_new_key(server: &mut Server) {
    let day = 86_400_000_000_i64;
    server.database.execute(&format!("UPDATE signing_keys SET active_from = active_from - {day}"));
    let environment = [("MUSTER_KEYS__ROTATE_AFTER_DAYS", "1"), ("MUSTER_LOG__LEVEL", "info")];
    // Together, so that each finds the key due.
    let here = &*server;
    let nodes: Vec<_> = std::thread::scope(|scope| {
        let starting: Vec<_> = (0..4).map(|_| scope.spawn(|| here.another_node(&environment))).collect();
        starting.into_iter().map(|node| node.join().unwrap()).collect()
    });
    within(Duration::from_secs(5), async || (states(server).len() == 2).then_some(())).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let published: usize = nodes.iter().map(|node| node.log_lines("published a new signing key").len()).sum();
    assert_eq!(published, 1, "one node alone made it");
    let states: Vec<String> = states(server).into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["published", "active"]);
}

async fn keys_made_elsewhere_are_taken(server: &mut Server) {
    let app = server.application(&[]);
    let before = token_from(&server.base, &app).await;
    for (file, algorithm) in [("p256.pem", "ES256"), ("ed25519.pem", "EdDSA"), ("rsa.pem", "RS256")] {
        let imported = server.json(&["key", "import", pem(file).to_str().unwrap()]);
        assert_eq!(imported["algorithm"], algorithm);
        server.json(&["app", "update", &app.client_id, "--algorithm", algorithm]);
        let token = within_a_second(async || {
            let token = token_from(&server.base, &app).await;
            (imported["kid"] == kid(&token).as_str()).then_some(token)
        })
        .await;
        scim(&server.base, &token).await.expect(200);
        scim(&server.base, &before).await.expect(200);
        let again = server.command(&["key", "import", pem(file).to_str().unwrap()]);
        assert!(String::from_utf8_lossy(&again.stderr).contains("is here already"), "{again:?}");
    }
    for (file, expected) in [
        ("sec1.pem", "openssl pkcs8 -topk8 -nocrypt"),
        ("README.md", "BEGIN PRIVATE KEY"),
        ("none.pem", "cannot read"),
    ] {
        let refused = server.command(&["key", "import", pem(file).to_str().unwrap()]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&refused.stderr).contains(expected), "{refused:?}");
    }
}

async fn private_keys_are_sealed_anew(server: &mut Server) {
    let app = server.application(&["--all-scopes", "--algorithm", "EdDSA"]);
    let token = token_from(&server.base, &app).await;
    let directory = server.database.directory.path().to_owned();
    let (old, new) = (directory.join("muster.key"), directory.join("new.key"));
    let sealed = || server.database.text("SELECT hex(sealed_private_key) FROM signing_keys ORDER BY id");
    let before = sealed();
    let resealed = server.json(&["key", "reseal", "--new-key-file", new.to_str().unwrap()]);
    assert_eq!((&resealed["resealed"], &resealed["made"]), (&json!(2), &json!(true)));
    assert_ne!(sealed(), before);
    // A node that still holds the old one goes on, and does not seal under it.
    scim(&server.base, &token).await.expect(200);
    assert_eq!(kid(&token_from(&server.base, &app).await), kid(&token));
    let refused = server.command(&["key", "rotate"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is the key-encryption key the right one?"));
    let serve = ["serve", "--listen", "127.0.0.1:0", "--database", &server.database.url];
    for command in [&["key", "rotate", "--database", &server.database.url][..], &serve] {
        let elsewhere = [("MUSTER_KEYS__ENCRYPTION_KEY_FILE", "elsewhere.key")];
        let output = muster(&directory).args(command).envs(elsewhere).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("there is no key-encryption key in elsewhere.key"), "{said}");
        assert!(!directory.join("elsewhere.key").exists(), "another one could open nothing");
    }
    let output = muster(&directory).args(serve).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("is the key-encryption key the right one?"));
    std::fs::rename(&new, &old).unwrap();
    server.kill_and_restart();
    assert_eq!(kid(&token_from(&server.base, &app).await), kid(&token));
    scim(&server.base, &token).await.expect(200);
}

async fn nothing_fails_while_secrets_and_keys_rotate(server: &mut Server) {
    let node = server.another_node(&[]);
    let app = server.application(&[]);
    let current = Arc::new(RwLock::new(app.clone()));
    let ended = Arc::new(AtomicBool::new(false));
    let count = Arc::new(AtomicUsize::new(0));
    let bases = [server.base.clone(), node.base.clone()];
    let clients: Vec<_> = (0..8)
        .map(|number| {
            let (current, ended, count) = (Arc::clone(&current), Arc::clone(&ended), Arc::clone(&count));
            let (issuing, asked) = (bases[number % 2].clone(), bases[number / 2 % 2].clone());
            tokio::spawn(async move {
                while !ended.load(Ordering::Relaxed) {
                    let app: Application = current.read().await.clone();
                    let token = token_from(&issuing, &app).await;
                    scim(&asked, &token).await.expect(200);
                    count.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(4) {
        let rotated = server.json(&["app", "rotate-secret", &app.client_id, "--grace-days", "1"]);
        current.write().await.client_secret = rotated["client_secret"].as_str().unwrap().to_owned();
        server.json(&["key", "rotate", "--now"]);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    ended.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    assert!(states(server).len() > 3, "keys were rotated meanwhile");
    assert!(count.load(Ordering::Relaxed) > 50, "{count:?} tokens were asked for meanwhile");
    let reply = post(&app.token_endpoint, "grant_type=client_credentials", None).await;
    assert_eq!(reply.status, 401);
}
