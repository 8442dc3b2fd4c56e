//! A SCIM client that hides nothing.

use super::Application;
use super::answers::{Asked, Profile};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::sync::Arc;

/// A client of one server with one token.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) http: Client,
    pub(crate) base: String,
    pub(crate) token: String,
    /// What every answer is held against.
    profile: Arc<Profile>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Api {
    pub(crate) async fn connect(application: &Application) -> Self {
        let http = Client::new();
        let response = http
            .post(&application.token_endpoint)
            .basic_auth(&application.client_id, Some(&application.client_secret))
            .form(&[("grant_type", "client_credentials")])
            .send()
            .await
            .unwrap();
        let body: Value = response.json().await.unwrap();
        let token = body["access_token"].as_str().unwrap_or_else(|| panic!("no token: {body}")).to_owned();
        let base = application.tenant_url.clone();
        let read = async |path: &str| -> Value {
            let request = http.get(format!("{base}{path}")).bearer_auth(&token);
            request.send().await.unwrap().json().await.unwrap()
        };
        let profile = Arc::new(Profile::new(&base, &read("/Schemas").await, &read("/ResourceTypes").await));
        Self { http, base, token, profile }
    }

    /// The same client with another token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// `GET` with a filter, encoded.
    pub(crate) async fn find(&self, endpoint: &str, filter: &str) -> Reply {
        let mut url = url::Url::parse(&format!("{}{endpoint}", self.base)).unwrap();
        url.query_pairs_mut().append_pair("filter", filter);
        let path = url.as_str().strip_prefix(&self.base).unwrap().to_owned();
        self.get(&path).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some(body.to_string())).await
    }

    /// `PATCH` with operations.
    pub(crate) async fn patch(&self, path: &str, operations: Value) -> Reply {
        let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
        let body = json!({"schemas": schemas, "Operations": operations});
        self.send(Method::PATCH, path, Some(body.to_string())).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<String>) -> Reply {
        self.send_with(method, path, &[(CONTENT_TYPE.as_str(), "application/scim+json; charset=utf-8")], body)
            .await
    }

    /// A request with these headers besides the token.
    pub(crate) async fn send_with(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Reply {
        let url = format!("{}{path}", self.base);
        let mut request = self.http.request(method.clone(), url).bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = &body {
            request = request.body(body.clone());
        }
        let reply = Reply::read(request.send().await.unwrap()).await;
        self.profile.check(&Asked { method: method.as_str(), path, body: body.as_deref() }, &reply);
        reply
    }

    /// Makes a user and returns its id.
    pub(crate) async fn user(&self, user_name: &str) -> String {
        self.post("/Users", json!({"userName": user_name})).await.expect(201).id()
    }

    /// Makes a group and returns its id.
    pub(crate) async fn group(&self, display_name: &str) -> String {
        self.post("/Groups", json!({"displayName": display_name})).await.expect(201).id()
    }
}

impl Reply {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Self { status, headers, text, body }
    }

    /// The reply, when it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// A SCIM error of this status and keyword, with a sentence: its detail.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, scim_type: &str) -> String {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/scim+json");
        assert_eq!(self.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
        assert_eq!(self.body["status"], status.to_string());
        assert_eq!(self.body["scimType"].as_str().unwrap_or_default(), scim_type, "{}", self.text);
        self.body["detail"].as_str().unwrap().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_else(|| panic!("no id: {}", self.text)).to_owned()
    }

    /// One attribute of each resource of a list.
    #[track_caller]
    pub(crate) fn each(&self, attribute: &str) -> Vec<String> {
        let resources = self.body["Resources"].as_array().unwrap_or_else(|| panic!("no list: {}", self.text));
        resources.iter().map(|resource| resource[attribute].as_str().unwrap_or_default().to_owned()).collect()
    }
}
