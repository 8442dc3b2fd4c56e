//! Search as people type: values that begin with what was typed.
//!
//! There is an index for each field, and none over all of them. So the fields are walked one after the other, each as a
//! range of its index, and what an earlier field has shown already is left out: a fixed order, in which a page begins
//! behind any place without anything before it being read again.
//!
//! Of several words the rarest is walked, and the others are looked for in what it finds.

mod candidates;
mod judge;
mod steps;
mod walk;

use crate::resources::{Resource, TypeQuery};
use crate::{Connection, StoreError};

/// Where a text is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// The folded unique value.
    UniqueKey,
    /// `externalId`.
    ExternalId,
    /// The values of an indexed attribute, by its path.
    Value(String),
}

/// One way to meet a term: the field begins with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    field: Field,
    /// The text: the first that begins with it.
    from: String,
    /// The first text behind all those.
    until: String,
}

/// What was typed, or a word of it: met in one of these ways at least.
pub type Term = Vec<Way>;

/// What is searched for.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// The organization's key.
    pub organization_key: i64,
    /// Of which type, and what is to be met besides.
    pub of: TypeQuery,
    /// What was typed as a whole.
    pub phrase: Term,
    /// Its words, where it has several: who does not meet the phrase must meet all of these.
    pub words: Vec<Term>,
    /// Behind the last one of the page before; [`Matches::next`] of that page.
    pub after: Option<Place>,
    /// How many are returned at most.
    pub limit: usize,
    /// Counting ends here.
    pub most: usize,
}

/// A place in the order of what a search finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// In which way a term was met: all ways of the phrase and then of each word are numbered.
    pub way: usize,
    /// The value that met it.
    pub value: String,
    /// The resource's key.
    pub key: i64,
}

/// What a search finds.
#[derive(Clone, Debug, PartialEq)]
pub struct Matches {
    /// This page's.
    pub resources: Vec<Resource>,
    /// Where the next page begins. There may be one behind a page that is not full: a search looks at so many resources
    /// and no more.
    pub next: Option<Place>,
    /// How many were found, this page's and those behind it.
    pub counted: usize,
    /// Whether these are all.
    pub is_all: bool,
}

impl Way {
    /// That the field begins with the text, which is folded where the field is.
    #[must_use]
    pub fn new(field: Field, text: &str) -> Self {
        Self { field, from: text.to_owned(), until: behind(text) }
    }
}

/// Searches.
///
/// # Errors
///
/// When the database fails.
pub fn search(connection: &mut Connection, search: &Search) -> Result<Matches, StoreError> {
    let steps = steps::steps(connection, search)?;
    let walked = walk::walk(connection, search, &steps)?;
    let has_more = walked.found.len() > search.limit;
    let shown = &walked.found[..search.limit.min(walked.found.len())];
    let next = if has_more { shown.last().cloned() } else { walked.stopped.clone() };
    let keys: Vec<i64> = shown.iter().map(|place| place.key).collect();
    Ok(Matches {
        resources: judge::load(connection, &keys)?,
        next,
        counted: walked.found.len(),
        is_all: walked.is_all,
    })
}

/// The first text behind all that begin with this one, by code point.
fn behind(text: &str) -> String {
    let mut before = text.to_owned();
    while let Some(last) = before.pop() {
        // Surrogates are no characters.
        let next = char::from_u32(u32::from(last) + 1).or((last == '\u{d7ff}').then_some('\u{e000}'));
        if let Some(next) = next {
            before.push(next);
            return before;
        }
    }
    // Nothing begins with the last code point, which is no character.
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_range_is_behind_all_that_begin_so() {
        for text in ["a", "ada%", "ü", "\u{d7ff}", "z\u{10ffff}", "😀"] {
            let until = behind(text);
            assert!(until.as_str() > text, "{text:?}");
            assert!(until > format!("{text}\u{10ffff}\u{10ffff}"), "{text:?}");
            assert!(!until.starts_with(text), "{text:?}");
        }
        assert_eq!(behind("ada"), "adb");
        assert_eq!(behind("a\u{10ffff}"), "b");
        assert_eq!(behind("\u{10ffff}"), "\u{10ffff}");
    }
}
