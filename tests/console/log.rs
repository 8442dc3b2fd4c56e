//! The provisioning log and the directory, as the console shows them.

use super::browser::Browser;
use crate::support::oauth::within;
use crate::support::{Server, on_both_databases};
use serde_json::json;
use std::time::Duration;

on_both_databases!(a_change_is_told_in_words_and_in_the_history, changes_by_hand_are_asked_first);

async fn a_change_is_told_in_words_and_in_the_history(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let api = server.api().await;
    let body = json!({"userName": "ada@example.com", "displayName": "Ada <Byron>"});
    let id = api.post("/Users", body).await.expect(201).id();
    let path = format!("/Users/{id}");
    let replace = json!([{"op": "replace", "path": "title", "value": "Countess"}]);
    let request_id = api.patch(&path, replace).await.expect(200).header("x-request-id").to_owned();
    let again = json!({"userName": "ADA@example.com"});
    api.post("/Users", again).await.expect(409);
    let log = browser.get("/organization/log?kind=changes").await.expect(200);
    log.says("set title of Ada &#60;Byron&#62; (ada@example.com) to Countess").hides("<Byron>");
    let history = browser.get(&format!("/organization/directory/users/{id}")).await.expect(200);
    history.says(&request_id).says("Countess").says("created user");
    // Noted in memory, written within a second.
    let mut page = browser.get("/organization/log?failed=1").await.expect(200);
    for _ in 0..50 {
        if page.text.contains(">409<") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        page = browser.get("/organization/log?failed=1").await.expect(200);
    }
    let entry = page.says(">409<").between("class=\"row-link\" href=\"/organization/log/", "\"");
    let page = browser.get(&format!("/organization/log/{entry}")).await.expect(200);
    page.says("share one unique name").says("POST /scim/v2/Users");
    // Who was deleted has a history to look at; who never was has no page.
    api.delete(&path).await.expect(204);
    for (user, leads) in [(id.as_str(), true), ("nobody", false)] {
        api.get(&format!("/Users/{user}")).await.expect(404);
        let listed = within(Duration::from_secs(10), async || {
            let page =
                browser.get(&format!("/organization/log?kind=reads&failed=1&q={user}")).await.expect(200);
            page.text.contains(">404<").then_some(page)
        })
        .await;
        let entry = listed.between("class=\"row-link\" href=\"/organization/log/", "\"");
        let page = browser.get(&format!("/organization/log/{entry}")).await.expect(200);
        assert_eq!(page.text.contains(&format!("/directory/users/{user}")), leads, "{user}");
    }
    browser.get(&format!("/organization/log?q={request_id}")).await.expect(200).says("Countess");
    browser.get("/organization/log/export.jsonl?kind=changes").await.expect(200).says(&request_id);
}

async fn changes_by_hand_are_asked_first(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let api = server.api().await;
    let id = api.user("grace@example.com").await;
    let group = json!({"displayName": "Navy", "members": [{"value": id}]});
    let group = api.post("/Groups", group).await.expect(201).id();
    let user = format!("/organization/directory/users/{id}");
    browser.get(&format!("{user}/disable")).await.expect(200).says("Navy");
    browser.post(&format!("{user}/disable"), &[]).await.expect(303);
    assert_eq!(api.get(&format!("/Users/{id}")).await.expect(200).body["active"], false);
    browser.get(&user).await.expect(200).says("disabled grace@example.com").says("ada@example.com");
    browser.post(&format!("{user}/restore"), &[]).await.expect(303);
    browser.post(&format!("{user}/delete"), &[]).await.expect(303);
    api.get(&format!("/Users/{id}")).await.expect(404);
    browser.get(&user).await.expect(200).says("deleted user grace@example.com");
    browser.get(&format!("/organization/directory/groups/{group}/members")).await.expect(200).hides("grace");
    browser.get("/organization/directory/users?filter=nonsense").await.expect(422).says("href=\"#filter\"");
    for odd in ["/organization/directory/users/%00", "/organization/log/x", "/organization/directory/people"]
    {
        browser.get(odd).await.expect(404);
    }
}
