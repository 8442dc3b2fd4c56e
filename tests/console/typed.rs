//! Whatever is typed: it is shown as it was typed, or said to be wrong and kept; it is never markup.

use super::browser::{APPS, Browser, PASSWORD};
use super::html;
use crate::support::{Server, on_both_databases, on_sqlite};

on_both_databases!(what_cannot_be_stored_is_refused_and_kept);
on_sqlite!(
    names_are_never_markup,
    a_form_of_an_ended_session_is_carried_on,
    back_keeps_what_was_typed,
    who_signs_in_again_is_where_they_were,
);

const NASTY: &str = "<script>alert(1)</script>\" onmouseover=\"x' & &amp; {{ 1 }} שלום \u{202e}😀";

/// The value of a field, as a browser would show it.
fn value(text: &str, id: &str) -> String {
    let tags = html::tags(text);
    let tag = tags.iter().find(|tag| tag.get("id") == Some(id)).unwrap_or_else(|| panic!("no {id}: {text}"));
    if tag.name != "textarea" {
        return tag.get("value").unwrap().to_owned();
    }
    let after = text.split_once(&format!("<textarea id=\"{id}\"")).unwrap().1.split_once('>').unwrap().1;
    // A browser takes one line's end away after the tag.
    html::unescape(after.split_once("</textarea>").unwrap().0.strip_prefix('\n').unwrap())
}

async fn names_are_never_markup(server: &mut Server) {
    server.json(&["org", "create", NASTY]);
    let mut browser = Browser::admin(server, NASTY, "owner", NASTY).await;
    // What the tests look for in every page would find it: no tag, no attribute, each id once.
    let step = browser.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(303);
    let named = browser.post(&step.location, &[("name", NASTY), ("description", NASTY)]).await.expect(303);
    let shown = browser.get(&step.location).await.expect(200);
    assert_eq!((value(&shown.text, "name"), value(&shown.text, "description")), (NASTY.into(), NASTY.into()));
    let made = browser.post(&named.location, &[("scope", "managed-users:read")]).await.expect(303);
    let page = browser.get(&made.location).await.expect(200);
    let id = page.between("<code id=\"client-id\">", "</code>");
    let app = format!("{APPS}/{id}");
    browser.post(&format!("{app}/tokens"), &[("token-name", NASTY), ("token-days", "1")]).await.expect(200);
    let trust = [
        ("issuer", "https://example.com/<b>\"'"),
        ("subject", NASTY),
        ("audiences", "<b>"),
        ("jwks-uri", ""),
    ];
    browser.post(&format!("{app}/trusts"), &trust).await;
    browser.post("/organization/settings/admins", &[("note", NASTY), ("role", "admin")]).await.expect(200);
    browser.post("/organization/settings/admins", &[("note", ""), ("role", NASTY)]).await.expect(422);
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(
            ["q", "filter", "sort", "after", "kind", "app", "client", "saved", "history"]
                .map(|name| (name, NASTY)),
        )
        .finish();
    for page in [
        "/organization",
        APPS,
        &app,
        &format!("{app}/credentials"),
        &format!("{app}/connect"),
        &format!("{app}/rehearsal"),
        "/applications/oauth",
        "/organization/settings/admins",
        "/organization/directory/users",
        "/organization/directory/groups",
        "/organization/log",
        "/account",
    ] {
        for address in [page.to_owned(), format!("{page}?{query}")] {
            let shown = browser.get_with(&address, &[("user-agent", NASTY_AGENT)]).await;
            assert!([200, 422].contains(&shown.status), "{address}: {}", shown.status);
            assert!(!shown.text.contains("<script>"), "{address}");
            assert!(shown.text.contains("&#60;script&#62;"), "{address} does not show the name");
        }
    }
    let listed = browser.get(APPS).await.expect(200);
    assert!(html::unescape(&listed.between("<bdi class=\"clip\">", "</bdi>")) == NASTY);
    let head = browser.get(&app).await.expect(200);
    assert!(html::unescape(&head.between("<h1><bdi>", "</bdi></h1>")) == NASTY);
    // And deleted by it.
    browser.post(&format!("{app}/delete"), &[("confirm", NASTY)]).await.expect(303);
}

const NASTY_AGENT: &str = "<script>\"'&";

async fn what_cannot_be_stored_is_refused_and_kept(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let app = format!("{APPS}/{}", server.application(&[]).client_id);
    let step =
        browser.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(303).location;
    let draft = browser.get("/applications/oauth").await.between("name=\"draft\" value=\"", "\"");
    let long = "ü".repeat(10_000);
    for (name, kept) in [
        ("a\u{7}b", "a\u{7}b"),
        ("a\u{1b}[31m", "a\u{1b}[31m"),
        ("a\u{85}b", "a\u{85}b"),
        (&long, &long),
        ("", ""),
        ("   ", ""),
    ] {
        for path in [step.as_str(), "/applications/oauth", app.as_str()] {
            let fields = [
                ("name", name),
                ("description", "kept 😀\nand this"),
                ("minutes", "60"),
                ("scope", "managed-users:read"),
                ("draft", &draft),
            ];
            let page = browser.post(path, &fields).await.expect(422).says("href=\"#name\"");
            assert_eq!(value(&page.text, "name"), kept, "{path}");
            assert_eq!(value(&page.text, "description"), "kept 😀\nand this", "{path}");
        }
    }
    // A NUL is none that could be shown: it is left out, or refused, and nothing fails.
    for path in [step.as_str(), "/applications/oauth", app.as_str()] {
        for (name, description) in [("a\0", "x"), ("\0", "x"), ("x", "\0y")] {
            let fields = [
                ("name", name),
                ("description", description),
                ("minutes", "60\0"),
                ("scope", "\0"),
                ("draft", "\0"),
            ];
            let page = browser.post(path, &fields).await;
            assert!([303, 404, 422].contains(&page.status), "{path}: {}", page.status);
        }
    }
    let long = "x".repeat(2_001);
    browser
        .post(&step, &[("name", "x"), ("description", &long)])
        .await
        .expect(422)
        .says("href=\"#description\"");
    for minutes in ["", "59", "361", "60.5", "-60", "9999999999999999999", "sixty", "６０"] {
        let fields = [("name", "x"), ("minutes", minutes)];
        let page = browser.post(&app, &fields).await.expect(422).says("href=\"#minutes\"");
        assert_eq!(value(&page.text, "minutes"), minutes);
    }
    assert_eq!(server.json(&["app", "list"]).as_array().unwrap().len(), 1);
}

async fn back_keeps_what_was_typed(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let new = format!("{APPS}/new");
    for grant in [&[][..], &[("grant", "authorization_code")]] {
        browser.post(&new, grant).await.expect(422).says("href=\"#grant-client-credentials\"");
    }
    let name = browser.post(&new, &[("grant", "client_credentials")]).await.expect(303).location;
    // Not even an error is in the way of going back.
    let grant = browser
        .post(&name, &[("name", ""), ("description", "kept"), ("back", "1")])
        .await
        .expect(303)
        .location;
    assert!(grant.ends_with("/grant"));
    assert_eq!(browser.post(&grant, &[("grant", "client_credentials")]).await.expect(303).location, name);
    let page = browser.get(&name).await.expect(200);
    assert_eq!(value(&page.text, "description"), "kept");
    // A step that was not reached does not make an application without a name.
    let scopes = name.replace("/name", "/scopes");
    browser.post(&scopes, &[("scope", "managed-users:read")]).await.expect(422).says("href=\"#name\"");
    browser.get(&name.replace("/name", "/secret")).await.expect(303);
    browser.post(&name.replace("/name", "/secret"), &[("got-it", "1")]).await.expect(303);
    assert!(server.json(&["app", "list"]).as_array().unwrap().is_empty());
    browser.post(&name, &[("name", "Kept")]).await.expect(303);
    let sent = [("scope", "managed-groups:list"), ("scope", "root"), ("back", "1")];
    assert_eq!(browser.post(&scopes, &sent).await.expect(303).location, name);
    let page = browser.get(&scopes).await.expect(200);
    let tags = html::tags(&page.text);
    let ticked: Vec<_> = tags
        .iter()
        .filter(|tag| tag.get("name") == Some("scope") && tag.get("checked").is_some())
        .filter_map(|tag| tag.get("value"))
        .collect();
    assert_eq!(ticked, ["managed-groups:list"]);
    // Once it is made, the way back is closed.
    browser.post(&scopes, &[("scope", "managed-groups:list")]).await.expect(303);
    browser.get(&name).await.expect(404);
    browser.post(&name, &[("name", "Other")]).await.expect(404);
}

/// An admin of two organizations goes on with a draft of the second.
async fn who_signs_in_again_is_where_they_were(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let first = server.json(&["org", "list"])[0]["id"].as_str().unwrap().to_owned();
    server.json(&["org", "create", "Other"]);
    let create = ["admin", "create", "--org", "Other", "--role", "admin", "--public-url", &server.base];
    let link = server.json(&create)["link"].as_str().unwrap().to_owned();
    browser.follow_link(&link, "ada@example.com").await.expect(303);
    browser.get("/account").await.expect(200);
    let draft =
        browser.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(303).location;
    server.database.execute("DELETE FROM admin_sessions");
    let mut again = Browser::sign_in(&server.base, "ada@example.com", PASSWORD).await;
    again.get(&draft).await.expect(200);
    again.post("/organization/switch", &[("organization", &first)]).await.expect(303);
    let mut again = Browser::sign_in(&server.base, "ada@example.com", PASSWORD).await;
    again.get(&draft).await.expect(404);
}

async fn a_form_of_an_ended_session_is_carried_on(server: &mut Server) {
    let mut browser = Browser::first_admin(server).await;
    let name =
        browser.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(303).location;
    server.database.execute("UPDATE admin_sessions SET expires_at = created_at");
    let typed = [
        ("name", NASTY),
        ("description", "two\r\nlines"),
        ("old-password", "hidden-1"),
        ("client-secret", "hidden-2"),
    ];
    let page = browser.post(&name, &typed).await.expect(401);
    let page = page.hides("hidden-1").hides("hidden-2").says("what you typed is kept");
    // A browser sends all fields of the form, as they stand there.
    let all = |text: &str| -> Vec<(String, String)> {
        let form = text.split_once("<form method=\"post\"").unwrap().1.split_once("</form>").unwrap().0;
        let tags = html::tags(&format!("<form{form}"));
        tags.iter()
            .filter(|tag| tag.name == "input")
            .filter_map(|tag| {
                Some((tag.get("name")?.to_owned(), tag.get("value").unwrap_or_default().to_owned()))
            })
            .collect()
    };
    let mut sent = all(&page.text);
    for (field, typed) in [("name", "ada@example.com"), ("password", "wrong")] {
        sent.retain(|(name, _)| name != field);
        sent.push((field.into(), typed.into()));
    }
    let pairs = |fields: &[(String, String)]| -> Vec<(String, String)> { fields.to_vec() };
    let borrowed = |fields: &[(String, String)]| -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs(fields)).finish()
    };
    // A wrong password loses nothing.
    let page = browser.post_body("/login", borrowed(&sent).into_bytes(), &[]).await.expect(401);
    let mut sent = all(&page.text);
    for (field, typed) in [("name", "ada@example.com"), ("password", PASSWORD)] {
        sent.retain(|(name, _)| name != field);
        sent.push((field.into(), typed.into()));
    }
    let page = browser.post_body("/login", borrowed(&sent).into_bytes(), &[]).await.expect(200);
    let page = page.says(&format!("action=\"{name}\""));
    let carried = all(&page.text);
    assert_eq!(
        carried.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["form_token", "name", "description"]
    );
    browser.post_body(&name, borrowed(&carried).into_bytes(), &[]).await.expect(303);
    let shown = browser.get(&name).await.expect(200);
    assert_eq!(value(&shown.text, "name"), NASTY);
    // A form of an earlier session of the same browser, too.
    let stale = [("form_token", "stale"), ("name", "Later"), ("description", "")];
    let page = browser.post_as_it_is(&name, &stale, &[]).await.expect(403).says("Later");
    browser.post_body(&name, borrowed(&all(&page.text)).into_bytes(), &[]).await.expect(303);
    assert_eq!(value(&browser.get(&name).await.text, "name"), "Later");
    // Nobody is made to send what somebody else wrote elsewhere.
    for path in ["https://evil.example/", "//evil.example", "/logout", "/v2/token"] {
        let mut other = Browser::new(&server.base);
        other.get("/login").await;
        let fields =
            [("name", "ada@example.com"), ("password", PASSWORD), ("kept-path", path), ("kept:x", "y")];
        other.post("/login", &fields).await.expect(303);
    }
}
