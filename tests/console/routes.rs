//! Every route, with everybody who may not use it. The list is held against the source: a new route must be added here.

use super::browser::{APPS, Browser};
use crate::support::{Server, on_sqlite};
use std::collections::BTreeSet;
use std::path::Path;

on_sqlite!(nobody, other_sites, forms_without_their_token, auditors, admins, owners);

/// Who may send a form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Least {
    /// Who is not even signed in.
    Visitor,
    /// Whoever is signed in: it is about their own account.
    Own,
    Admin,
    Owner,
}
use Least::{Admin, Own, Owner, Visitor};

/// Pages; and whether they are for who is signed in.
const PAGES: &[(&str, bool)] = &[
    ("/", false),
    ("/login", false),
    ("/welcome", false),
    ("/account", true),
    ("/account/password", false),
    ("/applications/oauth", true),
    ("/organization", true),
    ("/organization/directory", false),
    ("/organization/directory/{folder}", true),
    ("/organization/directory/{folder}/{id}", true),
    ("/organization/directory/{folder}/{id}/members", true),
    ("/organization/directory/{folder}/{id}/{change}", true),
    ("/organization/log", true),
    ("/organization/log/export.csv", true),
    ("/organization/log/export.jsonl", true),
    ("/organization/log/live", true),
    ("/organization/log/{key}", true),
    ("/organization/settings", false),
    ("/organization/settings/admins", true),
    ("/organization/settings/oauth/apps", true),
    ("/organization/settings/oauth/apps/new", true),
    ("/organization/settings/oauth/apps/new/{draft}/grant", true),
    ("/organization/settings/oauth/apps/new/{draft}/name", true),
    ("/organization/settings/oauth/apps/new/{draft}/scopes", true),
    ("/organization/settings/oauth/apps/new/{draft}/secret", true),
    ("/organization/settings/oauth/apps/{id}", true),
    ("/organization/settings/oauth/apps/{id}/connect", true),
    ("/organization/settings/oauth/apps/{id}/credentials", true),
    ("/organization/settings/oauth/apps/{id}/delete", true),
    ("/organization/settings/oauth/apps/{id}/rehearsal", true),
    ("/organization/settings/oauth/apps/{id}/rehearsal/{run}", true),
    ("/organization/settings/oauth/apps/{id}/scopes", true),
    ("/organization/settings/oauth/apps/{id}/secrets", true),
    ("/organization/settings/oauth/apps/{id}/tokens", true),
    ("/organization/settings/oauth/apps/{id}/trusts", true),
];

/// Forms, those last that take away what others need.
const FORMS: &[(&str, Least)] = &[
    ("/login", Visitor),
    ("/welcome", Visitor),
    ("/language", Visitor),
    ("/organization/switch", Own),
    ("/account/password", Own),
    ("/account/sessions/{id}/end", Own),
    ("/account/sessions/end-others", Own),
    ("/applications/oauth", Admin),
    ("/organization/directory/{folder}/{id}/{change}", Admin),
    ("/organization/settings/oauth/apps/new", Admin),
    ("/organization/settings/oauth/apps/new/{draft}/grant", Admin),
    ("/organization/settings/oauth/apps/new/{draft}/name", Admin),
    ("/organization/settings/oauth/apps/new/{draft}/scopes", Admin),
    ("/organization/settings/oauth/apps/new/{draft}/secret", Admin),
    ("/organization/settings/oauth/apps/{id}", Admin),
    ("/organization/settings/oauth/apps/{id}/scopes", Admin),
    ("/organization/settings/oauth/apps/{id}/rehearsal", Admin),
    ("/organization/settings/oauth/apps/{id}/tokens", Admin),
    ("/organization/settings/oauth/apps/{id}/tokens/{token}/revoke", Admin),
    ("/organization/settings/oauth/apps/{id}/trusts", Admin),
    ("/organization/settings/oauth/apps/{id}/trusts/{trust}/remove", Admin),
    ("/organization/settings/oauth/apps/{id}/secrets/{secret}/revoke", Admin),
    ("/organization/settings/oauth/apps/{id}/secrets", Admin),
    ("/organization/settings/oauth/apps/{id}/delete", Admin),
    ("/organization/settings/admins", Owner),
    ("/organization/settings/admins/{id}/role", Owner),
    ("/organization/settings/admins/{id}/reset-password", Owner),
    ("/organization/settings/admins/{id}/remove", Owner),
    ("/organization/settings/invitations/{id}/withdraw", Owner),
    ("/logout", Own),
];

/// What is in every form of the console: whoever may send it changes something with it.
const FIELDS: &[(&str, &str)] = &[
    ("name", "Sent <b>"),
    ("description", "Sent"),
    ("minutes", "61"),
    ("scope", "managed-users:read"),
    ("grant", "client_credentials"),
    ("grace", "0"),
    ("token-name", "Sent"),
    ("token-days", "1"),
    ("issuer", "https://sent.example"),
    ("subject", "sent"),
    ("audiences", "sent"),
    ("note", "Sent"),
    ("role", "auditor"),
    ("got-it", "1"),
    ("draft", "0b9c3ab5-3fb7-4f0e-8f4a-1f3f6f0c7a10"),
    ("language", "de"),
];

#[test]
fn the_list_is_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../console/src");
    let (mut pages, mut forms, mut folders) = (BTreeSet::new(), BTreeSet::new(), vec![root]);
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            assert!(
                !source.contains("web::resource(") && !source.contains("#[get("),
                "{path:?}: routes are made by .route"
            );
            let base = if source.contains("web::scope(BASE)") { APPS } else { "" };
            for route in source.split(".route(").skip(1) {
                let Some(rest) = route.trim_start().strip_prefix('"') else {
                    assert!(path.ends_with("assets.rs"), "{path:?}: {route}");
                    continue;
                };
                let (address, rest) = rest.split_once('"').unwrap();
                let method = rest.split_once("web::").unwrap().1;
                let list = if method.starts_with("get()") { &mut pages } else { &mut forms };
                assert!(method.starts_with("get()") || method.starts_with("post()"), "{path:?}: {method}");
                assert!(list.insert(format!("{base}{address}")), "{address} is there twice");
            }
        }
    }
    let known: BTreeSet<String> = PAGES.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(pages, known, "pages in the source, and in the list");
    let known: BTreeSet<String> = FORMS.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(forms, known, "forms in the source, and in the list");
}

/// A server with one of everything.
struct World {
    owner: Browser,
    /// The ids of what there is, by the part of a route that stands for them.
    ids: Vec<(&'static str, String)>,
}

impl World {
    async fn make(server: &Server) -> Self {
        let mut owner = Browser::first_admin(server).await;
        let application = server.application(&[]).client_id;
        let page = format!("{APPS}/{application}");
        owner.post(&format!("{page}/tokens"), &[("token-name", "x"), ("token-days", "1")]).await.expect(200);
        let trust = [("issuer", "https://issuer.example"), ("subject", "abc"), ("audiences", "api://one")];
        owner.post(&format!("{page}/trusts"), &trust).await.expect(303);
        owner.post(&format!("{APPS}/new"), &[("grant", "client_credentials")]).await.expect(303);
        owner
            .post("/organization/settings/admins", &[("note", "Grace"), ("role", "admin")])
            .await
            .expect(200);
        Browser::admin(server, "default", "owner", "member@example.com").await;
        let user = server.api().await.user("grace@example.com").await;
        let text = |sql: &str| server.database.text(sql);
        let ids = vec![
            ("apps/{id}", format!("apps/{application}")),
            ("{draft}", text("SELECT id FROM application_drafts WHERE application_id IS NULL")),
            (
                "{secret}",
                text(&format!("SELECT id FROM application_secrets WHERE application_id = '{application}'")),
            ),
            ("{token}", text("SELECT id FROM provisioning_tokens")),
            ("{trust}", text("SELECT id FROM application_trusts")),
            (
                "invitations/{id}",
                format!("invitations/{}", text("SELECT id FROM admin_links WHERE note = 'Grace'")),
            ),
            (
                "admins/{id}",
                format!("admins/{}", text("SELECT id FROM admins WHERE name = 'member@example.com'")),
            ),
            ("sessions/{id}", format!("sessions/{}", text("SELECT id FROM admin_sessions LIMIT 1"))),
            ("{folder}/{id}", format!("users/{user}")),
            ("{folder}", "users".into()),
            ("{change}", "disable".into()),
            ("{key}", "1".into()),
            ("{run}", "x".into()),
        ];
        Self { owner, ids }
    }

    fn address(&self, route: &str) -> String {
        self.ids.iter().fold(route.to_owned(), |address, (part, id)| address.replace(part, id))
    }

    /// Everything that forms change, apart from sessions.
    fn state(server: &Server) -> String {
        let columns = [
            (
                "applications",
                "id || name || description || scopes || token_lifetime_seconds || token_generation",
            ),
            ("application_secrets", "id || coalesce(expires_at, 0)"),
            ("provisioning_tokens", "id"),
            ("application_trusts", "id"),
            ("application_drafts", "id || content || coalesce(application_id, '')"),
            ("admin_links", "id"),
            ("admins", "id || password_hash"),
            ("admin_roles", "admin_id || role"),
            ("rehearsals", "id"),
            ("resources", "id || version"),
        ];
        let parts =
            columns.map(|(table, columns)| format!("(SELECT json_group_array({columns}) FROM {table})"));
        server.database.text(&format!("SELECT {}", parts.join(" || ")))
    }
}

async fn nobody(server: &mut Server) {
    let world = World::make(server).await;
    let before = World::state(server);
    for (route, is_behind) in PAGES {
        let path = world.address(route);
        let answer = Browser::new(&server.base).get(&path).await;
        if *is_behind {
            assert_eq!(answer.status, 303, "{path}");
            let back: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
            let expected =
                if path == "/organization" { "/login".into() } else { format!("/login?back={back}") };
            assert_eq!(answer.location, expected);
            assert!(answer.text.is_empty());
        } else {
            assert!([200, 303, 410].contains(&answer.status), "{path}");
        }
    }
    for (route, least) in FORMS.iter().filter(|(_, least)| *least > Visitor) {
        let path = world.address(route);
        let answer = Browser::new(&server.base).post(&path, FIELDS).await;
        assert_eq!(answer.status, 401, "{path}, {least:?}");
        answer
            .says(&format!("name=\"kept-path\" value=\"{path}\""))
            .says("name=\"kept:name\" value=\"Sent &#60;b&#62;\"");
    }
    assert_eq!(World::state(server), before);
}

async fn other_sites(server: &mut Server) {
    let mut world = World::make(server).await;
    let before = World::state(server);
    let token = world.owner.form_token.clone();
    let mut fields = vec![("form_token", token.as_str())];
    fields.extend(FIELDS);
    for (route, _) in FORMS {
        for header in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("origin", "http://127.0.0.1:1"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let path = world.address(route);
            let answer = world.owner.post_as_it_is(&path, &fields, &[header]).await.expect(403);
            answer.hides("Sent").hides("kept:");
        }
    }
    assert_eq!(World::state(server), before);
    world.owner.get("/account").await.expect(200);
    // From its own pages it is taken.
    let base = server.base.clone();
    for header in [("origin", base.as_str()), ("sec-fetch-site", "same-origin")] {
        world.owner.post_as_it_is(&format!("{APPS}/new"), &fields, &[header]).await.expect(303);
    }
}

async fn forms_without_their_token(server: &mut Server) {
    let mut world = World::make(server).await;
    let visitor = {
        let mut browser = Browser::new(&server.base);
        browser.get("/login").await.expect(200);
        browser.form_token
    };
    let other = Browser::admin(server, "default", "owner", "other@example.com").await.form_token;
    let before = World::state(server);
    for (route, _) in FORMS.iter().filter(|(_, least)| *least > Visitor) {
        let path = world.address(route);
        for token in [None, Some(""), Some("x"), Some(visitor.as_str()), Some(other.as_str())] {
            let mut fields: Vec<(&str, &str)> =
                token.map(|token| ("form_token", token)).into_iter().collect();
            fields.extend(FIELDS);
            let answer = world.owner.post_as_it_is(&path, &fields, &[]).await;
            assert_eq!(answer.status, 403, "{path}");
            answer
                .says(&format!("action=\"{path}\""))
                .says("name=\"name\" value=\"Sent &#60;b&#62;\"")
                .says("<bdi>Sent &#60;b&#62;</bdi>");
        }
    }
    assert_eq!(World::state(server), before);
    for path in ["/login", "/welcome"] {
        let fields = [("name", "ada@example.com"), ("password", super::browser::PASSWORD), ("token", "x")];
        let answer = Browser::new(&server.base).post(path, &fields).await;
        assert!([403, 410].contains(&answer.status) && !answer.headers.contains_key("location"), "{path}");
    }
}

/// Sends every form that is for more than this role: it is refused, and nothing changes.
async fn is_refused(server: &Server, world: &World, browser: &mut Browser, role: Least) {
    let before = World::state(server);
    for (route, least) in FORMS.iter().filter(|(_, least)| *least > role) {
        let answer = browser.post(&world.address(route), FIELDS).await;
        assert_eq!(answer.status, 403, "{route}, {least:?}");
    }
    assert_eq!(World::state(server), before);
    browser.get("/account").await.expect(200);
}

async fn auditors(server: &mut Server) {
    let world = World::make(server).await;
    let mut auditor = Browser::admin(server, "default", "auditor", "audit@example.com").await;
    is_refused(server, &world, &mut auditor, Own).await;
    for (route, _) in PAGES.iter().filter(|(route, _)| !route.contains("live") && !route.contains("{run}")) {
        // None shows a form that it could not send.
        let page = auditor.get(&world.address(route)).await;
        for form in page.text.split("<form ").skip(1).filter(|form| form.contains("method=\"post\"")) {
            let action = form.split_once("action=\"").unwrap().1.split_once('"').unwrap().0;
            let own = ["/account", "/logout", "/language", "/organization/switch", "/login"];
            let wizard = action == format!("{APPS}/new");
            assert!(own.iter().any(|own| action.starts_with(own)) || wizard, "{route} shows {action}");
        }
    }
}

async fn admins(server: &mut Server) {
    let world = World::make(server).await;
    let mut admin = Browser::admin(server, "default", "admin", "admin@example.com").await;
    is_refused(server, &world, &mut admin, Admin).await;
}

/// The same fields change something when they are sent by who may: the tests above would not notice a form that is refused
/// for another reason.
async fn owners(server: &mut Server) {
    let mut world = World::make(server).await;
    let organization = server.json(&["org", "list"])[0]["id"].as_str().unwrap().to_owned();
    let unchanging = ["/organization/switch", "/account/", "/logout", "/grant", "/secret", "/rehearsal"];
    for (route, least) in FORMS.iter().filter(|(_, least)| *least > Visitor) {
        let before = World::state(server);
        let path = world.address(route);
        let confirm = if route.contains("{id}/delete") { "Sent <b>" } else { "" };
        let mut fields = FIELDS.to_vec();
        fields.extend([("organization", organization.as_str()), ("confirm", confirm)]);
        fields.extend([
            ("old-password", super::browser::PASSWORD),
            ("new-password", "seven violet tractors hum"),
        ]);
        let answer = world.owner.post(&path, &fields).await;
        assert!([200, 303].contains(&answer.status), "{path}, {least:?}: {} {}", answer.status, answer.text);
        let may_stay = unchanging.iter().any(|part| route.contains(part) && !route.contains("secrets"));
        assert!(may_stay || World::state(server) != before, "{route} changed nothing");
        if route.contains("sessions/{id}") {
            // That was perhaps this one.
            world.owner =
                Browser::sign_in(&server.base, "ada@example.com", "seven violet tractors hum").await;
        }
    }
}
