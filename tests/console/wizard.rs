//! *Create OAuth application*, and what comes after it.

use super::browser::{APPS, Browser, Page};
use crate::support::oauth::within;
use crate::support::{Api, Server, on_both_databases, on_sqlite};
use serde_json::{Value, json};
use std::time::Duration;

on_both_databases!(
    an_application_is_made_step_by_step,
    sent_twice_it_is_made_once,
    a_rehearsal_goes_well,
    a_rehearsal_that_is_broken_off_is_cleaned_up,
);
on_sqlite!(what_is_wrong_is_said_and_what_was_typed_is_kept, secrets_rotate, deleted_only_by_its_name);

/// From the list to the page with the secret.
async fn to_the_secret(browser: &mut Browser, name: &str) -> (String, Page) {
    browser.get(APPS).await.expect(200);
    let step = browser.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(303);
    let named =
        browser.post(&step.location, &[("name", name), ("description", "For Entra")]).await.expect(303);
    let scopes = [("scope", "managed-users:read"), ("scope", "managed-users:list")];
    let made = browser.post(&named.location, &scopes).await.expect(303);
    let page = browser.get(&made.location).await.expect(200);
    (made.location, page)
}

async fn an_application_is_made_step_by_step(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let (address, page) = to_the_secret(&mut browser, "Entra <i>\"ID\"</i>").await;
    let secret = page.between("<output id=\"client-secret\">", "</output>");
    let client_id = page.between("<code id=\"client-id\">", "</code>");
    page.hides("<i>");
    // Once: loaded again, it is gone.
    browser.get(&address).await.expect(200).hides(&secret);
    // The box must be ticked; who forgot it does not lose the secret.
    browser.post(&address, &[]).await.expect(422).says(&secret).says("href=\"#got-it\"");
    let finished = browser.post(&address, &[("got-it", "1")]).await.expect(303);
    assert_eq!(finished.location, format!("{APPS}/{client_id}/connect"));
    // Where there is nothing to tick any more, nothing asks for it.
    assert_eq!(browser.post(&address, &[]).await.expect(303).location, address);
    browser.get(&address).await.expect(200).hides(&secret);
    let connect = browser.get(&finished.location).await.expect(200);
    connect
        .says(&format!("{}/scim/v2", server.base))
        .says(&format!("{}/v2/token", server.base))
        .hides(&secret);
    let answer = reqwest::Client::new()
        .post(format!("{}/v2/token", server.base))
        .basic_auth(&client_id, Some(&secret))
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
        .unwrap();
    let token: Value = answer.json().await.unwrap();
    assert_eq!(token["scope"], "managed-users:read managed-users:list");
}

async fn sent_twice_it_is_made_once(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let step = browser.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(303);
    let named = browser.post(&step.location, &[("name", "Once")]).await.expect(303);
    for _ in 0..2 {
        browser.post(&named.location, &[("scope", "managed-users:read")]).await.expect(303);
    }
    let page = browser.get("/applications/oauth").await.expect(200);
    let draft = page.between("name=\"draft\" value=\"", "\"");
    let fields = [("draft", draft.as_str()), ("name", "Plain"), ("scope", "managed-users:read")];
    browser.post("/applications/oauth", &fields).await.expect(200).says("muster_secret_");
    browser.post("/applications/oauth", &fields).await.expect(200).hides("muster_secret_");
    let all = server.json(&["app", "list"]);
    let names: Vec<&str> = all.as_array().unwrap().iter().map(|app| app["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Once", "Plain"]);
}

async fn what_is_wrong_is_said_and_what_was_typed_is_kept(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let step = browser.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(303);
    let long = "x".repeat(10_000);
    for name in ["", "a\u{7}b", &long] {
        let answer =
            browser.post(&step.location, &[("name", name), ("description", "kept 😀")]).await.expect(422);
        answer.says("href=\"#name\"").says("id=\"name\"").says("kept 😀");
    }
    // Back and forward keep it.
    browser.post(&step.location, &[("name", "شركة 😀"), ("back", "1")]).await.expect(303);
    browser.get(&step.location).await.expect(200).says("شركة 😀");
    let named = browser.post(&step.location, &[("name", "شركة 😀")]).await.expect(303);
    browser.post(&named.location, &[]).await.expect(422).says("href=\"#scope-managed-users-read\"");
    // The session ends in the middle: signed in anew, what was typed goes on.
    let path = named.location.clone();
    browser.forget_cookies();
    browser.post(&path, &[("scope", "managed-users:read")]).await.expect(401).says("kept:scope");
    let fields = [
        ("name", "ada@example.com"),
        ("password", super::browser::PASSWORD),
        ("kept-path", &path),
        ("kept:scope", "managed-users:read"),
    ];
    let page = browser.post("/login", &fields).await.expect(200);
    page.says("name=\"scope\" value=\"managed-users:read\"");
    browser.post(&path, &[("scope", "managed-users:read")]).await.expect(303);
    assert_eq!(server.json(&["app", "list"])[0]["name"], "شركة 😀");
}

async fn secrets_rotate(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let application = server.application(&[]);
    let page = format!("{APPS}/{}", application.client_id);
    browser.post(&format!("{page}/secrets"), &[("grace", "31")]).await.expect(422);
    let made = browser.post(&format!("{page}/secrets"), &[("grace", "7")]).await.expect(200);
    let secret = made.between("<output id=\"made\">", "</output>");
    browser.get(&format!("{page}/credentials")).await.expect(200).hides(&secret);
    for known in [&secret, &application.client_secret] {
        let answer = reqwest::Client::new()
            .post(&application.token_endpoint)
            .basic_auth(&application.client_id, Some(known))
            .form(&[("grant_type", "client_credentials")])
            .send();
        assert_eq!(answer.await.unwrap().status(), 200);
    }
    browser.post(&page, &[("name", "Renamed"), ("minutes", "120")]).await.expect(303);
    browser
        .post(&page, &[("name", "Renamed"), ("minutes", "10")])
        .await
        .expect(422)
        .says("href=\"#minutes\"");
    assert_eq!(server.json(&["app", "show", &application.client_id])["name"], "Renamed");
}

async fn deleted_only_by_its_name(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let id = server.application(&[]).client_id;
    browser.post(&format!("{APPS}/{id}/delete"), &[("confirm", "test")]).await.expect(422);
    browser.post(&format!("{APPS}/{id}/delete"), &[("confirm", "Test")]).await.expect(303);
    browser.get(&format!("{APPS}/{id}")).await.expect(404);
    let log = browser.get("/organization/log?kind=console").await.expect(200);
    log.says("deleted the application Test").says("ada@example.com");
    // Two at once: who comes second is told.
    browser.post(&format!("{APPS}/{id}"), &[("name", "x"), ("minutes", "60")]).await.expect(404);
}

async fn a_rehearsal_goes_well(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let id = server.application(&[]).client_id;
    let address = format!("{APPS}/{id}/rehearsal");
    browser.post(&address, &[("client-secret", "")]).await.expect(303);
    let page = verdict(&mut browser, &address)
        .await
        .says("verdict-good")
        // That it went well here does not say that Entra gets here.
        .says("Cloud services cannot reach this server yet")
        .says("POST /v2/token")
        .says("DELETE /scim/v2/Users/");
    let page = page.hides("muster_secret_");
    let parts: Vec<&str> = page.text.split("<details class=\"part\"").skip(1).collect();
    let begins =
        ["Test Connection", "The initial cycle", "An incremental cycle", "Reading back", "Cleaning up"];
    assert_eq!(parts.len(), begins.len());
    for (part, begins) in parts.iter().zip(begins) {
        assert!(part.starts_with(&format!("><summary><span class=\"what\">{begins}")), "{part}");
    }
    assert!(parts[0].contains("POST /v2/token") && parts[4].contains("DELETE /scim/v2/Users/"));
    // Nobody and nothing is left, the secret neither.
    browser.get("/organization/directory/users").await.expect(200).hides("rehearsal-");
    assert_eq!(server.json(&["app", "show", &id])["secrets"].as_array().unwrap().len(), 1);
    // A secret that is wrong is found out.
    browser.post(&address, &[("client-secret", "muster_secret_wrong")]).await.expect(303);
    let page = verdict(&mut browser, &address).await.says("verdict-bad").hides("muster_secret_wrong");
    page.says("<details class=\"part\" open><summary><span class=\"what\">Test Connection");
}

/// What a rehearsal had made is taken away though its node ended in the middle of it.
async fn a_rehearsal_that_is_broken_off_is_cleaned_up(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let application = server.application(&[]);
    let api = Api::connect(&application).await;
    let (made, other) = (api.user("ada@rehearsal-1.example").await, api.user("grace@example.com").await);
    let content = json!({
        "method": "POST", "url": format!("{}/scim/v2/Users", server.base), "request": "", "status": 201,
        "response": json!({"id": made}).to_string(), "error": null, "milliseconds": 1, "good": true
    });
    let (id, content) = (&application.client_id, content.to_string());
    server.database.execute(&format!(
        "INSERT INTO rehearsals (id, organization_id, application_id, started_at, touched_at) \
         SELECT 'r', organization_id, id, created_at, 0 FROM applications WHERE id = '{id}'"
    ));
    server.database.execute(&format!("INSERT INTO rehearsal_steps VALUES ('r', 1, '{content}')"));
    let address = format!("{APPS}/{id}/rehearsal");
    // Steps of before the parts were noted have no heading.
    browser.get(&address).await.expect(200).says("within some minutes").says("<span class=\"what\"></span>");
    server.kill_and_restart();
    within(Duration::from_secs(10), async || {
        let page = browser.get(&address).await.expect(200);
        page.text.contains("has been taken away since").then_some(())
    })
    .await;
    api.get(&format!("/Users/{made}")).await.expect(404);
    api.get(&format!("/Users/{other}")).await.expect(200);
}

/// The page of a rehearsal when it has ended.
async fn verdict(browser: &mut Browser, address: &str) -> Page {
    let mut page = browser.get(address).await.expect(200);
    for _ in 0..150 {
        if page.text.contains("verdict-") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        page = browser.get(address).await.expect(200);
    }
    page
}
