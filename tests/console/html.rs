//! What holds for every page, whatever it says; each that a test gets is held against it.

use super::browser::Page;
use std::collections::BTreeSet;

/// Exactly this: nothing inline, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// A tag that opens.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// All tags that open, in their order. Text between them is of no interest: what is in it was escaped, or is a tag.
pub(super) fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        if after.starts_with(['/', '!']) {
            continue;
        }
        let (tag, end) = tag(after);
        tags.push(tag);
        rest = &after[end..];
    }
    tags
}

/// A tag, and where it ends.
fn tag(text: &str) -> (Tag, usize) {
    let bytes = text.as_bytes();
    let is_name = |byte: u8| !byte.is_ascii_whitespace() && !b"=>/\"".contains(&byte);
    let mut at = bytes.iter().position(|byte| !is_name(*byte)).unwrap();
    let mut tag = Tag { name: text[..at].to_owned(), attributes: Vec::new() };
    assert!(tag.name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "<{} is no tag", tag.name);
    while bytes[at] != b'>' {
        if !is_name(bytes[at]) {
            at += 1;
            continue;
        }
        let begin = at;
        at += bytes[at..].iter().position(|byte| !is_name(*byte)).unwrap();
        let name = text[begin..at].to_owned();
        let mut value = String::new();
        if bytes[at] == b'=' {
            assert_eq!(bytes[at + 1], b'"', "{name} of <{}> is not quoted", tag.name);
            let length = text[at + 2..].find('"').unwrap();
            value = unescape(&text[at + 2..at + 2 + length]);
            at += length + 3;
        }
        assert!(tag.get(&name).is_none(), "{name} is twice in <{}>", tag.name);
        tag.attributes.push((name, value));
    }
    (tag, at + 1)
}

pub(super) fn unescape(text: &str) -> String {
    let mut plain = text.to_owned();
    for (escaped, character) in
        [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")]
    {
        plain = plain.replace(escaped, character);
    }
    plain
}

/// Panics when an answer is none that the console may give.
pub(super) fn check(path: &str, page: &Page) {
    if let Err(problem) = problem(path, page) {
        panic!("{path}, {}: {problem}\n{}", page.status, page.text);
    }
}

fn problem(path: &str, page: &Page) -> Result<(), String> {
    if path.starts_with("/console/") {
        return Ok(());
    }
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        ensure(page.header(name) == value, || format!("{name} is {:?}", page.header(name)))?;
    }
    if !page.header("content-type").starts_with("text/html") {
        return ensure(page.text.is_empty() || page.status == 200, || "this is no page".into());
    }
    let tags = tags(&page.text);
    let ids = ids(&tags)?;
    for tag in &tags {
        nothing_inline(tag)?;
        points_to_what_is_there(tag, &ids)?;
    }
    ensure(
        tags.iter().any(|tag| tag.name == "html" && tag.get("lang").is_some_and(|lang| lang.len() == 2)),
        || "no language".into(),
    )?;
    ensure(!page.text.contains("<title> –"), || "no title".into())?;
    ensure(tags.iter().filter(|tag| tag.name == "h1").count() == 1, || "not one h1".into())?;
    let has_summary = tags.iter().any(|tag| tag.get("class") == Some("error-summary"));
    ensure(has_summary || page.status != 422, || "nothing says what is wrong".into())?;
    ensure(!has_summary || page.status >= 400, || "a form that was not accepted is no success".into())?;
    forms(&page.text)
}

fn ids(tags: &[Tag]) -> Result<BTreeSet<&str>, String> {
    let mut ids = BTreeSet::new();
    for id in tags.iter().filter_map(|tag| tag.get("id")) {
        ensure(ids.insert(id), || format!("the id {id} is there twice"))?;
    }
    Ok(ids)
}

fn nothing_inline(tag: &Tag) -> Result<(), String> {
    for (name, value) in &tag.attributes {
        ensure(name != "style" && !name.starts_with("on"), || format!("{tag:?} is inline"))?;
        let address = ["href", "src", "action"].contains(&name.as_str());
        ensure(!address || !value.trim().to_ascii_lowercase().starts_with("javascript:"), || {
            format!("{tag:?}")
        })?;
    }
    ensure(tag.name != "style", || "a style sheet is inline".into())?;
    ensure(tag.name != "script" || tag.get("src").is_some_and(|src| src.starts_with("/console/")), || {
        format!("{tag:?} is inline, or from elsewhere")
    })
}

fn points_to_what_is_there(tag: &Tag, ids: &BTreeSet<&str>) -> Result<(), String> {
    let fragment = tag.get("href").and_then(|href| href.strip_prefix('#'));
    let described = tag.get("aria-describedby").unwrap_or_default().split(' ').filter(|id| !id.is_empty());
    for id in fragment.into_iter().chain(tag.get("for")).chain(described) {
        ensure(ids.contains(id), || format!("nothing has the id {id}, and {tag:?} points to it"))?;
    }
    Ok(())
}

/// Every form that changes something has its hidden field.
fn forms(text: &str) -> Result<(), String> {
    for form in text.split("<form ").skip(1) {
        let (form, _) = form.split_once("</form>").ok_or("a form does not end")?;
        if form.contains("method=\"post\"") && !form.contains("action=\"/language\"") {
            ensure(form.contains("name=\"form_token\" value=\""), || format!("no form_token: {form}"))?;
        }
    }
    Ok(())
}

fn ensure(holds: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(problem()) }
}

#[test]
fn tags_are_read() {
    let read =
        tags("<!doctype html><a href=\"#x\" hidden>1 &#60; 2</a><input id=\"x\" value=\"a&#34; > b\">");
    assert_eq!(read.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), ["a", "input"]);
    assert_eq!((read[0].get("href"), read[0].get("hidden")), (Some("#x"), Some("")));
    assert_eq!(read[1].get("value"), Some("a\" > b"));
}
