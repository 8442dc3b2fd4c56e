//! Remembering what may be used once.

use crate::Thumbprint;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};

const SHARDS: usize = 16;
/// So many are remembered in each half of a shard: a million in all, 16 bytes each.
const LARGEST: usize = 32 * 1024;

/// Identifiers that were seen, each remembered for at least a window of time. Two halves take turns: when a window has
/// passed, the older half is dropped whole.
pub struct ReplayMemory {
    window: u64,
    shards: Vec<Mutex<Shard>>,
}

#[derive(Default)]
struct Shard {
    /// When the newer half was begun, in seconds since the epoch.
    begun: u64,
    newer: HashSet<u128>,
    older: HashSet<u128>,
}

/// Whether an identifier was seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// It was not.
    First,
    /// It was.
    Again,
    /// There is no room to remember more.
    Full,
}

impl ReplayMemory {
    /// A memory that keeps what it sees for `window` seconds at least, and twice as long at most.
    #[must_use]
    pub fn new(window: u64) -> Self {
        Self { window, shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }

    /// Remembers an identifier that is unique to `owner`, at the time `now` in seconds since the epoch.
    pub fn see(&self, owner: &impl Hash, identifier: &str, now: u64) -> Sighting {
        let key = key(owner, identifier);
        let Some(shard) = self.shards.get(usize::from(key.to_le_bytes()[0]) % SHARDS) else {
            return Sighting::Full;
        };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let age = now.saturating_sub(shard.begun);
        if age >= self.window {
            shard.older =
                if age >= 2 * self.window { HashSet::new() } else { std::mem::take(&mut shard.newer) };
            shard.newer = HashSet::new();
            shard.begun = now;
        }
        if shard.newer.contains(&key) || shard.older.contains(&key) {
            return Sighting::Again;
        }
        if shard.newer.len() >= LARGEST {
            return Sighting::Full;
        }
        shard.newer.insert(key);
        Sighting::First
    }
}

/// Half of a SHA-256 over both, with the lengths, so that no two pairs run together.
fn key(owner: &impl Hash, identifier: &str) -> u128 {
    let mut text = Bytes(Vec::new());
    owner.hash(&mut text);
    text.write(&(identifier.len() as u64).to_le_bytes());
    text.write(identifier.as_bytes());
    Thumbprint::of(&text.0).half()
}

/// Collects what `Hash` writes.
struct Bytes(Vec<u8>);

impl Hasher for Bytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        self.0.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_remembered_for_the_window() {
        let memory = ReplayMemory::new(100);
        assert_eq!(memory.see(&"a", "1", 1_000), Sighting::First);
        assert_eq!(memory.see(&"a", "1", 1_000), Sighting::Again);
        assert_eq!(memory.see(&"b", "1", 1_000), Sighting::First, "of another owner");
        assert_eq!(memory.see(&"a", "1", 1_099), Sighting::Again);
        assert_eq!(memory.see(&"a", "1", 1_101), Sighting::Again, "in the older half");
        assert_eq!(memory.see(&"a", "1", 1_300), Sighting::First, "long after");
    }

    #[test]
    fn it_is_bounded() {
        let memory = ReplayMemory::new(100);
        let full = (0..SHARDS * LARGEST * 2).find(|n| memory.see(&"a", &n.to_string(), 1) == Sighting::Full);
        assert!(full.is_some_and(|n| n > SHARDS * LARGEST / 2), "{full:?}");
    }
}
