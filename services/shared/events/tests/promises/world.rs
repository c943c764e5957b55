use std::{collections::BTreeMap, time::Duration};

use anyhow::Context as _;
use async_nats::jetstream::message::StreamMessage;
use atlas_proto::{events::v1::ResyncEndedEvent, subjects};
use events::{
    Failure, Heard, MIGRATOR,
    consumers::{self, Consumer},
    outbox::{self, Event, Relay},
    resync::{Page, Retell},
};
use kernel::{SystemClock, Version};
use prost::Message as _;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, postgres::PgConnectOptions};
use testkit::{TestBroker, TestDatabase};
use tokio::{task::JoinHandle, time::timeout};

/// The service of these tests: it owns things, each with a value.
pub const SERVICE: &str = "directory";

/// A service's database and its part of the broker.
pub struct World {
    pub pool: PgPool,
    pub broker: TestBroker,
    pub database: TestDatabase,
}

/// A task that ends with the test, or when it is killed, in the middle of whatever it does.
pub struct Task(JoinHandle<()>);

impl Task {
    #[expect(clippy::disallowed_methods, reason = "what a test starts is killed with it")]
    pub fn start(work: impl Future<Output = anyhow::Result<()>> + Send + 'static) -> Self {
        Self(tokio::spawn(async move { work.await.expect("a task that goes on for ever") }))
    }

    /// Kills it, and waits until it is dead.
    pub async fn kill(mut self) {
        self.0.abort();
        let _ = (&mut self.0).await;
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl World {
    pub async fn start() -> Self {
        let database = TestDatabase::clone_of(&[&MIGRATOR]).await;
        // Not the pool of a service: this one survives that the database is restored under it.
        let options: PgConnectOptions = database.url.parse().expect("an address");
        let pool = PgPool::connect_with(options.options([("jit", "off")])).await.expect("the test's database");
        let world = Self { pool, database, broker: TestBroker::start().await };
        world.sql("create table things (key text primary key, version bigint not null, value bigint not null)").await;
        world
    }

    /// Runs statements in the service's database.
    pub async fn sql(&self, statements: &str) {
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&self.pool).await.expect("the test's own statements");
    }

    /// One number from the service's database.
    pub async fn number(&self, question: &'static str) -> i64 {
        sqlx::query_scalar(question).fetch_one(&self.pool).await.expect("the test's own question")
    }

    /// A replica's relay, with its own connections.
    pub async fn relay(&self) -> Task {
        Task::start(self.relay_itself().await.run(Things))
    }

    /// A relay that does not run yet.
    pub async fn relay_itself(&self) -> Relay {
        Relay::new(SERVICE, self.database.pool().await, self.broker.another().await)
    }

    /// From now on every update of this table fails; `crashes` counts them.
    pub async fn fail_updates_of(&self, table: &str) {
        self.sql(&format!(
            "create sequence crashes;
             create function crash() returns trigger language plpgsql as
                 'begin perform nextval(''crashes''); raise exception ''crash''; end';
             create trigger crash before update on {table} for each row execute function crash()"
        ))
        .await;
    }

    /// Changes a thing, and tells it.
    pub async fn change(&self, key: &str, value: i64) {
        database::transact(&self.pool, async |tx| change(tx, key, value).await).await.expect("a change");
    }

    /// Removes a thing, and tells it.
    pub async fn remove(&self, key: &str) {
        let removed = database::transact(&self.pool, async |tx| {
            let gone = sqlx::query_scalar::<_, i64>("delete from things where key = $1 returning version").bind(key);
            let version = Version(gone.fetch_one(&mut *tx).await?).next();
            outbox::append(tx, &SystemClock, &Event { removed: true, ..event(key.to_owned(), version, 0, "removed") }).await
        });
        removed.await.expect("a removal");
    }

    /// The things as they are.
    pub async fn things(&self) -> BTreeMap<String, i64> {
        values(&self.pool, "select key, value from things").await
    }

    /// Waits until everything that was written is published.
    pub async fn published(&self) {
        let question = "select (select count(*) from (select from outbox where position is null limit 1) waiting)
                               + (select sequenced from outbox_state) - position from outbox_cursor";
        let done = async || self.number(question).await == 0;
        within(Duration::from_secs(40), "everything is published", done).await.expect("a published log");
    }

    /// The messages of the stream, in order.
    pub async fn told(&self) -> Vec<StreamMessage> {
        let (broker, mut told) = (&self.broker.broker, Vec::new());
        let Ok(stream) = broker.jetstream.get_stream(broker.stream(SERVICE)).await else { return told };
        let state = &stream.cached_info().state;
        if state.messages == 0 {
            return told;
        }
        for sequence in state.first_sequence..=state.last_sequence {
            told.push(stream.get_raw_message(sequence).await.expect("a message"));
        }
        told
    }

    /// A consumer of the service's things, in this database.
    pub async fn consumer(&self, name: &'static str, database: &TestDatabase) -> Consumer {
        Consumer { name, source: SERVICE, resources: &["thing"], pool: database.pool().await, broker: self.broker.another().await }
    }
}

/// Another service's database, which keeps a copy of the things.
pub struct Reader {
    pub pool: PgPool,
    pub database: TestDatabase,
}

impl Reader {
    pub async fn start() -> Self {
        let database = TestDatabase::clone_of(&[&MIGRATOR]).await;
        let pool = database.pool().await;
        let tables = "create table copied (key text primary key, value bigint not null); create table done (id uuid not null)";
        sqlx::raw_sql(tables).execute(&pool).await.expect("a table for the copy");
        Self { pool, database }
    }

    pub async fn copy(&self, world: &World) -> Task {
        Task::start(consumers::copy(world.consumer("reader-things", &self.database).await, Copying))
    }

    pub async fn copied(&self) -> BTreeMap<String, i64> {
        values(&self.pool, "select key, value from copied").await
    }

    /// Waits until the copy equals the things; fails when it does not come to that.
    pub async fn agrees(&self, world: &World) -> anyhow::Result<()> {
        eventually("the copy equals the things", async || self.copied().await == world.things().await).await
    }
}

/// Keeps values; a thing called `poison` cannot be kept.
pub struct Copying;

impl consumers::Copy for Copying {
    async fn keep(&self, tx: &mut PgConnection, heard: &Heard) -> Result<(), Failure> {
        if heard.change == "removed" {
            return self.forget(tx, &heard.resource, &heard.key).await;
        }
        if heard.key == "poison" {
            return Err(Failure::give_up(anyhow::anyhow!("poison")));
        }
        let kept = "insert into copied values ($1, $2) on conflict (key) do update set value = excluded.value";
        sqlx::query(kept).bind(&heard.key).bind(value(heard)).execute(tx).await?;
        Ok(())
    }

    async fn forget(&self, tx: &mut PgConnection, _: &str, key: &str) -> Result<(), Failure> {
        sqlx::query("delete from copied where key = $1").bind(key).execute(tx).await?;
        Ok(())
    }
}

/// Tells the things again.
#[derive(Clone)]
pub struct Things;

impl Retell for Things {
    async fn resources(&self, conn: &mut PgConnection, after: Option<String>, limit: i64) -> anyhow::Result<Page> {
        let page = "select key, version, value from things where key > $1 order by key limit $2";
        let rows: Vec<(String, i64, i64)> = sqlx::query_as(page).bind(after.unwrap_or_default()).bind(limit).fetch_all(conn).await?;
        let next = rows.last().map(|(key, ..)| key.clone()).filter(|_| rows.len() == usize::try_from(limit).unwrap());
        let events = rows.into_iter().map(|(key, version, value)| event(key, Version(version), value, "present")).collect();
        Ok(Page { events, next })
    }
}

/// Changes a thing in this transaction, and tells it.
pub async fn change(tx: &mut PgConnection, key: &str, value: i64) -> sqlx::Result<Version> {
    let changed =
        "insert into things values ($1, 1, $2) on conflict (key) do update set version = things.version + 1, value = $2 returning version";
    let version = Version(sqlx::query_scalar(changed).bind(key).bind(value).fetch_one(&mut *tx).await?);
    outbox::append(tx, &SystemClock, &event(key.to_owned(), version, value, "changed")).await?;
    Ok(version)
}

pub fn event(key: String, version: Version, value: i64, change: &'static str) -> Event {
    let state = ResyncEndedEvent { epoch: 0, version: 0, resource_count: value.unsigned_abs() }.encode_to_vec();
    Event { resource: "thing", key, version, change, state, removed: false }
}

/// The value in an event of a thing.
pub fn value(heard: &Heard) -> i64 {
    ResyncEndedEvent::decode(heard.payload.as_ref()).unwrap().resource_count.cast_signed()
}

pub fn header<'a>(message: &'a StreamMessage, name: &str) -> &'a str {
    message.headers.get(name).map_or("", async_nats::HeaderValue::as_str)
}

pub fn id(message: &StreamMessage) -> String {
    header(message, subjects::MESSAGE_ID).to_owned()
}

async fn values(pool: &PgPool, question: &'static str) -> BTreeMap<String, i64> {
    let rows: Vec<(String, i64)> = sqlx::query_as(question).fetch_all(pool).await.expect("a table of values");
    rows.into_iter().collect()
}

/// Waits for a condition that has a name, fifteen seconds at most.
pub async fn eventually(name: &str, condition: impl AsyncFn() -> bool) -> anyhow::Result<()> {
    within(Duration::from_secs(15), name, condition).await
}

pub async fn within(limit: Duration, name: &str, condition: impl AsyncFn() -> bool) -> anyhow::Result<()> {
    let mut beat = tokio::time::interval(Duration::from_millis(20));
    let wait = async {
        while !condition().await {
            beat.tick().await;
        }
    };
    timeout(limit, wait).await.with_context(|| format!("it did not come to pass that {name}"))
}
