//! Limits on failed client authentication, for each client and for each address, before any hash is computed.

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use quick_cache::sync::Cache;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// So many pairs of a client and an address that it came from are remembered.
const PROVEN: usize = 50_000;

/// So many clients, and so many addresses, are blocked at once; of more, some are let through again.
const BLOCKED: usize = 50_000;

/// So many warnings a minute.
const WARNINGS: NonZeroU32 = NonZeroU32::MIN.saturating_add(5);

/// How many attempts may fail in a minute; 0 sets no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureSettings {
    /// For one client.
    pub per_client: u32,
    /// From one address.
    pub per_address: u32,
}

/// What has failed lately, for each name and for each address.
pub struct FailureLimits {
    clients: Option<Limit>,
    addresses: Option<Limit>,
    /// Of clients where they were right: a flood from the same address is limited there too, apart from all others.
    pairs: Option<Limit>,
    /// From where which client has proved itself: who guesses at its secret elsewhere cannot lock it out.
    proven: Cache<(u64, u64), ()>,
    /// Makes keys of one size, that nobody outside can make collide.
    keys: RandomState,
    /// A flood must not flood the log.
    warnings: DefaultDirectRateLimiter,
}

/// Failures of clients, or of addresses. Asking whether one is blocked counts nothing.
struct Limit {
    failures: DefaultKeyedRateLimiter<u64>,
    blocked: Cache<u64, Instant>,
    clock: DefaultClock,
}

impl FailureLimits {
    /// Limits of which nothing has failed yet.
    #[must_use]
    pub fn new(settings: FailureSettings) -> Self {
        Self {
            clients: NonZeroU32::new(settings.per_client).map(Limit::new),
            addresses: NonZeroU32::new(settings.per_address).map(Limit::new),
            pairs: NonZeroU32::new(settings.per_client).map(Limit::new),
            proven: Cache::new(PROVEN),
            keys: RandomState::new(),
            warnings: RateLimiter::direct(Quota::per_minute(WARNINGS)),
        }
    }

    /// Whether the client may try to prove itself from there.
    ///
    /// # Errors
    ///
    /// How long to wait, when too many attempts have failed.
    pub fn attempt(&self, client_id: &str, from: Option<IpAddr>) -> Result<(), Duration> {
        let (client, address) = self.keys_of(client_id, from);
        let wait = if let Some(pair) = self.proven_pair(client, address) {
            self.pairs.as_ref().and_then(|limit| limit.wait(pair))
        } else {
            let by_client = self.clients.as_ref().and_then(|limit| limit.wait(client));
            let by_address =
                self.addresses.as_ref().zip(address).and_then(|(limit, address)| limit.wait(address));
            by_client.max(by_address)
        };
        let Some(wait) = wait else { return Ok(()) };
        if self.warnings.check().is_ok() {
            tracing::warn!(client_id = shown(client_id), ?from, "too many wrong client credentials");
        }
        Err(wait)
    }

    /// The attempt failed: what was shown is not the client's.
    pub fn failed(&self, client_id: &str, from: Option<IpAddr>) {
        let (client, address) = self.keys_of(client_id, from);
        if let Some((limit, pair)) = self.pairs.as_ref().zip(self.proven_pair(client, address)) {
            limit.failed(pair);
        }
        if let Some(limit) = &self.clients {
            limit.failed(client);
        }
        if let Some((limit, address)) = self.addresses.as_ref().zip(address) {
            limit.failed(address);
        }
    }

    /// The client proved itself.
    pub fn succeeded(&self, client_id: &str, from: Option<IpAddr>) {
        if let (client, Some(address)) = self.keys_of(client_id, from) {
            self.proven.insert((client, address), ());
        }
    }

    /// Forgets who has waited long enough.
    pub fn forget_old(&self) {
        for limit in [&self.clients, &self.addresses, &self.pairs].into_iter().flatten() {
            limit.failures.retain_recent();
            limit.failures.shrink_to_fit();
        }
    }

    fn keys_of(&self, client_id: &str, from: Option<IpAddr>) -> (u64, Option<u64>) {
        (self.keys.hash_one(client_id), from.map(|from| self.address_key(from)))
    }

    /// The key of a client at an address where it was right.
    fn proven_pair(&self, client: u64, address: Option<u64>) -> Option<u64> {
        let pair = (client, address?);
        self.proven.get(&pair).map(|()| self.keys.hash_one(pair))
    }

    /// One host has a whole /64 of IPv6 to itself.
    fn address_key(&self, address: IpAddr) -> u64 {
        match address {
            IpAddr::V4(address) => self.keys.hash_one(address.to_bits()),
            IpAddr::V6(address) => self.keys.hash_one((address.to_bits() >> 64) as u64),
        }
    }
}

impl Limit {
    fn new(per_minute: NonZeroU32) -> Self {
        Self {
            failures: RateLimiter::keyed(Quota::per_minute(per_minute)),
            blocked: Cache::new(BLOCKED),
            clock: DefaultClock::default(),
        }
    }

    fn failed(&self, key: u64) {
        if let Err(until) = self.failures.check_key(&key) {
            self.blocked.insert(key, Instant::now() + until.wait_time_from(self.clock.now()));
        }
    }

    fn wait(&self, key: u64) -> Option<Duration> {
        let left = self.blocked.get(&key)?.checked_duration_since(Instant::now());
        if left.is_none() {
            self.blocked.remove(&key);
        }
        left
    }
}

/// A client id as a log can take it: it comes from outside.
fn shown(client_id: &str) -> String {
    client_id.chars().take(64).filter(|character| !character.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(per_client: u32, per_address: u32) -> FailureLimits {
        FailureLimits::new(FailureSettings { per_client, per_address })
    }

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    /// An attempt that fails, when it may be made at all.
    fn fail(limits: &FailureLimits, client_id: &str, from: &str) -> Result<(), Duration> {
        limits.attempt(client_id, address(from))?;
        limits.failed(client_id, address(from));
        Ok(())
    }

    #[test]
    fn a_client_is_limited_from_wherever_it_is_tried() {
        let limits = limits(2, 100);
        for from in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
            assert!(fail(&limits, "a", from).is_ok());
        }
        let wait = fail(&limits, "a", "192.0.2.4").unwrap_err();
        assert!(wait > Duration::from_secs(20) && wait <= Duration::from_secs(30), "{wait:?}");
        assert!(fail(&limits, "b", "192.0.2.4").is_ok());
    }

    #[test]
    fn an_address_is_limited_whatever_it_tries() {
        let limits = limits(100, 2);
        for (client, from) in [("a", "2001:db8::1"), ("b", "2001:db8::2"), ("c", "2001:db8::3")] {
            assert!(fail(&limits, client, from).is_ok());
        }
        assert!(fail(&limits, "d", "2001:db8::4").is_err(), "one host has a whole /64");
        assert!(fail(&limits, "d", "2001:db8:0:1::4").is_ok());
    }

    #[test]
    fn what_succeeds_does_not_count() {
        let limits = limits(1, 1);
        for number in 0..100 {
            let client = format!("client{number}");
            assert!(limits.attempt(&client, address("192.0.2.1")).is_ok());
            limits.succeeded(&client, address("192.0.2.1"));
        }
        assert!(limits.attempt("another", address("192.0.2.1")).is_ok());
    }

    #[test]
    fn where_a_client_was_right_before_others_cannot_lock_it_out() {
        let limits = limits(1, 1);
        limits.succeeded("a", address("192.0.2.1"));
        while fail(&limits, "b", "192.0.2.1").is_ok() {}
        while fail(&limits, "a", "192.0.2.67").is_ok() {}
        assert!(limits.attempt("a", address("192.0.2.68")).is_err(), "the client is blocked elsewhere");
        assert!(limits.attempt("c", address("192.0.2.1")).is_err(), "the address is for others");
        assert!(limits.attempt("a", address("192.0.2.1")).is_ok());
        while fail(&limits, "a", "192.0.2.1").is_ok() {}
        assert!(limits.attempt("a", address("192.0.2.1")).is_err(), "a flood from there is limited as well");
    }

    #[test]
    fn a_block_ends() {
        let limits = limits(1_200, 0);
        while fail(&limits, "a", "192.0.2.1").is_ok() {}
        std::thread::sleep(Duration::from_millis(60));
        assert!(limits.attempt("a", address("192.0.2.1")).is_ok());
    }

    #[test]
    fn zero_is_no_limit() {
        let limits = limits(0, 0);
        assert!((0..1000).all(|_| fail(&limits, "a", "192.0.2.1").is_ok()));
        limits.forget_old();
    }
}
