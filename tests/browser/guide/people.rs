//! A directory to show: a small company, provisioned as Entra ID does it, and what happened to it since.

use crate::support::oauth::{basic, post, within};
use crate::support::{Api, Application, Server, now};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// What the application is called.
pub(super) const ENTRA: &str = "Microsoft Entra ID";

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Given name, family name, title, department, manager.
const PEOPLE: [[&str; 5]; 22] = [
    ["Mary", "Somerville", "Managing director", "Board", ""],
    ["Grace", "Hopper", "Head of engineering", "Engineering", "mary"],
    ["Ada", "Lovelace", "Programmer", "Engineering", "grace"],
    ["Alan", "Turing", "Programmer", "Engineering", "grace"],
    ["Edsger", "Dijkstra", "Architect", "Engineering", "grace"],
    ["Barbara", "Liskov", "Architect", "Engineering", "grace"],
    ["Donald", "Knuth", "Technical writer", "Engineering", "grace"],
    ["Radia", "Perlman", "Network engineer", "Operations", "grace"],
    ["Margaret", "Hamilton", "Head of operations", "Operations", "mary"],
    ["Dennis", "Ritchie", "System engineer", "Operations", "margaret"],
    ["Ken", "Thompson", "System engineer", "Operations", "margaret"],
    ["Frances", "Allen", "System engineer", "Operations", "margaret"],
    ["Katherine", "Johnson", "Head of research", "Research", "mary"],
    ["Emmy", "Noether", "Mathematician", "Research", "katherine"],
    ["Claude", "Shannon", "Mathematician", "Research", "katherine"],
    ["Sophie", "Germain", "Mathematician", "Research", "katherine"],
    ["Hedy", "Lamarr", "Inventor", "Research", "katherine"],
    ["Dorothy", "Vaughan", "Head of finance", "Finance", "mary"],
    ["Charles", "Babbage", "Controller", "Finance", "dorothy"],
    ["Herman", "Hollerith", "Accountant", "Finance", "dorothy"],
    ["Annie", "Easley", "Recruiter", "People", "mary"],
    ["Joan", "Clarke", "Analyst", "Research", "katherine"],
];

/// Groups and who is in them.
const GROUPS: [(&str, &[&str]); 5] = [
    ("Engineering", &["grace", "ada", "alan", "edsger", "barbara", "donald"]),
    ("Operations", &["margaret", "dennis", "ken", "frances", "radia"]),
    ("Research", &["katherine", "emmy", "claude", "sophie", "hedy", "joan"]),
    ("Finance", &["dorothy", "charles", "herman"]),
    ("Managers", &["mary", "grace", "margaret", "katherine", "dorothy"]),
];

/// What was provisioned.
pub(super) struct Directory {
    api: Api,
    /// Identifiers, by the given name in small letters.
    people: BTreeMap<String, String>,
    groups: BTreeMap<&'static str, String>,
}

impl Directory {
    /// Everybody two weeks ago, some changes since, and a cycle just now.
    pub(super) async fn provision(server: &Server, application: &Application) -> Self {
        let api = Api::connect(application).await;
        let mut this = Self { api, people: BTreeMap::new(), groups: BTreeMap::new() };
        this.first_cycle().await;
        this.let_time_pass(server, 12).await;
        this.changes().await;
        this.let_time_pass(server, 2).await;
        this.last_cycle(application).await;
        this.let_time_pass(server, 0).await;
        this
    }

    pub(super) fn person(&self, given: &str) -> &str {
        &self.people[given]
    }

    async fn first_cycle(&mut self) {
        for (number, [given, family, title, department, manager]) in PEOPLE.iter().enumerate() {
            let user_name = format!("{}@example.com", given.to_lowercase());
            self.api.find("/Users", &format!("userName eq \"{user_name}\"")).await.expect(200);
            let mut enterprise =
                json!({"department": department, "employeeNumber": format!("{}", 1001 + number)});
            if let Some(id) = self.people.get(*manager) {
                enterprise["manager"] = json!({"value": id});
            }
            let body = json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
                "userName": user_name,
                "externalId": user_name.trim_end_matches("@example.com"),
                "name": {"givenName": given, "familyName": family},
                "displayName": format!("{given} {family}"),
                "title": title,
                "active": true,
                "emails": [{"type": "work", "value": user_name, "primary": true}],
                (ENTERPRISE): enterprise,
            });
            let id = self.api.post("/Users", body).await.expect(201).id();
            self.people.insert(given.to_lowercase(), id);
        }
        for (name, members) in GROUPS {
            let id = self.api.group(name).await;
            self.members(&id, "add", members).await;
            self.groups.insert(name, id);
        }
    }

    async fn changes(&self) {
        self.set("ada", json!({"title": "Senior programmer"})).await;
        self.set("ada", json!({"phoneNumbers": [{"type": "work", "value": "+44 20 7946 0101"}]})).await;
        self.set("claude", json!({"active": false})).await;
        self.set("herman", json!({"title": "Senior accountant"})).await;
    }

    /// Something of everything, and what went wrong.
    async fn last_cycle(&mut self, application: &Application) {
        let wrong = basic(&application.client_id, "muster_secret_of_yesterday");
        post(&application.token_endpoint, "grant_type=client_credentials", Some(&wrong)).await;
        self.api = Api::connect(application).await;
        self.api.find("/Users", "userName eq \"ada@example.com\"").await.expect(200);
        self.set("ada", json!({"title": "Principal programmer", (ENTERPRISE): {"costCenter": "4711"}})).await;
        let managers = self.groups["Managers"].clone();
        self.members(&managers, "add", &["ada"]).await;
        let engineering = self.groups["Engineering"].clone();
        self.members(&engineering, "remove", &["donald"]).await;
        self.set("donald", json!({"active": false})).await;
        self.set("claude", json!({"active": true})).await;
        self.api.find("/Users", "userName eq \"tim@example.com\"").await.expect(200);
        let tim = json!({
            "userName": "tim@example.com",
            "name": {"givenName": "Tim", "familyName": "Berners-Lee"},
            "displayName": "Tim Berners-Lee",
            "title": "Web developer",
            "emails": [{"type": "work", "value": "tim@example.com", "primary": true}],
        });
        self.api.post("/Users", tim).await.expect(201);
        let second = json!({"userName": "Joan@example.com", "displayName": "Joan Feynman"});
        self.api.post("/Users", second).await.expect(409);
        let herman = self.person("herman");
        self.api.delete(&format!("/Users/{herman}")).await.expect(204);
    }

    /// Sets some attributes, as Entra does.
    async fn set(&self, given: &str, value: Value) {
        let operations = json!([{"op": "replace", "value": value}]);
        self.api.patch(&format!("/Users/{}", self.person(given)), operations).await.expect(200);
    }

    async fn members(&self, group: &str, op: &str, given: &[&str]) {
        let value: Vec<Value> = given.iter().map(|given| json!({"value": self.person(given)})).collect();
        let operations = json!([{"op": op, "path": "members", "value": value}]);
        let reply = self.api.patch(&format!("/Groups/{group}"), operations).await;
        assert!(matches!(reply.status, 200 | 204), "{}", reply.text);
    }

    /// Everything so far happened so many days earlier, and less fast. What is only asked is the last to be in the log.
    async fn let_time_pass(&self, server: &Server, days: u32) {
        let last = self.api.get("/ServiceProviderConfig").await.expect(200);
        let id = last.header("x-request-id");
        let count = format!("SELECT count(*) FROM log_entries WHERE request_id = '{id}'");
        within(Duration::from_secs(10), async || (server.database.text(&count) != "0").then_some(())).await;
        let now = (now() + 1) * 1_000_000;
        server.database.execute(&format!(
            "UPDATE log_entries SET at = {now} - ({now} - at) * 20 WHERE at > {now} - 60000000;
             UPDATE log_entries SET at = at - {days} * 86400000000;
             UPDATE resources SET created_at = created_at - {days} * 86400000000,
               modified_at = modified_at - {days} * 86400000000;"
        ));
    }
}
