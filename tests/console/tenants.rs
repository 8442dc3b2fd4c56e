//! Organizations never see each other: whatever an address names, of another's it says what it says of nothing.

use super::browser::{APPS, Browser};
use super::html;
use crate::support::{Api, Server, on_both_databases};
use serde_json::json;

on_both_databases!(no_id_of_another_organization_leads_anywhere);

/// The first id in a page that stands between these.
fn id(text: &str, before: &str, after: &str) -> String {
    let parts = text.split(before).skip(1);
    let mut found =
        parts.filter_map(|part| part.split_once('"')).filter_map(|(path, _)| path.strip_suffix(after));
    found.next().unwrap_or_else(|| panic!("no {before}…{after}: {text}")).to_owned()
}

/// What the pages of an organization hold, without times.
async fn state(owner: &mut Browser, pages: &[String]) -> Vec<String> {
    let mut state = Vec::new();
    for page in pages {
        let shown = owner.get(page).await.expect(200);
        let tags = html::tags(&shown.text);
        // The log is written a moment later than what it tells of.
        let told =
            |tag: &&html::Tag| tag.get("href").is_some_and(|href| href.starts_with("/organization/log"));
        let kept = tags.iter().filter(|tag| tag.get("name") != Some("draft") && !told(tag));
        state.extend(kept.flat_map(|tag| {
            let names = ["action", "href", "value", "checked", "selected"];
            names
                .into_iter()
                .filter_map(|name| Some(format!("{page} {name} {}", tag.get(name)?)))
                .collect::<Vec<_>>()
        }));
    }
    state
}

async fn no_id_of_another_organization_leads_anywhere(server: &mut Server) {
    let mut ours = Browser::first_admin(server).await;
    server.json(&["org", "create", "Acme"]);
    let mut theirs = Browser::admin(server, "Acme", "owner", "acme@example.com").await;
    let app = server.application(&[]);
    let their_app = server.application(&["--org", "Acme", "--all-scopes"]).client_id;
    let api = Api::connect(&app).await;
    let user = api.user("grace@example.com").await;
    let group = json!({"displayName": "Navy", "members": [{"value": user}]});
    let group = api.post("/Groups", group).await.expect(201).id();
    let base = format!("{APPS}/{}", app.client_id);
    ours.post(&format!("{base}/tokens"), &[("token-name", "x"), ("token-days", "1")]).await.expect(200);
    let trust = [("issuer", "https://issuer.example"), ("subject", "abc"), ("audiences", "api://one")];
    ours.post(&format!("{base}/trusts"), &trust).await.expect(303);
    let credentials = ours.get(&format!("{base}/credentials")).await.expect(200).text;
    let secret = id(&credentials, &format!("{base}/secrets/"), "/revoke");
    let token = id(&credentials, &format!("{base}/tokens/"), "/revoke");
    let trust = id(&credentials, &format!("{base}/trusts/"), "/remove");
    let name =
        ours.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(303).location;
    let draft = name.strip_suffix("/name").unwrap();
    ours.post(&name, &[("name", "Draft")]).await.expect(303);
    ours.post("/organization/settings/admins", &[("note", "Grace"), ("role", "admin")]).await.expect(200);
    let admins = ours.get("/organization/settings/admins").await.expect(200).text;
    let invitation = id(&admins, "/organization/settings/invitations/", "/withdraw");
    let member = id(&admins, "/organization/settings/admins/", "/remove");
    let history = ours.get(&format!("/organization/directory/users/{user}")).await.expect(200);
    let log = ours.get("/organization/log?kind=changes").await.expect(200).says("grace@example.com");
    let entry = log.between("class=\"row-link\" href=\"/organization/log/", "\"");
    drop(history);
    let pages = [
        "/organization/settings/admins".to_owned(),
        APPS.to_owned(),
        base.clone(),
        format!("{base}/credentials"),
        name.clone(),
        format!("{draft}/scopes"),
        format!("/organization/directory/groups/{group}"),
        format!("/organization/directory/users/{user}"),
        "/account".to_owned(),
    ];
    let before = state(&mut ours, &pages).await;
    let foreign = [
        base.clone(),
        format!("{base}/scopes"),
        format!("{base}/delete"),
        format!("{base}/credentials"),
        format!("{base}/secrets"),
        format!("{base}/tokens"),
        format!("{base}/trusts"),
        format!("{base}/connect"),
        format!("{base}/rehearsal"),
        format!("{base}/rehearsal/x"),
        format!("{draft}/grant"),
        format!("{draft}/name"),
        format!("{draft}/scopes"),
        format!("{draft}/secret"),
        format!("/organization/directory/users/{user}"),
        format!("/organization/directory/groups/{group}"),
        format!("/organization/directory/groups/{group}/members"),
        format!("/organization/directory/users/{user}/disable"),
        format!("/organization/directory/users/{user}/delete"),
        format!("/organization/directory/groups/{group}/delete"),
        format!("/organization/log/{entry}"),
    ];
    for page in &foreign {
        ours.get(page).await;
        theirs.get(page).await.expect(404).hides("grace").hides("Navy").hides("Test").hides("Draft");
    }
    let fields = [
        ("name", "Changed"),
        ("description", "Changed"),
        ("minutes", "60"),
        ("scope", "managed-users:read"),
        ("confirm", "Test"),
        ("grace", "0"),
        ("token-name", "Changed"),
        ("token-days", "1"),
        ("issuer", "https://other.example"),
        ("subject", "x"),
        ("audiences", "x"),
        ("grant", "client_credentials"),
        ("got-it", "1"),
        ("role", "auditor"),
    ];
    for form in [
        base.clone(),
        format!("{base}/scopes"),
        format!("{base}/delete"),
        format!("{base}/secrets"),
        format!("{base}/secrets/{secret}/revoke"),
        format!("{base}/tokens"),
        format!("{base}/tokens/{token}/revoke"),
        format!("{base}/trusts"),
        format!("{base}/trusts/{trust}/remove"),
        format!("{base}/rehearsal"),
        format!("{draft}/grant"),
        format!("{draft}/name"),
        format!("{draft}/scopes"),
        format!("{draft}/secret"),
        format!("/organization/settings/admins/{member}/role"),
        format!("/organization/settings/admins/{member}/remove"),
        format!("/organization/settings/admins/{member}/reset-password"),
        format!("/organization/directory/users/{user}/disable"),
        format!("/organization/directory/users/{user}/restore"),
        format!("/organization/directory/users/{user}/delete"),
        format!("/organization/directory/groups/{group}/delete"),
    ] {
        theirs.post(&form, &fields).await.expect(404);
    }
    // Ids of ours below an application of theirs, and an invitation, are as gone as what never was.
    for form in [
        format!("{APPS}/{their_app}/secrets/{secret}/revoke"),
        format!("{APPS}/{their_app}/tokens/{token}/revoke"),
        format!("{APPS}/{their_app}/trusts/{trust}/remove"),
        format!("/organization/settings/invitations/{invitation}/withdraw"),
    ] {
        theirs.post(&form, &fields).await.expect(303);
    }
    let after = state(&mut ours, &pages).await;
    let changed: Vec<_> = after.iter().filter(|one| !before.contains(one)).collect();
    assert_eq!(after.len(), before.len(), "something was changed: {changed:?}");
    assert!(changed.is_empty(), "something was changed: {changed:?}");
    for page in [
        "/organization/directory/users",
        "/organization/directory/groups",
        "/organization/log",
        "/organization/log/export.jsonl",
        "/organization/log/export.csv",
        "/organization",
        APPS,
        "/applications/oauth",
        "/organization/settings/admins",
    ] {
        theirs
            .get(page)
            .await
            .expect(200)
            .hides("grace@")
            .hides("Navy")
            .hides("ada@example.com")
            .hides(&app.client_id);
    }
    for query in ["q=grace", &format!("q={user}"), &format!("app={}", app.client_id), "failed=1"] {
        theirs.get(&format!("/organization/log?{query}")).await.expect(200).hides("grace@example.com");
        theirs
            .get(&format!("/organization/directory/users?{query}"))
            .await
            .expect(200)
            .hides("grace@example.com");
    }
    // A draft is its maker's, within the organization too.
    let mut colleague = Browser::admin(server, "default", "owner", "colleague@example.com").await;
    colleague.get(&name).await.expect(404);
    colleague.post(&name, &fields).await.expect(404);
}
