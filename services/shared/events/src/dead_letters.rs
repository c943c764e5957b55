//! What was given up after its last try, until an operator asks to try it again.

use std::{collections::HashMap, time::Duration};

use async_nats::{HeaderMap, jetstream::Message};
use atlas_proto::subjects;
use chrono::{DateTime, Utc};
use sqlx::{Connection as _, PgConnection, PgPool, types::Uuid};
use tokio::time::sleep;

use crate::{
    Failure, Heard, Mark,
    consumers::{ATTEMPTS, Handle, backoff},
};

/// How often a consumer looks for what an operator asked to try again.
const POLL: Duration = Duration::from_secs(1);
/// What is kept of an event besides its subject and its body.
const KEPT: [&str; 4] = [subjects::MESSAGE_ID, subjects::CHANGE, subjects::RESYNC, subjects::TRACEPARENT];

/// An event or a job that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeadLetter {
    pub(crate) id: Uuid,
    pub(crate) consumer: String,
    pub(crate) subject: String,
    pub(crate) reason: String,
    pub(crate) attempts: i32,
    pub(crate) given_up_at: DateTime<Utc>,
}

/// What is written to an operator: what happened, no more than a line of it.
pub(crate) fn reason(error: &anyhow::Error) -> String {
    format!("{error:#}").chars().take(500).collect()
}

pub(crate) async fn keep_event(pool: &PgPool, consumer: &str, message: &Message, attempts: i32, error: &anyhow::Error) -> sqlx::Result<()> {
    let header = |name: &str| message.headers.as_ref()?.get(name).map(|value| value.as_str().to_owned());
    let headers: serde_json::Map<_, _> = KEPT.iter().filter_map(|name| Some(((*name).to_owned(), header(name)?.into()))).collect();
    let kept = sqlx::query!(
        "insert into dead_letters (id, consumer, subject, headers, payload, reason, attempts)
         values (gen_random_uuid(), $1, $2, $3, $4, $5, $6)",
        consumer,
        message.subject.as_str(),
        serde_json::Value::from(headers),
        message.payload.as_ref(),
        reason(error),
        attempts,
    );
    kept.execute(pool).await.map(drop)
}

/// Tries again what an operator asked for, for as long as the process lives.
pub(crate) async fn second_chances(consumer: &str, pool: &PgPool, handle: &impl Handle) {
    loop {
        match second_chance(consumer, pool, handle).await {
            Ok(true) => {}
            Ok(false) => sleep(POLL).await,
            Err(error) => {
                tracing::warn!(consumer, error = &*error as &dyn std::error::Error, "cannot look for dead letters; will try again");
                sleep(POLL).await;
            }
        }
    }
}

async fn second_chance(consumer: &str, pool: &PgPool, handle: &impl Handle) -> anyhow::Result<bool> {
    database::transact(pool, async |tx| {
        let letter = sqlx::query!(
            "select id, subject, headers, payload, attempts from dead_letters
             where consumer = $1 and retry_at <= now() and headers is not null order by retry_at limit 1 for update skip locked",
            consumer,
        );
        let Some(letter) = letter.fetch_optional(&mut *tx).await? else { return Ok(false) };
        let done = match heard(&letter.subject, letter.headers, letter.payload) {
            Ok(heard) => attempt(tx, consumer, handle, &heard).await,
            Err(error) => Err(Failure::GiveUp(error)),
        };
        let attempts = letter.attempts + 1;
        match done {
            Ok(()) => {
                sqlx::query!("delete from dead_letters where id = $1", letter.id).execute(tx).await?;
            }
            Err(failure) => {
                let again = (matches!(failure, Failure::Retry(_)) && attempts < ATTEMPTS).then(|| backoff(attempts).as_secs_f64());
                let kept = sqlx::query!(
                    "update dead_letters set attempts = $2, reason = $3, given_up_at = now(), retry_at = now() + make_interval(secs => $4)
                     where id = $1",
                    letter.id,
                    attempts,
                    reason(failure.cause()),
                    again,
                );
                kept.execute(tx).await?;
            }
        }
        Ok(true)
    })
    .await
}

/// Does the work in a transaction of its own within the one that holds the letter.
async fn attempt(tx: &mut PgConnection, consumer: &str, handle: &impl Handle, heard: &Heard) -> Result<(), Failure> {
    let mut inner = tx.begin().await?;
    let done = handle.handle(&mut inner, consumer, heard).await;
    match &done {
        Ok(()) => inner.commit().await?,
        Err(_) => inner.rollback().await?,
    }
    done
}

fn heard(subject: &str, headers: Option<serde_json::Value>, payload: Vec<u8>) -> anyhow::Result<Heard> {
    let kept: HashMap<String, String> = serde_json::from_value(headers.unwrap_or_default())?;
    let mut headers = HeaderMap::new();
    for (name, value) in kept {
        headers.insert(name, value);
    }
    Heard::from_parts(subject, Some(&headers), payload.into(), Mark { created: 0, sequence: 0 })
}

/// A page of what waits for an operator, oldest first, after this one.
pub(crate) async fn list(conn: &mut PgConnection, after: Option<(DateTime<Utc>, Uuid)>, limit: i64) -> sqlx::Result<Vec<DeadLetter>> {
    let (at, id) = after.unzip();
    let rows = sqlx::query_as!(
        DeadLetter,
        "select id, consumer, subject, reason, attempts, given_up_at from dead_letters
         where retry_at is null and ($1::timestamptz is null or (given_up_at, id) > ($1, $2::uuid))
         order by given_up_at, id limit $3",
        at,
        id,
        limit,
    );
    rows.fetch_all(conn).await
}

/// Puts letters back in line (all when none is named), and says how many there were.
pub(crate) async fn retry(tx: &mut PgConnection, ids: &[Uuid]) -> sqlx::Result<u64> {
    let jobs = sqlx::query!(
        "with back as (delete from dead_letters where headers is null and retry_at is null and (cardinality($1::uuid[]) = 0 or id = any($1))
                       returning consumer, subject, payload),
              enqueued as (insert into jobs (kind, key, run_at, payload) select consumer, subject, now(), payload from back
                           on conflict (kind, key) do nothing)
         select count(*) as \"count!\" from back",
        ids,
    );
    let jobs = jobs.fetch_one(&mut *tx).await?.count;
    let events = sqlx::query!(
        "update dead_letters set retry_at = now(), attempts = 0
         where headers is not null and retry_at is null and (cardinality($1::uuid[]) = 0 or id = any($1))",
        ids,
    );
    Ok(events.execute(tx).await?.rows_affected() + jobs.unsigned_abs())
}
