//! Sessions: what a browser keeps, and how they end.

use super::browser::{Browser, PASSWORD};
use crate::support::{Server, on_both_databases, on_sqlite};

on_both_databases!(sessions_end_when_nobody_is_there_and_after_their_time);
on_sqlite!(
    cookies_are_strict,
    the_cookie_is_not_what_is_stored,
    signing_in_replaces_the_session,
    sessions_are_listed_and_ended_one_by_one,
    a_new_password_ends_the_others,
);

const NAME: &str = "ada@example.com";

/// The parts of the cookie that signing in sets.
async fn cookie_of_signing_in(base: &str) -> Vec<String> {
    let mut browser = Browser::new(base);
    browser.get("/login").await.expect(200);
    let answer = browser.post("/login", &[("name", NAME), ("password", PASSWORD)]).await.expect(303);
    let cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let session: Vec<&str> = cookies.filter(|cookie| cookie.contains("session=")).collect();
    assert_eq!(session.len(), 1, "{session:?}");
    session[0].split("; ").map(str::to_owned).collect()
}

async fn cookies_are_strict(server: &mut Server) {
    Browser::first_admin(server).await;
    let plain = cookie_of_signing_in(&server.base).await;
    assert!(plain[0].starts_with("muster_session="));
    let mut attributes = plain[1..].to_vec();
    attributes.sort();
    assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax"]);
    let node = server.another_node(&[("MUSTER_SERVER__PUBLIC_URL", "https://muster.example")]);
    let secure = cookie_of_signing_in(&node.base).await;
    assert!(secure[0].starts_with("__Host-muster_session="));
    let mut attributes = secure[1..].to_vec();
    attributes.sort();
    assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
    let mut browser = Browser::new(&node.base);
    let page = browser.get("/login").await.expect(200);
    assert!(page.header("strict-transport-security").starts_with("max-age=31536000"));
    assert!(
        page.header("set-cookie").starts_with("__Host-muster_visitor=")
            && page.header("set-cookie").contains("Secure")
    );
    assert_eq!(Browser::new(&server.base).get("/login").await.header("strict-transport-security"), "");
}

async fn the_cookie_is_not_what_is_stored(server: &mut Server) {
    let browser = Browser::first_admin(server).await;
    let kept = browser.cookie("muster_session");
    let digest = server.database.text("SELECT digest FROM admin_sessions");
    assert!(digest != kept && digest.len() == 43);
    let all = "SELECT count(*) FROM admin_sessions WHERE instr(digest || id || address || user_agent, '{}')";
    assert_eq!(server.database.text(&all.replace("{}", kept)), "0");
    for wrong in [digest.as_str(), "", "x", &"A".repeat(43), "\u{fc}"] {
        let mut thief = Browser::new(&server.base);
        thief.set_cookie("muster_session", wrong);
        thief.get("/account").await.expect(303);
    }
    // The digests of links are stored, too, and not the links.
    let link = server.json(&["admin", "create", "--public-url", &server.base])["link"].to_string();
    let stored = server.database.text("SELECT digest FROM admin_links");
    assert!(!link.contains(&stored));
}

async fn signing_in_replaces_the_session(server: &mut Server) {
    Browser::first_admin(server).await;
    let mut browser = Browser::new(&server.base);
    browser.get("/login").await.expect(200);
    let visitor = browser.form_token.clone();
    let fields = [("form_token", visitor.as_str()), ("name", NAME), ("password", PASSWORD)];
    browser.post_as_it_is("/login", &fields, &[]).await.expect(303);
    let mut earlier = browser.clone();
    earlier.get("/account").await.expect(200);
    // Who is signed in is not asked again, and goes where they wanted.
    let there = browser.get("/login?back=%2Forganization%2Flog").await.expect(303);
    assert_eq!(there.location, "/organization/log");
    browser.post_as_it_is("/login", &fields, &[]).await.expect(303);
    assert_ne!(browser.cookie("muster_session"), earlier.cookie("muster_session"));
    earlier.get("/account").await.expect(303);
    browser.get("/account").await.expect(200);
    // Signed out, the cookie is worth nothing, wherever it was copied to.
    let mut copied = browser.clone();
    let out = browser.post("/logout", &[]).await.expect(303);
    assert!(out.header("set-cookie").starts_with("muster_session=;"), "{:?}", out.headers);
    copied.get("/account").await.expect(303);
}

async fn sessions_end_when_nobody_is_there_and_after_their_time(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let back = |what: &str, seconds: u64| {
        let by = seconds * 1_000_000;
        server.database.execute(&format!("UPDATE admin_sessions SET {what} = {what} - {by}"));
    };
    back("seen_at", 3_500);
    browser.get("/account").await.expect(200);
    // That was noted: from now on it is counted.
    back("seen_at", 3_500);
    browser.get("/account").await.expect(200);
    back("seen_at", 3_601);
    assert_eq!(browser.get("/account?x=1").await.expect(303).location, "/login?back=%2Faccount%3Fx%3D1");
    let mut browser = Browser::sign_in(&server.base, NAME, PASSWORD).await;
    back("expires_at", 12 * 3_600 - 60);
    browser.get("/account").await.expect(200);
    back("expires_at", 61);
    browser.get("/account").await.expect(303);
    browser.post("/account/sessions/end-others", &[]).await.expect(401);
}

/// Other sessions that the page offers to end.
fn others(page: &str) -> Vec<String> {
    let parts = page.split("action=\"/account/sessions/").skip(1);
    parts
        .filter_map(|part| part.split_once("/end\""))
        .map(|(id, _)| id.to_owned())
        .filter(|id| id.len() == 36)
        .collect()
}

async fn sessions_are_listed_and_ended_one_by_one(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let mut second = Browser::sign_in(&server.base, NAME, PASSWORD).await;
    let mut third = Browser::sign_in(&server.base, NAME, PASSWORD).await;
    let mut grace = Browser::admin(server, "default", "auditor", "grace@example.com").await;
    let page = browser.get("/account").await.expect(200);
    let ids = others(&page.text);
    assert_eq!(ids.len(), 2, "{ids:?}");
    // Nobody ends somebody else's.
    grace.post(&format!("/account/sessions/{}/end", ids[0]), &[]).await.expect(303);
    second.get("/account").await.expect(200);
    browser.post(&format!("/account/sessions/{}/end", ids[0]), &[]).await.expect(303);
    let left = [second.get("/account").await.status, third.get("/account").await.status];
    assert!(left == [200, 303] || left == [303, 200], "{left:?}");
    browser.post("/account/sessions/nothing/end", &[]).await.expect(303);
    browser.post("/account/sessions/end-others", &[]).await.expect(303);
    second.get("/account").await.expect(303);
    third.get("/account").await.expect(303);
    grace.get("/account").await.expect(200);
    assert!(others(&browser.get("/account").await.expect(200).text).is_empty());
}

async fn a_new_password_ends_the_others(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let mut other = Browser::sign_in(&server.base, NAME, PASSWORD).await;
    let path = "/account/password";
    let wrong = [("old-password", "wrong"), ("new-password", "short")];
    let page = browser.post(path, &wrong).await.expect(422);
    page.says("href=\"#old-password\"").says("href=\"#new-password\"").hides("value=\"wrong\"");
    let new = "seven violet tractors hum";
    browser.post(path, &[("old-password", "wrong"), ("new-password", new)]).await.expect(422);
    other.get("/account").await.expect(200);
    browser.post(path, &[("old-password", PASSWORD), ("new-password", new)]).await.expect(303);
    browser.get("/account").await.expect(200);
    other.get("/account").await.expect(303);
    other.get("/login").await.expect(200);
    other.post("/login", &[("name", NAME), ("password", PASSWORD)]).await.expect(401);
    other.post("/login", &[("name", NAME), ("password", new)]).await.expect(303);
}
