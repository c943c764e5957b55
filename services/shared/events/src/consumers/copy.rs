use sqlx::{PgConnection, PgPool};

use super::Handle;
use crate::{Failure, Heard, broker::Lane};

/// A copy of another service's state.
pub trait Copy: Send + Sync {
    /// Keeps a state that is newer than the one kept, or removes what it says is gone.
    fn keep(&self, tx: &mut PgConnection, heard: &Heard) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Forgets one thing that the owner no longer has; it may be forgotten already.
    fn forget(&self, tx: &mut PgConnection, resource: &str, key: &str) -> impl Future<Output = Result<(), Failure>> + Send;
}

pub(super) struct Keeping<C>(pub(super) C);

impl<C: Copy> Handle for Keeping<C> {
    /// What a lost stream had is in the state that the resync after the loss tells.
    const LANES: &'static [Lane] = &[Lane::New];

    async fn handle(&self, tx: &mut PgConnection, consumer: &str, heard: &Heard) -> Result<(), Failure> {
        if heard.ends_resync() {
            for (resource, key) in unnamed(tx, consumer, heard).await? {
                self.0.forget(tx, &resource, &key).await?;
            }
        } else if is_newer(tx, consumer, heard).await? {
            self.0.keep(tx, heard).await?;
        }
        Ok(())
    }

    /// What a resync told is named, though it could not be kept yet: the end of the resync is not to forget it.
    async fn excuse(&self, pool: &PgPool, consumer: &str, heard: &Heard) -> sqlx::Result<()> {
        let named = sqlx::query!(
            "update copies set epoch = $4, version = 0 where consumer = $1 and resource = $2 and key = $3 and epoch < $4",
            consumer,
            heard.resource,
            heard.key,
            heard.epoch as _,
        );
        if heard.resync.is_some() { named.execute(pool).await.map(drop) } else { Ok(()) }
    }
}

/// Takes note of a state, and says whether it is newer than the one noted; who handles the same thing meanwhile waits.
async fn is_newer(tx: &mut PgConnection, consumer: &str, heard: &Heard) -> sqlx::Result<bool> {
    let noted = sqlx::query!(
        "insert into copies (consumer, resource, key, epoch, version) values ($1, $2, $3, $4, $5)
         on conflict (consumer, resource, key) do update set epoch = excluded.epoch, version = excluded.version
         where (copies.epoch, copies.version) < (excluded.epoch, excluded.version)",
        consumer,
        heard.resource,
        heard.key,
        heard.epoch as _,
        heard.version as _,
    );
    Ok(noted.execute(tx).await?.rows_affected() == 1)
}

/// What the epoch that ends did not name. It is noted as gone in that epoch, so that older events do not bring it back.
async fn unnamed(tx: &mut PgConnection, consumer: &str, heard: &Heard) -> sqlx::Result<Vec<(String, String)>> {
    let gone = sqlx::query!(
        "update copies set epoch = $2, version = 0 where consumer = $1 and epoch < $2 returning resource, key",
        consumer,
        heard.epoch as _,
    );
    Ok(gone.fetch_all(tx).await?.into_iter().map(|row| (row.resource, row.key)).collect())
}
