//! Limits on failed client authentication, for each client and for each address, before any hash is computed.

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use quick_cache::sync::Cache;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

/// So many pairs of a client and an address that it came from are remembered.
const PROVEN: usize = 50_000;

/// So many warnings a minute.
const WARNINGS: NonZeroU32 = NonZeroU32::MIN.saturating_add(5);

/// How many secrets that are not known to be right may be tried in a minute; 0 sets no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureSettings {
    /// For one client.
    pub per_client: u32,
    /// From one address.
    pub per_address: u32,
}

pub(crate) struct FailureLimits {
    clients: Option<DefaultKeyedRateLimiter<u64>>,
    addresses: Option<DefaultKeyedRateLimiter<u64>>,
    /// From where which client has shown a right secret: who guesses at its secret elsewhere cannot lock it out.
    proven: Cache<(u64, u64), ()>,
    /// Makes keys of one size, that nobody outside can make collide.
    keys: RandomState,
    /// A flood must not flood the log.
    warnings: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

impl FailureLimits {
    pub(crate) fn new(settings: FailureSettings) -> Self {
        let limiter =
            |count| NonZeroU32::new(count).map(|count| RateLimiter::keyed(Quota::per_minute(count)));
        Self {
            clients: limiter(settings.per_client),
            addresses: limiter(settings.per_address),
            proven: Cache::new(PROVEN),
            keys: RandomState::new(),
            warnings: RateLimiter::direct(Quota::per_minute(WARNINGS)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts an attempt with a secret that is not known to be right. When there were too many: how long to wait.
    pub(crate) fn attempt(&self, client_id: &str, from: Option<IpAddr>) -> Result<(), Duration> {
        let (client, address) = (self.keys.hash_one(client_id), from.map(|from| self.address_key(from)));
        let by_address = address.map_or(Ok(()), |address| self.count(self.addresses.as_ref(), address));
        let is_proven = address.is_some_and(|address| self.proven.get(&(client, address)).is_some());
        let limited = match by_address {
            Ok(()) if is_proven => Ok(()),
            Ok(()) => self.count(self.clients.as_ref(), client),
            limited => limited,
        };
        if limited.is_err() && self.warnings.check().is_ok() {
            tracing::warn!(client_id = shown(client_id), ?from, "too many wrong client credentials");
        }
        limited
    }

    /// The client showed a right secret.
    pub(crate) fn succeeded(&self, client_id: &str, from: Option<IpAddr>) {
        if let Some(from) = from {
            self.proven.insert((self.keys.hash_one(client_id), self.address_key(from)), ());
        }
    }

    /// Forgets who has waited long enough.
    pub(crate) fn forget_old(&self) {
        for limiter in [&self.clients, &self.addresses].into_iter().flatten() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    fn count(&self, limiter: Option<&DefaultKeyedRateLimiter<u64>>, key: u64) -> Result<(), Duration> {
        let Some(limiter) = limiter else { return Ok(()) };
        limiter.check_key(&key).map_err(|until| until.wait_time_from(self.clock.now()))
    }

    /// One host has a whole /64 of IPv6 to itself.
    fn address_key(&self, address: IpAddr) -> u64 {
        match address {
            IpAddr::V4(address) => self.keys.hash_one(address.to_bits()),
            IpAddr::V6(address) => self.keys.hash_one((address.to_bits() >> 64) as u64),
        }
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

    #[test]
    fn a_client_is_limited_from_wherever_it_is_tried() {
        let limits = limits(2, 100);
        assert!(limits.attempt("a", address("192.0.2.1")).is_ok());
        assert!(limits.attempt("a", address("192.0.2.2")).is_ok());
        let wait = limits.attempt("a", address("192.0.2.3")).unwrap_err();
        assert!(wait > Duration::from_secs(20) && wait <= Duration::from_secs(30), "{wait:?}");
        assert!(limits.attempt("b", address("192.0.2.3")).is_ok());
    }

    #[test]
    fn an_address_is_limited_whatever_it_tries() {
        let limits = limits(100, 2);
        assert!(limits.attempt("a", address("2001:db8::1")).is_ok());
        assert!(limits.attempt("b", address("2001:db8::2")).is_ok());
        assert!(limits.attempt("c", address("2001:db8::3")).is_err(), "one host has a whole /64");
        assert!(limits.attempt("c", address("2001:db8:0:1::3")).is_ok());
    }

    #[test]
    fn where_a_client_was_right_before_others_cannot_lock_it_out() {
        let limits = limits(1, 100);
        limits.succeeded("a", address("192.0.2.1"));
        assert!(limits.attempt("a", address("192.0.2.66")).is_ok());
        assert!(limits.attempt("a", address("192.0.2.66")).is_err());
        assert!(limits.attempt("a", address("192.0.2.1")).is_ok());
    }

    #[test]
    fn zero_is_no_limit() {
        let limits = limits(0, 0);
        assert!((0..1000).all(|_| limits.attempt("a", address("192.0.2.1")).is_ok()));
        limits.forget_old();
    }
}
