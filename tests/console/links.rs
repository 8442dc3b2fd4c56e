//! One-time links: of a first start, of commands, of invitations.

use super::browser::{Browser, PASSWORD};
use crate::support::{Server, on_both_databases, on_sqlite};

const ANOTHER: &str = "seven violet tractors hum";

on_both_databases!(links_of_a_first_start_end_with_the_first_admin, an_invitation_takes_no_role_away);
on_sqlite!(
    commands_print_links_that_work,
    passwords_are_held_against_rules,
    links_expire,
    the_first_organization_may_have_any_name,
);

async fn links_of_a_first_start_end_with_the_first_admin(server: &mut Server) {
    let first = server.set_up_link();
    server.kill_and_restart();
    let second = server.set_up_link();
    assert_ne!(first, second);
    // Whichever way the first admin comes: then nobody becomes an owner by what an old log holds.
    let create = server.json(&["admin", "create", "--role", "owner", "--public-url", &server.base]);
    let mut browser = Browser::new(&server.base);
    browser.follow_link(create["link"].as_str().unwrap(), "ada@example.com").await.expect(303);
    let log = browser.get("/organization/log?kind=console").await.expect(200);
    log.says("ada@example.com became an admin by a link");
    for link in [first, second] {
        Browser::new(&server.base).follow_link(&link, "eve@example.com").await.expect(410);
    }
    server.kill_and_restart();
    assert!(server.set_up.is_none(), "there is an admin, and a link was printed");
}

async fn commands_print_links_that_work(server: &mut Server) {
    let mut owner = Browser::first_admin(server).await;
    for role in ["owner", "admin", "auditor"] {
        let name = format!("{role}@example.com");
        Browser::admin(server, "default", role, &name).await;
        let list = server.json(&["admin", "list"]);
        let listed = list.as_array().unwrap().iter().find(|admin| admin["name"] == name.as_str()).unwrap();
        assert_eq!(listed["role"], role);
        assert!(listed["signed_in_at"].is_string());
    }
    assert!(!server.json(&["admin", "list"]).to_string().contains("argon2"));
    for wrong in [
        &["admin", "create", "--org", "nowhere"][..],
        &["admin", "reset-password", "nobody"],
        &["admin", "list", "--org", "nowhere"],
    ] {
        let mut all = wrong.to_vec();
        if wrong[1] != "list" {
            all.extend(["--public-url", &server.base]);
        }
        assert_eq!(server.command(&all).status.code(), Some(1), "{wrong:?}");
    }
    let reset = server.json(&["admin", "reset-password", "ADA@example.com", "--public-url", &server.base]);
    let link = reset["link"].as_str().unwrap();
    let path = link.strip_prefix(&server.base).unwrap();
    let mut browser = Browser::new(&server.base);
    browser.get(path).await.expect(200).says("ada@example.com");
    let token = path.split_once("token=").unwrap().1;
    browser.post("/welcome", &[("token", token), ("password", ANOTHER)]).await.expect(303);
    owner.get("/account").await.expect(303);
    Browser::sign_in(&server.base, "ada@example.com", ANOTHER).await;
    let mut old = Browser::new(&server.base);
    old.get("/login").await;
    old.post("/login", &[("name", "ada@example.com"), ("password", PASSWORD)]).await.expect(401);
    Browser::new(&server.base).follow_link(link, "").await.expect(410);
}

async fn passwords_are_held_against_rules(server: &mut Server) {
    let link = server.set_up_link();
    let path = link.strip_prefix(&server.base).unwrap();
    let token = path.split_once("token=").unwrap().1;
    let mut browser = Browser::new(&server.base);
    browser.get(path).await.expect(200).says("At least 12 characters");
    let long = "x1Ü".repeat(1_000);
    for (password, rule) in [
        ("", "12 characters are the least"),
        ("elevenchars", "12 characters are the least"),
        ("passwordpassword", "is guessed soon"),
        ("qwertyuiop123", "is guessed soon"),
        ("grace.hopper@example.com", "is guessed soon"),
        (&long, "is too long"),
    ] {
        let fields = [("token", token), ("name", "grace.hopper@example.com"), ("password", password)];
        let page = browser.post("/welcome", &fields).await.expect(422);
        let page = page.says(rule).says("href=\"#password\"").says("value=\"grace.hopper@example.com\"");
        assert!(password.len() < 12 || password.contains('@') || !page.text.contains(password));
    }
    let long = "x".repeat(101);
    for name in ["", "  ", "a\nb", "a\0b", &long] {
        let fields = [("token", token), ("name", name), ("password", PASSWORD)];
        browser.post("/welcome", &fields).await.expect(422).says("href=\"#name\"").hides(PASSWORD);
    }
    // The link is not used up by what was refused, and a form from before is told so.
    browser
        .post_as_it_is("/welcome", &[("token", token), ("name", "x"), ("password", PASSWORD)], &[])
        .await
        .expect(422);
    browser.follow_link(&link, "grace.hopper@example.com").await.expect(303);
}

async fn links_expire(server: &mut Server) {
    let link = server.set_up_link();
    server.database.execute("UPDATE admin_links SET expires_at = created_at");
    Browser::new(&server.base).follow_link(&link, "ada@example.com").await.expect(410);
    for token in ["", "x", "%00", "%ff%fe", &"x".repeat(5_000)] {
        Browser::new(&server.base).get(&format!("/welcome?token={token}")).await.expect(410);
    }
    Browser::new(&server.base).get("/welcome").await.expect(410);
}

async fn an_invitation_takes_no_role_away(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let create = ["admin", "create", "--role", "auditor", "--public-url", &server.base];
    let link = server.json(&create)["link"].as_str().unwrap().to_owned();
    // A wrong password makes nobody an admin, and tells nobody whose name it is.
    let path = link.strip_prefix(&server.base).unwrap();
    let token = path.split_once("token=").unwrap().1;
    let mut stranger = Browser::new(&server.base);
    stranger.get(path).await.expect(200);
    let fields = [("token", token), ("name", "ada@example.com"), ("password", ANOTHER)];
    stranger.post("/welcome", &fields).await.expect(422).says("href=\"#name\"");
    browser.follow_link(&link, "ada@example.com").await.expect(303);
    assert_eq!(server.json(&["admin", "list"])[0]["role"], "owner", "the last owner is no owner any more");
}

/// It is `default`, unless somebody gave it another name in the database.
async fn the_first_organization_may_have_any_name(server: &mut Server) {
    server.database.execute("UPDATE organizations SET name = 'Acme', name_key = 'acme'");
    server.kill_and_restart();
    let mut browser = Browser::first_admin(server).await;
    browser.get("/organization").await.expect(200).says("Acme");
}
