//! WebDriver over HTTP (W3C WebDriver §6): a request is a small JSON document, and so is its answer.

use reqwest::{Client, Method};
use serde_json::{Value, json};

/// A session of one browser.
pub(super) struct Wire {
    http: Client,
    /// Of the session.
    url: String,
}

impl Wire {
    /// Opens a session with these capabilities.
    pub(super) async fn open(base: &str, capabilities: &Value) -> Self {
        let this = Self { http: Client::new(), url: format!("{base}/session") };
        let body = json!({"capabilities": {"alwaysMatch": capabilities}});
        let made = this.send(Method::POST, "", Some(body)).await;
        let made = made.unwrap_or_else(|error| panic!("no browser: {error}"));
        let id = made["sessionId"].as_str().unwrap();
        Self { url: format!("{}/{id}", this.url), ..this }
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, String> {
        self.send(Method::GET, path, None).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Result<Value, String> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// A command of the DevTools protocol, through chromedriver.
    pub(super) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.post("/goog/cdp/execute", body).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Ends the browser, from wherever it is called: within a runtime, or while a test panics.
    pub(super) fn close(&self) {
        std::thread::scope(|scope| {
            let end = || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let _ = runtime.block_on(async { Client::new().delete(&self.url).send().await });
            };
            let _ = scope.spawn(end).join();
        });
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, String> {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(body) = &body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|error| error.to_string())?;
        let is_good = response.status().is_success();
        let mut answer: Value = response.json().await.map_err(|error| error.to_string())?;
        let value = answer["value"].take();
        if is_good {
            return Ok(value);
        }
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        Err(format!("{}: {}", text("error"), text("message")))
    }
}
