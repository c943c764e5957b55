use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};

/// Where the time comes from; handed in, so that tests decide it.
pub trait Clock: Send + Sync + 'static {
    /// The present time.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct Frozen(Mutex<DateTime<Utc>>);

impl Frozen {
    /// A clock that stands at `at`.
    #[must_use]
    pub const fn at(at: DateTime<Utc>) -> Self {
        Self(Mutex::new(at))
    }

    /// Moves the clock on.
    pub fn advance(&self, by: TimeDelta) {
        *self.hand() += by;
    }

    fn hand(&self) -> std::sync::MutexGuard<'_, DateTime<Utc>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for Frozen {
    fn now(&self) -> DateTime<Utc> {
        *self.hand()
    }
}
