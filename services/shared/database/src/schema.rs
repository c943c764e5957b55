use std::{borrow::Cow, collections::HashMap, time::Duration};

use anyhow::Context as _;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection,
    migrate::{Migrate as _, MigrateError, Migrator},
    postgres::PgConnectOptions,
};
use tokio::time::{Instant, sleep};

use crate::{
    faults::{LOCK_NOT_AVAILABLE, code},
    pool::patiently,
};

/// How long `migrate` waits for the server, and goes on trying for its locks.
const PATIENCE: Duration = Duration::from_mins(2);

/// Brings the schema of a database up to date, each set of migrations in turn.
///
/// One run at a time (advisory lock). No statement waits longer than two seconds for a lock, so that a migration never
/// queues the whole service behind itself: it steps back and tries again.
///
/// # Errors
/// The server stays away, a migration fails, or one that was applied has been edited since.
pub async fn migrate(url: &str, migrators: &[&Migrator]) -> anyhow::Result<()> {
    let options: PgConnectOptions = url.parse().context("the database's address is not valid")?;
    let options = options.application_name("migrate").options([("lock_timeout", "2s")]);
    let deadline = Instant::now() + PATIENCE;
    for migrator in migrators {
        loop {
            let mut conn = patiently(PATIENCE, || options.connect()).await.context("cannot reach the database")?;
            match migrator.run_direct(None, &mut conn, false).await {
                Err(error) if waits(&error) && Instant::now() < deadline => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a lock is taken; will try again");
                    sleep(Duration::from_millis(500)).await;
                }
                done => break done.with_context(|| format!("cannot migrate ({})", migrator.table_name))?,
            }
            conn.close().await?; // with it goes the advisory lock
        }
    }
    Ok(())
}

fn waits(error: &MigrateError) -> bool {
    let (MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)) = error else { return false };
    code(cause).is_some_and(|code| code == LOCK_NOT_AVAILABLE)
}

/// Refuses a schema that is not the one these migrations make.
pub(crate) async fn check(conn: &mut PgConnection, service: &str, migrator: &Migrator) -> anyhow::Result<()> {
    let table = &migrator.table_name;
    let known = sqlx::query_scalar::<_, bool>("select to_regclass($1) is not null").bind(table.as_ref());
    anyhow::ensure!(known.fetch_one(&mut *conn).await?, "the database has no schema yet ({table}): run `{service} migrate`");
    let dirty = conn.dirty_version(table).await?;
    anyhow::ensure!(dirty.is_none(), "a migration stopped half-way ({table} {dirty:?}): repair it, then run `{service} migrate`");
    let applied: HashMap<i64, Cow<'static, [u8]>> =
        conn.list_applied_migrations(table).await?.into_iter().map(|m| (m.version, m.checksum)).collect();
    for ours in migrator.iter() {
        let theirs = applied.get(&ours.version);
        anyhow::ensure!(
            theirs.is_some(),
            "the schema is older than this program ({table} lacks {}): run `{service} migrate`",
            ours.version
        );
        anyhow::ensure!(theirs == Some(&ours.checksum), "migration {} of {table} was edited after it was applied", ours.version);
    }
    if let Some(newer) = applied.keys().find(|version| !migrator.version_exists(**version)) {
        anyhow::bail!("the schema is newer than this program ({table} has {newer}): run the version of `{service}` that made it");
    }
    Ok(())
}

/// The newest migration that the database has seen, of one set.
///
/// # Errors
/// The database does not answer.
pub async fn schema_version(conn: &mut PgConnection, migrator: &Migrator) -> sqlx::Result<i64> {
    let newest = format!("select coalesce(max(version), 0) from {}", migrator.table_name);
    sqlx::query_scalar(AssertSqlSafe(newest)).fetch_one(conn).await
}
