//! What runs in a process, and how it stops.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{anyhow, bail};
use kernel::{Clock, SystemClock};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::readiness::{Condition, Readiness};

/// Everything a process runs, and the way to stop all of it.
///
/// Asked to stop, it first says that it is not ready, waits until those who send it work have noticed
/// (`linger`), then stops accepting and lets finish what runs; a second signal, or the end of the grace
/// period, ends it at once.
#[derive(Clone)]
pub struct Lifecycle {
    clock: Arc<dyn Clock>,
    readiness: Readiness,
    running: Condition,
    asked: CancellationToken,
    stop: CancellationToken,
    force: CancellationToken,
    tasks: TaskTracker,
    failure: Arc<Mutex<Option<anyhow::Error>>>,
    patience: Patience,
}

/// How long a stopping process takes.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Between saying "not ready" and no longer accepting.
    pub linger: Duration,
    /// From then until everything has to be finished.
    pub grace: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { linger: Duration::ZERO, grace: Duration::from_secs(25) }
    }
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self::new(Arc::new(SystemClock), Patience::default())
    }
}

impl Lifecycle {
    /// A process that goes by this clock.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, patience: Patience) -> Self {
        let readiness = Readiness::default();
        let running = readiness.condition("running");
        running.set(true);
        let (asked, stop, force) = (CancellationToken::new(), CancellationToken::new(), CancellationToken::new());
        Self { clock, readiness, running, asked, stop, force, tasks: TaskTracker::new(), failure: Arc::default(), patience }
    }

    /// The time as this process has it.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// Whether the process can serve.
    #[must_use]
    pub const fn readiness(&self) -> &Readiness {
        &self.readiness
    }

    /// Cancelled when the process no longer accepts work.
    #[must_use]
    pub const fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// Whether the process was asked to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.asked.is_cancelled()
    }

    /// Runs `work` until the process stops, and then drops it; when it ends before that, the process stops with a failing code.
    pub fn spawn(&self, name: &'static str, work: impl Future<Output = anyhow::Result<()>> + Send + 'static) {
        let stop = self.stop.clone();
        self.spawn_to_end(name, async move { stop.run_until_cancelled_owned(work).await.unwrap_or(Ok(())) });
    }

    /// Runs `work` to its end, for which it has to watch [`Lifecycle::stop`] itself.
    ///
    /// When it ends before that, the process stops with a failing code.
    pub fn spawn_to_end(&self, name: &'static str, work: impl Future<Output = anyhow::Result<()>> + Send + 'static) {
        let this = self.clone();
        self.tasks.spawn(async move {
            let work = std::panic::AssertUnwindSafe(work);
            let ended = futures_util::FutureExt::catch_unwind(work).await.unwrap_or_else(|_| Err(anyhow!("it panicked")));
            match ended {
                Err(error) => this.fail(error.context(format!("task {name} failed"))),
                Ok(()) if !this.stop.is_cancelled() => this.fail(anyhow!("task {name} ended by itself")),
                Ok(()) => {}
            }
        });
    }

    /// Asks the process to stop; returns at once.
    pub fn shut_down(&self) {
        if self.asked.is_cancelled() {
            return;
        }
        self.asked.cancel();
        self.running.set(false);
        let (stop, linger) = (self.stop.clone(), self.patience.linger);
        if linger.is_zero() {
            stop.cancel();
        } else {
            self.tasks.spawn(async move {
                tokio::time::sleep(linger).await;
                stop.cancel();
            });
        }
    }

    /// Ends the process at once, whatever runs.
    pub fn force(&self) {
        self.shut_down();
        self.stop.cancel();
        self.force.cancel();
    }

    /// Waits for what was spawned.
    ///
    /// # Errors
    /// The first failure of a task, or that something did not finish in the grace period.
    pub async fn finish(&self) -> anyhow::Result<()> {
        self.shut_down();
        self.tasks.close();
        tokio::select! {
            () = self.tasks.wait() => {}
            () = self.until_forced() => bail!("stopped before everything was finished"),
        }
        match self.failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }

    /// Runs `work`, which serves until the process stops, and then waits for all tasks; signals are heeded meanwhile.
    ///
    /// # Errors
    /// What made `work` or a task fail, or that the process had to be forced.
    pub async fn run(&self, work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
        let all = async {
            let ended = work.await;
            if ended.is_err() {
                self.stop.cancel();
            }
            let finished = self.finish().await;
            ended.and(finished)
        };
        tokio::select! {
            ended = all => ended,
            ended = self.heed_signals() => ended,
            () = self.until_forced() => Err(anyhow!("stopped before everything was finished")),
        }
    }

    /// Turns signals into stopping: the first one asks, the second one forces. Never ends by itself but with an error.
    async fn heed_signals(&self) -> anyhow::Result<()> {
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if self.asked.is_cancelled() {
                tracing::warn!("asked to stop again: stopping at once");
                self.force();
            } else {
                tracing::info!("asked to stop");
                self.shut_down();
            }
        }
    }

    /// Waits until the process was forced, or its grace period is over.
    async fn until_forced(&self) {
        let over = async {
            self.stop.cancelled().await;
            tokio::time::sleep(self.patience.grace).await;
            tracing::error!("the grace period is over");
        };
        tokio::select! {
            () = over => {}
            () = self.force.cancelled() => {}
        }
    }

    fn fail(&self, error: anyhow::Error) {
        tracing::error!(error = format!("{error:#}"), "a task failed: the process stops");
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        self.shut_down();
    }
}
