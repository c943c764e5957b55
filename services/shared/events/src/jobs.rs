//! What happens later: rows that workers take one by one, by the database's time.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tokio::time::sleep;
use tracing::Instrument as _;

use crate::{Failure, consumers::settled, dead_letters::reason};

/// How often a job is tried before it is given up: about an hour of trying.
const ATTEMPTS: i32 = 12;
/// How long a try may take.
const LIMIT: Duration = Duration::from_mins(10);

/// How often a worker looks for what is due.
const POLL: Duration = Duration::from_millis(500);

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// What is to be done: `close-campaign`.
    pub kind: String,
    /// To what; there is one job of a kind for a key.
    pub key: String,
    /// What else there is to know.
    pub payload: Vec<u8>,
    /// Which try this is, from 1.
    pub attempt: i32,
}

/// What a service does later.
pub trait Work: Send + Sync {
    /// Does a job, in the transaction that ends it: what is written is written once. A kind it does not know it gives up.
    fn work(&self, tx: &mut PgConnection, job: &Job) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Asks for a job, in the transaction that needs it done. Asked for again, it is done once, at the earlier of both times.
///
/// # Errors
/// The database's.
pub async fn enqueue(tx: &mut PgConnection, kind: &str, key: &str, run_at: DateTime<Utc>, payload: &[u8]) -> sqlx::Result<()> {
    let asked = sqlx::query!(
        "insert into jobs (kind, key, run_at, payload) values ($1, $2, $3, $4)
         on conflict (kind, key) do update
             set run_at = least(jobs.run_at, excluded.run_at), payload = excluded.payload, attempts = 0",
        kind,
        key,
        run_at,
        payload,
    );
    asked.execute(tx).await.map(drop)
}

/// Takes a job back; it may be at work already.
///
/// # Errors
/// The database's.
pub async fn cancel(tx: &mut PgConnection, kind: &str, key: &str) -> sqlx::Result<()> {
    sqlx::query!("delete from jobs where kind = $1 and key = $2", kind, key).execute(tx).await.map(drop)
}

/// Does what is due, for as long as the process lives. Any number of workers may run, in any number of processes.
///
/// # Errors
/// Never; it is a task of a process, which may fail.
pub async fn run(pool: &PgPool, work: &impl Work) -> anyhow::Result<()> {
    loop {
        match next(pool, work).await {
            Ok(true) => {}
            Ok(false) => sleep(POLL).await,
            Err(error) => {
                tracing::warn!(error = &*error as &dyn std::error::Error, "cannot take a job; will try again");
                sleep(POLL).await;
            }
        }
    }
}

/// Takes the job that is due longest and does it; says whether there was one.
async fn next(pool: &PgPool, work: &impl Work) -> anyhow::Result<bool> {
    let Some(job) = claim(pool).await? else { return Ok(false) };
    if job.attempt > ATTEMPTS {
        give_up(pool, &job, &anyhow::anyhow!("its worker died in every try")).await?;
        return Ok(true);
    }
    let span = tracing::info_span!("job", kind = job.kind, key = job.key, attempt = job.attempt);
    let done = database::transact(pool, async |tx| if hold(tx, &job).await? { work.work(tx, &job).await } else { Ok(()) });
    match settled(done.instrument(span), LIMIT).await {
        Ok(()) => {}
        Err(Failure::Retry(error)) if job.attempt < ATTEMPTS => {
            tracing::warn!(
                kind = job.kind,
                key = job.key,
                attempt = job.attempt,
                error = &*error as &dyn std::error::Error,
                "a job failed; will try again"
            );
        }
        Err(failure) => give_up(pool, &job, failure.cause()).await?,
    }
    Ok(true)
}

/// Takes a job by moving it on to its next try: when this one ends badly, or never, nothing more needs to be done.
async fn claim(pool: &PgPool) -> sqlx::Result<Option<Job>> {
    let claimed = sqlx::query_as!(
        Job,
        r#"update jobs set attempts = attempts + 1, run_at = now() + least(interval '1 second' * power(2, attempts), interval '10 minutes')
           from (select kind as due_kind, key as due_key from jobs where run_at <= now()
                 order by run_at limit 1 for update skip locked) due
           where kind = due_kind and key = due_key
           returning kind, key, payload, attempts as attempt"#
    );
    claimed.fetch_optional(pool).await
}

/// Holds the job until the transaction ends, and ends it there. False when somebody else has it: this try took too long to begin.
async fn hold(tx: &mut PgConnection, job: &Job) -> sqlx::Result<bool> {
    let mine = sqlx::query!(
        "delete from jobs where (kind, key) = (select kind, key from jobs where kind = $1 and key = $2 and attempts = $3 for update skip locked)",
        job.kind,
        job.key,
        job.attempt,
    );
    Ok(mine.execute(tx).await?.rows_affected() == 1)
}

async fn give_up(pool: &PgPool, job: &Job, error: &anyhow::Error) -> sqlx::Result<()> {
    tracing::error!(
        kind = job.kind,
        key = job.key,
        attempts = job.attempt,
        error = &**error as &dyn std::error::Error,
        "a job is given up"
    );
    let kept = sqlx::query!(
        "with gone as (delete from jobs where kind = $1 and key = $2 and attempts = $3 returning kind, key, payload)
         insert into dead_letters (id, consumer, subject, payload, reason, attempts)
         select gen_random_uuid(), kind, key, payload, $4, $3 from gone",
        job.kind,
        job.key,
        job.attempt,
        reason(error),
    );
    kept.execute(pool).await.map(drop)
}
