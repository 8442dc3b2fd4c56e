//! In which order a search walks.

use super::candidates;
use super::{Search, Term, Way};
use crate::{Connection, StoreError};

/// Words are compared by how often they occur up to so many times.
const COMPARED: i64 = 500;

/// A part of the walk: one range of an index.
pub(super) struct Step<'s> {
    /// [`super::Place::way`].
    pub(super) number: usize,
    pub(super) way: &'s Way,
    /// What a candidate must meet besides.
    pub(super) others: Vec<&'s Term>,
    /// What has been walked before.
    pub(super) earlier: Vec<&'s Way>,
}

/// The phrase in each field, then the rarest word in each field.
pub(super) fn steps<'s>(
    connection: &mut Connection,
    search: &'s Search,
) -> Result<Vec<Step<'s>>, StoreError> {
    let mut steps = Vec::new();
    let mut earlier = Vec::new();
    let mut add = |first: usize, term: &'s Term, others: &[&'s Term]| {
        for (number, way) in term.iter().enumerate() {
            steps.push(Step {
                number: first + number,
                way,
                others: others.to_vec(),
                earlier: earlier.clone(),
            });
            earlier.push(way);
        }
    };
    add(0, &search.phrase, &[]);
    if let Some(rarest) = rarest(connection, search)? {
        let others: Vec<&Term> =
            search.words.iter().enumerate().filter(|(at, _)| *at != rarest).map(|(_, word)| word).collect();
        add(first_way(search, rarest), &search.words[rarest], &others);
    }
    Ok(steps)
}

/// Which word is walked. The place where a page begins says it, for how often a word occurs may have changed.
fn rarest(connection: &mut Connection, search: &Search) -> Result<Option<usize>, StoreError> {
    let words = 0..search.words.len();
    if let Some(place) = &search.after
        && let Some(word) = words.clone().rev().find(|word| first_way(search, *word) <= place.way)
    {
        return Ok(Some(word));
    }
    let mut rarest = None;
    for word in words {
        let mut occurs = 0;
        for way in &search.words[word] {
            occurs += candidates::count(connection, search, way, COMPARED)?;
        }
        if rarest.is_none_or(|(least, _)| occurs < least) {
            rarest = Some((occurs, word));
        }
    }
    Ok(rarest.map(|(_, word)| word))
}

/// The number of a word's first way.
fn first_way(search: &Search, word: usize) -> usize {
    search.phrase.len() + search.words[..word].iter().map(Vec::len).sum::<usize>()
}
