use std::time::Duration;

use async_nats::{HeaderMap, jetstream::stream::Config};
use atlas_proto::{events::v1::Stamp, subjects};
use events::{
    Failure, Heard,
    consumers::{self, React},
};
use prost::Message as _;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    healing::Noting,
    sabotage,
    world::{Reader, SERVICE, Task, World, eventually, within},
};

impl World {
    /// A stream that takes everything, repeats too, as a broker does after its window.
    async fn forgetful_stream(&self) {
        let broker = &self.broker.broker;
        let config = Config {
            name: broker.stream(SERVICE),
            subjects: vec![broker.subjects(SERVICE)],
            duplicate_window: Duration::from_millis(100),
            ..Config::default()
        };
        broker.jetstream.create_stream(config).await.expect("a stream");
    }

    /// Says something on the stream, as a relay might.
    async fn say(&self, key: &str, id: Uuid, epoch: u64, version: u64, resync: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(subjects::MESSAGE_ID, id.to_string());
        headers.insert(subjects::CHANGE, "changed");
        if resync {
            headers.insert(subjects::RESYNC, epoch.to_string());
        }
        let broker = &self.broker.broker;
        let mut body = Stamp { epoch, version }.encode_to_vec();
        body.extend([0x18, u8::try_from(version).unwrap()]); // the value: field 3
        let subject = broker.subject(SERVICE, "thing", key);
        eventually("the broker takes it, past its window for repeats", async || {
            let said = broker.jetstream.publish_with_headers(subject.clone(), headers.clone(), body.clone().into()).await.unwrap();
            !said.await.unwrap().duplicate
        })
        .await
        .unwrap();
    }
}

impl Reader {
    /// How many deeds were done.
    pub async fn done(&self) -> i64 {
        sqlx::query_scalar("select count(*) from done").fetch_one(&self.pool).await.expect("a count")
    }

    async fn sql(&self, statements: &'static str) {
        sqlx::raw_sql(statements).execute(&self.pool).await.expect("the test's own statements");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_keeps_the_newest_whatever_comes_twice_or_late() {
    disorder(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_did_not_know_versions_would_go_back() {
    disorder(Some(sabotage::NO_VERSIONS)).await.unwrap_err();
}

async fn disorder(sabotage: Option<&'static str>) -> anyhow::Result<()> {
    let (world, reader) = (World::start().await, Reader::start().await);
    if let Some(sabotage) = sabotage {
        reader.sql(sabotage).await;
    }
    world.forgetful_stream().await;
    let ids: Vec<Uuid> = (0..5).map(|_| Uuid::new_v4()).collect();
    for (id, epoch, version) in [(0, 1, 1), (2, 1, 3), (1, 1, 2), (2, 1, 3), (4, 2, 1), (0, 1, 1), (3, 1, 4)] {
        world.say("a", ids[id], epoch, version, false).await;
    }
    world.say("last", Uuid::new_v4(), 1, 9, false).await;

    let _copy = reader.copy(&world).await;
    eventually("the last one is kept", async || reader.copied().await.contains_key("last")).await?;

    anyhow::ensure!(reader.copied().await["a"] == 1, "an older state was kept");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reaction_to_an_event_that_comes_again_happens_once() {
    again(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reaction_without_inbox_would_happen_twice() {
    again(Some(sabotage::NO_INBOX)).await.unwrap_err();
}

async fn again(sabotage: Option<&'static str>) -> anyhow::Result<()> {
    let (world, reader) = (World::start().await, Reader::start().await);
    if let Some(sabotage) = sabotage {
        reader.sql(sabotage).await;
    }
    world.forgetful_stream().await;
    let (first, second, last) = (Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4());
    for (id, version) in [(second, 2), (first, 1), (second, 2), (first, 1)] {
        world.say("a", id, 1, version, false).await;
    }
    world.say("a", Uuid::new_v4(), 2, 2, true).await;
    world.say("a", last, 2, 3, false).await;

    let replica = async || Task::start(consumers::react(world.consumer("reader-deeds", &reader.database).await, Noting));
    let _replicas = [replica().await, replica().await];
    let drained = async || {
        let broker = &world.broker.broker;
        let stream = broker.jetstream.get_stream(broker.stream(SERVICE)).await.unwrap();
        stream.consumer_info("reader-deeds").await.is_ok_and(|info| info.num_pending == 0 && info.num_ack_pending == 0)
    };
    eventually("everything is handled", drained).await?;

    anyhow::ensure!(reader.done().await == 3, "{} deeds for three events", reader.done().await);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_becomes_a_dead_letter_and_the_rest_goes_on() {
    poison(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_that_could_not_be_put_aside_would_stay_at_work() {
    poison(Some("alter table dead_letters add check (false)")).await.unwrap_err();
}

async fn poison(sabotage: Option<&'static str>) -> anyhow::Result<()> {
    let (world, reader) = (World::start().await, Reader::start().await);
    if let Some(sabotage) = sabotage {
        reader.sql(sabotage).await;
    }
    let _relay = world.relay().await;
    let _copy = reader.copy(&world).await;
    world.change("poison", 1).await;
    world.change("good", 2).await;

    let letters = async || sqlx::query_scalar::<_, String>("select reason from dead_letters").fetch_all(&reader.pool).await.unwrap();
    within(Duration::from_secs(6), "the rest is kept and the poison put aside", async || {
        reader.copied().await.contains_key("good") && letters().await == ["poison".to_owned()]
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_for_a_while_is_tried_again_and_holds_up_nobody() {
    let (world, reader) = (World::start().await, Reader::start().await);
    reader.sql("create sequence tries").await;
    let _relay = world.relay().await;
    let _react = Task::start(consumers::react(world.consumer("reader-deeds", &reader.database).await, Stumbling));

    world.change("stumble", 1).await;
    world.change("panic", 1).await;
    world.change("good", 1).await;

    eventually("all three are done", async || reader.done().await == 3).await.unwrap();
    let letters: i64 = sqlx::query_scalar("select count(*) from dead_letters").fetch_one(&reader.pool).await.unwrap();
    assert_eq!(letters, 0);
}

/// Fails three times at what is not good, each time after having done half.
struct Stumbling;

impl React for Stumbling {
    async fn react(&self, tx: &mut PgConnection, heard: &Heard) -> Result<(), Failure> {
        Noting.react(tx, heard).await?;
        let tries: i64 = if heard.key == "good" { 9 } else { sqlx::query_scalar("select nextval('tries')").fetch_one(tx).await? };
        assert!(tries > 4 || heard.key != "panic", "a defect");
        if tries > 4 { Ok(()) } else { Err(anyhow::anyhow!("not yet").into()) }
    }
}
