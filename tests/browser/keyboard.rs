//! The console without a pointer.

use super::admin::APPS;
use super::driver::Browser;
use super::page::key;
use crate::support::{Server, on_sqlite};
use serde_json::{Value, json};

on_sqlite!(the_first_key_leads_past_the_navigation, the_wizard_needs_no_pointer, a_menu_closes_by_escape);

impl Browser {
    /// Presses Tab until the focus is there.
    async fn tab_to(&self, selector: &str) {
        for _ in 0..80 {
            if self.has_focus(selector).await {
                return;
            }
            self.key(&[], key::TAB).await;
        }
        panic!("Tab does not lead to {selector} at {}", self.url().await);
    }

    async fn has_focus(&self, selector: &str) -> bool {
        let asked = "return document.activeElement?.matches(arguments[0]) ?? false";
        self.script(asked, &[json!(selector)]).await == Value::Bool(true)
    }
}

async fn the_first_key_leads_past_the_navigation(server: &mut Server) {
    let browser = Browser::start().await;
    browser.set_up(server).await;
    for path in ["/organization", APPS, "/account", "/organization/log", "/organization/directory/users"] {
        browser.go(&format!("{}{path}", server.base)).await;
        browser.key(&[], key::TAB).await;
        assert!(browser.has_focus(".skip").await, "{path}");
        browser.key(&[], key::ENTER).await;
        assert!(browser.has_focus("main").await, "{path}");
        browser.key(&[], key::TAB).await;
        assert!(browser.has_focus("main *, .foot *").await, "{path}");
    }
}

async fn the_wizard_needs_no_pointer(server: &mut Server) {
    let browser = Browser::start().await;
    browser.set_up(server).await;
    browser.go(&format!("{}{APPS}/new", server.base)).await;
    browser.tab_to("main form .button-primary").await;
    browser.key(&[], key::ENTER).await;
    browser.arrive("/name").await;
    browser.tab_to("#name").await;
    browser.type_keys("Keys only").await;
    browser.key(&[], key::ENTER).await;
    browser.arrive("/scopes").await;
    browser.tab_to("#scope-managed-groups-delete").await;
    browser.key(&[], key::SPACE).await;
    browser.tab_to("main form .button-primary").await;
    browser.key(&[], key::ENTER).await;
    browser.arrive("/secret").await;
    browser.tab_to("#got-it").await;
    browser.key(&[], key::SPACE).await;
    browser.tab_to("main form .button-primary").await;
    browser.key(&[], key::ENTER).await;
    browser.arrive("/connect").await;
    let all = server.json(&["app", "list"]);
    assert!(!all.to_string().contains("managed-groups:delete"), "{all}");
}

async fn a_menu_closes_by_escape(server: &mut Server) {
    let browser = Browser::start().await;
    browser.set_up(server).await;
    browser.tab_to(".top-user > summary").await;
    browser.key(&[], key::ENTER).await;
    browser.wait_for(".top-user a[href='/account']").await;
    browser.key(&[], key::ESCAPE).await;
    assert!(!browser.is_there(".top-user a[href='/account']").await);
    assert!(browser.has_focus(".top-user > summary").await);
}
