//! From the link of the first start to a person's history: what an admin does who connects Entra ID.

use super::admin::APPS;
use super::driver::Browser;
use crate::support::{Api, Application, Server, on_both_databases, on_sqlite};
use serde_json::json;

on_both_databases!(story, story_without_scripts);
on_sqlite!(a_secret_is_shown_once);

async fn story(server: &mut Server) {
    let browser = Browser::start().await;
    tell(server, &browser, true).await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

async fn story_without_scripts(server: &mut Server) {
    let browser = Browser::start().await;
    browser.without_scripts().await;
    tell(server, &browser, false).await;
}

async fn tell(server: &Server, browser: &Browser, scripts: bool) {
    browser.set_up(server).await;
    let application = make(server, browser, scripts).await;
    connect(browser, &application).await;
    let user = provision(&application).await;
    rehearse(browser, &application).await;
    read_log(server, browser).await;
    rotate(server, browser, &application).await;
    read_history(server, browser, &user).await;
}

/// Step by step, and every text on the way is read once.
async fn make(server: &Server, browser: &Browser, scripts: bool) -> Application {
    browser.says("No application yet").await;
    browser.press("Create OAuth application").await;
    browser.says("How does the client get its tokens?").await;
    browser.press("Next").await;
    browser.says("What is the application called?").await;
    browser.fill("#name", "Microsoft Entra ID").await;
    browser.fill("#description", "Provisions everybody").await;
    browser.press("Next").await;
    browser.says("Provisioning from Entra needs all of them").await;
    assert_eq!(browser.is_there("[data-check-all]").await, scripts);
    browser.press("Create application").await;
    browser.says("This is the only time that you see the secret").await;
    let application = browser.copied(server).await;
    if scripts {
        copy(server, browser, &application.client_secret).await;
    } else {
        assert!(!browser.is_there("[data-copy]").await, "a button that can do nothing");
    }
    browser.press("Got it! I have copied the secret").await;
    browser.press("Finish").await;
    browser.arrive("/connect").await;
    application
}

/// The copy button puts exactly the secret on the clipboard, and says so.
async fn copy(server: &Server, browser: &Browser, secret: &str) {
    let grant =
        json!({"origin": server.base, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
    browser.wire.devtools("Browser.grantPermissions", grant).await;
    browser.click("[data-copy='#client-secret']").await;
    browser.says("Copied").await;
    let read = "navigator.clipboard.readText().then(arguments[0], (error) => arguments[0](String(error)))";
    assert_eq!(browser.script_that_waits(read, &[]).await, secret);
}

/// The four values that Entra's form asks for.
async fn connect(browser: &Browser, application: &Application) {
    assert_eq!(browser.text("#tenant-url").await, application.tenant_url);
    assert_eq!(browser.text("#token-endpoint").await, application.token_endpoint);
    assert_eq!(browser.text("#client-id").await, application.client_id);
    browser.says("The one you copied").await;
}

/// As Entra would, with what was copied: a person's id.
async fn provision(application: &Application) -> String {
    let api = Api::connect(application).await;
    let body = json!({"userName": "grace@example.com", "displayName": "Grace Hopper"});
    let user = api.post("/Users", body).await.expect(201).id();
    let replace = json!([{"op": "replace", "path": "title", "value": "Rear admiral"}]);
    api.patch(&format!("/Users/{user}"), replace).await.expect(200);
    user
}

async fn rehearse(browser: &Browser, application: &Application) {
    browser.press("Rehearse").await;
    browser.arrive("/rehearsal").await;
    browser.fill("#client-secret", &application.client_secret).await;
    browser.press("Begin the rehearsal").await;
    browser.says("The rehearsal went well").await;
    assert!(browser.is_there(".verdict-good").await);
}

async fn read_log(server: &Server, browser: &Browser) {
    browser.go(&format!("{}/organization/log?q=Grace", server.base)).await;
    browser.says("Grace Hopper").await;
    browser.click(".row-link").await;
    browser.says("Microsoft Entra ID").await;
}

/// For seven days both secrets work.
async fn rotate(server: &Server, browser: &Browser, application: &Application) {
    browser.go(&format!("{}{APPS}/{}/credentials", server.base, application.client_id)).await;
    browser.press("Make a new secret").await;
    let client_secret = browser.text("#made").await;
    assert_ne!(client_secret, application.client_secret);
    Api::connect(&Application { client_secret, ..application.clone() }).await;
    Api::connect(application).await;
}

async fn read_history(server: &Server, browser: &Browser, user: &str) {
    browser.go(&format!("{}/organization", server.base)).await;
    browser.click("a.stat-value[href='/organization/directory/users']").await;
    browser.fill("#q", "grace").await;
    browser.press("Show").await;
    browser.arrive("q=grace").await;
    browser.press("Grace Hopper").await;
    browser.arrive(user).await;
    browser.says("History").await;
    browser.click("#history details > summary").await;
    browser.says("Rear admiral").await;
}

async fn a_secret_is_shown_once(server: &mut Server) {
    let browser = Browser::start().await;
    browser.set_up(server).await;
    browser.make_application(server, "Once").await;
    let secret = browser.text("#client-secret").await;
    browser.reload().await;
    browser.says("is not shown again").await;
    assert!(!browser.shown().await.contains(&secret));
    browser.press("Make a new secret").await;
    browser.arrive("/credentials").await;
    browser.back().await;
    browser.says("is not shown again").await;
}
