//! Who gets in, and what they may do there.

use super::browser::{APPS, Browser, PASSWORD};
use crate::support::{Server, on_both_databases, on_sqlite};

/// Pages of an organization; behind signing in.
const PAGES: &[&str] = &[
    "/organization",
    APPS,
    "/organization/settings/oauth/apps/new",
    "/applications/oauth",
    "/organization/settings/admins",
    "/organization/directory/users",
    "/organization/directory/groups",
    "/organization/log",
    "/organization/log/export.csv",
    "/organization/log/export.jsonl",
    "/account",
];

/// Forms that an auditor may not send.
const FORMS: &[&str] = &[
    "/organization/settings/oauth/apps/new",
    "/applications/oauth",
    "/organization/settings/admins",
    "/organization/settings/oauth/apps/x",
    "/organization/settings/oauth/apps/x/scopes",
    "/organization/settings/oauth/apps/x/delete",
    "/organization/settings/oauth/apps/x/secrets",
    "/organization/settings/oauth/apps/x/tokens",
    "/organization/settings/oauth/apps/x/trusts",
    "/organization/settings/oauth/apps/x/rehearsal",
    "/organization/directory/users/x/disable",
    "/organization/directory/users/x/delete",
];

on_both_databases!(
    the_first_link_works_once,
    organizations_do_not_see_each_other,
    an_auditor_looks_and_changes_nothing,
    an_organization_keeps_an_owner,
);
on_sqlite!(
    nobody_gets_in_without_a_session,
    forms_from_elsewhere_are_not_taken,
    guesses_are_limited,
    every_page_has_the_strict_policy,
    sessions_end,
);

async fn the_first_link_works_once(server: &mut Server) {
    let link = server.set_up_link();
    let mut browser = Browser::new(&server.base);
    for weak in ["short", "passwordpassword", "123456789012"] {
        let path = link.strip_prefix(&server.base).unwrap();
        browser.get(path).await.expect(200);
        let token = path.split_once("token=").unwrap().1;
        let fields = [("token", token), ("name", "ada@example.com"), ("password", weak)];
        browser
            .post("/welcome", &fields)
            .await
            .expect(422)
            .says("href=\"#password\"")
            .says("ada@example.com");
    }
    browser.follow_link(&link, "ada@example.com").await.expect(303);
    browser.get("/organization").await.expect(200);
    Browser::new(&server.base).follow_link(&link, "eve@example.com").await.expect(410);
    // The stored digest is not what the browser keeps.
    assert_eq!(browser.cookie("muster_session").len(), 43);
    let admins = server.json(&["admin", "list"]);
    assert_eq!(
        (admins[0]["name"].as_str(), admins[0]["role"].as_str()),
        (Some("ada@example.com"), Some("owner"))
    );
    // A lost password: a link, which ends the sessions that there are.
    let reset = server.json(&["admin", "reset-password", "ADA@example.com", "--public-url", &server.base]);
    let mut other = Browser::new(&server.base);
    other.follow_link(reset["link"].as_str().unwrap(), "").await.expect(303);
    assert_eq!(browser.get("/organization").await.expect(303).location, "/login");
}

async fn nobody_gets_in_without_a_session(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    browser.forget_cookies();
    for page in PAGES {
        let answer = browser.get(page).await.expect(303);
        assert!(answer.location.starts_with("/login"), "{page}: {}", answer.location);
    }
    for form in FORMS {
        let answer = browser.post(form, &[("name", "kept <b>")]).await.expect(401);
        answer.says("type=\"password\"").says("kept:name").says("kept &#60;b&#62;");
    }
}

async fn forms_from_elsewhere_are_not_taken(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let new = format!("{APPS}/new");
    let token = browser.form_token.clone();
    let fields = [("form_token", token.as_str()), ("grant", "client_credentials")];
    for headers in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        browser.post_as_it_is(&new, &fields, &[headers]).await.expect(403).hides("client_credentials");
    }
    // A form of an earlier session shows what was typed, and is sent when the admin says so.
    let stale = [("form_token", "x"), ("grant", "client_credentials")];
    browser.post_as_it_is(&new, &stale, &[]).await.expect(403).says("value=\"client_credentials\"");
    browser.post(&new, &[("grant", "client_credentials")]).await.expect(303);
}

async fn guesses_are_limited(server: &mut Server) {
    Browser::first_admin(server).await;
    let mut browser = Browser::new(&server.base);
    browser.get("/login").await.expect(200);
    let mut texts = Vec::new();
    for name in ["ada@example.com", "nobody@example.com"] {
        let answer = browser.post("/login", &[("name", name), ("password", "wrong")]).await.expect(401);
        texts.push(answer.between("error-summary", "</ul>"));
    }
    assert_eq!(texts[0], texts[1], "a name that does not exist looks like a wrong password");
    let mut limited = false;
    for _ in 0..60 {
        let answer = browser.post("/login", &[("name", "ada@example.com"), ("password", "wrong")]).await;
        limited |= answer.status == 429;
    }
    assert!(limited);
}

async fn every_page_has_the_strict_policy(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    for page in PAGES.iter().chain(&["/login", "/nothing-here"]) {
        let answer = browser.get(page).await;
        let header = |name: &str| answer.headers.get(name).map_or("", |value| value.to_str().unwrap());
        let policy = header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"),
            "{page}: {policy}"
        );
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(
            (header("cache-control"), header("referrer-policy")),
            ("no-store", "no-referrer"),
            "{page}"
        );
        for inline in [" style=", "<style", "onclick=", "<script>"] {
            assert!(!answer.text.contains(inline), "{page} has {inline}");
        }
    }
    let german = browser.post("/language", &[("language", "de"), ("back", "/account")]).await.expect(303);
    assert_eq!(german.location, "/account");
    browser.get("/account").await.expect(200).says("<html lang=\"de\">").says("Passwort ändern");
    let elsewhere = browser.post("/language", &[("language", "en"), ("back", "https://evil.example")]).await;
    assert_eq!(elsewhere.location, "/login");
}

async fn sessions_end(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let mut other = Browser::new(&server.base);
    other.get("/login").await;
    other.post("/login", &[("name", "Ada@Example.com"), ("password", PASSWORD)]).await.expect(303);
    other.get("/account").await.expect(200);
    browser.get("/account").await.expect(200).says("/account/sessions/end-others");
    browser.post("/account/sessions/end-others", &[]).await.expect(303);
    other.get("/account").await.expect(303);
    browser.get("/account").await.expect(200);
    browser.post("/logout", &[]).await.expect(303);
    browser.get("/account").await.expect(303);
}

async fn organizations_do_not_see_each_other(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    server.json(&["org", "create", "Other"]);
    let foreign = server.application(&["--org", "Other", "--all-scopes"]).client_id;
    for path in ["", "/credentials", "/connect", "/rehearsal"] {
        browser.get(&format!("{APPS}/{foreign}{path}")).await.expect(404);
    }
    for path in ["", "/scopes", "/delete", "/secrets", "/tokens", "/trusts", "/rehearsal"] {
        let fields = [("name", "x"), ("grace", "0"), ("confirm", "Test"), ("scope", "managed-users:read")];
        browser.post(&format!("{APPS}/{foreign}{path}"), &fields).await.expect(404);
    }
    let shown = server.json(&["app", "show", &foreign]);
    assert_eq!(shown["name"], "Test");
    let organizations = server.json(&["org", "list"]);
    let other = organizations.as_array().unwrap().iter().find(|one| one["name"] == "Other").unwrap();
    browser
        .post("/organization/switch", &[("organization", other["id"].as_str().unwrap())])
        .await
        .expect(404);
    // Invited, the same person looks at both, one at a time.
    let link =
        server.json(&["admin", "create", "--org", "Other", "--role", "admin", "--public-url", &server.base]);
    browser.follow_link(link["link"].as_str().unwrap(), "ada@example.com").await.expect(303);
    browser.get(&format!("{APPS}/{foreign}")).await.expect(200);
}

async fn an_auditor_looks_and_changes_nothing(server: &mut Server) {
    Browser::first_admin(server).await;
    let api = server.api().await;
    let id = api.user("grace.hopper@example.com").await;
    let link = server.json(&["admin", "create", "--role", "auditor", "--public-url", &server.base]);
    let mut auditor = Browser::new(&server.base);
    auditor.follow_link(link["link"].as_str().unwrap(), "audit@example.com").await.expect(303);
    auditor.get("/account").await.expect(200);
    for form in FORMS {
        auditor.post(form, &[("name", "x")]).await.expect(403);
    }
    let page = auditor.get(&format!("/organization/directory/users/{id}")).await.expect(200);
    page.hides("grace.hopper").says("g•••@example.com").hides("/disable");
    auditor.get("/organization/directory/users").await.expect(200).hides("grace.hopper");
    auditor.get("/organization/log").await.expect(200).hides("grace.hopper");
    auditor.get("/organization/log/export.csv").await.expect(200).hides("grace.hopper");
    // No form is shown that may not be sent.
    auditor.get(&format!("{APPS}/new")).await.expect(403);
    auditor.get("/applications/oauth").await.expect(200).hides("name=\"description\"");
    assert_eq!(api.get(&format!("/Users/{id}")).await.expect(200).body["active"], true);
}

async fn an_organization_keeps_an_owner(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let admins = server.json(&["admin", "list"]);
    let id = admins[0]["id"].as_str().unwrap();
    let member = format!("/organization/settings/admins/{id}");
    browser.post(&format!("{member}/role"), &[("role", "admin")]).await.expect(422);
    browser.post(&format!("{member}/remove"), &[]).await.expect(422);
    assert_eq!(server.json(&["admin", "list"])[0]["role"], "owner");
    let made = browser
        .post("/organization/settings/admins", &[("note", "Grace"), ("role", "owner")])
        .await
        .expect(200);
    let link = made.between("<output id=\"link\">", "</output>");
    let mut other = Browser::new(&server.base);
    other.follow_link(&link, "grace@example.com").await.expect(303);
    browser.post(&format!("{member}/role"), &[("role", "admin")]).await.expect(303);
    // Who is no owner any more invites nobody.
    browser.post("/organization/settings/admins", &[("note", "Eve"), ("role", "owner")]).await.expect(403);
}
