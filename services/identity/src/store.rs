//! The tables: plain functions over a connection.

pub mod assertions;
pub mod clients;
pub mod journal;
pub mod keys;
pub mod voids;

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

/// The database's time: the one clock that all replicas share.
pub async fn now(conn: &mut PgConnection) -> sqlx::Result<DateTime<Utc>> {
    sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(conn).await
}

/// Forgets what no longer matters, every ten minutes; any number of replicas may do so.
pub async fn clean(pool: PgPool) -> anyhow::Result<()> {
    loop {
        if let Err(error) = clean_once(&pool).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "cannot clean up; will try again");
        }
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
}

async fn clean_once(pool: &PgPool) -> sqlx::Result<()> {
    // An hour more than needed: whoever looks into what happened finds it still.
    sqlx::query!("delete from used_assertions where expires_at < now() - interval '1 hour'").execute(pool).await?;
    sqlx::query!("delete from voids where voided_at < now() - interval '1 hour'").execute(pool).await?;
    sqlx::query!("delete from signing_keys where valid_until < now() - interval '1 hour'").execute(pool).await.map(drop)
}
