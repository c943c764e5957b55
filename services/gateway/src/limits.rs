//! How many requests one address may make: a bucket that fills at a rate, in fixed memory.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::time::Instant;

/// Addresses that fall on the same place share a bucket; nobody can choose whose, as the hash has a key of its own.
const PLACES: usize = 1 << 16;

/// Counts requests by address (generic cell rate algorithm): each place holds the time at which its bucket is full again.
#[derive(Debug)]
pub struct Limits {
    began: Instant,
    hash: RandomState,
    full_at: Vec<AtomicU64>,
    /// Nanoseconds that one request costs.
    cost: u64,
    /// Nanoseconds that may be owed.
    credit: u64,
}

impl Limits {
    /// So many requests a second, and `burst` at once.
    #[must_use]
    pub fn new(per_second: u32, burst: u32) -> Self {
        let cost = 1_000_000_000 / u64::from(per_second.max(1));
        let full_at = (0..PLACES).map(|_| AtomicU64::new(0)).collect();
        Self { began: Instant::now(), hash: RandomState::new(), full_at, cost, credit: cost * u64::from(burst.max(1)) }
    }

    /// Takes one request of an address, or says how long to wait.
    ///
    /// # Errors
    /// The time after which there is room again.
    pub fn take(&self, address: IpAddr) -> Result<(), Duration> {
        let now = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let place = usize::try_from(self.hash.hash_one(subscriber(address)) % PLACES as u64).unwrap_or_default();
        let taken = self.full_at[place].fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
            let full_at = full_at.max(now) + self.cost;
            (full_at - now <= self.credit).then_some(full_at)
        });
        taken.map(|_| ()).map_err(|full_at| Duration::from_nanos((full_at + self.cost).saturating_sub(now + self.credit)))
    }
}

/// Who is behind an address: of IPv6, the network that one subscriber has.
fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => (v6 & std::net::Ipv6Addr::new(0xffff, 0xffff, 0xffff, 0xffff, 0, 0, 0, 0)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_address_may_make_a_burst_and_then_keeps_the_rate() {
        let limits = Limits::new(10, 3);
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..3 {
            limits.take(one).unwrap();
        }
        let wait = limits.take(one).unwrap_err();
        assert!(wait <= Duration::from_millis(100), "{wait:?}");
        limits.take(other).unwrap();
        tokio::time::advance(wait).await;
        limits.take(one).unwrap();
        limits.take(one).unwrap_err();
    }

    #[tokio::test]
    async fn a_subscriber_does_not_escape_by_changing_the_end_of_the_address() {
        let limits = Limits::new(1, 1);
        limits.take("2001:db8::1".parse().unwrap()).unwrap();
        limits.take("2001:db8::2".parse().unwrap()).unwrap_err();
        limits.take("::ffff:192.0.2.9".parse().unwrap()).unwrap();
        limits.take("192.0.2.9".parse().unwrap()).unwrap_err();
    }
}
