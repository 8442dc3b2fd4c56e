//! The page of an application: what is saved counts, and what is revoked does not.

use super::browser::{APPS, Browser};
use super::html;
use crate::support::oauth::{scim, token_from, within_a_second};
use crate::support::{Application, Server, on_both_databases, on_sqlite};
use serde_json::json;

on_both_databases!(secrets_are_rotated_with_grace_and_revoked, provisioning_tokens_are_made_once_and_revoked);
on_sqlite!(what_is_saved_counts, trusts_are_added_and_removed);

/// What follows a text in the page, up to the next quote.
fn ids(text: &str, before: &str, after: &str) -> Vec<String> {
    let parts = text.split(before).skip(1).filter_map(|part| part.split_once('"'));
    parts.filter_map(|(path, _)| path.strip_suffix(after)).map(str::to_owned).collect()
}

/// The status of asking for a token with this secret.
async fn asks(app: &Application, secret: &str) -> u16 {
    let request = reqwest::Client::new().post(&app.token_endpoint).basic_auth(&app.client_id, Some(secret));
    request.form(&[("grant_type", "client_credentials")]).send().await.unwrap().status().as_u16()
}

async fn what_is_saved_counts(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let app = server.application(&[]);
    let page = format!("{APPS}/{}", app.client_id);
    let fields = [("name", "Entra 😀"), ("description", "First\r\nsecond"), ("minutes", "360")];
    let saved = browser.post(&page, &fields).await.expect(303);
    browser.get(&saved.location).await.expect(200).says("notice-good");
    let shown = server.json(&["app", "show", &app.client_id]);
    assert_eq!((&shown["name"], &shown["description"]), (&json!("Entra 😀"), &json!("First\r\nsecond")));
    assert_eq!(
        shown["token_lifetime_minutes"].as_i64().or(shown["token_lifetime_seconds"].as_i64().map(|s| s / 60)),
        Some(360),
        "{shown}"
    );
    let token = token_from(&server.base, &app).await;
    scim(&server.base, &token).await.expect(200);
    let scopes = format!("{page}/scopes");
    browser.post(&scopes, &[]).await.expect(422).says("href=\"#scope-managed-users-read\"");
    browser.post(&scopes, &[("scope", "everything")]).await.expect(422);
    scim(&server.base, &token).await.expect(200);
    browser.post(&scopes, &[("scope", "managed-groups:read")]).await.expect(303);
    assert_eq!(server.json(&["app", "show", &app.client_id])["scopes"], json!(["managed-groups:read"]));
    // The token that is out loses it, too.
    within_a_second(async || (scim(&server.base, &token).await.status == 403).then_some(())).await;
    // Addresses of forms that were answered 422 can be loaded again.
    for path in ["scopes", "delete", "secrets", "tokens", "trusts"] {
        browser.get(&format!("{page}/{path}")).await.expect(200);
    }
}

async fn secrets_are_rotated_with_grace_and_revoked(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let app = server.application(&[]);
    let page = format!("{APPS}/{}", app.client_id);
    for wrong in ["31", "-1", "", "1.5", "x", "4294967296"] {
        browser
            .post(&format!("{page}/secrets"), &[("grace", wrong)])
            .await
            .expect(422)
            .says("href=\"#grace\"");
    }
    let made = browser.post(&format!("{page}/secrets"), &[("grace", "30")]).await.expect(200);
    let second = made.between("<output id=\"made\">", "</output>");
    assert_eq!((asks(&app, &app.client_secret).await, asks(&app, &second).await), (200, 200));
    // Until the grace is over.
    let shown = server.json(&["app", "show", &app.client_id]);
    assert_eq!(shown["secrets"].as_array().unwrap().len(), 2);
    let made = browser.post(&format!("{page}/secrets"), &[("grace", "0")]).await.expect(200);
    let third = made.between("<output id=\"made\">", "</output>");
    for old in [&app.client_secret, &second] {
        within_a_second(async || (asks(&app, old).await == 401).then_some(())).await;
    }
    assert_eq!(asks(&app, &third).await, 200);
    let listed = browser.get(&format!("{page}/credentials")).await.expect(200).hides(&third);
    let secrets = ids(&listed.text, &format!("{page}/secrets/"), "/revoke");
    assert_eq!(secrets.len(), 1);
    let renewed = Application { client_secret: third.clone(), ..app.clone() };
    let token = token_from(&server.base, &renewed).await;
    let revoke = format!("{page}/secrets/{}/revoke", secrets[0]);
    browser.post(&revoke, &[("end-tokens", "1")]).await.expect(303);
    within_a_second(async || (asks(&app, &third).await == 401).then_some(())).await;
    within_a_second(async || (scim(&server.base, &token).await.status == 401).then_some(())).await;
    // Pressed twice, it is as gone as before.
    browser.post(&revoke, &[]).await.expect(303);
    browser.get(&page).await.expect(200).says("No secret");
    told_once(&mut browser, "revoked a secret of").await;
}

async fn provisioning_tokens_are_made_once_and_revoked(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let page = format!("{APPS}/{}", server.application(&[]).client_id);
    let tokens = format!("{page}/tokens");
    let long = "x".repeat(201);
    for (name, days, field) in [
        ("x", "0", "token-days"),
        ("x", "99999", "token-days"),
        ("x", "", "token-days"),
        (&long, "1", "token-name"),
        ("a\u{7}", "1", "token-name"),
    ] {
        let refused = browser.post(&tokens, &[("token-name", name), ("token-days", days)]).await.expect(422);
        let refused = refused.says(&format!("href=\"#{field}\""));
        let tags = html::tags(&refused.text);
        let kept =
            |id: &str| tags.iter().find(|tag| tag.get("id") == Some(id)).unwrap().get("value").unwrap();
        assert_eq!((kept("token-name"), kept("token-days")), (name, days));
    }
    let made = browser.post(&tokens, &[("token-name", "JumpCloud"), ("token-days", "1")]).await.expect(200);
    let token = made.between("<output id=\"made\">", "</output>");
    scim(&server.base, &token).await.expect(200);
    let listed =
        browser.get(&format!("{page}/credentials")).await.expect(200).hides(&token).says("JumpCloud");
    let listed = ids(&listed.text, &format!("{tokens}/"), "/revoke");
    assert_eq!(listed.len(), 1);
    for _ in 0..2 {
        browser.post(&format!("{tokens}/{}/revoke", listed[0]), &[]).await.expect(303);
    }
    within_a_second(async || (scim(&server.base, &token).await.status == 401).then_some(())).await;
    browser.get(&format!("{page}/credentials")).await.expect(200).hides("JumpCloud");
    told_once(&mut browser, "revoked a provisioning token of").await;
}

async fn trusts_are_added_and_removed(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let page = format!("{APPS}/{}", server.application(&[]).client_id);
    let trusts = format!("{page}/trusts");
    let issuer = "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0";
    let good =
        [("issuer", issuer), ("subject", "abc"), ("audiences", "api://one api://two"), ("jwks-uri", "")];
    for (field, wrong) in [
        ("issuer", ""),
        ("issuer", "http://example.com"),
        ("issuer", "nonsense"),
        ("issuer", "https://user:password@example.com"),
        ("subject", ""),
        ("subject", "a\u{7}b"),
        ("audiences", ""),
        ("audiences", "a\u{7}b"),
        ("jwks-uri", "http://example.com/keys"),
        ("jwks-uri", "nonsense"),
    ] {
        let fields = good.map(|(name, value)| (name, if name == field { wrong } else { value }));
        let refused = browser.post(&trusts, &fields).await;
        assert_eq!(refused.status, 422, "{field}: {wrong}");
        let refused = refused.says(&format!("href=\"#{field}\""));
        let tags = html::tags(&refused.text);
        for (name, value) in fields {
            let kept = tags.iter().find(|tag| tag.get("id") == Some(name)).unwrap().get("value");
            assert_eq!(kept, Some(value), "{field}: {wrong}");
        }
    }
    browser.post(&trusts, &good).await.expect(303);
    let listed = browser.get(&format!("{page}/credentials")).await.expect(200).says(issuer).says("api://two");
    let listed = ids(&listed.text, &format!("{trusts}/"), "/remove");
    for _ in 0..2 {
        browser.post(&format!("{trusts}/{}/remove", listed[0]), &[]).await.expect(303);
    }
    browser.get(&format!("{page}/credentials")).await.expect(200).hides(issuer);
    told_once(&mut browser, "removed a trust of").await;
}

/// Who comes second did nothing, and the log does not say so.
async fn told_once(browser: &mut Browser, words: &str) {
    let log = browser.get("/organization/log?kind=console").await.expect(200);
    assert_eq!(log.text.matches(words).count(), 1, "{words}");
}
