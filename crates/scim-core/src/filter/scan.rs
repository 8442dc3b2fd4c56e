//! The characters of a filter, one token at a time.

use super::{FilterError, Literal};

pub(super) struct Scanner<'a> {
    text: &'a str,
    /// In bytes.
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn skip_spaces(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.skip_spaces();
        self.rest().is_empty()
    }

    /// Takes the character when it is next, after spaces.
    pub(super) fn take(&mut self, wanted: char) -> bool {
        self.skip_spaces();
        self.take_directly(wanted)
    }

    /// Takes the character when it is next.
    pub(super) fn take_directly(&mut self, wanted: char) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// Takes the word when it is next as a whole, without regard to case.
    pub(super) fn take_word(&mut self, wanted: &str) -> bool {
        self.skip_spaces();
        let word = self.peek_word();
        let found = word.eq_ignore_ascii_case(wanted);
        if found {
            self.at += word.len();
        }
        found
    }

    /// The next word: up to a space, a bracket or a quote.
    pub(super) fn peek_word(&self) -> &'a str {
        let rest = self.rest();
        let end = rest
            .find(|character: char| {
                character.is_whitespace() || matches!(character, '(' | ')' | '[' | ']' | '"')
            })
            .unwrap_or(rest.len());
        &rest[..end]
    }

    pub(super) fn word(&mut self) -> &'a str {
        self.skip_spaces();
        let word = self.peek_word();
        self.at += word.len();
        word
    }

    /// An attribute's notation (RFC 7644 figure 1, `attrPath`).
    pub(super) fn attribute(&mut self) -> Result<&'a str, FilterError> {
        self.skip_spaces();
        let start = self.at;
        let word = self.word();
        if word.is_empty() {
            return Err(self.error_at(start, "an attribute name is expected"));
        }
        let allowed = |character: char| character.is_ascii_alphanumeric() || "._:$-/".contains(character);
        if let Some(offset) = word.find(|character| !allowed(character)) {
            return Err(self.error_at(start + offset, "this cannot be part of an attribute name"));
        }
        if !word.starts_with(|character: char| character.is_ascii_alphabetic() || character == '$') {
            return Err(self.error_at(start, "an attribute name is expected"));
        }
        Ok(word)
    }

    /// A value: JSON, or a bare word, which some clients send without quotes (entra-facts 3.3).
    pub(super) fn value(&mut self) -> Result<Literal, FilterError> {
        self.skip_spaces();
        let start = self.at;
        if self.rest().starts_with('"') {
            let end = self
                .closing_quote()
                .ok_or_else(|| self.error_at(start, "the quoted value that begins here has no end"))?;
            let quoted = &self.text[start..end];
            self.at = end;
            return serde_json::from_str(quoted)
                .map(Literal::String)
                .map_err(|_| self.error_at(start, "the quoted value that begins here is not a JSON string"));
        }
        let word = self.word();
        if word.is_empty() {
            return Err(self.error_at(start, "a value is expected"));
        }
        Ok(match word {
            _ if word.eq_ignore_ascii_case("true") => Literal::Boolean(true),
            _ if word.eq_ignore_ascii_case("false") => Literal::Boolean(false),
            _ if word.eq_ignore_ascii_case("null") => Literal::Null,
            _ => {
                serde_json::from_str(word).map_or_else(|_| Literal::String(word.to_owned()), Literal::Number)
            }
        })
    }

    fn closing_quote(&self) -> Option<usize> {
        let mut escaped = false;
        for (offset, byte) in self.rest().bytes().enumerate().skip(1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => return Some(self.at + offset + 1),
                _ => (),
            }
        }
        None
    }

    pub(super) fn error(&self, problem: &str) -> FilterError {
        self.error_at(self.at, problem)
    }

    fn error_at(&self, at: usize, problem: &str) -> FilterError {
        let character = self.text[..at].chars().count() + 1;
        let found = match self.text[at..].chars().next() {
            Some(next) => format!(", and {next:?} is there"),
            None => ", and the filter ends there".to_owned(),
        };
        FilterError { character, problem: format!("{problem}{found}") }
    }
}
