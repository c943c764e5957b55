use std::{str::FromStr as _, time::Duration};

use anyhow::Context as _;
use sqlx::{
    PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::{Instant, sleep};

use crate::{faults::is_away, schema};

/// What a process asks of its pool.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The service: it is named in `pg_stat_activity` and in what is said about the schema.
    pub service: &'static str,
    /// How many connections at most.
    pub max_connections: u32,
    /// How long a call waits for a connection; less than the deadline of a request.
    pub acquire_timeout: Duration,
    /// How long `connect` waits for a server that is not there yet.
    pub patience: Duration,
}

impl Settings {
    /// What suits a service on two cores.
    #[must_use]
    pub const fn of(service: &'static str) -> Self {
        Self { service, max_connections: 16, acquire_timeout: Duration::from_secs(2), patience: Duration::from_secs(30) }
    }
}

/// A stale session is worth a check; a busy one was proved a moment ago.
const UNPROVED_AFTER: Duration = Duration::from_secs(1);

/// Opens the pool of a service, once its server answers and has exactly the schema that these migrations make.
///
/// # Errors
/// The server stays away, or its schema is older or newer than ours: the message names the command to run.
pub async fn connect(url: &str, settings: &Settings, migrators: &[&Migrator]) -> anyhow::Result<PgPool> {
    let pool = pool(url, settings)?;
    let mut conn = patiently(settings.patience, || pool.acquire()).await.context("cannot reach the database")?;
    for migrator in migrators {
        schema::check(&mut conn, settings.service, migrator).await?;
    }
    drop(conn);
    Ok(pool)
}

fn pool(url: &str, settings: &Settings) -> anyhow::Result<PgPool> {
    let options =
        PgConnectOptions::from_str(url).context("the database's address is not valid")?.application_name(settings.service).options([
            ("statement_timeout", "20s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "20s"),
            // It compiles for seconds what runs for a millisecond: the log's many partitions look expensive to it.
            ("jit", "off"),
        ]);
    Ok(PgPoolOptions::new()
        .max_connections(settings.max_connections)
        .acquire_timeout(settings.acquire_timeout)
        .max_lifetime(Duration::from_mins(10))
        .idle_timeout(Duration::from_mins(5))
        .test_before_acquire(false)
        .after_connect(|conn, _| Box::pin(async move { if writable(conn).await? { Ok(()) } else { Err(read_only()) } }))
        .before_acquire(|conn, meta| Box::pin(async move { Ok(meta.idle_for < UNPROVED_AFTER || writable(conn).await?) }))
        .connect_lazy_with(options))
}

/// Whether the session may write: not so on a standby, nor on a primary that was demoted under us.
pub(crate) async fn writable(conn: &mut PgConnection) -> sqlx::Result<bool> {
    let state = sqlx::query_scalar::<_, String>("select current_setting('transaction_read_only')");
    Ok(state.fetch_one(conn).await? == "off")
}

fn read_only() -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::ReadOnlyFilesystem, "the server is read-only: a standby"))
}

/// Tries again while the server is away and time is left.
pub(crate) async fn patiently<T, Attempt: Future<Output = sqlx::Result<T>>>(
    patience: Duration,
    attempt: impl Fn() -> Attempt,
) -> sqlx::Result<T> {
    let deadline = Instant::now() + patience;
    loop {
        match attempt().await {
            Err(error) if is_away(&error) && Instant::now() < deadline => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the database is away; will try again");
                sleep(Duration::from_millis(500)).await;
            }
            done => return done,
        }
    }
}
