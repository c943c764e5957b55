use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash as _, Hasher as _},
};

use anyhow::Context as _;
use database::Settings;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, PgPool, migrate::Migrator, postgres::PgConnectOptions};

/// A database of one test, cloned from a template that the first test of a run migrated. It goes with the test.
#[derive(Debug)]
pub struct TestDatabase {
    /// Its address.
    pub url: String,
    server: PgConnectOptions,
    name: String,
}

impl TestDatabase {
    /// A new database with the schema that these migrations make.
    ///
    /// # Panics
    /// The server of the test run is not there.
    pub async fn clone_of(migrators: &[&Migrator]) -> Self {
        let server = crate::setting("ATLAS_TEST_POSTGRES");
        Self::start(&server, migrators).await.unwrap_or_else(|error| panic!("no database for the test: {error:#}"))
    }

    async fn start(address: &str, migrators: &[&Migrator]) -> anyhow::Result<Self> {
        let server: PgConnectOptions = address.parse().context("ATLAS_TEST_POSTGRES")?;
        let server = server.database("postgres");
        let mut conn = server.connect().await.context("cannot reach the server of ATLAS_TEST_POSTGRES")?;
        let template = template(&mut conn, &server, migrators).await?;
        let name = format!("atlas_test_{}", uuid::Uuid::new_v4().simple());
        execute(&mut conn, format!("create database {name} template {template} strategy file_copy")).await?;
        conn.close().await?;
        Ok(Self { url: url(&server, &name), server, name })
    }

    /// A pool of it, as a service has.
    ///
    /// # Panics
    /// The database does not answer.
    pub async fn pool(&self) -> PgPool {
        database::connect(&self.url, &Settings::of("test"), &[]).await.expect("a pool of the test's database")
    }

    /// A copy of it as it is now, as a backup would be. Nobody may be connected to it: they are sent away.
    ///
    /// # Panics
    /// The server does not answer.
    pub async fn copy(&self) -> Self {
        let mut conn = self.server.connect().await.expect("the server");
        let name = format!("atlas_test_{}", uuid::Uuid::new_v4().simple());
        replace(&mut conn, &self.name, &name).await.expect("a copy of the database");
        Self { url: url(&self.server, &name), server: self.server.clone(), name }
    }

    /// Puts `backup` in the place of this database: same address, older content.
    ///
    /// # Panics
    /// The server does not answer.
    pub async fn restore(&self, backup: &Self) {
        let mut conn = self.server.connect().await.expect("the server");
        execute(&mut conn, format!("alter database {} allow_connections false", self.name)).await.expect("no new connections");
        execute(&mut conn, format!("drop database {} with (force)", self.name)).await.expect("the old content gone");
        replace(&mut conn, &backup.name, &self.name).await.expect("the backup in its place");
    }
}

impl Drop for TestDatabase {
    /// Drops the database, on a thread of its own: the test's runtime may be gone already.
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let mut conn = server.connect().await?;
                execute(&mut conn, format!("drop database if exists {name} with (force)")).await
            })
        });
        // The server may be gone too, when the whole run is being stopped.
        let _ = dropped.join();
    }
}

/// Finds the template for these migrations, or makes it; one process at a time.
async fn template(conn: &mut PgConnection, server: &PgConnectOptions, migrators: &[&Migrator]) -> anyhow::Result<String> {
    let mut hasher = DefaultHasher::new();
    for migration in migrators.iter().flat_map(|migrator| migrator.iter()) {
        migration.checksum.hash(&mut hasher);
    }
    // Its partitions are those of the days after it was made: a template is good for a day.
    let today: String = sqlx::query_scalar("select to_char(now(), 'YYYYMMDD')").fetch_one(&mut *conn).await?;
    let name = format!("atlas_template_{today}_{:016x}", hasher.finish());
    sqlx::raw_sql("select pg_advisory_lock(hashtext('atlas_template'))").execute(&mut *conn).await?;
    let found = sqlx::query_scalar::<_, bool>("select exists (select from pg_database where datname = $1)").bind(&name);
    if !found.fetch_one(&mut *conn).await? {
        let unfinished = format!("{name}_unfinished");
        execute(conn, format!("drop database if exists {unfinished} with (force)")).await?;
        execute(conn, format!("create database {unfinished}")).await?;
        database::migrate(&url(server, &unfinished), migrators).await?;
        execute(conn, format!("alter database {unfinished} rename to {name}")).await?;
    }
    sqlx::raw_sql("select pg_advisory_unlock(hashtext('atlas_template'))").execute(&mut *conn).await?;
    Ok(name)
}

async fn replace(conn: &mut PgConnection, from: &str, to: &str) -> sqlx::Result<()> {
    execute(conn, format!("alter database {from} allow_connections false")).await?;
    let others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1";
    sqlx::query(others).bind(from).execute(&mut *conn).await?;
    execute(conn, format!("create database {to} template {from}")).await?;
    execute(conn, format!("alter database {from} allow_connections true")).await
}

async fn execute(conn: &mut PgConnection, statement: String) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(conn).await.map(drop)
}

fn url(server: &PgConnectOptions, name: &str) -> String {
    server.clone().database(name).to_url_lossy().to_string()
}
