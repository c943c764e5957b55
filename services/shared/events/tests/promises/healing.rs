use std::{sync::Arc, time::Duration};

use events::{
    Broker, Failure, Heard,
    consumers::{self, React},
    outbox::{self, Relay},
};
use kernel::{SystemClock, Version};
use sqlx::PgConnection;

use crate::{
    sabotage,
    world::{Reader, SERVICE, Task, Things, World, event, eventually, within},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_lost_its_store_is_told_everything_again() {
    lost_store(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_resync_a_copy_would_never_hear_what_the_broker_lost() {
    lost_store(Some(sabotage::NO_RESYNC)).await.unwrap_err();
}

/// The broker loses what it stored, after the log itself has been retired: only the present state is left to tell.
async fn lost_store(sabotage: Option<&str>) -> anyhow::Result<()> {
    let (world, reader) = (World::start().await, Reader::start().await);
    if let Some(sabotage) = sabotage {
        world.sql(sabotage).await;
    }
    let _relay = world.relay().await;
    let copy = reader.copy(&world).await;
    world.change("kept", 1).await;
    world.change("gone", 2).await;
    reader.agrees(&world).await?;
    copy.kill().await;

    world.change("kept", 3).await;
    world.change("new", 4).await;
    world.published().await;
    world.sql("delete from outbox; delete from things where key = 'gone'").await;
    world.broker.lose(SERVICE).await;
    let _copy = reader.copy(&world).await;

    reader.agrees(&world).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_had_reacted_to_when_the_broker_lost_it_is_reacted_to_once() {
    unheard(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_published_again_is_never_reacted_to() {
    unheard(Some(sabotage::NOTHING_AGAIN)).await.unwrap_err();
}

async fn unheard(sabotage: Option<&str>) -> anyhow::Result<()> {
    let (world, reader) = (World::start().await, Reader::start().await);
    if let Some(sabotage) = sabotage {
        world.sql(sabotage).await;
    }
    let _relay = world.relay().await;
    let react = Task::start(consumers::react(world.consumer("reader-deeds", &reader.database).await, Noting));
    world.change("a", 1).await;
    eventually("the first is done", async || reader.done().await == 1).await?;
    react.kill().await;

    world.change("b", 1).await;
    world.published().await;
    world.broker.lose(SERVICE).await;
    let _react = Task::start(consumers::react(world.consumer("reader-deeds", &reader.database).await, Noting));

    within(Duration::from_secs(8), "the second is done", async || reader.done().await >= 2).await?;
    world.change("c", 1).await;
    eventually("the third is done", async || reader.done().await >= 3).await?;
    anyhow::ensure!(reader.done().await == 3, "a deed was done twice");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_new_does_not_wait_behind_what_the_broker_lost() {
    new_after_loss(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_published_again_from_its_beginning_would_hold_up_what_is_new() {
    new_after_loss(Some(sabotage::AGAIN_FIRST)).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_new_does_not_wait_behind_what_a_resync_tells() {
    let world = World::start().await;
    let relay = world.relay().await;
    world.change("before", 1).await;
    world.published().await;
    relay.kill().await;

    world.sql("insert into things select 'k' || n, 1, n from generate_series(1, 1000) n").await;
    events::resync::start(&world.pool).await.unwrap();
    let unheard = unheard_relay(&world).await;
    let positions = "select count(*) from outbox where resync and position is not null";
    eventually("what is told has positions", async || world.number(positions).await > 1000).await.unwrap();
    world.change("new", 1).await;
    numbered(&world).await.unwrap();
    unheard.kill().await;
    let _relay = world.relay().await;
    world.published().await;

    let told = world.told().await;
    assert!(told[1].subject.ends_with(".thing.new"), "first came {}", told[1].subject);
    assert!(told.last().unwrap().subject.contains(".resync."), "the resync does not end with its end");
    assert_eq!(told.len(), 1 + 1 + 1001 + 1);
}

/// A relay that reaches no broker: it gives positions, and publishes nothing.
async fn unheard_relay(world: &World) -> Task {
    let nowhere = Broker::connect("nats://127.0.0.1:9", &world.broker.broker.prefix).await.unwrap();
    Task::start(Relay::new(SERVICE, world.database.pool().await, nowhere).run(Things))
}

/// Waits until everything that was written has a position.
async fn numbered(world: &World) -> anyhow::Result<()> {
    eventually("all has a position", async || world.number("select count(*) from outbox where position is null").await == 0).await
}

/// The broker loses a long log; what is written before anybody notices is the first thing on the new stream.
async fn new_after_loss(sabotage: Option<&str>) -> anyhow::Result<()> {
    const LONG: i64 = 2000;
    let (world, reader) = (World::start().await, Reader::start().await);
    if let Some(sabotage) = sabotage {
        world.sql(sabotage).await;
    }
    let relay = world.relay().await;
    let old: Vec<_> = (0..LONG).map(|n| event(format!("old{n}"), Version(1), n, "changed")).collect();
    database::transact(&world.pool, async |tx| outbox::append_all(tx, &SystemClock, &old).await).await?;
    world.published().await;
    relay.kill().await;

    world.broker.lose(SERVICE).await;
    world.change("new", 1).await;
    // Without a position it is not in line yet, and what was lost may go on its way before.
    let unheard = unheard_relay(&world).await;
    numbered(&world).await?;
    unheard.kill().await;
    let _copy = reader.copy(&world).await;
    let _relays = [world.relay().await, world.relay().await];
    reader.agrees(&world).await?;
    eventually("the old is there again", async || world.told().await.len() > usize::try_from(LONG).unwrap()).await?;

    let told = world.told().await;
    anyhow::ensure!(told[0].subject.ends_with(".thing.new"), "first came {}", told[0].subject);
    anyhow::ensure!(told.iter().filter(|message| message.subject.contains(".again.thing.old")).count() == old.len(), "not all came again");
    Ok(())
}

/// Notes what it did.
pub struct Noting;

impl React for Noting {
    async fn react(&self, tx: &mut PgConnection, heard: &Heard) -> Result<(), Failure> {
        sqlx::query("insert into done values ($1)").bind(heard.id.0).execute(tx).await?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn yesterdays_database_beside_a_live_broker_is_believed() {
    restored(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_resync_a_copy_would_keep_what_the_restored_database_does_not_know() {
    restored(Some(sabotage::NO_RESYNC)).await.unwrap_err();
}

async fn restored(sabotage: Option<&str>) -> anyhow::Result<()> {
    let (world, reader) = (World::start().await, Reader::start().await);
    if let Some(sabotage) = sabotage {
        world.sql(sabotage).await;
    }
    let relay = world.relay().await;
    let _copy = reader.copy(&world).await;
    world.change("old", 1).await;
    world.change("changed", 1).await;
    world.published().await;
    relay.kill().await;
    let yesterday = world.database.copy().await;

    let relay = world.relay().await;
    world.change("changed", 2).await;
    world.change("new", 3).await;
    reader.agrees(&world).await?;
    relay.kill().await;
    world.database.restore(&yesterday).await;
    let _relay = world.relay().await;

    within(Duration::from_secs(8), "the copy equals yesterday's things", async || {
        reader.copied().await == world.things().await && reader.copied().await.len() == 2
    })
    .await?;
    world.change("changed", 5).await;
    reader.agrees(&world).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_restored_under_running_relays_is_noticed_though_it_grows_at_once() {
    let (world, reader) = (World::start().await, Reader::start().await);
    let relays = [world.relay().await, world.relay().await];
    let _copy = reader.copy(&world).await;
    world.change("old", 1).await;
    world.published().await;
    let yesterday = world.database.copy().await;
    world.change("new", 1).await;
    world.change("old", 2).await;
    reader.agrees(&world).await.unwrap();

    world.database.restore(&yesterday).await;
    for value in 10..20 {
        world.change("old", value).await;
    }

    reader.agrees(&world).await.unwrap();
    assert_eq!(reader.copied().await.len(), 1);
    drop(relays);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_timeline_raises_the_epoch_once() {
    let world = World::start().await;
    let _relays = [world.relay().await, world.relay().await];
    let timeline = async || world.number("select coalesce(timeline, 0) from outbox_state").await;
    eventually("the timeline is known", async || timeline().await > 0).await.unwrap();
    assert_eq!(world.number("select epoch from outbox_state").await, 1);

    world.sql("update outbox_state set timeline = timeline + 7").await;

    eventually("the epoch is raised", async || world.number("select epoch from outbox_state").await > 1).await.unwrap();
    eventually("the resync has ended", async || {
        world.number("select count(*) from outbox where resource = 'resync' and position is not null").await == 1
    })
    .await
    .unwrap();
    world.published().await;
    assert_eq!(world.number("select count(distinct epoch) from outbox").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resync_waits_for_those_who_write_under_the_old_epoch() {
    let world = World::start().await;
    let raised = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let slow = world.database.pool().await;

    let resync = database::transact::<_, anyhow::Error>(&slow, async |tx| {
        crate::world::change(tx, "k", 1).await?;
        let (pool, raised) = (world.pool.clone(), Arc::clone(&raised));
        let resync = Task::start(async move {
            events::resync::start(&pool).await?;
            raised.store(true, std::sync::atomic::Ordering::SeqCst);
            std::future::pending().await
        });
        eventually("the resync waits", async || world.number("select count(*) from pg_locks where not granted").await > 0).await?;
        Ok(resync)
    })
    .await
    .unwrap();

    eventually("the epoch is raised", async || raised.load(std::sync::atomic::Ordering::SeqCst)).await.unwrap();
    let old = world.number("select epoch from outbox").await;
    assert!(old < world.number("select epoch from outbox_state").await);
    drop(resync);
}
