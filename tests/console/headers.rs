//! What a browser is told beside the page: assets, languages, addresses to come back to. The policy itself is checked with
//! every page (`html.rs`).

use super::browser::Browser;
use super::html;
use crate::support::{Server, on_sqlite};

on_sqlite!(
    assets_are_kept_for_good,
    the_language_is_the_browsers_until_one_is_chosen,
    only_own_addresses_are_gone_back_to,
);

async fn assets_are_kept_for_good(server: &mut Server) {
    let mut browser = Browser::new(&server.base);
    let page = browser.get("/login").await.expect(200);
    let assets: Vec<String> = html::tags(&page.text)
        .iter()
        .filter_map(|tag| tag.get("src").or_else(|| tag.get("href")))
        .filter(|address| address.starts_with("/console/"))
        .map(str::to_owned)
        .collect();
    assert_eq!(assets.len(), 3, "{assets:?}");
    for asset in assets {
        let answer = browser.get(&asset).await.expect(200);
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{asset}");
        assert!(
            ["text/css", "text/javascript", "image/svg+xml"]
                .iter()
                .any(|kind| answer.header("content-type").starts_with(kind))
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{asset}");
        // Nothing from elsewhere: the console works in a network that reaches nothing else.
        let urls = answer.text.matches("https://").count() + answer.text.matches("@import").count();
        assert_eq!(urls, 0, "{asset}");
    }
}

async fn the_language_is_the_browsers_until_one_is_chosen(server: &mut Server) {
    let mut browser = Browser::new(&server.base);
    for (accepted, language) in [
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("fr-FR, DE;q=0.8", "de"),
        ("en-GB,de", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        ("d", "en"),
        (";;;,,,=", "en"),
    ] {
        let page = browser.get_with("/login", &[("accept-language", accepted)]).await.expect(200);
        assert!(page.text.contains(&format!("<html lang=\"{language}\">")), "{accepted}");
    }
    browser.post("/language", &[("language", "en"), ("back", "/login")]).await.expect(303);
    browser.get_with("/login", &[("accept-language", "de")]).await.expect(200).says("<html lang=\"en\">");
    // The page that the choice was made on comes back, with the link that led to it.
    for back in ["/welcome?token=abc", "/login?back=%2Faccount", "/organization/log?q=x"] {
        assert_eq!(browser.post("/language", &[("language", "en"), ("back", back)]).await.location, back);
    }
    let link = server.set_up_link().replace(&server.base, "");
    browser.get(&link).await.expect(200).says(&format!("name=\"back\" value=\"{link}\""));
    browser.post("/language", &[("language", "xx")]).await.expect(404);
    browser.post("/language", &[("language", "de\r\nset-cookie: x=y")]).await.expect(404);
    browser.set_cookie("muster_language", "xx");
    browser.get_with("/login", &[("accept-language", "de")]).await.expect(200).says("<html lang=\"de\">");
    // The pages that say what is in the way have a language, too.
    for path in ["/nothing", "/welcome?token=x"] {
        browser.get_with(path, &[("accept-language", "de")]).await.says("<html lang=\"de\">");
    }
}

async fn only_own_addresses_are_gone_back_to(server: &mut Server) {
    Browser::first_admin(server).await;
    for (back, goes) in [
        ("/organization/log?q=a%26b", "/organization/log?q=a%26b"),
        ("/account", "/account"),
        ("//evil.example", "/organization"),
        ("https://evil.example/organization", "/organization"),
        ("/\\evil.example", "/organization"),
        ("/organization\\..\\evil", "/organization"),
        ("/organization/\r\nx: y", "/organization"),
        ("/organization/\0", "/organization"),
        ("/organization/\u{7f}", "/organization"),
        ("/organization/directory/users?q=ü", "/organization"),
        ("javascript:alert(1)", "/organization"),
        ("", "/organization"),
    ] {
        let mut browser = Browser::new(&server.base);
        let query: String =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("back", back).finish();
        browser.get(&format!("/login?{query}")).await.expect(200);
        let fields = [("name", "ada@example.com"), ("password", super::browser::PASSWORD), ("back", back)];
        assert_eq!(browser.post("/login", &fields).await.expect(303).location, goes, "{back:?}");
        let there = browser.get(&format!("/login?{query}")).await.expect(303).location;
        assert_eq!(there, goes, "{back:?}");
        let chosen =
            browser.post("/language", &[("language", "de"), ("back", back)]).await.expect(303).location;
        assert!(chosen == goes || chosen == "/login", "{back:?}: {chosen}");
    }
}
