//! How many there are, as far as that is counted.

/// So many are counted and no more: a number beyond tells nobody more, and counting a million takes its time.
pub(super) const MOST_COUNTED: i64 = 100_000;

/// A number that may have a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// So many.
    Exactly(u64),
    /// So many were counted, and then counting ended: there are more, or there may be.
    MoreThan(u64),
}

impl Total {
    /// Of a count that ends at `most` and one more.
    pub(super) fn up_to(most: i64, counted: i64) -> Self {
        let number = u64::try_from(counted.min(most)).unwrap_or_default();
        if counted > most { Self::MoreThan(number) } else { Self::Exactly(number) }
    }

    /// As a number that a cursor holds.
    pub(super) fn written(self) -> i64 {
        let (number, more) = match self {
            Self::Exactly(number) => (number, 0),
            Self::MoreThan(number) => (number, 1),
        };
        i64::try_from(number).unwrap_or(i64::MAX >> 1).min(i64::MAX >> 1) << 1 | more
    }

    /// What [`Total::written`] wrote.
    pub(super) fn read(written: i64) -> Self {
        let number = u64::try_from(written >> 1).unwrap_or_default();
        if written & 1 == 0 { Self::Exactly(number) } else { Self::MoreThan(number) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_told() {
        assert_eq!(Total::up_to(5, 5), Total::Exactly(5));
        assert_eq!(Total::up_to(5, 6), Total::MoreThan(5));
        for total in [Total::Exactly(0), Total::MoreThan(0), Total::Exactly(7), Total::MoreThan(100_000)] {
            assert_eq!(Total::read(total.written()), total);
        }
    }
}
