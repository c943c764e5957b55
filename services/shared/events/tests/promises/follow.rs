use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use events::follow::{self, Follower, Heard, Mark, Seen};
use sqlx::PgPool;

use crate::world::{SERVICE, Task, World, eventually, value, within};

/// A read model of the things, as anybody may look at it.
#[derive(Clone, Default)]
struct Model(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    things: BTreeMap<String, i64>,
    seen: Seen,
    mark: Option<Mark>,
    exports: usize,
    caught_up: usize,
    /// Keeps whatever comes last.
    careless: bool,
}

struct Following {
    model: Model,
    pool: PgPool,
}

impl Follower for Following {
    async fn export(&mut self, mark: Option<Mark>) -> anyhow::Result<()> {
        let exported: Vec<(String, i64, i64, i64)> = database::snapshot(&self.pool, async |tx| {
            let all = "select key, version, value, (select epoch from outbox_state) from things";
            sqlx::query_as(all).fetch_all(tx).await
        })
        .await?;
        let mut state = self.model.0.lock().unwrap();
        state.things = exported.iter().map(|(key, _, value, _)| (key.clone(), *value)).collect();
        let names: Vec<_> = exported.iter().map(|(key, version, _, epoch)| (format!("thing/{key}"), *epoch, *version)).collect();
        state.seen = names.iter().map(|(key, epoch, version)| (key.as_str(), kernel::Epoch(*epoch), kernel::Version(*version))).collect();
        state.exports += 1;
        state.mark = mark;
        Ok(())
    }

    async fn apply(&mut self, heard: Heard) -> anyhow::Result<()> {
        anyhow::ensure!(heard.key != "unknown", "what is this?");
        let mut state = self.model.0.lock().unwrap();
        state.mark = Some(heard.mark);
        if heard.ends_resync() {
            for key in state.seen.end_resync(heard.epoch) {
                state.things.remove(key.trim_start_matches("thing/"));
            }
        } else if state.seen.hear(&heard) || state.careless {
            if heard.change == "removed" {
                state.things.remove(&heard.key);
            } else {
                state.things.insert(heard.key.clone(), value(&heard));
            }
        }
        Ok(())
    }

    async fn caught_up(&mut self) -> anyhow::Result<()> {
        self.model.0.lock().unwrap().caught_up += 1;
        Ok(())
    }
}

impl Model {
    async fn follow(&self, world: &World) -> Task {
        let (broker, mark) = (world.broker.another().await, self.mark());
        let mut following = Following { model: self.clone(), pool: world.database.pool().await };
        Task::start(async move { follow::run(&broker, SERVICE, &["thing"], mark, &mut following).await })
    }

    fn mark(&self) -> Option<Mark> {
        self.0.lock().unwrap().mark
    }

    fn exports(&self) -> usize {
        self.0.lock().unwrap().exports
    }

    fn ready(&self) -> bool {
        self.0.lock().unwrap().caught_up > 0
    }

    async fn agrees(&self, world: &World) -> anyhow::Result<()> {
        eventually("the model equals the things", async || {
            let things = world.things().await;
            self.0.lock().unwrap().things == things
        })
        .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_goes_on_from_its_mark_and_misses_nothing() {
    let (world, model) = (World::start().await, Model::default());
    let _relay = world.relay().await;
    world.change("a", 1).await;
    world.published().await;
    let first = model.follow(&world).await;
    eventually("it is ready", async || model.ready()).await.unwrap();
    world.change("b", 2).await;
    model.agrees(&world).await.unwrap();
    first.kill().await;

    world.change("a", 3).await;
    world.remove("b").await;
    let _second = model.follow(&world).await;

    model.agrees(&world).await.unwrap();
    assert_eq!(model.exports(), 1, "it went on from its mark");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_begins_again_when_the_broker_lost_its_store() {
    let (world, model) = (World::start().await, Model::default());
    let _relay = world.relay().await;
    world.change("a", 1).await;
    world.published().await;
    let _following = model.follow(&world).await;
    model.agrees(&world).await.unwrap();

    world.sql("delete from things where key = 'a'").await;
    world.broker.lose(SERVICE).await;
    world.change("b", 2).await;

    eventually("it has taken another export", async || model.exports() > 1).await.unwrap();
    model.agrees(&world).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_forgets_what_a_resync_does_not_name() {
    let (world, model) = (World::start().await, Model::default());
    let _relay = world.relay().await;
    world.change("a", 1).await;
    world.change("b", 2).await;
    world.published().await;
    let _following = model.follow(&world).await;
    model.agrees(&world).await.unwrap();

    world.sql("delete from things where key = 'a'; update things set value = 9, version = 1 where key = 'b'").await;
    events::resync::start(&world.pool).await.unwrap();

    model.agrees(&world).await.unwrap();
    assert_eq!(model.exports(), 1, "the events were enough");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_that_follows_while_others_write_ends_where_they_do() {
    reordered(false).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_that_did_not_know_versions_would_go_back() {
    reordered(true).await.unwrap_err();
}

/// The model's export is newer than the events it then hears: the mark is of before.
async fn reordered(careless: bool) -> anyhow::Result<()> {
    let (world, model) = (World::start().await, Model::default());
    model.0.lock().unwrap().careless = careless;
    let relay = world.relay().await;
    world.change("gone", 1).await;
    world.published().await;
    relay.kill().await;
    world.change("a", 1).await;
    world.change("a", 2).await;
    world.remove("gone").await;

    let _following = model.follow(&world).await;
    eventually("it is ready", async || model.ready()).await?;
    let watching = model.clone();
    let steady = async || watching.0.lock().unwrap().things.get("a") == Some(&2);
    anyhow::ensure!(steady().await, "the export is the newest");
    // What was written before the export comes after it, and out of order.
    world.sql("update outbox set number = -number where position is null").await;
    let _relay = world.relay().await;
    world.published().await;
    world.change("end", 1).await;
    within(Duration::from_secs(10), "the end is heard", async || watching.0.lock().unwrap().things.contains_key("end")).await?;
    model.agrees(&world).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_that_cannot_apply_an_event_begins_again() {
    let (world, model) = (World::start().await, Model::default());
    let _relay = world.relay().await;
    world.change("a", 1).await;
    world.published().await;
    let _following = model.follow(&world).await;
    model.agrees(&world).await.unwrap();

    world.change("unknown", 2).await;

    eventually("it has taken another export", async || model.exports() > 1).await.unwrap();
    world.change("a", 3).await;
    model.agrees(&world).await.unwrap();
}
