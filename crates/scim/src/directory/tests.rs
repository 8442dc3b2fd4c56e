//! Directories of a server over a database of its own, filled by the operations that SCIM requests use.

use super::*;
use crate::operations::Create;
use crate::server::{ScimServer, ScimSettings};
use crate::trusted::TrustedIssuers;
use arc_swap::ArcSwap;
use muster_jwks::KeyDirectory;
use muster_scim_core::Catalog;
use muster_store::{DatabaseUrl, Settings, Store, StoreError, Timestamp, organizations};
use muster_token::{KeySet, Verifier};
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

struct Scene {
    directory: Directory,
    organization: Organization,
    other: Organization,
    _files: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let files = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(files.path().join("muster.db"));
        // Opening blocks, which a thread of the runtime must not.
        let store = std::thread::spawn(|| Store::open(&Settings::new(url)).unwrap()).join().unwrap();
        let make = async |name: &'static str| {
            let made = store.write::<_, StoreError, _>(move |connection| {
                organizations::create(connection, name, name, Timestamp::now())
            });
            made.await.unwrap()
        };
        let (organization, other) = (make("acme").await, make("other").await);
        let settings = ScimSettings {
            base_url: "https://id.example/scim/v2".into(),
            authorization_server: "https://id.example".into(),
            client_certificates: false,
            page_size: 100,
            max_page_size: 1_000,
            max_body_bytes: 1_000_000,
            bulk_max_operations: 10,
            bulk_max_payload_bytes: 1_000_000,
            catalog: Catalog::built_in(),
            password_permits: 1,
        };
        let keys = Arc::new(ArcSwap::from_pointee(KeySet::default()));
        let verifier = Verifier::new(keys, "https://id.example".into(), "scim".into());
        let trusted = TrustedIssuers::new(KeyDirectory::new().unwrap(), Vec::new());
        let directory = ScimServer::new(store, verifier, trusted, settings).directory();
        Self { directory, organization, other, _files: files }
    }

    /// Makes a resource of `acme`; returns its identifier.
    async fn make(&self, resource_type: &str, body: Value) -> String {
        self.make_in(&self.organization, resource_type, body).await
    }

    async fn make_in(&self, organization: &Organization, resource_type: &str, body: Value) -> String {
        let server = &self.directory.0;
        let call = self.directory.call(organization, resource_type).await.unwrap();
        let create = Create::prepare(server, &call, Create::new_id(), &body).await.unwrap();
        server.store.write(move |connection| create.run(connection)).await.unwrap().resource.id
    }

    async fn page(&self, resource_type: &str, ask: Ask) -> DirectoryPage {
        self.directory.page(&self.organization, resource_type, ask).await.unwrap()
    }

    async fn refused(&self, ask: Ask) -> DirectoryError {
        self.directory.page(&self.organization, "User", ask).await.unwrap_err()
    }
}

fn ask(limit: usize) -> Ask {
    Ask { limit, ..Ask::default() }
}

fn searched(search: &str) -> Ask {
    Ask { search: Some(search.into()), ..ask(10) }
}

fn filtered(filter: &str) -> Ask {
    Ask { filter: Some(filter.into()), ..ask(10) }
}

fn actor() -> Actor {
    Actor { name: "admin@example.com".into() }
}

fn names(page: &DirectoryPage) -> Vec<&str> {
    page.resources.iter().map(|summary| summary.unique_name.as_str()).collect()
}

fn ada() -> Value {
    json!({
        "userName": "Ada@X", "externalId": "E-7", "displayName": "Ada Byron", "title": "Countess",
        "name": {"givenName": "Ada", "familyName": "Byron"},
        "emails": [{"value": "home@x", "type": "home"}, {"value": "work@x", "type": "work", "primary": true}],
        ENTERPRISE: {"employeeNumber": "N100", "department": "Engines"}
    })
}

#[actix_web::test]
async fn a_list_is_walked_in_each_order() {
    let scene = Scene::new().await;
    for number in [3, 1, 4, 0, 2] {
        scene.make("User", json!({"userName": format!("U{number}")})).await;
        scene.make_in(&scene.other, "User", json!({"userName": format!("V{number}")})).await;
    }
    for (order, expected) in [
        (Order::Name, "U0 U1 U2 U3 U4"),
        (Order::NameDescending, "U4 U3 U2 U1 U0"),
        (Order::Oldest, "U3 U1 U4 U0 U2"),
        (Order::Newest, "U2 U0 U4 U1 U3"),
    ] {
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = scene.page("User", Ask { order, after, ..ask(2) }).await;
            assert_eq!(page.total, Total::Exactly(5));
            seen.extend(page.resources.into_iter().map(|summary| summary.unique_name));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen.join(" "), expected);
    }
    let page = scene.page("Group", ask(2)).await;
    assert_eq!((page.resources.len(), page.total, page.next), (0, Total::Exactly(0), None));
}

#[actix_web::test]
async fn a_cursor_belongs_to_its_list() {
    let scene = Scene::new().await;
    for number in 0..3 {
        scene.make("User", json!({"userName": format!("u{number}")})).await;
        scene.make_in(&scene.other, "User", json!({"userName": format!("u{number}")})).await;
    }
    let after = scene.page("User", ask(1)).await.next;
    assert!(after.is_some());
    let of_search = scene.page("User", Ask { limit: 1, ..searched("u") }).await.next;
    for wrong in [
        Ask { order: Order::Oldest, after: after.clone(), ..ask(1) },
        Ask { after: after.clone(), ..searched("u") },
        Ask { after: after.clone(), ..filtered("active eq true") },
        Ask { after: of_search, ..searched("u0") },
        Ask { after: Some("nonsense".into()), ..ask(1) },
    ] {
        assert!(matches!(scene.refused(wrong.clone()).await, DirectoryError::Cursor), "{wrong:?}");
    }
    let elsewhere = scene.directory.page(&scene.other, "User", Ask { after, ..ask(1) }).await;
    assert!(matches!(elsewhere, Err(DirectoryError::Cursor)));
}

#[actix_web::test]
async fn people_are_found_by_what_they_are_called() {
    let scene = Scene::new().await;
    scene.make("User", ada()).await;
    scene.make("User", json!({"userName": "bob", "displayName": "Bob Größe"})).await;
    scene.make_in(&scene.other, "User", ada()).await;
    for typed in
        ["ADA@", "ada b", "Byron", "byron ada", "WORK@X", "home@", "n100", "e-7", "E-7", "countess@", " Ada "]
    {
        let page = scene.page("User", searched(typed)).await;
        let expected: &[&str] = if typed == "countess@" { &[] } else { &["Ada@X"] };
        assert_eq!(names(&page), expected, "{typed}");
        assert_eq!((page.total, page.next), (Total::Exactly(expected.len() as u64), None), "{typed}");
    }
    assert_eq!(names(&scene.page("User", searched("bob GRÖSSE")).await), ["bob"]);
    assert_eq!(names(&scene.page("User", searched("%")).await), Vec::<&str>::new());
    assert_eq!(names(&scene.page("User", searched(" \0")).await), ["Ada@X", "bob"]);
    let both = Ask { filter: Some("title pr".into()), ..searched("b") };
    assert_eq!(names(&scene.page("User", both).await), ["Ada@X"]);
}

#[actix_web::test]
async fn a_filter_is_explained_or_obeyed() {
    let scene = Scene::new().await;
    scene.make("User", ada()).await;
    scene.make("User", json!({"userName": "bob", "active": false})).await;
    assert_eq!(names(&scene.page("User", filtered("active eq false")).await), ["bob"]);
    assert_eq!(names(&scene.page("User", filtered("name.familyName eq \"BYRON\"")).await), ["Ada@X"]);
    assert_eq!(names(&scene.page("User", filtered("  ")).await), ["Ada@X", "bob"]);
    for (filter, says) in
        [("userName eq", "character 12"), ("colour eq \"red\"", "colour"), ("active gt true", "gt")]
    {
        match scene.refused(filtered(filter)).await {
            DirectoryError::Filter(text) => assert!(text.contains(says), "{filter}: {text}"),
            other => panic!("{filter}: {other:?}"),
        }
    }
    let unknown = scene.directory.page(&scene.organization, "Device", ask(1)).await;
    assert!(matches!(unknown, Err(DirectoryError::UnknownType(_))));
}

#[actix_web::test]
async fn a_resource_is_shown_whole() {
    let scene = Scene::new().await;
    let boss = scene.make("User", ada()).await;
    let mut ids = Vec::new();
    for number in 0..3 {
        let body = json!({"userName": format!("U{number}"), ENTERPRISE: {"manager": boss}});
        ids.push(scene.make("User", body).await);
    }
    let members: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
    let team = scene.make("Group", json!({"displayName": "Team", "members": members})).await;
    let all = scene.make("Group", json!({"displayName": "All", "members": [{"value": team}]})).await;
    let directory = &scene.directory;

    let whole = directory.resource(&scene.organization, "User", &ids[0]).await.unwrap().unwrap();
    assert_eq!(whole.json["userName"], "U0");
    assert_eq!(whole.json["meta"]["location"], format!("https://id.example/scim/v2/Users/{}", ids[0]));
    assert_eq!(whole.json["groups"][0]["value"], team.as_str());
    let groups: Vec<_> = whole.groups.iter().map(|of| (of.group.name.as_str(), of.direct)).collect();
    assert_eq!(groups, [("Team", true), ("All", false)]);
    let manager = whole.manager.unwrap();
    assert_eq!((manager.id.as_str(), manager.name.as_str()), (boss.as_str(), "Ada Byron"));
    assert!(whole.attributes.iter().any(|line| line.schema == "EnterpriseUser"
        && line.path == "manager.displayName"
        && line.value == "Ada Byron"));
    assert_eq!((whole.reports.total, whole.members_count), (Total::Exactly(0), None));

    let whole = directory.resource(&scene.organization, "User", &boss).await.unwrap().unwrap();
    assert_eq!((whole.reports.total, whole.manager), (Total::Exactly(3), None));
    let summary = whole.summary;
    assert_eq!((summary.name.as_str(), summary.unique_name.as_str()), ("Ada Byron", "Ada@X"));
    assert_eq!((summary.email.as_deref(), summary.active), (Some("work@x"), Some(true)));
    assert_eq!(
        (summary.title.as_deref(), summary.department.as_deref()),
        (Some("Countess"), Some("Engines"))
    );

    let whole = directory.resource(&scene.organization, "Group", &team).await.unwrap().unwrap();
    assert_eq!((whole.members_count, whole.json.get("members")), (Some(Total::Exactly(3)), None));
    assert_eq!(directory.resource(&scene.other, "User", &boss).await.unwrap(), None);
    assert_eq!(directory.resource(&scene.organization, "User", &all).await.unwrap(), None);
    assert_eq!(directory.resource(&scene.organization, "User", "a\0").await.unwrap(), None);

    let page = directory.members(&scene.organization, &team, None, 2).await.unwrap().unwrap();
    let shown: Vec<_> = page.members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!((shown, page.total), (vec!["U0", "U1"], Total::Exactly(3)));
    let next = page.next.as_deref();
    let page = directory.members(&scene.organization, &team, next, 2).await.unwrap().unwrap();
    assert_eq!(
        (page.members[0].id.as_str(), page.members.len(), page.next.as_ref()),
        (ids[2].as_str(), 1, None)
    );
    let wrong = directory.members(&scene.organization, &all, next, 2).await;
    assert!(matches!(wrong, Err(DirectoryError::Cursor)));
    assert_eq!(directory.members(&scene.other, &team, None, 2).await.unwrap(), None);
    let page = directory.members(&scene.organization, &all, None, 2).await.unwrap().unwrap();
    assert_eq!((page.members[0].resource_type.as_str(), page.members[0].active), ("Group", None));
}

#[actix_web::test]
async fn a_change_is_announced_and_made() {
    let scene = Scene::new().await;
    let (directory, organization) = (&scene.directory, &scene.organization);
    let boss = scene.make("User", ada()).await;
    let bob = scene.make("User", json!({"userName": "bob", ENTERPRISE: {"manager": boss}})).await;
    let body = json!({"displayName": "Team", "members": [{"value": boss}, {"value": bob}]});
    let team = scene.make("Group", body).await;

    let affected = directory.affected(organization, "User", &boss).await.unwrap().unwrap();
    assert_eq!((affected.groups.first[0].name.as_str(), affected.groups.total), ("Team", Total::Exactly(1)));
    assert_eq!(affected.referring.first[0].name, "bob");
    assert_eq!(affected.members, None);
    let affected = directory.affected(organization, "Group", &team).await.unwrap().unwrap();
    assert_eq!(affected.members, Some(Total::Exactly(2)));
    assert_eq!(directory.affected(&scene.other, "Group", &team).await.unwrap(), None);

    let disabled = directory.set_active(organization, "User", &boss, false, &actor()).await.unwrap().unwrap();
    assert_eq!(disabled.active, Some(false));
    let counts = directory.counts(organization).await.unwrap();
    assert_eq!(
        counts,
        Counts { users: Total::Exactly(2), disabled_users: Total::Exactly(1), groups: Total::Exactly(1) }
    );
    let whole = directory.resource(organization, "User", &boss).await.unwrap().unwrap();
    assert_eq!(whole.json["meta"]["version"], "W/\"2\"");
    let refused = directory.set_active(organization, "Group", &team, false, &actor()).await;
    assert!(matches!(refused, Err(DirectoryError::Refused(_))), "{refused:?}");
    assert_eq!(directory.set_active(&scene.other, "User", &boss, true, &actor()).await.unwrap(), None);

    assert!(!directory.delete(&scene.other, "User", &boss, &actor()).await.unwrap());
    assert!(directory.delete(organization, "User", &boss, &actor()).await.unwrap());
    assert!(!directory.delete(organization, "User", &boss, &actor()).await.unwrap());
    let bob = directory.resource(organization, "User", &bob).await.unwrap().unwrap();
    assert_eq!((bob.manager, bob.json["meta"]["version"].as_str()), (None, Some("W/\"2\"")));
    let team = directory.resource(organization, "Group", &team).await.unwrap().unwrap();
    assert_eq!(
        (team.members_count, &team.json["meta"]["version"]),
        (Some(Total::Exactly(1)), &json!("W/\"2\""))
    );
}
