//! What keeps the tables small: days are made ahead and dropped behind, old marks and answers go.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::sleep;

/// How many days of the log are made ahead, and kept behind.
const AHEAD: i32 = 14;
const KEPT: i32 = 30;

/// Cleans up at once and then every hour, for as long as the process lives; any number of replicas may do so.
///
/// # Errors
/// Never; it is a task of a process, which may fail.
pub async fn run(pool: &PgPool) -> anyhow::Result<()> {
    loop {
        let pause = match once(pool).await {
            Ok(()) => Duration::from_hours(1),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "cannot clean up; will try again");
                Duration::from_mins(1)
            }
        };
        sleep(pause).await;
    }
}

/// Cleans up once.
///
/// # Errors
/// The database's.
pub async fn once(pool: &PgPool) -> sqlx::Result<()> {
    database::transact(pool, async |tx| {
        crate::outbox::alone(tx, "outbox.maintenance").await?;
        sqlx::query!("select outbox_prepare($1)", AHEAD).fetch_one(&mut *tx).await?;
        sqlx::query!("select outbox_retire($1)", KEPT).fetch_one(tx).await.map(drop)
    })
    .await?;
    // An inbox must outlive the log: what is published again from its beginning is to be known still.
    sqlx::query!("delete from inbox where handled_at < now() - interval '35 days'").execute(pool).await?;
    sqlx::query!("delete from tombstones where removed_at < now() - interval '35 days'").execute(pool).await?;
    sqlx::query!("delete from answers where created_at < now() - interval '24 hours'").execute(pool).await.map(drop)
}
