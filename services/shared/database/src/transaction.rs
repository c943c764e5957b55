use sqlx::{Connection as _, PgConnection, PgPool};

use crate::pool::writable;

/// Commits what `work` did when it succeeds; leaves no trace when it fails.
///
/// # Errors
/// Whatever `work` answers, or the database.
pub async fn transact<T, E: From<sqlx::Error>>(pool: &PgPool, work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, E>) -> Result<T, E> {
    let mut conn = pool.acquire().await?;
    let mut tx = conn.begin().await?;
    match work(&mut tx).await {
        Ok(value) => {
            tx.commit().await?;
            Ok(value)
        }
        Err(error) => {
            // A primary that was demoted keeps its sessions: without this the pool would serve them for as long as they are busy.
            if tx.rollback().await.is_err() || !writable(&mut conn).await.unwrap_or(false) {
                conn.close_on_drop();
            }
            Err(error)
        }
    }
}

/// Reads in one consistent view of the database, and cannot write.
///
/// # Errors
/// Whatever `work` answers, or the database.
pub async fn snapshot<T, E: From<sqlx::Error>>(pool: &PgPool, work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, E>) -> Result<T, E> {
    let mut conn = pool.acquire().await?;
    let mut tx = conn.begin_with("begin isolation level repeatable read, read only").await?;
    let value = work(&mut tx).await?;
    tx.rollback().await?;
    Ok(value)
}
