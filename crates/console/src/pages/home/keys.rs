//! The keys that sign the tokens, and when each gives way to the next.

use muster_oauth::keys::{KeyInformation, KeyState};
use muster_store::Timestamp;
use std::time::Duration;

/// A key that nobody rotates is old after so long.
const OLD: Duration = Duration::from_secs(365 * 86_400);

/// A key, as home shows it.
pub(super) struct Key {
    pub(super) id: String,
    pub(super) algorithm: String,
    /// The text that says what it does at present.
    pub(super) state: &'static str,
    /// The text that says what happens next.
    pub(super) next: &'static str,
    /// When that happens; none, when nothing does by itself.
    pub(super) next_at: Option<Timestamp>,
    /// It signs, nothing will ever replace it by itself, and it has signed for long.
    pub(super) is_old: bool,
}

/// The keys that sign, will sign, or have signed what is still believed.
pub(super) fn shown(keys: &[KeyInformation], rotate_after: Option<Duration>, now: Timestamp) -> Vec<Key> {
    keys.iter().filter_map(|key| show(key, keys, rotate_after, now)).collect()
}

fn show(
    key: &KeyInformation,
    keys: &[KeyInformation],
    rotate_after: Option<Duration>,
    now: Timestamp,
) -> Option<Key> {
    let (state, next, next_at) = match key.state {
        KeyState::Published => ("keys-published", "keys-signs-from", Some(key.active_from)),
        KeyState::Active => {
            let successor = keys
                .iter()
                .find(|other| other.algorithm == key.algorithm && other.state == KeyState::Published)
                .map(|other| other.active_from);
            match successor.or_else(|| rotate_after.map(|after| key.active_from.plus(after))) {
                Some(at) => ("keys-active", "keys-gives-way", Some(at)),
                None => ("keys-active", "keys-by-hand", None),
            }
        }
        KeyState::Superseded => ("keys-superseded", "keys-believed-until", key.retired_at),
        KeyState::Retired | KeyState::Revoked => return None,
    };
    Some(Key {
        id: key.id.clone(),
        algorithm: key.algorithm.clone(),
        state,
        next,
        next_at,
        is_old: next == "keys-by-hand" && key.active_from.plus(OLD) <= now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    fn key(id: &str, state: KeyState, active_from: Timestamp) -> KeyInformation {
        KeyInformation {
            id: id.to_owned(),
            algorithm: "ES256".to_owned(),
            created_at: active_from,
            active_from,
            retired_at: None,
            state,
        }
    }

    #[test]
    fn a_successor_says_when_a_key_gives_way() {
        let now = Timestamp::now();
        let began = now.minus(DAY * 30);
        let active = key("a", KeyState::Active, began);
        let alone = shown(std::slice::from_ref(&active), Some(DAY * 90), now);
        assert_eq!((alone[0].next, alone[0].next_at), ("keys-gives-way", Some(began.plus(DAY * 90))));
        let next = key("b", KeyState::Published, now.plus(DAY));
        let both = shown(&[next, active], Some(DAY * 90), now);
        assert_eq!((both[1].next, both[1].next_at), ("keys-gives-way", Some(now.plus(DAY))));
    }

    #[test]
    fn a_key_that_nobody_rotates_grows_old() {
        let now = Timestamp::now();
        let active = key("a", KeyState::Active, now.minus(DAY * 400));
        let by_hand = shown(std::slice::from_ref(&active), None, now);
        assert_eq!((by_hand[0].next, by_hand[0].is_old), ("keys-by-hand", true));
        assert!(!shown(&[active], Some(DAY * 500), now)[0].is_old);
        assert!(!shown(&[key("b", KeyState::Active, now)], None, now)[0].is_old);
    }

    #[test]
    fn what_is_over_is_not_shown() {
        let now = Timestamp::now();
        let over = [key("a", KeyState::Retired, now), key("b", KeyState::Revoked, now)];
        assert!(shown(&over, None, now).is_empty());
    }
}
