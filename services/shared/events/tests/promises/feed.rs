use std::{collections::BTreeSet, time::Duration};

use events::{
    feed::{Feed, FeedError, Item},
    outbox::Relay,
};
use futures_util::{StreamExt as _, TryStreamExt as _};
use kernel::{Code, Fault as _};

use crate::{
    sabotage,
    world::{Task, Things, World, change},
};

/// A replica: its own connections, its own relay, its own feed.
async fn replica(world: &World) -> (Task, Feed<Things>) {
    let relay: Relay = world.relay_itself().await;
    let feed = Feed::new(world.database.pool().await, Things, relay.log()).heartbeat(Duration::from_millis(300));
    (Task::start(relay.run(Things)), feed)
}

/// Reads a feed until nothing more happens, at most so many items; gives where to go on, and whether nothing more happens.
async fn read(
    feed: &Feed<Things>,
    mut token: String,
    items: usize,
    told: &mut BTreeSet<(String, i64)>,
) -> Result<(String, bool), FeedError> {
    let mut stream = std::pin::pin!(feed.open(&token).await?.take(items));
    while let Some(item) = stream.try_next().await? {
        match item {
            Item::Heartbeat { token } => return Ok((token, true)),
            Item::Change(change) => {
                told.insert((change.key, change.version.0));
                token = change.token;
            }
        }
    }
    Ok((token, false))
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_changes_reach_a_reader_that_is_killed_fifty_times() {
    moved(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_by_the_order_of_writing_would_lose_some() {
    moved(Some(sabotage::POSITIONS_AT_WRITING)).await.unwrap_err();
}

/// Eight writers change things, some of them committing late, while a reader is moved between two replicas.
async fn moved(sabotage: Option<&str>) -> anyhow::Result<()> {
    let world = World::start().await;
    if let Some(sabotage) = sabotage {
        world.sql(sabotage).await;
    }
    let replicas = [replica(&world).await, replica(&world).await];
    let mut told = BTreeSet::new();
    let (mut token, _) = read(&replicas[0].1, String::new(), 1, &mut told).await?;

    let reading = async {
        for death in 0..50 {
            (token, _) = read(&replicas[death % 2].1, token.clone(), 1 + death * 53 % 311, &mut told).await?;
        }
        anyhow::Ok(())
    };
    let (read_some, ()) = tokio::join!(reading, write(&world));
    read_some?;
    let mut quiet = false;
    while !quiet {
        (token, _) = read(&replicas[0].1, token, 5000, &mut told).await?;
        (token, quiet) = read(&replicas[1].1, token, 1, &mut told).await?;
    }

    let written: Vec<(String, i64)> = sqlx::query_as("select key, version from outbox").fetch_all(&world.pool).await?;
    anyhow::ensure!(written.len() == 10_000);
    let written: BTreeSet<_> = written.into_iter().collect();
    anyhow::ensure!(told == written, "{} of {} were told", told.intersection(&written).count(), written.len());
    Ok(())
}

async fn write(world: &World) {
    let pool = &world.pool;
    let writers = (0..8_i64).map(|writer| async move {
        for n in 0..250_i64 {
            let late = database::transact::<_, sqlx::Error>(pool, async |tx| {
                for part in 0..5 {
                    change(tx, &format!("w{writer}-{}", n % 50 * 5 + part), n).await?;
                }
                // Some commit late: the database holds them up.
                let pause = f64::from(u8::try_from((n * 37 + writer * 11) % 25).unwrap()) / 1000.0;
                sqlx::query("select pg_sleep($1)").bind(pause).execute(tx).await.map(drop)
            });
            late.await.expect("a change");
        }
    });
    futures_util::future::join_all(writers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_begins_with_the_present_state_then_tells_changes() {
    let world = World::start().await;
    let (_relay, feed) = replica(&world).await;
    for n in 0..700 {
        world.change(&format!("k{n}"), n).await;
    }
    world.published().await;
    let mut told = BTreeSet::new();

    let (half, _) = read(&feed, String::new(), 600, &mut told).await.unwrap();
    let (token, _) = read(&feed, half, 800, &mut told).await.unwrap();
    world.change("k5", 1).await;
    let (_, quiet) = read(&feed, token, 2, &mut told).await.unwrap();

    assert_eq!(told.len(), 701);
    assert!(told.contains(&("k5".into(), 2)) && quiet);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_epoch_or_beyond_the_log_has_expired() {
    let world = World::start().await;
    let (relay, feed) = replica(&world).await;
    world.change("a", 1).await;
    world.published().await;
    let (token, _) = read(&feed, String::new(), 2, &mut BTreeSet::new()).await.unwrap();
    let refusal = async |token: &str| feed.open(token).await.err().map(|error| error.code());

    assert_eq!(refusal("nonsense").await, Some((Code::InvalidArgument, "INVALID_TOKEN")));
    assert_eq!(refusal(&token).await, None);
    relay.kill().await;
    world.change("b", 1).await;
    world.sql("update outbox set position = 9 where position is null; update outbox_state set sequenced = 9").await;
    assert_eq!(refusal(&token).await, None);
    world.sql("delete from outbox where position < 9").await;
    assert_eq!(refusal(&token).await, Some((Code::OutOfRange, "CURSOR_EXPIRED")));
    world.sql("update outbox set position = 2; update outbox_state set sequenced = 2, epoch = epoch + 1").await;
    assert_eq!(refusal(&token).await, Some((Code::OutOfRange, "CURSOR_EXPIRED")));
    world.sql("update outbox_state set sequenced = 0, epoch = epoch - 1; delete from outbox").await;
    assert_eq!(refusal(&token).await, Some((Code::OutOfRange, "CURSOR_EXPIRED")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_ends_at_a_resync_and_leaves_what_is_told_again_out() {
    let world = World::start().await;
    let (_relay, feed) = replica(&world).await;
    world.change("a", 1).await;
    let mut told = BTreeSet::new();
    let (token, _) = read(&feed, String::new(), 3, &mut told).await.unwrap();

    events::resync::start(&world.pool).await.unwrap();
    let ended = read(&feed, token, 9, &mut told).await.unwrap_err();
    world.published().await;
    let (token, _) = read(&feed, String::new(), 2, &mut told).await.unwrap();
    world.change("a", 2).await;
    let mut again = BTreeSet::new();
    read(&feed, token, 2, &mut again).await.unwrap();

    assert_eq!(ended.code(), (Code::OutOfRange, "CURSOR_EXPIRED"));
    assert_eq!(again.into_iter().collect::<Vec<_>>(), [("a".to_owned(), 2)]);
}
