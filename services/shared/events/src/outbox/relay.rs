use std::{sync::Arc, time::Duration};

use kernel::Position;
use sqlx::PgPool;
use tokio::{
    sync::{Notify, watch},
    time::{sleep, timeout},
};

use super::{
    publish::{Pace, Publisher, is_estranged},
    sequence,
};
use crate::{Broker, Sabotage, resync, resync::Retell};

/// How often the log is looked at when nobody wakes us: what other replicas write must be numbered too.
const POLL: Duration = Duration::from_millis(50);
/// How often the stream is compared with the log when nothing seems wrong.
const GUARD: Duration = Duration::from_secs(2);
/// How long to wait after a failure.
const PAUSE: Duration = Duration::from_millis(500);

/// Wakes the relay of this process after a commit, so that a fact does not wait for the next look at the log.
#[derive(Debug, Clone, Default)]
pub struct Signal(Arc<Notify>);

impl Signal {
    /// Says that something was written.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// Carries the log of a service to the broker. Every replica runs one; each step is taken by one replica at a time.
#[derive(Debug)]
pub struct Relay {
    publisher: Publisher,
    signal: Signal,
    guard: Notify,
    position: watch::Sender<Position>,
}

impl Relay {
    /// The relay of a service; it does nothing until it runs.
    #[must_use]
    pub fn new(service: &'static str, pool: PgPool, broker: Broker) -> Self {
        let publisher = Publisher { service, pool, broker, sabotage: None, pace: Pace::default() };
        Self { publisher, signal: Signal::default(), guard: Notify::new(), position: watch::Sender::default() }
    }

    #[doc(hidden)]
    #[must_use]
    pub fn sabotaged(mut self, sabotage: Option<Sabotage>) -> Self {
        self.publisher.sabotage = sabotage;
        self
    }

    /// Wakes this relay.
    #[must_use]
    pub fn signal(&self) -> Signal {
        self.signal.clone()
    }

    /// The newest position of the log, as it grows: feeds wait on it.
    #[must_use]
    pub fn log(&self) -> watch::Receiver<Position> {
        self.position.subscribe()
    }

    /// Numbers, publishes, and tells all again when that is due, for as long as the process lives.
    ///
    /// A broker or a database that is away delays facts; it stops nothing.
    ///
    /// # Errors
    /// Never; it is a task of a process, which may fail.
    pub async fn run(self, retell: impl Retell) -> anyhow::Result<()> {
        tokio::join!(self.number(), self.publish(), self.guard(), resync::run(&self.publisher.pool, &retell));
        Ok(())
    }

    async fn number(&self) {
        let pool = &self.publisher.pool;
        loop {
            let step = async {
                let (waiting, position) = sequence::look(pool).await?;
                self.position.send_if_modified(|known| std::mem::replace(known, position) != position);
                if waiting { sequence::sequence(pool).await } else { Ok(0) }
            };
            match step.await {
                Ok(0) => drop(timeout(POLL, self.signal.0.notified()).await),
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the log is not numbered; will try again");
                    sleep(PAUSE).await;
                }
            }
        }
    }

    async fn publish(&self) {
        let mut position = self.position.subscribe();
        loop {
            match self.publisher.publish().await {
                Ok(0) => drop(timeout(GUARD, position.changed()).await),
                Ok(_) => {}
                Err(error) => {
                    self.guard.notify_one();
                    if !is_estranged(&error) {
                        tracing::warn!(error = &*error as &dyn std::error::Error, "the log is not published; will try again");
                    }
                    sleep(PAUSE).await;
                }
            }
        }
    }

    async fn guard(&self) {
        loop {
            if let Err(error) = self.publisher.guard().await {
                tracing::warn!(error = &*error as &dyn std::error::Error, "cannot compare the stream with the log; will try again");
            }
            if let Err(error) = resync::follow_timeline(&self.publisher.pool).await {
                tracing::warn!(error = &*error as &dyn std::error::Error, "cannot read the database's timeline; will try again");
            }
            drop(timeout(GUARD, self.guard.notified()).await);
        }
    }
}
