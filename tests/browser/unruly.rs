//! What people do with a wizard besides going through it: back, forward, twice, too late, with names nobody thought of.

use super::accessible::overflow;
use super::admin::APPS;
use super::driver::{Browser, Screen};
use crate::support::{Api, Server, on_sqlite};
use serde_json::json;

on_sqlite!(
    back_and_forward_keep_what_was_typed,
    a_double_click_makes_one_application,
    a_double_click_without_scripts_makes_one_application,
    a_session_that_ends_loses_nothing,
    odd_names_do_not_break_the_layout,
);

async fn back_and_forward_keep_what_was_typed(server: &mut Server) {
    let browser = Browser::start().await;
    browser.set_up(server).await;
    browser.go(&format!("{}{APPS}/new", server.base)).await;
    browser.press("Next").await;
    browser.fill("#name", "Entra").await;
    browser.fill("#description", "First line").await;
    browser.press("Next").await;
    browser.click("#scope-managed-users-delete").await;
    browser.press("Back").await;
    browser.arrive("/name").await;
    assert_eq!(browser.value("#name").await, "Entra");
    assert_eq!(browser.value("#description").await, "First line");
    browser.press("Back").await;
    browser.arrive("/grant").await;
    browser.press("Next").await;
    browser.arrive("/name").await;
    assert_eq!(browser.value("#name").await, "Entra");
    browser.press("Next").await;
    browser.arrive("/scopes").await;
    assert!(!browser.is_there("#scope-managed-users-delete:checked").await, "what was unticked is ticked");
    assert!(browser.is_there("#scope-managed-users-list:checked").await);
    // The browser's own buttons.
    browser.back().await;
    browser.arrive("/name").await;
    assert_eq!(browser.value("#name").await, "Entra");
    browser.forward().await;
    browser.arrive("/scopes").await;
    assert!(!browser.is_there("#scope-managed-users-delete:checked").await);
    browser.press("Create application").await;
    browser.arrive("/secret").await;
}

async fn a_double_click_makes_one_application(server: &mut Server) {
    double_click(server, true).await;
}

async fn a_double_click_without_scripts_makes_one_application(server: &mut Server) {
    double_click(server, false).await;
}

async fn double_click(server: &Server, scripts: bool) {
    let browser = Browser::start().await;
    browser.set_up(server).await;
    if !scripts {
        browser.without_scripts().await;
    }
    browser.go(&format!("{}{APPS}/new", server.base)).await;
    browser.press("Next").await;
    browser.fill("#name", "Twice").await;
    browser.press("Next").await;
    browser.arrive("/scopes").await;
    browser.double_click("main form .button-primary").await;
    browser.arrive("/secret").await;
    browser.says("Twice").await;
    let all = server.json(&["app", "list"]);
    assert_eq!(all.to_string().matches("\"Twice\"").count(), 1, "{all}");
}

async fn a_session_that_ends_loses_nothing(server: &mut Server) {
    let browser = Browser::start().await;
    browser.set_up(server).await;
    browser.go(&format!("{}{APPS}/new", server.base)).await;
    browser.press("Next").await;
    browser.fill("#name", "Kept & <safe>").await;
    browser.fill("#description", "Line one\nline two").await;
    server.database.execute("DELETE FROM admin_sessions");
    browser.press("Next").await;
    browser.says("what you typed is kept").await;
    browser.sign_in().await;
    browser.says("Shall this be sent?").await;
    browser.says("Kept & <safe>").await;
    browser.press("Send it").await;
    browser.arrive("/scopes").await;
    browser.press("Back").await;
    browser.arrive("/name").await;
    assert_eq!(browser.value("#name").await, "Kept & <safe>");
    assert_eq!(browser.value("#description").await, "Line one\nline two");
}

/// Markup, the other direction, pictures, and no place to break a line.
fn odd_names() -> Vec<String> {
    vec![
        "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;".to_owned(),
        "مدير التطبيقات / ניהול יישומים".to_owned(),
        "👩🏽‍🚀🇩🇪 🧑‍🤝‍🧑 ✅".to_owned(),
        "W".repeat(200),
    ]
}

async fn odd_names_do_not_break_the_layout(server: &mut Server) {
    let browser = Browser::start().await;
    browser.set_up(server).await;
    let api = server.api().await;
    for name in odd_names() {
        browser.finish_application(server, &name).await;
        let path = browser.url().await;
        holds(&browser, &name).await;
        browser.go(path.trim_end_matches("/connect")).await;
        holds(&browser, &name).await;
        let user = person(&api, &name, &name, &name).await;
        browser.go(&format!("{}/organization/directory/users/{user}", server.base)).await;
        holds(&browser, &name).await;
    }
    let endless = "W".repeat(10_000);
    let user = person(&api, "endless", &endless[..1_024], &endless).await;
    for path in [
        APPS.to_owned(),
        "/organization".to_owned(),
        "/organization/log".to_owned(),
        "/organization/directory/users".to_owned(),
        format!("/organization/directory/users/{user}"),
        format!("/organization/directory/users/{user}/delete"),
    ] {
        browser.go(&format!("{}{path}", server.base)).await;
        holds(&browser, "").await;
    }
    browser.go(&format!("{}{APPS}/new", server.base)).await;
    browser.press("Next").await;
    browser.paste("#name", &endless).await;
    browser.press("Next").await;
    browser.says("at most 200 characters").await;
    assert_eq!(browser.value("#name").await, endless);
    holds(&browser, "").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

async fn person(api: &Api, user_name: &str, display_name: &str, nick_name: &str) -> String {
    let body = json!({
        "userName": format!("{user_name}@example.com"),
        "displayName": display_name,
        "nickName": nick_name,
    });
    api.post("/Users", body).await.expect(201).id()
}

/// The page says the name as it is, and is no wider than a phone or a desk.
async fn holds(browser: &Browser, name: &str) {
    for screen in [Screen::Phone, Screen::Desk] {
        browser.on(screen).await;
        let over = overflow(browser, screen).await;
        assert_eq!(over, None, "{} at {screen:?}", browser.url().await);
    }
    let foreign =
        browser.script("return document.querySelectorAll('main script, main img').length", &[]).await;
    assert_eq!(foreign, 0, "markup in a name became markup of the page");
    if !name.is_empty() {
        assert_eq!(browser.script("return document.querySelector('h1').textContent", &[]).await, name);
    }
}
