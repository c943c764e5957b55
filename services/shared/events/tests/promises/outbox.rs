use std::{collections::BTreeSet, time::Duration};

use anyhow::ensure;
use events::{
    Broker, Sabotage,
    outbox::{self, Relay},
};
use kernel::{SystemClock, Version};
use tokio::time::{Instant, timeout};

use crate::{
    sabotage,
    world::{SERVICE, Things, World, change, event, eventually, header, id, within},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_commits_late_is_told_late_and_not_lost() {
    late_commit(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_given_at_writing_would_lose_what_commits_late() {
    late_commit(Some(sabotage::POSITIONS_AT_WRITING)).await.unwrap_err();
}

async fn late_commit(sabotage: Option<&str>) -> anyhow::Result<()> {
    let world = World::start().await;
    if let Some(sabotage) = sabotage {
        world.sql(sabotage).await;
    }
    let _relay = world.relay().await;
    let slow = world.database.pool().await;

    database::transact::<_, anyhow::Error>(&slow, async |tx| {
        change(tx, "early", 1).await?;
        world.change("late", 2).await;
        within(Duration::from_secs(10), "the later one is told", async || world.number("select position from outbox_cursor").await >= 1)
            .await
    })
    .await?;

    let both = async || world.told().await.len() == 2;
    within(Duration::from_secs(4), "both are told", both).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_dies_at_any_moment_loses_nothing() {
    let world = World::start().await;
    let deaths = async {
        for death in 0..60 {
            let life = timeout(Duration::from_millis(death * 7 % 61), world.relay_itself().await.run(Things));
            life.await.unwrap_err();
        }
    };

    tokio::join!(writers(&world, 2, 400), deaths);
    let _relay = world.relay().await;
    world.published().await;

    told_once_and_in_order(&world).await.unwrap();
}

/// The steps at which a statement fails as if the process had died there.
const CRASHES: [(&str, &str); 3] = [
    ("before positions are counted", "outbox_state"),
    ("after the broker has stored, before the cursor moves", "outbox_cursor"),
    ("while rows get their positions", "outbox"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_a_step_repeats_the_step() {
    for (step, table) in CRASHES {
        let world = World::start().await;
        let _relay = world.relay().await;
        world.change("before", 1).await;
        world.published().await;

        world.fail_updates_of(table).await;
        world.change("during", 2).await;
        eventually("the step has failed", async || world.number("select last_value from crashes").await > 2).await.unwrap();
        world.sql(&format!("drop trigger crash on {table}")).await;
        world.published().await;

        told_once_and_in_order(&world).await.unwrap_or_else(|error| panic!("{step}: {error}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_moves_only_past_what_the_broker_has() {
    broker_away(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_moved_first_would_lose_facts() {
    broker_away(Some(Sabotage::CursorBeforeBroker)).await.unwrap_err();
}

/// A relay dies while it waits for a broker that does not answer; the next one finds the broker again.
async fn broker_away(sabotage: Option<Sabotage>) -> anyhow::Result<()> {
    let world = World::start().await;
    let relay = world.relay().await;
    world.change("before", 1).await;
    world.published().await;
    relay.kill().await;

    world.change("during", 2).await;
    let nowhere = Broker::connect("nats://127.0.0.1:9", &world.broker.broker.prefix).await?;
    let doomed = Relay::new(SERVICE, world.pool.clone(), nowhere).sabotaged(sabotage);
    timeout(Duration::from_secs(1), doomed.run(Things)).await.unwrap_err();
    let _relay = world.relay().await;
    world.published().await;

    told_once_and_in_order(&world).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_relays_at_once_tell_everything_once_and_in_order() {
    two_relays(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_relays_that_did_not_wait_for_each_other_would_mix_up_the_log() {
    two_relays(Some(sabotage::NO_LOCKS)).await.unwrap_err();
}

async fn two_relays(sabotage: Option<&str>) -> anyhow::Result<()> {
    let world = World::start().await;
    if let Some(sabotage) = sabotage {
        world.sql(sabotage).await;
    }
    let _relays = [world.relay().await, world.relay().await, world.relay().await];

    writers(&world, 4, 300).await;
    let question = "select count(*) from outbox, outbox_cursor c where outbox.position is null or outbox.position > c.position";
    eventually("everything is published", async || world.number(question).await == 0).await?;

    told_once_and_in_order(&world).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_all_collectivites_is_told_in_seconds() {
    let world = World::start().await;
    let _relay = world.relay().await;
    let events: Vec<_> = (0..36_353).map(|n| event(format!("k{n}"), Version(1), n, "registered")).collect();

    let start = Instant::now();
    for batch in events.chunks(1000) {
        database::transact(&world.pool, async |tx| outbox::append_bulk(tx, &SystemClock, batch).await).await.unwrap();
    }
    let written = start.elapsed();
    world.published().await;

    println!("36,353 events: written in {written:?}, published {:?} after the first", start.elapsed());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_state_that_the_broker_would_refuse_is_refused_at_once() {
    let world = World::start().await;
    let large = |size| outbox::Event { state: vec![0; size], ..event("k".into(), Version(1), 1, "changed") };

    let fits = database::transact(&world.pool, async |tx| outbox::append(tx, &SystemClock, &large(outbox::MAX_STATE)).await).await;
    let refused = database::transact(&world.pool, async |tx| outbox::append(tx, &SystemClock, &large(outbox::MAX_STATE + 1)).await).await;

    fits.unwrap();
    assert_eq!(database::violated(&refused.unwrap_err()), Some("outbox_state_check"));
}

/// Writes changes of a hundred things each.
pub async fn writers(world: &World, count: i64, changes: i64) {
    let writers = (0..count).map(|writer| async move {
        for value in 0..changes {
            world.change(&format!("w{writer}-{}", value % 100), value).await;
        }
    });
    futures_util::future::join_all(writers).await;
}

async fn told_once_and_in_order(world: &World) -> anyhow::Result<()> {
    let told = world.told().await;
    let positions: Vec<i64> = told.iter().map(|message| header(message, "Atlas-Position").parse().unwrap()).collect();
    let ids: BTreeSet<String> = told.iter().map(id).collect();
    let written: Vec<uuid::Uuid> = sqlx::query_scalar("select id from outbox where not resync").fetch_all(&world.pool).await?;
    ensure!(written.iter().all(|id| ids.contains(&id.to_string())), "something was not told");
    ensure!(ids.len() == told.len(), "something was told twice");
    ensure!(positions.is_sorted(), "something was told out of order");
    ensure!(
        world.number("select count(distinct position) from outbox").await == world.number("select max(position) from outbox").await,
        "positions have gaps or twins"
    );
    Ok(())
}
