//! How many requests are listed one by one: so many at once, and so many a second on.

use super::{Action, Counted, Source};
use crate::Timestamp;

/// Each has a share of its own, so that a flood of one hides none of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// What succeeded and changed nothing.
    Ordinary,
    /// Failures of a client that is known.
    Failure,
    /// Of who proved nothing, or not enough: guessing is cheap.
    Refusal,
}

impl Sort {
    pub(super) fn of(source: &Source, counted: &Counted) -> Self {
        match counted.action {
            _ if !counted.has_failed(source) => Self::Ordinary,
            Action::RefuseToken | Action::Unauthorized => Self::Refusal,
            _ => Self::Failure,
        }
    }
}

/// The shares of one source, or of all together.
#[derive(Clone, Debug)]
pub(super) struct Shares([Share; 3]);

impl Shares {
    pub(super) const fn of_one() -> Self {
        Self([Share::new(500, 200), Share::new(300, 50), Share::new(100, 2)])
    }

    pub(super) const fn of_all() -> Self {
        Self([Share::new(1_000, 400), Share::new(500, 100), Share::new(300, 10)])
    }

    /// Takes one; false when the share is used up.
    pub(super) fn take(&mut self, sort: Sort, now: Timestamp) -> bool {
        self.0[sort as usize].take(now)
    }
}

/// Counted by the time at which it would be whole again (the generic cell rate algorithm).
#[derive(Clone, Debug)]
struct Share {
    whole_at: i64,
    /// Microseconds that one takes to come back.
    each: i64,
    most: i64,
}

impl Share {
    const fn new(most: i64, per_second: i64) -> Self {
        Self { whole_at: i64::MIN, each: 1_000_000 / per_second, most }
    }

    fn take(&mut self, now: Timestamp) -> bool {
        let whole_at = self.whole_at.max(now.micros());
        if whole_at - now.micros() > (self.most - 1) * self.each {
            return false;
        }
        self.whole_at = whole_at + self.each;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_at_once_and_then_so_many_a_second() {
        let taken =
            |share: &mut Share, at: i64| (0..100).filter(|_| share.take(Timestamp::from_micros(at))).count();
        let mut share = Share::new(10, 2);
        assert_eq!(taken(&mut share, 0), 10);
        assert_eq!(taken(&mut share, 499_999), 0);
        assert_eq!(taken(&mut share, 1_000_000), 2);
        assert_eq!(taken(&mut share, 60_000_000), 10);
    }
}
