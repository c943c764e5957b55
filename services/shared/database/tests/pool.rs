//! What the pool promises, on a real database.

use std::{borrow::Cow, time::Duration};

use database::{Settings, connect, is_away, migrate, snapshot, transact, violated};
use sqlx::{
    PgPool, SqlSafeStr as _,
    migrate::{Migration, MigrationType, Migrator},
};
use testkit::TestDatabase;
use tokio::time::timeout;

/// Migrations as a service has them, each one statement.
fn migrator(statements: &[&'static str]) -> Migrator {
    let migration = |(number, statement): (usize, &&'static str)| {
        let version = i64::try_from(number + 1).expect("few migrations");
        Migration::new(version, "step".into(), MigrationType::Simple, (*statement).into_sql_str(), false)
    };
    let mut migrator = Migrator::with_migrations(statements.iter().enumerate().map(migration).collect());
    migrator.table_name = Cow::Borrowed("_migrations_pool");
    migrator
}

const TABLE: &str = "create table rows (id int constraint rows_id_key unique)";

async fn started() -> (TestDatabase, PgPool) {
    let database = TestDatabase::clone_of(&[&migrator(&[TABLE])]).await;
    let pool = connect(&database.url, &Settings::of("test"), &[&migrator(&[TABLE])]).await.expect("a known schema");
    (database, pool)
}

async fn insert(pool: &PgPool, id: i32) -> sqlx::Result<()> {
    transact(pool, async |tx| sqlx::query("insert into rows values ($1)").bind(id).execute(tx).await.map(drop)).await
}

async fn count(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from rows").fetch_one(pool).await.expect("a count")
}

#[tokio::test]
async fn a_failed_transaction_leaves_no_trace_and_names_the_constraint() {
    let (_database, pool) = started().await;
    insert(&pool, 1).await.unwrap();

    let refused = transact::<(), sqlx::Error>(&pool, async |tx| {
        sqlx::query("insert into rows values (2)").execute(&mut *tx).await?;
        sqlx::query("insert into rows values (1)").execute(tx).await.map(drop)
    });
    let refused = refused.await.unwrap_err();

    assert_eq!(violated(&refused), Some("rows_id_key"));
    assert!(!is_away(&refused));
    assert_eq!(count(&pool).await, 1);
}

#[tokio::test]
async fn a_snapshot_sees_one_moment_and_writes_nothing() {
    let (_database, pool) = started().await;

    let seen = snapshot::<_, sqlx::Error>(&pool, async |tx| {
        let before: i64 = sqlx::query_scalar("select count(*) from rows").fetch_one(&mut *tx).await?;
        insert(&pool, 1).await?;
        let after: i64 = sqlx::query_scalar("select count(*) from rows").fetch_one(tx).await?;
        Ok((before, after))
    });
    let refused = snapshot::<_, sqlx::Error>(&pool, async |tx| sqlx::query("insert into rows values (2)").execute(tx).await);

    assert_eq!(seen.await.unwrap(), (0, 0));
    assert!(refused.await.is_err());
    assert_eq!(count(&pool).await, 1);
}

#[tokio::test]
async fn a_session_on_a_server_that_became_read_only_is_given_up() {
    let (database, _pool) = started().await;
    let one = Settings { max_connections: 1, ..Settings::of("test") };
    let pool = connect(&database.url, &one, &[]).await.unwrap();
    let demoted = transact::<(), sqlx::Error>(&pool, async |tx| {
        sqlx::raw_sql("set session characteristics as transaction read only").execute(tx).await.map(drop)
    });
    demoted.await.unwrap();

    let refused = insert(&pool, 1).await.unwrap_err();

    assert!(is_away(&refused), "{refused}");
    insert(&pool, 1).await.unwrap();
    assert_eq!(count(&pool).await, 1);
}

#[tokio::test]
async fn a_schema_that_is_not_ours_is_refused_with_the_way_out() {
    let (database, _pool) = started().await;
    let older = connect(&database.url, &Settings::of("test"), &[&migrator(&[TABLE, "select 1"])]).await.unwrap_err();
    let edited = connect(&database.url, &Settings::of("test"), &[&migrator(&["create table others ()"])]).await.unwrap_err();
    migrate(&database.url, &[&migrator(&[TABLE, "select 1"])]).await.unwrap();
    let newer = connect(&database.url, &Settings::of("test"), &[&migrator(&[TABLE])]).await.unwrap_err();
    let empty = TestDatabase::clone_of(&[]).await;
    let none = connect(&empty.url, &Settings::of("test"), &[&migrator(&[TABLE])]).await.unwrap_err();

    assert!(older.to_string().contains("older") && older.to_string().contains("`test migrate`"), "{older}");
    assert!(edited.to_string().contains("edited"), "{edited}");
    assert!(newer.to_string().contains("newer"), "{newer}");
    assert!(none.to_string().contains("`test migrate`"), "{none}");
}

#[tokio::test]
async fn two_migrations_at_once_are_one() {
    let database = TestDatabase::clone_of(&[]).await;
    let set = migrator(&[TABLE, "insert into rows values (1)"]);
    let sets = [&set];

    let (first, second) = tokio::join!(migrate(&database.url, &sets), migrate(&database.url, &sets));

    first.unwrap();
    second.unwrap();
    let pool = connect(&database.url, &Settings::of("test"), &[&set]).await.unwrap();
    assert_eq!(count(&pool).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_calls_given_up_in_the_middle_leave_the_pool_whole() {
    let (_database, pool) = started().await;
    for call in 0..10_000_u64 {
        let work = transact::<(), sqlx::Error>(&pool, async |tx| {
            sqlx::query("select count(*) from rows").execute(&mut *tx).await?;
            sqlx::query("select 1").execute(tx).await.map(drop)
        });
        let _ = timeout(Duration::from_micros(call % 700), work).await;
    }

    let whole = async {
        // A loaded machine may take longer than one wait to open what is missing; a connection that is lost stays lost.
        while futures_util::future::try_join_all((0..16).map(|_| pool.acquire())).await.is_err() {}
    };
    timeout(Duration::from_secs(30), whole).await.expect("all connections of the pool");
}

#[tokio::test]
async fn a_server_that_stays_away_is_waited_for_and_named() {
    let settings = Settings { patience: Duration::from_millis(100), ..Settings::of("test") };

    let away = connect("postgres://postgres@127.0.0.1:9/none", &settings, &[]).await.unwrap_err();

    assert!(away.downcast_ref::<sqlx::Error>().is_some_and(is_away), "{away:#}");
}
