//! What a browser without scripts does: it keeps cookies, reads forms and sends them back.

use super::html;
use crate::support::Server;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, Response};
use std::collections::BTreeMap;

/// Where applications are listed.
pub(super) const APPS: &str = "/organization/settings/oauth/apps";
pub(super) const PASSWORD: &str = "correct staple of horses";

/// Somebody's browser.
#[derive(Clone)]
pub(super) struct Browser {
    http: Client,
    base: String,
    cookies: BTreeMap<String, String>,
    /// The hidden field of the page that was seen last.
    pub(super) form_token: String,
}

/// What a page says.
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) location: String,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) text: String,
}

impl Browser {
    pub(super) fn new(base: &str) -> Self {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { http, base: base.to_owned(), cookies: BTreeMap::new(), form_token: String::new() }
    }

    /// The first admin of a fresh server.
    pub(super) async fn first_admin(server: &Server) -> Self {
        let mut browser = Self::new(&server.base);
        browser.follow_link(&server.set_up_link(), "ada@example.com").await.expect(303);
        browser.get("/account").await.expect(200);
        browser
    }

    /// Whoever a link of `muster admin create` makes an admin.
    pub(super) async fn admin(server: &Server, organization: &str, role: &str, name: &str) -> Self {
        let create = ["admin", "create", "--org", organization, "--role", role, "--public-url", &server.base];
        let link = server.json(&create)["link"].as_str().unwrap().to_owned();
        let mut browser = Self::new(&server.base);
        browser.follow_link(&link, name).await.expect(303);
        browser.get("/account").await.expect(200);
        browser
    }

    /// The same account in another browser.
    pub(super) async fn sign_in(base: &str, name: &str, password: &str) -> Self {
        let mut browser = Self::new(base);
        browser.get("/login").await.expect(200);
        browser.post("/login", &[("name", name), ("password", password)]).await.expect(303);
        browser.get("/account").await.expect(200);
        browser
    }

    /// Uses a one-time link.
    pub(super) async fn follow_link(&mut self, link: &str, name: &str) -> Page {
        let path = link.strip_prefix(&self.base).unwrap().to_owned();
        self.get(&path).await;
        let token = path.split_once("token=").unwrap().1.to_owned();
        self.post("/welcome", &[("token", &token), ("name", name), ("password", PASSWORD)]).await
    }

    pub(super) async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, None, &[]).await
    }

    pub(super) async fn get_with(&mut self, path: &str, headers: &[(&str, &str)]) -> Page {
        self.send(Method::GET, path, None, headers).await
    }

    /// Sends a form with the hidden field of the page that was seen last.
    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.form_token.clone();
        let mut all = vec![("form_token", token.as_str())];
        all.extend(fields);
        self.post_as_it_is(path, &all, &[]).await
    }

    pub(super) async fn post_as_it_is(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Page {
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, Some(body.into_bytes()), headers).await
    }

    /// Sends whatever it is as a form.
    pub(super) async fn post_body(&mut self, path: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Page {
        self.send(Method::POST, path, Some(body), headers).await
    }

    pub(super) fn forget_cookies(&mut self) {
        self.cookies.clear();
    }

    pub(super) fn cookie(&self, name: &str) -> &str {
        &self.cookies[name]
    }

    pub(super) fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> Page {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request =
            self.http.request(method, format!("{}{path}", self.base)).header(COOKIE, cookies.join("; "));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            let is_told = headers.iter().any(|(name, _)| *name == "content-type");
            if !is_told {
                request = request.header("content-type", "application/x-www-form-urlencoded");
            }
            request = request.body(body);
        }
        let response = request.send().await.unwrap();
        self.keep_cookies(&response);
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let location = headers.get(LOCATION).map_or("", |value| value.to_str().unwrap()).to_owned();
        let text = response.text().await.unwrap();
        assert!(status < 500, "{path}: {text}");
        if let Some(token) = hidden_field(&text, "form_token") {
            self.form_token = token;
        }
        let page = Page { status, location, headers, text };
        html::check(path, &page);
        page
    }

    fn keep_cookies(&mut self, response: &Response) {
        for header in response.headers().get_all(SET_COOKIE) {
            let text = header.to_str().unwrap();
            assert!(text.contains("HttpOnly") && text.contains("SameSite=Lax"), "{text}");
            let (name, rest) = text.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Page {
    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The page has this text.
    #[track_caller]
    pub(super) fn says(self, text: &str) -> Self {
        assert!(self.text.contains(text), "{text:?} is not in {}", self.text);
        self
    }

    /// The page does not have this text.
    #[track_caller]
    pub(super) fn hides(self, text: &str) -> Self {
        assert!(!self.text.contains(text), "{text:?} is in {}", self.text);
        self
    }

    /// What stands between two texts.
    #[track_caller]
    pub(super) fn between(&self, before: &str, after: &str) -> String {
        let rest = self.text.split_once(before).unwrap_or_else(|| panic!("no {before:?}: {}", self.text)).1;
        rest.split_once(after).unwrap().0.to_owned()
    }
}

pub(super) fn hidden_field(text: &str, name: &str) -> Option<String> {
    let rest = text.split_once(&format!("name=\"{name}\" value=\""))?.1;
    Some(rest.split_once('"')?.0.to_owned())
}
