//! How much one network address and one account may ask for, and how many connections there may be.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use portal_domain::ids::AccountId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::TrafficLimits;
use crate::store::tenants::TenantId;

/// What may be asked for at once is what may be asked for in so many seconds.
const BURST_S: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// The network that a request comes from, as far as one customer of a provider has it: an IPv4 address, or the /64 of
/// an IPv6 address, in which one machine may take any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin(IpAddr);

impl From<IpAddr> for Origin {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
        })
    }
}

/// What comes in, counted in memory by each server for itself.
pub struct Traffic {
    origins: Rate<Origin>,
    accounts: Rate<(TenantId, AccountId)>,
    places: Arc<Semaphore>,
    connections: Arc<Connections>,
}

impl Traffic {
    pub fn new(limits: &TrafficLimits) -> Self {
        Self {
            origins: Rate::new(limits.requests_per_address),
            accounts: Rate::new(limits.requests_per_account),
            places: Arc::new(Semaphore::new(limits.connections)),
            connections: Arc::new(Connections {
                most: limits.connections_per_address,
                open: Mutex::default(),
            }),
        }
    }

    /// Counts a request of a network.
    ///
    /// # Errors
    /// Seconds to wait, when it asks too much.
    pub fn asked_from(&self, origin: Origin) -> Result<(), u64> {
        self.origins.count(&origin)
    }

    /// Counts a request of an account.
    ///
    /// # Errors
    /// As [`Traffic::asked_from`].
    pub fn asked_by(&self, tenant: &TenantId, account: AccountId) -> Result<(), u64> {
        self.accounts.count(&(tenant.clone(), account))
    }

    /// Waits until there is room for one connection more: until then new ones wait in the system's queue.
    pub async fn place(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed.
        Arc::clone(&self.places).acquire_owned().await.ok()
    }

    /// Counts a connection for as long as the answer lives; `None` when its network has as many as it may.
    pub fn connected_from(&self, origin: Origin) -> Option<Connected> {
        let mut open = self.connections.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(origin).or_insert(0);
        if *count >= self.connections.most {
            return None;
        }
        *count += 1;
        Some(Connected { origin, connections: Arc::clone(&self.connections) })
    }

    /// Forgets who has asked for nothing in a while.
    pub fn forget_idle(&self) {
        self.origins.forget_idle();
        self.accounts.forget_idle();
    }
}

/// A rate per key; any when there is no limiter.
struct Rate<K: Clone + Eq + std::hash::Hash>(Option<DefaultKeyedRateLimiter<K>>);

impl<K: Clone + Eq + std::hash::Hash> Rate<K> {
    /// `per_s` may be 0 for any number.
    fn new(per_s: u32) -> Self {
        Self(NonZeroU32::new(per_s).map(|per_s| {
            let quota = Quota::per_second(per_s).allow_burst(per_s.saturating_mul(BURST_S));
            DefaultKeyedRateLimiter::keyed(quota)
        }))
    }

    fn count(&self, key: &K) -> Result<(), u64> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.check_key(key).map_err(|refused| {
            let wait: Duration = refused.wait_time_from(DefaultClock::default().now());
            wait.as_secs() + 1
        })
    }

    fn forget_idle(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// Open connections per network.
struct Connections {
    most: usize,
    open: Mutex<HashMap<Origin, usize>>,
}

/// One open connection.
pub struct Connected {
    origin: Origin,
    connections: Arc<Connections>,
}

impl Drop for Connected {
    fn drop(&mut self) {
        let mut open = self.connections.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.origin) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.origin);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        text.parse::<IpAddr>().unwrap().into()
    }

    fn traffic(limits: TrafficLimits) -> Traffic {
        Traffic::new(&limits)
    }

    #[test]
    fn a_network_is_one_address_or_what_one_customer_has() {
        assert_eq!(origin("192.0.2.7"), origin("::ffff:192.0.2.7"));
        assert_ne!(origin("192.0.2.7"), origin("192.0.2.8"));
        assert_eq!(origin("2001:db8:1:2:3::4"), origin("2001:db8:1:2:ffff::1"));
        assert_ne!(origin("2001:db8:1:2::1"), origin("2001:db8:1:3::1"));
    }

    #[test]
    fn who_asks_too_much_waits_and_others_do_not() {
        let traffic = traffic(TrafficLimits { requests_per_address: 1, ..TrafficLimits::default() });
        for _ in 0..BURST_S.get() {
            assert_eq!(traffic.asked_from(origin("192.0.2.7")), Ok(()));
        }
        assert_eq!(traffic.asked_from(origin("192.0.2.7")), Err(1));
        assert_eq!(traffic.asked_from(origin("192.0.2.8")), Ok(()));
        traffic.forget_idle();
        assert_eq!(traffic.asked_from(origin("192.0.2.7")), Err(1), "who waits is not forgotten");
    }

    #[test]
    fn no_rate_is_any_rate() {
        let traffic = traffic(TrafficLimits { requests_per_address: 0, ..TrafficLimits::default() });
        assert!((0..10_000).all(|_| traffic.asked_from(origin("192.0.2.7")).is_ok()));
    }

    #[test]
    fn a_connection_is_counted_for_as_long_as_it_lives() {
        let traffic = traffic(TrafficLimits { connections_per_address: 2, ..TrafficLimits::default() });
        let first = traffic.connected_from(origin("192.0.2.7"));
        let second = traffic.connected_from(origin("192.0.2.7"));
        assert!(first.is_some() && second.is_some());
        assert!(traffic.connected_from(origin("192.0.2.7")).is_none());
        assert!(traffic.connected_from(origin("192.0.2.8")).is_some());
        drop(first);
        assert!(traffic.connected_from(origin("192.0.2.7")).is_some());
    }
}
