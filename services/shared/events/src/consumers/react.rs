use sqlx::{PgConnection, PgPool};

use super::Handle;
use crate::{Failure, Heard, broker::Lane};

/// What is to be done once for an event.
pub trait React: Send + Sync {
    /// Does it, in the transaction that marks the event as done: what leaves the database goes by a job.
    fn react(&self, tx: &mut PgConnection, heard: &Heard) -> impl Future<Output = Result<(), Failure>> + Send;
}

pub(super) struct Once<R>(pub(super) R);

impl<R: React> Handle for Once<R> {
    const LANES: &'static [Lane] = &[Lane::New, Lane::Again];

    async fn handle(&self, tx: &mut PgConnection, consumer: &str, heard: &Heard) -> Result<(), Failure> {
        let told_again = heard.resync.is_some() || heard.ends_resync();
        if !told_again && is_first(tx, consumer, heard).await? { self.0.react(tx, heard).await } else { Ok(()) }
    }

    async fn excuse(&self, _: &PgPool, _: &str, _: &Heard) -> sqlx::Result<()> {
        Ok(())
    }
}

/// True the first time a consumer sees this event, whatever its version; the mark lives and dies with its transaction.
async fn is_first(tx: &mut PgConnection, consumer: &str, heard: &Heard) -> sqlx::Result<bool> {
    let marked = sqlx::query!("insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing", consumer, heard.id as _);
    Ok(marked.execute(tx).await?.rows_affected() == 1)
}
