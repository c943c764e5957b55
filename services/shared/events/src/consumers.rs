//! Consumers of others' events: durable, at least once, with an end to trying.

mod copy;
mod listen;
mod react;

use std::time::Duration;

use sqlx::{PgConnection, PgPool};

pub use copy::Copy;
pub(crate) use listen::settled;
pub use react::React;

use crate::{Broker, Failure, Heard, broker::Lane};

/// Who listens to what. Its replicas share the work under one name.
#[derive(Debug, Clone)]
pub struct Consumer {
    /// The name under which the broker and the inbox know it; never changed once it has run: `notifications-codes`.
    pub name: &'static str,
    /// The service that tells.
    pub source: &'static str,
    /// The resources it listens to; all when empty.
    pub resources: &'static [&'static str],
    /// Where its inbox and its work are.
    pub pool: PgPool,
    /// Where the events are.
    pub broker: Broker,
}

/// Keeps a copy of another service's state, for as long as the process lives: each state once, only when it is newer than
/// what is kept, and none that a resync no longer names.
///
/// # Errors
/// Never; it is a task of a process, which may fail.
pub async fn copy(consumer: Consumer, copy: impl Copy) -> anyhow::Result<()> {
    listen::run(&consumer, &copy::Keeping(copy)).await
}

/// Reacts to each event once, whatever comes twice, for as long as the process lives. State told again asks for no reaction.
///
/// # Errors
/// Never; it is a task of a process, which may fail.
pub async fn react(consumer: Consumer, react: impl React) -> anyhow::Result<()> {
    listen::run(&consumer, &react::Once(react)).await
}

/// What a type of consumer does with an event, in the transaction that marks it as done.
pub(crate) trait Handle: Send + Sync {
    /// Where it listens.
    const LANES: &'static [Lane];

    fn handle(&self, tx: &mut PgConnection, consumer: &str, heard: &Heard) -> impl Future<Output = Result<(), Failure>> + Send;

    /// An event failed and will come again.
    fn excuse(&self, pool: &PgPool, consumer: &str, heard: &Heard) -> impl Future<Output = sqlx::Result<()>> + Send;
}

/// How often an event is tried before it is given up.
pub(crate) const ATTEMPTS: i32 = 8;

/// How long to wait after so many tries: a fifth of a second at first, a minute at most.
pub(crate) fn backoff(attempts: i32) -> Duration {
    let doubled = 2_u32.saturating_pow(u32::try_from(attempts.clamp(1, 16)).unwrap_or(1) - 1);
    Duration::from_millis(200).saturating_mul(doubled).min(Duration::from_mins(1))
}
