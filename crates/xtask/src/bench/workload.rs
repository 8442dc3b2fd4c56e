//! What is asked for.

use super::load::send_all;
use crate::process::muster_json;
use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Requests, by number.
#[derive(Clone)]
pub(crate) struct Workload {
    /// Host and port.
    pub(crate) address: String,
    authorization: Arc<str>,
    make: Arc<dyn Fn(usize) -> Parts + Send + Sync>,
}

struct Parts {
    method: &'static str,
    path: String,
    content_type: &'static str,
    body: String,
}

impl Parts {
    fn get(path: String) -> Self {
        Self { method: "GET", path, content_type: "", body: String::new() }
    }

    fn scim(method: &'static str, path: String, body: &Value) -> Self {
        Self { method, path, content_type: "application/scim+json; charset=utf-8", body: body.to_string() }
    }
}

impl Workload {
    fn new(
        address: &str,
        authorization: &str,
        make: impl Fn(usize) -> Parts + Send + Sync + 'static,
    ) -> Self {
        Self { address: address.to_owned(), authorization: authorization.into(), make: Arc::new(make) }
    }

    pub(crate) fn hello(base: &str) -> Self {
        Self::new(&address(base), "", |_| Parts::get("/".to_owned()))
    }

    /// Token requests of a client, with its secret in the header.
    pub(crate) fn tokens(base: &str, client_id: &str, secret: &str) -> Self {
        Self::new(&address(base), &basic(client_id, secret), token)
    }

    /// Token requests of a client, each with another wrong secret.
    pub(crate) fn wrong_secrets(base: &str, client_id: &str) -> Self {
        let client_id = client_id.to_owned();
        Self::new(&address(base), "", move |number| {
            let mut parts = token(number);
            parts.body.push_str(&format!("&client_id={client_id}&client_secret=muster_secret_wrong{number}"));
            parts
        })
    }

    pub(crate) fn request(&self, number: usize) -> Result<Request<Full<Bytes>>> {
        let parts = (self.make)(number);
        let mut request =
            Request::builder().method(parts.method).uri(parts.path).header("host", self.address.as_str());
        if !self.authorization.is_empty() {
            request = request.header("authorization", &*self.authorization);
        }
        if !parts.content_type.is_empty() {
            request = request.header("content-type", parts.content_type);
        }
        Ok(request.body(Full::new(parts.body.into()))?)
    }
}

/// A server with users in it.
pub(crate) struct Prepared {
    address: String,
    basic: String,
    bearer: String,
    ids: Arc<[String]>,
    /// A group to which members are added.
    group: String,
    /// How long it took to make the users.
    pub(crate) seconds: f64,
}

impl Prepared {
    /// Makes an application and the users.
    pub(crate) async fn new(binary: &Path, database: &str, base: &str, users: usize) -> Result<Self> {
        let app = muster_json(binary, database, &["app", "create", "--name", "bench", "--all-scopes"])?;
        let text = |name: &str| app[name].as_str().context("no application").map(str::to_owned);
        let basic = basic(&text("client_id")?, &text("client_secret")?);
        let address = address(base);
        let tokens = send_all(&Workload::new(&address, &basic, token), 1, 1).await?;
        let token: Value = serde_json::from_slice(tokens.first().context("no token")?)?;
        let bearer = format!("Bearer {}", token["access_token"].as_str().context("no token")?);
        let began = Instant::now();
        let made = send_all(&Workload::new(&address, &bearer, |number| new_user("bench", number)), users, 64)
            .await?;
        let seconds = began.elapsed().as_secs_f64();
        let ids = made.iter().map(|body| id(body)).collect::<Result<Vec<_>>>()?;
        let body = json!({"displayName": "bench"});
        let group =
            Workload::new(&address, &bearer, move |_| Parts::scim("POST", "/scim/v2/Groups".into(), &body));
        let group = id(send_all(&group, 1, 1).await?.first().context("no group")?)?;
        Ok(Self { address, basic, bearer, ids: ids.into(), group, seconds })
    }

    /// Users per second while they were made.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(crate) fn rate(&self) -> f64 {
        self.ids.len() as f64 / self.seconds
    }

    /// Each with its name.
    pub(crate) fn workloads(&self) -> Vec<(&'static str, Workload)> {
        let users = self.ids.len();
        let with_ids = |make: fn(&str, usize) -> Parts| {
            let ids = Arc::clone(&self.ids);
            Workload::new(&self.address, &self.bearer, move |number| {
                make(&ids[scatter(number, ids.len())], number)
            })
        };
        let ids = Arc::clone(&self.ids);
        let group = format!("/scim/v2/Groups/{}", self.group);
        vec![
            ("token", Workload::new(&self.address, &self.basic, token)),
            ("GET /Users/{id}", with_ids(|id, _| Parts::get(format!("/scim/v2/Users/{id}")))),
            (
                "GET /Users?filter=userName eq",
                Workload::new(&self.address, &self.bearer, move |number| {
                    let name = user_name("bench", scatter(number, users));
                    Parts::get(format!("/scim/v2/Users?filter=userName+eq+%22{name}%22"))
                }),
            ),
            ("PATCH /Users/{id}", with_ids(patch)),
            ("POST /Users", Workload::new(&self.address, &self.bearer, |number| new_user("more", number))),
            (
                "PATCH /Groups/{id}, add one member",
                Workload::new(&self.address, &self.bearer, move |number| {
                    let member = &ids[number % ids.len()];
                    let operation = json!({"op": "Add", "path": "members", "value": [{"value": member}]});
                    Parts::scim("PATCH", group.clone(), &json!({"Operations": [operation]}))
                }),
            ),
        ]
    }
}

fn token(_: usize) -> Parts {
    Parts {
        method: "POST",
        path: "/v2/token".to_owned(),
        content_type: "application/x-www-form-urlencoded",
        body: "grant_type=client_credentials".to_owned(),
    }
}

fn patch(id: &str, number: usize) -> Parts {
    let operation = json!({"op": "Replace", "path": "title", "value": format!("Title {number}")});
    let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
    Parts::scim(
        "PATCH",
        format!("/scim/v2/Users/{id}"),
        &json!({"schemas": schemas, "Operations": [operation]}),
    )
}

fn user_name(prefix: &str, number: usize) -> String {
    format!("{prefix}{number:07}@bench.example")
}

fn new_user(prefix: &str, number: usize) -> Parts {
    let name = user_name(prefix, number);
    Parts::scim(
        "POST",
        "/scim/v2/Users".to_owned(),
        &json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
            "externalId": format!("{prefix}-{number}"), "userName": name, "active": true,
            "displayName": format!("Person {number}"), "title": "Engineer", "preferredLanguage": "en-US",
            "emails": [{"primary": true, "type": "work", "value": name}],
            "meta": {"resourceType": "User"},
            "name": {"formatted": format!("Person {number}"), "familyName": "Person", "givenName": format!("{number}")},
            "addresses": [{"type": "work", "locality": "Bonn", "country": "DE"}],
            "phoneNumbers": [{"type": "work", "value": "+49 228 1"}, {"type": "mobile", "value": "+49 151 1"}],
            ENTERPRISE: {"employeeNumber": format!("{prefix}{number}"), "department": "Engines"},
            "roles": []
        }),
    )
}

/// Visits all places in an order that no cache likes.
const fn scatter(number: usize, places: usize) -> usize {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % places
}

fn address(base: &str) -> String {
    base.trim_start_matches("http://").to_owned()
}

fn id(body: &[u8]) -> Result<String> {
    let body: Value = serde_json::from_slice(body)?;
    body["id"].as_str().map(str::to_owned).context("no id")
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")))
}
