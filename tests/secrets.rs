//! Client secrets: several at once, rotated, expiring, seldom looked at and never in clear.

use crate::support::oauth::{basic, request, scim, token_from, within, within_a_second};
use crate::support::{Application, Server, on_both_databases, on_sqlite};
use std::time::Duration;

on_both_databases!(
    several_secrets_are_used_side_by_side,
    rotation_without_grace_ends_tokens_on_every_node,
    their_use_is_written_in_time,
);
on_sqlite!(what_will_expire_is_said_in_time, a_hash_follows_the_settings);

/// What a token request with that secret is answered.
async fn status(app: &Application, secret: &str) -> u16 {
    let header = basic(&app.client_id, secret);
    request(app, "grant_type=client_credentials", Some(&header)).await.status
}

async fn several_secrets_are_used_side_by_side(server: &mut Server) {
    let app = server.application(&[]);
    let added = server.json(&["app", "add-secret", &app.client_id, "--secret-ttl-days", "7"]);
    let second = added["client_secret"].as_str().unwrap();
    assert_eq!(status(&app, &app.client_secret).await, 200);
    assert_eq!(status(&app, second).await, 200, "a secret works as soon as it is made");
    let shown = server.json(&["app", "show", &app.client_id]);
    let secrets = shown["secrets"].as_array().unwrap();
    assert_eq!(secrets.len(), 2);
    assert_eq!(secrets[0]["id"], added["secret_id"], "newest first");
    assert_eq!(secrets[0]["expires_in_days"], 6);
    assert_eq!(shown["secret_expires_in_days"], 729, "the one that lasts longest counts");

    let token = token_from(&server.base, &app).await;
    let first_id = secrets[1]["id"].as_str().unwrap();
    server.json(&["app", "revoke-secret", &app.client_id, first_id]);
    within_a_second(async || (status(&app, &app.client_secret).await == 401).then_some(())).await;
    assert_eq!(status(&app, second).await, 200);
    scim(&server.base, &token).await.expect(200);
    let second_id = added["secret_id"].as_str().unwrap();
    server.json(&["app", "revoke-secret", &app.client_id, second_id, "--end-tokens"]);
    within_a_second(async || (scim(&server.base, &token).await.status == 401).then_some(())).await;

    for arguments in [["revoke-secret", &app.client_id, second_id], ["revoke-secret", "nobody", second_id]] {
        assert_eq!(server.command(&[&["app"], &arguments[..]].concat()).status.code(), Some(1));
    }
    for _ in 0..5 {
        server.json(&["app", "add-secret", &app.client_id]);
    }
    let refused = server.command(&["app", "add-secret", &app.client_id]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("revoke one first"), "{refused:?}");
}

async fn rotation_without_grace_ends_tokens_on_every_node(server: &mut Server) {
    let mut app = server.application(&[]);
    let node = server.another_node(&[]);
    let bases = [server.base.clone(), node.base.clone()];
    let old = token_from(&server.base, &app).await;
    for base in &bases {
        scim(base, &old).await.expect(200);
    }
    let mut rotate = |arguments: &[&str]| {
        let rotated = server.json(&[&["app", "rotate-secret", &app.client_id], arguments].concat());
        app.client_secret = rotated["client_secret"].as_str().unwrap().to_owned();
        app.clone()
    };
    let app = {
        rotate(&["--grace-days", "1"]);
        for base in &bases {
            scim(base, &old).await.expect(200);
        }
        rotate(&[])
    };
    // In the same second as the rotation, and at once on either node.
    for (issuing, asked) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let new = token_from(&bases[issuing], &app).await;
        scim(&bases[asked], &new).await.expect(200);
    }
    for base in &bases {
        let reply = within_a_second(async || {
            let reply = scim(base, &old).await;
            (reply.status == 401).then_some(reply)
        })
        .await;
        assert!(reply.refused(401, "").contains("replaced without a grace"));
    }
}

async fn their_use_is_written_in_time(server: &mut Server) {
    let app = server.application(&[]);
    let last_used = || server.json(&["app", "show", &app.client_id])["secrets"][0]["last_used_at"].clone();
    assert!(last_used().is_null());
    assert_eq!(status(&app, "muster_secret_wrong").await, 401);
    let before = jiff::Timestamp::now();
    assert_eq!(status(&app, &app.client_secret).await, 200);
    let used = within(Duration::from_secs(10), async || last_used().as_str().map(str::to_owned)).await;
    let used: jiff::Timestamp = used.parse().unwrap();
    assert!(used.duration_since(before).abs() < jiff::SignedDuration::from_secs(5), "{used}");
    // Coarse: an hour must pass before it is written again.
    let first = last_used();
    server.kill_and_restart();
    assert_eq!(status(&app, &app.client_secret).await, 200);
    assert!(server.stop().success());
    assert_eq!(server.json(&["app", "show", &app.client_id])["secrets"][0]["last_used_at"], first);
}

async fn what_will_expire_is_said_in_time(server: &mut Server) {
    let soon = server.application(&["--all-scopes", "--secret-ttl-days", "5"]);
    let later = server.application(&[]);
    let old = server.application(&["--all-scopes", "--secret-ttl-days", "5"]);
    server.json(&["app", "add-secret", &old.client_id]);
    let node = server.another_node(&[]);
    let metrics = within(Duration::from_secs(5), async || {
        let text = reqwest::get(format!("{}/metrics", node.base)).await.unwrap().text().await.unwrap();
        text.contains("muster_secret_expires_in_seconds").then_some(text)
    })
    .await;
    let gauge = |client_id: &str| -> f64 {
        let name = format!("muster_secret_expires_in_seconds{{client_id=\"{client_id}\"}} ");
        metrics.lines().find_map(|line| line.strip_prefix(&name)).unwrap().parse().unwrap()
    };
    assert!((431_900.0..=432_000.0).contains(&gauge(&soon.client_id)));
    assert!(gauge(&later.client_id) > 700.0 * 86_400.0);
    assert!(gauge(&old.client_id) > 700.0 * 86_400.0, "the one that lasts longest counts");
    let warnings = node.log_lines("will expire");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains(&soon.client_id), "{warnings:?}");
}

async fn a_hash_follows_the_settings(server: &mut Server) {
    let app = server.application(&[]);
    let hash = || server.database.text("SELECT hash FROM application_secrets");
    assert!(hash().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    let node = server.another_node(&[
        ("MUSTER_OAUTH__ARGON2_MEMORY_KIB", "1024"),
        ("MUSTER_OAUTH__ARGON2_ITERATIONS", "1"),
    ]);
    token_from(&node.base, &app).await;
    assert!(hash().starts_with("$argon2id$v=19$m=1024,t=1,p=1$"), "{}", hash());
    // The other node wants it otherwise, and takes it all the same.
    token_from(&server.base, &app).await;
    assert!(hash().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    token_from(&node.base, &app).await;
}
