//! The tables: plain functions over a connection.

pub mod accounts;
pub mod assertions;
pub mod chain;
pub mod clients;
pub mod codes;
pub mod collectivites;
pub mod drafts;
pub mod email_changes;
pub mod flows;
pub mod found;
pub mod invitations;
pub mod journal;
pub mod keys;
pub mod mails;
pub mod memberships;
pub mod passkeys;
pub mod places;
pub mod reports;
pub mod requests;
pub mod second_factors;
pub mod sessions;
pub mod teams;
pub mod throttles;
pub mod voids;

use std::{str::FromStr, time::Duration};

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

/// The database's time: the one clock that all replicas share.
pub async fn now(conn: &mut PgConnection) -> sqlx::Result<DateTime<Utc>> {
    sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(conn).await
}

/// Reads what was checked before it was stored.
fn parse<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(text: &str) -> sqlx::Result<T> {
    text.parse().map_err(|error: T::Err| sqlx::Error::Decode(Box::new(error)))
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
    sqlx::query!("delete from signing_keys where valid_until < now() - interval '1 hour'").execute(pool).await?;
    sqlx::query!("delete from throttles where idle_at < now()").execute(pool).await?;
    sqlx::query!("delete from flows where expires_at < now() - interval '1 hour'").execute(pool).await?;
    sqlx::query!("delete from mails where expires_at < now() - interval '30 days'").execute(pool).await?;
    sqlx::query!("delete from email_changes where changed_at < now() - interval '5 days'").execute(pool).await?;
    sqlx::query!("delete from drafts where saved_at < now() - interval '60 days'").execute(pool).await?;
    sqlx::query!("delete from devices where seen_at < now() - interval '180 days'").execute(pool).await?;
    // What was typed into a session that is over can be kept for a day more.
    sqlx::query!("delete from sessions where least(ends_at, ended_at) < now() - interval '25 hours'").execute(pool).await.map(drop)
}
