//! The walk of a search: a few candidates at a time, until there are enough.

use super::steps::Step;
use super::{Place, Search, candidates, judge};
use crate::{Connection, StoreError};

/// So many candidates are taken at once at first, and twice as many each time.
const FIRST_TAKEN: usize = 100;
/// So many at most.
const MOST_TAKEN: usize = 1_000;
/// A search looks at so many and no more: two words that are common, each for itself, may never come together.
const MOST_EXAMINED: usize = 2_000;
/// And at so many when the page is full, and those behind it are only counted.
const MOST_COUNTED: usize = 1_000;

/// What was found on the way.
pub(super) struct Walked {
    pub(super) found: Vec<Place>,
    /// The last candidate, where the walk ended before there was enough.
    pub(super) stopped: Option<Place>,
    /// Whether there is nothing more.
    pub(super) is_all: bool,
}

pub(super) fn walk(
    connection: &mut Connection,
    search: &Search,
    steps: &[Step<'_>],
) -> Result<Walked, StoreError> {
    // One more than the page says whether there are more; the first page counts further.
    let counted = if search.after.is_none() { search.most } else { 0 };
    let enough = (search.limit + 1).max(counted);
    let (mut found, mut examined, mut taken) = (Vec::new(), 0, FIRST_TAKEN);
    let begin = search.after.as_ref().map_or(0, |place| place.way);
    for step in steps.iter().filter(|step| step.number >= begin) {
        let mut after = search
            .after
            .as_ref()
            .filter(|place| place.way == step.number)
            .map(|place| (place.value.clone(), place.key));
        loop {
            let limit = i64::try_from(taken).unwrap_or(i64::MAX);
            let candidates = candidates::page(connection, search, step.way, after.as_ref(), limit)?;
            let is_last = candidates.len() < taken;
            examined += candidates.len();
            taken = (taken * 2).min(MOST_TAKEN);
            after = candidates.last().cloned();
            if !candidates.is_empty() {
                let shown = judge::judge(connection, search, step, candidates)?;
                let place = |(value, key)| Place { way: step.number, value, key };
                found.extend(shown.into_iter().map(place));
            }
            if found.len() >= enough {
                found.truncate(enough);
                return Ok(Walked { found, stopped: None, is_all: false });
            }
            if is_last {
                break;
            }
            let most = if found.len() > search.limit { MOST_COUNTED } else { MOST_EXAMINED };
            if examined >= most {
                let stopped = after.map(|(value, key)| Place { way: step.number, value, key });
                return Ok(Walked { found, stopped, is_all: false });
            }
        }
    }
    Ok(Walked { found, stopped: None, is_all: true })
}
