//! What is forgotten: of an address after 90 days all that is left of it, mails and their tries after 12 months.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::sleep;

use crate::store::messages;

/// Forgets at once and then every hour, for as long as the process lives; any number of replicas may do so.
///
/// # Errors
/// Never; it is a task of a process, which may fail.
pub async fn run(pool: PgPool) -> anyhow::Result<()> {
    loop {
        let done = async { messages::forget(&mut *pool.acquire().await?).await }.await;
        if let Err(error) = done {
            tracing::warn!(error = &error as &dyn std::error::Error, "cannot forget old mails; will try again");
        }
        sleep(Duration::from_hours(1)).await;
    }
}
