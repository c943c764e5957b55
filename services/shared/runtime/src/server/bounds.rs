use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use kernel::{Code, Fault};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What one replica takes on.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Calls that are worked on at once.
    pub in_flight: usize,
    /// Calls that may wait for that.
    pub waiting: usize,
    /// How long one waits before it is turned away.
    pub patience: Duration,
    /// The longest that a call may take, however much time its caller has.
    pub deadline: Duration,
    /// Calls and streams open at once on one connection.
    pub streams: u32,
    /// How long a connection lives, more or less a tenth, so that new replicas get their share.
    pub connection_age: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_flight: 128,
            waiting: 512,
            patience: Duration::from_millis(500),
            deadline: Duration::from_secs(30),
            streams: 256,
            connection_age: Duration::from_secs(300),
        }
    }
}

/// The call is turned away because there is too much to do already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too much to do: try again a little later")]
pub(super) struct Overloaded;

impl Fault for Overloaded {
    fn code(&self) -> (Code, &'static str) {
        (Code::ResourceExhausted, "OVERLOADED")
    }

    fn retry_after(&self) -> Option<Duration> {
        Some(Duration::from_secs(1))
    }
}

/// Keeps the number of calls bounded: some are worked on, some wait a little, the rest are turned away at once.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    running: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    limits: Limits,
}

impl Bounds {
    pub fn new(limits: Limits) -> Self {
        Self { running: Arc::new(Semaphore::new(limits.in_flight)), waiting: Arc::default(), limits }
    }

    /// A place for one call, held while it is worked on.
    pub async fn enter(&self) -> Result<OwnedSemaphorePermit, Overloaded> {
        if let Ok(place) = Arc::clone(&self.running).try_acquire_owned() {
            return Ok(place);
        }
        let queue = Queue(&self.waiting);
        if queue.0.fetch_add(1, Ordering::Relaxed) >= self.limits.waiting {
            return Err(Overloaded);
        }
        let place = tokio::time::timeout(self.limits.patience, Arc::clone(&self.running).acquire_owned()).await;
        place.map_err(|_| Overloaded)?.map_err(|_| Overloaded)
    }
}

/// A call in the queue: it leaves whatever happens, also when its caller hangs up.
struct Queue<'a>(&'a AtomicUsize);

impl Drop for Queue<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
