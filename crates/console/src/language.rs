//! The texts, in each language; `texts/*.ftl` holds them.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::fmt;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// The cookie that remembers a choice.
pub(crate) const COOKIE: &str = "muster_language";

static ENGLISH: LazyLock<Texts> =
    LazyLock::new(|| Texts::new("en", "English", include_str!("../texts/en.ftl")));
static GERMAN: LazyLock<Texts> =
    LazyLock::new(|| Texts::new("de", "Deutsch", include_str!("../texts/de.ftl")));

/// The texts of one language.
pub(crate) struct Texts {
    code: &'static str,
    name: &'static str,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    fn new(code: &'static str, name: &'static str, source: &str) -> Self {
        // What cannot be read is missing; a test reads every file whole.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
        let language: LanguageIdentifier = code.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Names are set apart by <bdi>; invisible marks would be copied with what they surround.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        Self { code, name, bundle }
    }

    /// All languages.
    pub(crate) fn all() -> [&'static Self; 2] {
        [&ENGLISH, &GERMAN]
    }

    /// The language that was chosen, or that the browser asks for.
    pub(crate) fn of(http: &HttpRequest) -> &'static Self {
        let chosen = http.cookie(COOKIE).map(|cookie| cookie.value().to_owned());
        let accepted = http.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self::choose(chosen.as_deref(), accepted.unwrap_or_default())
    }

    fn choose(chosen: Option<&str>, accepted: &str) -> &'static Self {
        let of = |code: &str| {
            Self::all()
                .into_iter()
                .find(|texts| code.get(..2).is_some_and(|primary| primary.eq_ignore_ascii_case(texts.code)))
        };
        // Browsers list them in the order of preference.
        let wanted = accepted.split(',').filter_map(|range| range.split(';').next()).map(str::trim);
        chosen.and_then(of).or_else(|| wanted.filter_map(of).next()).unwrap_or(&ENGLISH)
    }

    /// Its code, as HTML's `lang` takes it.
    pub(crate) const fn code(&self) -> &'static str {
        self.code
    }

    /// What it calls itself.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// A text.
    pub(crate) fn say(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// A text about one thing.
    pub(crate) fn with<'a>(&self, key: &str, name: &'a str, value: impl Into<FluentValue<'a>>) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set(name, value);
        self.format(key, Some(&arguments))
    }

    /// A text about several things.
    pub(crate) fn with_all<'a>(
        &self,
        key: &str,
        values: impl IntoIterator<Item = (&'a str, FluentValue<'a>)>,
    ) -> String {
        let arguments: FluentArgs<'_> = values.into_iter().collect();
        self.format(key, Some(&arguments))
    }

    /// Whether there is a text of that name.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.bundle.get_message(key).is_some_and(|message| message.value().is_some())
    }

    fn format(&self, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else {
            tracing::error!(key, language = self.code, "there is no such text");
            return key.to_owned();
        };
        self.bundle.format_pattern(pattern, arguments, &mut Vec::new()).into_owned()
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn keys(source: &str) -> BTreeSet<String> {
        if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
            panic!("cannot be read: {errors:?}");
        }
        let name = |line: &str| {
            let (name, _) = line.split_once(" =")?;
            let is_name = |character: char| character.is_ascii_alphanumeric() || character == '-';
            name.chars().all(is_name).then(|| name.to_owned())
        };
        let keys: Vec<String> = source.lines().filter_map(name).collect();
        let unique: BTreeSet<String> = keys.iter().cloned().collect();
        assert_eq!(unique.len(), keys.len(), "a text is there twice");
        unique
    }

    /// Every text that a template or a source file names in full.
    fn used() -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut used = BTreeSet::new();
        let mut folders = vec![root.join("src"), root.join("templates")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                for call in [".say(\"", ".with(\"", ".with_all(\"", "text: \""] {
                    for rest in text.split(call).skip(1) {
                        let key = rest.split('"').next().unwrap_or_default();
                        used.insert(key.to_owned());
                    }
                }
            }
        }
        used
    }

    #[test]
    fn every_language_has_every_text() {
        let (english, german) =
            (keys(include_str!("../texts/en.ftl")), keys(include_str!("../texts/de.ftl")));
        let missing: Vec<_> = english.symmetric_difference(&german).collect();
        assert!(missing.is_empty(), "in one language only: {missing:#?}");
        let unknown: Vec<_> =
            used().into_iter().filter(|key| !english.contains(key) && !key.is_empty()).collect();
        assert!(unknown.is_empty(), "used and in no language: {unknown:#?}");
    }

    #[test]
    fn the_browser_is_asked_when_nothing_was_chosen() {
        assert_eq!(Texts::choose(None, "").code(), "en");
        assert_eq!(Texts::choose(None, "fr-FR, de-AT;q=0.8, en;q=0.5").code(), "de");
        assert_eq!(Texts::choose(Some("en"), "de").code(), "en");
        assert_eq!(Texts::choose(Some("xx"), "de").code(), "de");
    }
}
