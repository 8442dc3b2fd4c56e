//! What a form sent, and what is wrong with it.

use url::form_urlencoded;
use zeroize::Zeroizing;

/// A form has at most so many fields.
const MOST_FIELDS: usize = 500;

/// The fields of a form, in the order in which they came.
#[derive(Clone, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    pub(crate) fn parse(body: &[u8]) -> Self {
        Self(
            form_urlencoded::parse(body)
                .take(MOST_FIELDS)
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }

    /// A field's value, as it was typed; empty where there is none.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// A field's value, without the space around it.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A password.
    pub(crate) fn secret(&self, name: &str) -> Zeroizing<String> {
        Zeroizing::new(self.raw(name).to_owned())
    }

    /// Whether a box was ticked.
    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// All values of a field that there may be several of.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// What may be kept for later: everything but passwords and what belongs to the session.
    pub(crate) fn keepable(&self) -> Vec<(String, String)> {
        let secret = |name: &str| name == TOKEN || name.contains("password") || name.contains("secret");
        self.0.iter().filter(|(name, _)| !secret(name)).cloned().collect()
    }
}

/// The hidden field that proves that a form came from this console.
pub(crate) const TOKEN: &str = "form_token";

/// What is wrong, by field, in the order of the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Errors(Vec<FieldError>);

/// What is wrong with one field.
#[derive(Clone, Debug)]
pub(crate) struct FieldError {
    /// The field's `id` in the page.
    pub(crate) field: &'static str,
    /// A sentence.
    pub(crate) text: String,
}

impl Errors {
    pub(crate) fn add(&mut self, field: &'static str, text: impl Into<String>) {
        self.0.push(FieldError { field, text: text.into() });
    }

    pub(crate) fn one(field: &'static str, text: impl Into<String>) -> Self {
        Self(vec![FieldError { field, text: text.into() }])
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.iter().any(|error| error.field == field)
    }

    /// What is wrong with a field; empty when nothing is.
    pub(crate) fn of(&self, field: &str) -> &str {
        self.0.iter().find(|error| error.field == field).map_or("", |error| &error.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_secrets_are_not_kept() {
        let form = Form::parse(b"name=+Ada%20B+&scope=a&scope=b&password=p&form_token=t&client_secret=s");
        assert_eq!(form.text("name"), "Ada B");
        assert_eq!(form.all("scope").collect::<Vec<_>>(), ["a", "b"]);
        assert!(form.is_ticked("scope") && !form.is_ticked("other"));
        assert_eq!(form.text("other"), "");
        let kept: Vec<String> = form.keepable().into_iter().map(|(name, _)| name).collect();
        assert_eq!(kept, ["name", "scope", "scope"]);
    }
}
