//! Every page, in light and dark, at a desk and on a phone: axe finds nothing, the browser complains of nothing, and
//! nothing reaches over the edge.

use super::admin::APPS;
use super::driver::{Browser, Screen, Theme};
use super::places::{Place, SIGNED_IN, SIGNED_OUT};
use crate::support::{Api, Server, on_sqlite};
use serde_json::json;
use std::fmt::Write;

on_sqlite!(axe_finds_nothing);

const VIEWS: [(Theme, Screen); 4] = [
    (Theme::Light, Screen::Desk),
    (Theme::Dark, Screen::Desk),
    (Theme::Light, Screen::Phone),
    (Theme::Dark, Screen::Phone),
];

/// What `{…}` in a place's address stands for.
type Names = Vec<(&'static str, String)>;

async fn axe_finds_nothing(server: &mut Server) {
    let browser = Browser::start().await;
    browser.set_up(server).await;
    let names = fill(&browser, server).await;
    let mut report = Report::default();
    for place in SIGNED_IN {
        report.look(&browser, server, place, &names).await;
    }
    browser.go(&format!("{}{APPS}/new/{}/name", server.base, value(&names, "draft"))).await;
    server.database.execute("DELETE FROM admin_sessions");
    browser.press("Next").await;
    browser.says("what you typed is kept").await;
    report.see(&browser, "sign in, with a form kept").await;
    browser.sign_in().await;
    browser.says("Shall this be sent?").await;
    report.see(&browser, "shall this be sent?").await;
    server.database.execute("DELETE FROM admin_sessions");
    for place in SIGNED_OUT {
        report.look(&browser, server, place, &names).await;
    }
    println!("{}", report.table);
    assert!(report.faults.is_empty(), "{}", report.faults.join("\n"));
}

/// What the pages show: an application, people, groups, something that failed, and drafts.
async fn fill(browser: &Browser, server: &Server) -> Names {
    let application = server.application(&[]);
    let api = Api::connect(&application).await;
    let manager = api.user("grace@example.com").await;
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", enterprise],
        "userName": "ada@example.com",
        "displayName": "Ada Lovelace",
        "emails": [{"value": "ada@example.com", "primary": true}],
        (enterprise): {"department": "Engines", "manager": {"value": manager}},
    });
    let user = api.post("/Users", body).await.expect(201).id();
    let replace = json!([{"op": "replace", "path": "active", "value": false}]);
    api.patch(&format!("/Users/{manager}"), replace).await.expect(200);
    let group = api.group("Engineers").await;
    let add = json!([{"op": "add", "path": "members", "value": [{"value": user}, {"value": manager}]}]);
    api.patch(&format!("/Groups/{group}"), add).await;
    let gone = api.user("gone@example.com").await;
    api.delete(&format!("/Users/{gone}")).await.expect(204);
    api.post("/Users", json!({"userName": "ada@example.com"})).await.expect(409);
    let mut names = vec![("app", application.client_id), ("user", user), ("group", group), ("gone", gone)];
    for name in ["draft", "named", "made"] {
        names.push((name, draft(browser, server, name != "draft").await));
    }
    names.push(("invitation", invitation(browser, server).await));
    names
}

async fn draft(browser: &Browser, server: &Server, named: bool) -> String {
    browser.go(&format!("{}{APPS}/new", server.base)).await;
    browser.press("Next").await;
    browser.arrive("/name").await;
    let id = browser.url().await.rsplit('/').nth(1).unwrap().to_owned();
    if named {
        browser.fill("#name", "Microsoft Entra ID").await;
        browser.press("Next").await;
        browser.arrive("/scopes").await;
    }
    id
}

async fn invitation(browser: &Browser, server: &Server) -> String {
    browser.go(&format!("{}/organization/settings/admins", server.base)).await;
    browser.fill("#note", "Grace").await;
    browser.press("Make the link").await;
    let link = browser.text("#link").await;
    link.strip_prefix(&server.base).unwrap().to_owned()
}

fn value<'a>(names: &'a Names, wanted: &str) -> &'a str {
    names.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str()).unwrap()
}

#[derive(Default)]
struct Report {
    table: String,
    faults: Vec<String>,
}

impl Report {
    async fn look(&mut self, browser: &Browser, server: &Server, place: &Place, names: &Names) {
        let filled = |text: &str| {
            names
                .iter()
                .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
        };
        browser.go(&format!("{}{}", server.base, filled(place.path))).await;
        if !place.then.is_empty() {
            browser.script(&filled(place.then), &[]).await;
        }
        browser.wait_for(place.until).await;
        self.see(browser, place.name).await;
    }

    /// One page in all views.
    async fn see(&mut self, browser: &Browser, name: &str) {
        browser.bring_axe().await;
        let mut counts = Vec::new();
        for (theme, screen) in VIEWS {
            browser.in_theme(theme).await;
            browser.on(screen).await;
            let mut found = browser.violations().await;
            found.extend(overflow(browser, screen).await);
            found.extend(stray_scrollbars(browser).await);
            save(browser, &format!("{name} {theme:?} {screen:?}")).await;
            counts.push(found.len().to_string());
            self.faults
                .extend(found.into_iter().map(|fault| format!("{name} ({theme:?}, {screen:?}): {fault}")));
        }
        browser.on(Screen::Desk).await;
        let complaints = browser.complaints().await;
        if self.table.is_empty() {
            let heads = VIEWS.map(|(theme, screen)| format!("{theme:?} {screen:?}"));
            let _ =
                writeln!(self.table, "| page | {} | console |\n|---|---|---|---|---|---|", heads.join(" | "));
        }
        let _ = writeln!(self.table, "| {name} | {} | {} |", counts.join(" | "), complaints.len());
        self.faults.extend(complaints.into_iter().map(|complaint| format!("{name}: {complaint}")));
    }
}

/// What makes the page wider than the screen. A phone zooms out then: `innerWidth` would grow with it.
pub(super) async fn overflow(browser: &Browser, screen: Screen) -> Option<String> {
    let (width, _) = screen.size();
    let script = "
        const [width] = arguments;
        if (document.scrollingElement.scrollWidth <= width) return null;
        const over = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > width);
        return over.slice(0, 3).map((e) => `${e.tagName}.${e.className}`).join(', ') || 'something';";
    let found = browser.script(script, &[json!(width)]).await;
    found.as_str().map(|over| format!("wider than the screen: {over}"))
}

/// What is a hair larger than its frame and so has a scrollbar that scrolls nothing. Pictures are taken without scrollbars.
async fn stray_scrollbars(browser: &Browser) -> Option<String> {
    let script = "
        const stray = (how, inside, outside) => /auto|scroll/.test(how) && inside > outside && inside - outside < 6;
        return [...document.querySelectorAll('body *')].filter((e) => {
            const style = getComputedStyle(e);
            return stray(style.overflowY, e.scrollHeight, e.clientHeight)
                || stray(style.overflowX, e.scrollWidth, e.clientWidth);
        }).map((e) => `${e.tagName}.${e.className}`).join(', ');";
    let found = browser.script(script, &[]).await;
    let found = found.as_str().filter(|found| !found.is_empty());
    found.map(|found| format!("scrolls by a hair: {found}"))
}

/// For somebody who wants to look themselves: `MUSTER_TEST_PICTURES` names a directory.
async fn save(browser: &Browser, name: &str) {
    let Some(directory) = std::env::var_os("MUSTER_TEST_PICTURES") else { return };
    let file = name.to_lowercase().replace(|letter: char| !letter.is_alphanumeric(), "-");
    let path = std::path::Path::new(&directory).join(format!("{file}.png"));
    std::fs::write(path, browser.picture().await).unwrap();
}
