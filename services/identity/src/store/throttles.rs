use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

use crate::domain::throttle::{Rule, State, Wait};

/// Something that may be tried only so often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    name: String,
    rule: Rule,
}

impl Bucket {
    /// The bucket of a kind for somebody or something; of what it is about only a hash is kept.
    #[must_use]
    pub fn of(kind: &str, about: &str, rule: Rule) -> Self {
        let about = Sha256::digest(about.as_bytes());
        Self { name: format!("{kind}:{}", URL_SAFE_NO_PAD.encode(&about[..18])), rule }
    }
}

/// Takes a try from every bucket, or from none: then it says how long to wait, which is the longest of their waits.
///
/// A try counts as failed until it is told otherwise, and should be committed before the secret is looked at: else many at
/// once would all be looked at.
pub async fn take(conn: &mut PgConnection, buckets: &[Bucket]) -> sqlx::Result<Result<(), Wait>> {
    let (now, states) = lock(conn, buckets).await?;
    let taken: Vec<Result<State, Wait>> = buckets.iter().zip(&states).map(|(bucket, state)| state.take(bucket.rule, now)).collect();
    if let Some(wait) = taken.iter().filter_map(|taken| taken.err()).max_by_key(|wait| wait.0) {
        return Ok(Err(wait));
    }
    let taken: Vec<State> = taken.into_iter().flatten().collect();
    save(conn, buckets, &taken).await.map(Ok)
}

/// The try succeeded: what failed in a row before it no longer counts.
pub async fn succeeded(conn: &mut PgConnection, buckets: &[Bucket]) -> sqlx::Result<()> {
    change(conn, buckets, |rule| matches!(rule, Rule::Guesses { .. }), State::succeeded).await
}

/// The try was not made after all: nothing was looked at.
pub async fn give_back(conn: &mut PgConnection, buckets: &[Bucket]) -> sqlx::Result<()> {
    change(conn, buckets, |rule| !matches!(rule, Rule::Rate { .. }), State::given_back).await
}

/// Changes the buckets of some rules, and holds no other: the one of an office is everybody's.
async fn change(
    conn: &mut PgConnection,
    buckets: &[Bucket],
    of: impl Fn(Rule) -> bool,
    to: impl Fn(State, Rule, DateTime<Utc>) -> State,
) -> sqlx::Result<()> {
    let buckets: Vec<Bucket> = buckets.iter().filter(|bucket| of(bucket.rule)).cloned().collect();
    let (now, states) = lock(conn, &buckets).await?;
    let states: Vec<State> = buckets.iter().zip(states).map(|(bucket, state)| to(state, bucket.rule, now)).collect();
    save(conn, &buckets, &states).await
}

/// Forgets buckets: those of an account whose owner has proved themselves by mail.
pub async fn forget(conn: &mut PgConnection, buckets: &[Bucket]) -> sqlx::Result<()> {
    sqlx::query!("delete from throttles where bucket = any($1)", &names(buckets)).execute(conn).await.map(drop)
}

/// Holds buckets until the transaction ends, always in the same order; one that is not there is fresh.
async fn lock(conn: &mut PgConnection, buckets: &[Bucket]) -> sqlx::Result<(DateTime<Utc>, Vec<State>)> {
    let names = names(buckets);
    let made = sqlx::query!(
        "insert into throttles (bucket, streak, counted, since, free_at, idle_at)
         select bucket, 0, 0, clock_timestamp(), clock_timestamp(), clock_timestamp() + interval '1 minute'
         from (select distinct unnest($1::text[]) as bucket order by bucket) new on conflict do nothing",
        &names,
    );
    made.execute(&mut *conn).await?;
    let rows = sqlx::query!(
        "select bucket, streak, counted, since, free_at from throttles where bucket = any($1) order by bucket for update",
        &names,
    );
    let rows = rows.fetch_all(&mut *conn).await?;
    let now = super::now(conn).await?;
    let state = |name: &String| {
        let row = rows.iter().find(|row| row.bucket == *name);
        row.map_or(State::fresh(now), |row| State { streak: row.streak, counted: row.counted, since: row.since, free_at: row.free_at })
    };
    Ok((now, names.iter().map(state).collect()))
}

async fn save(conn: &mut PgConnection, buckets: &[Bucket], states: &[State]) -> sqlx::Result<()> {
    // A little longer than it matters: a bucket must not go while it is held.
    let idle: Vec<DateTime<Utc>> =
        buckets.iter().zip(states).map(|(bucket, state)| state.idle_at(bucket.rule) + TimeDelta::minutes(1)).collect();
    let saved = sqlx::query!(
        "update throttles set streak = new.streak, counted = new.counted, since = new.since, free_at = new.free_at, idle_at = new.idle_at
         from unnest($1::text[], $2::int[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
              as new (bucket, streak, counted, since, free_at, idle_at)
         where throttles.bucket = new.bucket",
        &names(buckets),
        &states.iter().map(|state| state.streak).collect::<Vec<_>>(),
        &states.iter().map(|state| state.counted).collect::<Vec<_>>(),
        &states.iter().map(|state| state.since).collect::<Vec<_>>(),
        &states.iter().map(|state| state.free_at).collect::<Vec<_>>(),
        &idle,
    );
    saved.execute(conn).await.map(drop)
}

fn names(buckets: &[Bucket]) -> Vec<String> {
    buckets.iter().map(|bucket| bucket.name.clone()).collect()
}
