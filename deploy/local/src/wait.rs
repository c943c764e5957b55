use crate::Fault;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

const PACE: Duration = Duration::from_millis(20);

/// Somebody wants everything to end: what waits stops waiting.
#[derive(Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks for the end.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Says whether the end was asked for.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Waits until `done` says so, for at most `limit`; the fault names what was waited for.
///
/// Blocks the thread: what a platform runs on belongs to no async runtime, so that it outlives each test that shares it.
pub fn until(what: &str, limit: Duration, mut done: impl FnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let since = Instant::now();
    while !done()? {
        if since.elapsed() > limit {
            return Err(Fault::new(
                format!("{what}: not within {} s", limit.as_secs()),
                "look at the lines above; a slower machine may need a second try",
            )
            .into());
        }
        thread::sleep(PACE);
    }
    Ok(())
}
