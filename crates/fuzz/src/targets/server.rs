//! The whole SCIM server over a database of its own, in this process: for what is decided there and not in the protocol.

use actix_web::dev::Service;
use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{App, body, test};
use arc_swap::ArcSwap;
use muster_jwks::KeyDirectory;
use muster_scim::{ScimServer, ScimSettings, TrustedIssuers};
use muster_scim_core::Catalog;
use muster_store::{Settings, Store, StoreError, Timestamp, applications, organizations};
use muster_token::{
    AccessTokenClaims, Confirmation, KeySet, ScopeSet, SigningAlgorithm, SigningKey, Verifier,
};
use serde_json::Value;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex};
use tempfile::TempDir;

const ISSUER: &str = "https://fuzz.example";
const BASE: &str = "https://fuzz.example/scim/v2";

/// An answer to a request.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

struct Question {
    method: Method,
    path: String,
    body: Vec<u8>,
    answer: Sender<Answer>,
}

static SERVER: LazyLock<Mutex<Sender<Question>>> = LazyLock::new(|| {
    let (sender, questions) = channel();
    std::thread::spawn(move || {
        // Before there is a runtime: opening a store waits for its threads.
        let prepared = Prepared::new();
        actix_web::rt::System::new().block_on(serve(&prepared, &questions));
    });
    Mutex::new(sender)
});

/// Sends a request below the SCIM base. Whatever it is, the server neither fails nor falls silent, and an error is SCIM's.
pub(super) fn send(method: &Method, path: &str, body: &[u8]) -> Answer {
    let (answer, answered) = channel();
    let question = Question { method: method.clone(), path: path.to_owned(), body: body.to_vec(), answer };
    SERVER.lock().expect("no other target panicked here").send(question).expect("the server runs");
    let answer = answered.recv().expect("the server answers");
    assert!(
        answer.status < 500 || answer.status == 501,
        "{method} {path}: {} {}",
        answer.status,
        answer.body
    );
    if answer.status >= 400 {
        check_error(answer.status, &answer.body);
    }
    answer
}

/// RFC 7644 §3.12.
pub(super) fn check_error(status: u16, body: &Value) {
    assert_eq!(body["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error", "{body}");
    assert_eq!(body["status"].as_str(), Some(status.to_string().as_str()), "{body}");
    assert!(body["detail"].as_str().is_some_and(|detail| detail.contains(' ')), "{body}");
}

/// A list with the identifiers of all resources.
pub(super) fn all() -> Vec<String> {
    let list = send(&Method::GET, "?count=1000&attributes=meta", b"").body;
    let resources = list["Resources"].as_array().expect("a list").iter();
    let locations = resources.map(|resource| resource["meta"]["location"].as_str().expect("a location"));
    locations.map(|location| location[BASE.len()..].to_owned()).collect()
}

struct Prepared {
    server: ScimServer,
    /// With all scopes, as a header's value.
    token: String,
    _directory: TempDir,
}

impl Prepared {
    fn new() -> Self {
        let directory = tempfile::Builder::new()
            .tempdir_in(if std::path::Path::new("/dev/shm").is_dir() {
                "/dev/shm".into()
            } else {
                std::env::temp_dir()
            })
            .expect("a directory");
        let url = format!("sqlite:{}", directory.path().join("fuzz.db").display());
        let store = Store::open(&Settings::new(url.parse().expect("a URL"))).expect("a store");
        let now = Timestamp::now();
        store
            .write_blocking(move |connection| -> Result<(), StoreError> {
                organizations::create(connection, "org", "Fuzz", now)?;
                let application = applications::Application {
                    id: "client".into(),
                    organization_id: "org".into(),
                    name: "Fuzz".into(),
                    description: String::new(),
                    scopes: ScopeSet::ALL.to_string(),
                    token_lifetime_seconds: 3600,
                    created_at: now,
                    updated_at: now,
                    user_id: None,
                    signing_algorithm: "ES256".into(),
                    token_generation: 0,
                };
                applications::create(connection, &application)
            })
            .expect("an application");
        let key = SigningKey::generate(SigningAlgorithm::Es256).expect("a key");
        let set = KeySet::new(vec![key.public_jwk().clone()]).expect("a key set");
        let verifier = Verifier::new(Arc::new(ArcSwap::from_pointee(set)), ISSUER.into(), BASE.into());
        let iat = u64::try_from(now.seconds()).unwrap_or_default();
        let claims = AccessTokenClaims {
            iss: ISSUER.into(),
            sub: "client".into(),
            client_id: "client".into(),
            aud: BASE.into(),
            iat,
            nbf: iat,
            exp: iat + 1_000_000,
            jti: "one".into(),
            scope: ScopeSet::ALL,
            org: "org".into(),
            generation: 0,
            cnf: Confirmation::default(),
        };
        let token = format!("Bearer {}", key.sign(&claims).expect("a token"));
        let settings = ScimSettings {
            base_url: BASE.into(),
            authorization_server: ISSUER.into(),
            client_certificates: false,
            page_size: 100,
            max_page_size: 1000,
            max_body_bytes: 1 << 20,
            bulk_max_operations: 50,
            bulk_max_payload_bytes: 1 << 20,
            catalog: Catalog::built_in(),
            password_permits: 1,
        };
        let server = ScimServer::new(
            store,
            verifier,
            TrustedIssuers::new(KeyDirectory::new().expect("a directory"), Vec::new()),
            settings,
        );
        Self { server, token, _directory: directory }
    }
}

async fn serve(prepared: &Prepared, questions: &Receiver<Question>) {
    let app = test::init_service(App::new().configure(prepared.server.routes())).await;
    while let Ok(question) = questions.recv() {
        let request = test::TestRequest::with_uri(&format!("/scim/v2{}", question.path))
            .method(question.method)
            .insert_header((AUTHORIZATION, prepared.token.as_str()))
            .set_payload(question.body)
            .to_request();
        let (status, bytes) = match app.call(request).await {
            Ok(response) => {
                let status = response.status().as_u16();
                (status, body::to_bytes(response.into_body()).await.unwrap_or_default())
            }
            Err(error) => {
                let response = error.error_response();
                let status = response.status().as_u16();
                (status, body::to_bytes(response.into_body()).await.unwrap_or_default())
            }
        };
        let _ =
            question.answer.send(Answer { status, body: serde_json::from_slice(&bytes).unwrap_or_default() });
    }
}
