//! Sends what is due. Any number of workers share the queue, which is the table itself: what one has taken the others pass over,
//! and take again when it has died.

mod attempt;
mod pace;

use std::{sync::Arc, time::Duration};

use events::outbox;
use kernel::Clock;
use sqlx::PgPool;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{Lane, Message},
    facts,
    letter::Sender,
    neighbours::Neighbours,
    smtp::Smtp,
    store::queue,
};
use pace::Pace;

/// How much a worker does at once, and how long it may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Mails under way in one worker.
    pub at_once: usize,
    /// Of those, kept free for security mail.
    pub reserved: usize,
    /// Mails under way to one domain, of all workers together.
    pub to_a_domain: i32,
    /// How long a worker may have a mail before another one takes it: longer than `try_for`.
    pub lease: Duration,
    /// How long one try may take.
    pub try_for: Duration,
    /// How often it is looked for what is due.
    pub look: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            at_once: 16,
            reserved: 4,
            to_a_domain: 4,
            lease: Duration::from_secs(180),
            try_for: Duration::from_secs(150),
            look: Duration::from_millis(150),
        }
    }
}

/// Sends what is due.
#[derive(Clone)]
pub struct Worker {
    /// The queue.
    pub pool: PgPool,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Wakes the log after a commit.
    pub signal: outbox::Signal,
    /// Who is asked for words and addresses.
    pub neighbours: Neighbours,
    /// The way to the relay.
    pub smtp: Smtp,
    /// Whose mails they are.
    pub sender: Arc<Sender>,
    /// What links begin with.
    pub origin: Arc<str>,
    /// How much at once.
    pub limits: Limits,
}

/// How long to wait after the database failed.
const PAUSE: Duration = Duration::from_millis(500);
/// How often it is looked for mails whose time is over.
const EXPIRY: Duration = Duration::from_secs(5);

impl Worker {
    /// Sends until the process stops, then lets the mails that are under way come to their end.
    ///
    /// # Errors
    /// Never; it is a task of a process, which may fail.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        let worker = Arc::new(self);
        let pace = Arc::new(Pace::default());
        let mut under_way = JoinSet::new();
        let mut quiet = [Instant::now(); Lane::ALL.len()];
        while !stop.is_cancelled() {
            if let Err(error) = worker.take_up(&mut under_way, &pace, &mut quiet).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "cannot look for mails to send; will try again");
                stop.run_until_cancelled(sleep(PAUSE)).await;
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = sleep(worker.limits.look) => {}
                Some(_) = under_way.join_next(), if !under_way.is_empty() => {
                    while under_way.try_join_next().is_some() {}
                }
            }
        }
        under_way.join_all().await;
        Ok(())
    }

    /// Takes as many mails as there is room for, security mail first: for it some room is always left. A lane in which less was due
    /// than there was room for is quiet, and not looked at for a moment: not after each mail of another.
    async fn take_up(
        self: &Arc<Self>,
        under_way: &mut JoinSet<()>,
        pace: &Arc<Pace>,
        quiet: &mut [Instant; Lane::ALL.len()],
    ) -> sqlx::Result<()> {
        for (lane, quiet_until) in Lane::ALL.into_iter().zip(quiet) {
            let room = match lane {
                Lane::Security => self.limits.at_once.saturating_sub(under_way.len()),
                _ => pace.room().min((self.limits.at_once - self.limits.reserved).saturating_sub(under_way.len())),
            };
            if room == 0 || Instant::now() < *quiet_until {
                continue;
            }
            let limit = i64::try_from(room).unwrap_or(i64::MAX);
            let taken = queue::claim(&self.pool, lane, limit, i64::from(self.limits.to_a_domain), self.limits.lease).await?;
            if taken.len() < room {
                *quiet_until = Instant::now() + self.limits.look;
            }
            pace.spend(taken.len());
            for message in taken {
                let (worker, pace) = (Arc::clone(self), Arc::clone(pace));
                under_way.spawn(async move { worker.attend(message, &pace).await });
            }
        }
        Ok(())
    }

    async fn attend(&self, message: Message, pace: &Pace) {
        if let Err(error) = self.attempt(&message, pace).await {
            tracing::warn!(message = %message.id, error = &error as &dyn std::error::Error, "a try could not be written down; the mail is taken up again");
        }
    }

    /// Ends mails whose time is over, for as long as the process lives.
    ///
    /// # Errors
    /// Never; it is a task of a process, which may fail.
    pub async fn expire(self) -> anyhow::Result<()> {
        loop {
            match self.expire_some().await {
                Ok(0) => sleep(EXPIRY).await,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "cannot end mails whose time is over; will try again");
                    sleep(EXPIRY).await;
                }
            }
        }
    }

    async fn expire_some(&self) -> sqlx::Result<usize> {
        let ended = database::transact(&self.pool, async |tx| {
            let late = queue::expire(tx).await?;
            let events: Vec<_> = late.iter().map(|told| facts::message(told, told.state.word())).collect();
            if !events.is_empty() {
                outbox::append_all(tx, &*self.clock, &events).await?;
            }
            Ok::<_, sqlx::Error>(events.len())
        })
        .await?;
        if ended > 0 {
            self.signal.wake();
        }
        Ok(ended)
    }
}
