//! What somebody does with a page: go there, read, type, press.

use super::driver::Browser;
use crate::support::oauth::within;
use serde_json::{Value, json};
use std::time::Duration;

/// How long something on a page may take to be there.
const LONGEST: Duration = Duration::from_secs(10);

/// W3C WebDriver §11: the name of an element's id.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys that are no characters (W3C WebDriver §17.4.2).
pub(super) mod key {
    pub(crate) const TAB: char = '\u{e004}';
    pub(crate) const ENTER: char = '\u{e007}';
    pub(crate) const ESCAPE: char = '\u{e00c}';
    pub(crate) const SPACE: char = ' ';
}

impl Browser {
    pub(super) async fn go(&self, url: &str) {
        self.wire.post("/url", json!({"url": url})).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    pub(super) async fn back(&self) {
        self.wire.post("/back", json!({})).await.unwrap();
    }

    pub(super) async fn forward(&self) {
        self.wire.post("/forward", json!({})).await.unwrap();
    }

    pub(super) async fn reload(&self) {
        self.wire.post("/refresh", json!({})).await.unwrap();
    }

    pub(super) async fn url(&self) -> String {
        self.wire.get("/url").await.unwrap().as_str().unwrap().to_owned()
    }

    /// Waits until the address ends so, or has this in it.
    pub(super) async fn arrive(&self, part: &str) {
        let mut seen = String::new();
        let arrived = tokio::time::timeout(LONGEST, async {
            loop {
                seen = self.url().await;
                if seen.contains(part) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        assert!(arrived.await.is_ok(), "the browser is at {seen} and not at {part}\n{}", self.shown().await);
    }

    /// Presses the button, link or box of that name, as soon as it is there.
    pub(super) async fn press(&self, name: &str) {
        let quoted = quoted(name);
        let parts =
            ["button", "a", "summary", "label"].map(|part| format!("//{part}[normalize-space()={quoted}]"));
        self.click_found("xpath", &parts.join("|")).await;
    }

    /// Presses what the selector finds, as soon as it is there.
    pub(super) async fn click(&self, selector: &str) {
        self.click_found("css selector", selector).await;
    }

    /// Presses it twice, as fast as a finger does.
    pub(super) async fn double_click(&self, selector: &str) {
        let element = self.find("css selector", selector).await;
        let there = json!({"type": "pointerMove", "x": 0, "y": 0, "origin": {ELEMENT: element}});
        let press = |kind: &str| json!({"type": kind, "button": 0});
        let twice =
            [there, press("pointerDown"), press("pointerUp"), press("pointerDown"), press("pointerUp")];
        let body = json!({"actions": [{"type": "pointer", "id": "mouse", "actions": twice}]});
        self.wire.post("/actions", body).await.unwrap();
    }

    /// Types into a field, in the place of what is there.
    pub(super) async fn fill(&self, selector: &str, text: &str) {
        let element = self.find("css selector", selector).await;
        self.wire.post(&format!("/element/{element}/clear"), json!({})).await.unwrap();
        self.wire.post(&format!("/element/{element}/value"), json!({"text": text})).await.unwrap();
    }

    /// Puts a long text into a field at once: to type it takes a minute.
    pub(super) async fn paste(&self, selector: &str, text: &str) {
        self.find("css selector", selector).await;
        self.script(
            "document.querySelector(arguments[0]).value = arguments[1]",
            &[json!(selector), json!(text)],
        )
        .await;
    }

    pub(super) async fn wait_for(&self, selector: &str) {
        self.find("css selector", selector).await;
    }

    /// The text that somebody sees there.
    pub(super) async fn text(&self, selector: &str) -> String {
        self.asked(selector, "text").await
    }

    /// What is typed into a field.
    pub(super) async fn value(&self, selector: &str) -> String {
        self.asked(selector, "property/value").await
    }

    /// Whether it is there and seen, now.
    pub(super) async fn is_there(&self, selector: &str) -> bool {
        self.find_now("css selector", selector).await.is_some()
    }

    /// Everything that is seen.
    pub(super) async fn shown(&self) -> String {
        self.text("body").await
    }

    /// Waits until the page says this.
    pub(super) async fn says(&self, text: &str) {
        let mut shown = String::new();
        let said = tokio::time::timeout(LONGEST, async {
            loop {
                shown = self.shown().await;
                if shown.contains(text) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        assert!(said.await.is_ok(), "the page does not say {text:?}:\n{shown}");
    }

    /// Presses a key where the focus is, with others held down.
    pub(super) async fn key(&self, held: &[char], key: char) {
        let act = |kind: &str, key: char| json!({"type": kind, "value": key.to_string()});
        let mut actions: Vec<Value> = held.iter().map(|key| act("keyDown", *key)).collect();
        actions.extend([act("keyDown", key), act("keyUp", key)]);
        actions.extend(held.iter().rev().map(|key| act("keyUp", *key)));
        self.act(&actions).await;
    }

    /// Types where the focus is.
    pub(super) async fn type_keys(&self, text: &str) {
        let pair =
            |key: char| ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()}));
        let actions: Vec<Value> = text.chars().flat_map(pair).collect();
        self.act(&actions).await;
    }

    async fn act(&self, actions: &[Value]) {
        let body = json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]});
        self.wire.post("/actions", body).await.unwrap();
    }

    async fn click_found(&self, using: &str, what: &str) {
        let clicked = tokio::time::timeout(LONGEST, async {
            loop {
                // Between finding and pressing, the page may have gone.
                if let Some(element) = self.find_now(using, what).await
                    && self.wire.post(&format!("/element/{element}/click"), json!({})).await.is_ok()
                {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        let clicked = clicked.await.is_ok();
        assert!(clicked, "there is no {what} to press at {}\n{}", self.url().await, self.shown().await);
    }

    /// A text of what the selector finds. Between finding and asking, the page may have gone.
    async fn asked(&self, selector: &str, what: &str) -> String {
        let ask = async || {
            let element = self.find_now("css selector", selector).await?;
            let answer = self.wire.get(&format!("/element/{element}/{what}")).await.ok()?;
            answer.as_str().map(str::to_owned)
        };
        if let Ok(text) = tokio::time::timeout(LONGEST, within(LONGEST * 2, ask)).await {
            return text;
        }
        panic!("there is no {selector} at {}", self.url().await);
    }

    async fn find(&self, using: &str, what: &str) -> String {
        let found = async || self.find_now(using, what).await;
        if let Ok(element) = tokio::time::timeout(LONGEST, within(LONGEST * 2, found)).await {
            return element;
        }
        panic!("there is no {what} at {}", self.url().await);
    }

    /// The first that is seen.
    async fn find_now(&self, using: &str, what: &str) -> Option<String> {
        let found = self.wire.post("/elements", json!({"using": using, "value": what})).await.ok()?;
        for element in found.as_array()? {
            let id = element[ELEMENT].as_str()?.to_owned();
            if self.wire.get(&format!("/element/{id}/displayed")).await.is_ok_and(|shown| shown == true) {
                return Some(id);
            }
        }
        None
    }
}

/// A text in XPath 1.0, which knows no escapes.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
