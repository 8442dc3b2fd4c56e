//! A headless Chromium of a test's own.

use super::front::Front;
use super::process::{Driver, installed};
use super::wire::Wire;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};

/// More at once take longer for each than one after another.
static BROWSERS: Semaphore = Semaphore::const_new(2);

/// A running browser; it ends with this value.
pub(super) struct Browser {
    pub(super) wire: Wire,
    _driver: Driver,
    _profile: TempDir,
    _permit: SemaphorePermit<'static>,
}

/// What somebody looks at the page on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Screen {
    Desk,
    Phone,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Theme {
    Light,
    Dark,
}

impl Screen {
    /// Width and height.
    pub(super) const fn size(self) -> (u32, u32) {
        match self {
            Self::Desk => (1280, 900),
            Self::Phone => (390, 844),
        }
    }
}

impl Browser {
    pub(super) async fn start() -> Self {
        Self::open(&[]).await
    }

    /// One that finds public addresses through the front, and believes their certificates.
    pub(super) async fn behind(front: &Front) -> Self {
        let proxy = json!({"proxyType": "manual", "sslProxy": front.proxy});
        Self::open(&[("proxy", proxy), ("acceptInsecureCerts", true.into())]).await
    }

    async fn open(further: &[(&str, Value)]) -> Self {
        let permit = BROWSERS.acquire().await.unwrap();
        let profile = tempfile::Builder::new().prefix("muster-browser-").tempdir().unwrap();
        let driver = Driver::start();
        let mut wanted = capabilities(profile.path());
        for (name, value) in further {
            wanted[*name] = value.clone();
        }
        let wire = Wire::open(&driver.base, &wanted).await;
        let browser = Self { wire, _driver: driver, _profile: profile, _permit: permit };
        browser.on(Screen::Desk).await;
        browser
    }

    pub(super) async fn on(&self, screen: Screen) {
        self.resize(screen, screen.size().1).await;
    }

    async fn resize(&self, screen: Screen, height: u32) {
        let (width, _) = screen.size();
        let is_phone = screen == Screen::Phone;
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone});
        self.wire.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    pub(super) async fn in_theme(&self, theme: Theme) {
        let value = if theme == Theme::Dark { "dark" } else { "light" };
        // Without transitions: a colour on its way from one theme to the other has no contrast that anybody reads.
        let features = json!({"features": [
            {"name": "prefers-color-scheme", "value": value},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        self.wire.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// On pictures they are in the way.
    pub(super) async fn without_scrollbars(&self) {
        self.wire.devtools("Emulation.setScrollbarsHidden", json!({"hidden": true})).await;
    }

    /// From the next page on, pages run no scripts.
    pub(super) async fn without_scripts(&self) {
        self.wire.devtools("Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
    }

    /// Runs a script in the page, a function's body: what it returns.
    pub(super) async fn script(&self, script: &str, arguments: &[Value]) -> Value {
        let body = json!({"script": script, "args": arguments});
        self.wire.post("/execute/sync", body).await.unwrap_or_else(|error| panic!("{error}\n{script:.500}"))
    }

    /// As [`Browser::script`], for one that calls its last argument with what it found.
    pub(super) async fn script_that_waits(&self, script: &str, arguments: &[Value]) -> Value {
        let body = json!({"script": script, "args": arguments});
        self.wire.post("/execute/async", body).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// What the console said since it was last asked: refusals of the policy, errors of scripts, files that are missing.
    /// That a page's own status is 404 or 422 is no complaint: such pages are tested.
    pub(super) async fn complaints(&self) -> Vec<String> {
        let entries = self.wire.post("/se/log", json!({"type": "browser"})).await.unwrap();
        let url = self.wire.get("/url").await.unwrap();
        let own = format!("{} - Failed to load resource", url.as_str().unwrap());
        let entries = entries.as_array().unwrap().iter();
        entries
            .filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")))
            .map(|entry| entry["message"].as_str().unwrap().to_owned())
            .filter(|message| !message.starts_with(&own))
            .collect()
    }

    /// A picture of the whole page, as PNG.
    pub(super) async fn picture(&self) -> Vec<u8> {
        self.take(json!({"format": "png", "captureBeyondViewport": true})).await
    }

    /// A picture of what a screen of this height shows; without one it is as high as the page.
    pub(super) async fn picture_on(&self, screen: Screen, height: Option<u32>) -> Vec<u8> {
        let height = match height {
            Some(height) => height,
            None => {
                self.resize(screen, 1).await;
                let whole = self.script("return document.scrollingElement.scrollHeight", &[]).await;
                u32::try_from(whole.as_u64().unwrap()).unwrap()
            }
        };
        self.resize(screen, height).await;
        let picture = self.take(json!({"format": "png"})).await;
        self.on(screen).await;
        picture
    }

    async fn take(&self, how: Value) -> Vec<u8> {
        let taken = self.wire.devtools("Page.captureScreenshot", how).await;
        BASE64_STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.wire.close();
    }
}

fn capabilities(profile: &Path) -> Value {
    let chromium = installed("MUSTER_TEST_CHROMIUM", Path::new("/usr/bin/chromium"));
    let mut arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        // It asks nobody but the server.
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=en",
        "--window-size=1280,900",
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    json!({
        "browserName": "chrome",
        "goog:chromeOptions": {"binary": chromium, "args": arguments, "prefs": {"intl.accept_languages": "en"}},
        "goog:loggingPrefs": {"browser": "ALL"},
        "timeouts": {"script": 60_000, "pageLoad": 30_000},
    })
}
