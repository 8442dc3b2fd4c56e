//! Home: how provisioning does, and what will expire.

use super::browser::{Browser, Page};
use crate::support::oauth::within;
use crate::support::{Api, Server, now, on_both_databases};
use serde_json::json;
use std::time::Duration;

on_both_databases!(
    what_expires_is_said,
    keys_say_when_they_give_way,
    cycles_and_failures_are_told,
    practice_is_no_failure
);

const HOME: &str = "/organization";

async fn what_expires_is_said(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let application = server.application(&[]);
    browser.get(HOME).await.expect(200).hides("expires on").hides("expired on");
    let expires = |days: i64| {
        let at = (i64::try_from(now()).unwrap() + days * 86_400) * 1_000_000;
        server.database.execute(&format!("UPDATE application_secrets SET expires_at = {at}"));
    };
    expires(61);
    browser.get(HOME).await.expect(200).hides("expires on");
    expires(10);
    let credentials = format!("{}/credentials", application.client_id);
    browser.get(HOME).await.expect(200).says("expires on").hides("expired on").says(&credentials);
    expires(-1);
    browser.get(HOME).await.expect(200).says("expired on").hides("expires on");
}

async fn keys_say_when_they_give_way(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    server.application(&[]);
    let keys = server.json(&["key", "list"]);
    let first = keys[0]["kid"].as_str().unwrap();
    browser.get(HOME).await.expect(200).says(first).says("A new key takes over on").hides("It signs from");
    assert!(server.command(&["key", "rotate"]).status.success());
    browser.get(HOME).await.expect(200).says(first).says("It signs from");
}

async fn cycles_and_failures_are_told(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let api = server.api().await;
    let user = api.user("ada@example.com").await;
    api.user("grace@example.com").await;
    api.patch(&format!("/Users/{user}"), json!([{"op": "replace", "path": "active", "value": false}])).await;
    api.post("/Users", json!({"userName": "ADA@example.com"})).await.expect(409);
    let page = eventually(&mut browser, HOME, ">409<").await;
    page.says("1 disabled").says("share one unique name").says("1 failed");
    // An auditor reads the advice, and not whom it is about.
    let mut auditor = Browser::admin(server, "default", "auditor", "eve@example.com").await;
    auditor.get(HOME).await.expect(200).says("share one unique name").hides("ADA@example.com");
}

/// A rehearsal looks whether what it deleted is gone, and is answered 404: neither that nor the rest of it is Entra's.
async fn practice_is_no_failure(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let application = server.application(&[]);
    let app = format!("/organization/settings/oauth/apps/{}", application.client_id);
    browser.post(&format!("{app}/rehearsal"), &[("client-secret", "")]).await.expect(303);
    let ended = eventually(&mut browser, &format!("{app}/rehearsal"), "verdict-good").await;
    ended.says("Look for the deleted user");
    let gone = "which is not there";
    let log = eventually(&mut browser, "/organization/log?kind=rehearsals", gone).await;
    log.says(">Rehearsal<").hides("status-bad").hides("began a rehearsal");
    browser.get("/organization/log?failed=1").await.expect(200).hides("status-bad");
    let home = eventually(&mut browser, HOME, ">Rehearsal<").await;
    home.says("Last heard of: never").hides("badge-bad").hides("row-bad").hides("advice-bad");
    // Nor is one that is refused, and a space beside a secret that was copied is no part of it.
    let padded = format!(" {} ", application.client_secret);
    for (secret, verdict) in [("muster_secret_wrong", "verdict-bad"), (padded.as_str(), "verdict-good")] {
        let rehearsal = format!("{app}/rehearsal");
        browser.post(&rehearsal, &[("client-secret", secret)]).await.expect(303);
        eventually(&mut browser, &rehearsal, verdict).await;
    }
    let log =
        eventually(&mut browser, "/organization/log?kind=rehearsals&failed=1", "was refused an access token");
    log.await.says(">Rehearsal<");
    browser.get(HOME).await.expect(200).says("Last heard of: never").hides("badge-bad").hides("row-bad");
    // What Entra does is told beside it.
    Api::connect(&application).await.get("/Users/nobody").await.expect(404);
    eventually(&mut browser, HOME, "badge-bad")
        .await
        .hides("Last heard of: never")
        .says("restart provisioning");
}

/// What is noted in memory is written twice a second.
async fn eventually(browser: &mut Browser, address: &str, text: &str) -> Page {
    within(Duration::from_secs(20), async || {
        let page = browser.get(address).await.expect(200);
        page.text.contains(text).then_some(page)
    })
    .await
}
