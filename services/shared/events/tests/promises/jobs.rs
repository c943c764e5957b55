use chrono::{DateTime, TimeDelta, Utc};
use events::{
    Failure,
    jobs::{self, Job, Work},
};
use kernel::{Clock as _, SystemClock};
use sqlx::PgConnection;

use crate::{
    sabotage,
    world::{Task, World, eventually, within},
};

/// Notes what it did; fails at what asks for it.
struct Working;

impl Work for Working {
    async fn work(&self, tx: &mut PgConnection, job: &Job) -> Result<(), Failure> {
        sqlx::query("insert into worked values ($1)").bind(&job.key).execute(tx).await?;
        match job.kind.as_str() {
            "note" => Ok(()),
            "stumble" if job.attempt > 1 => Ok(()),
            "stumble" => Err(anyhow::anyhow!("not yet").into()),
            other => Err(Failure::give_up(anyhow::anyhow!("no such kind: {other}"))),
        }
    }
}

impl World {
    async fn workers(&self) -> [Task; 2] {
        self.sql("create table worked (key text not null)").await;
        let worker = async || {
            let pool = self.database.pool().await;
            Task::start(async move { jobs::run(&pool, &Working).await })
        };
        [worker().await, worker().await]
    }

    async fn ask(&self, kind: &str, key: &str, run_at: DateTime<Utc>) {
        database::transact(&self.pool, async |tx| jobs::enqueue(tx, kind, key, run_at, b"").await).await.expect("a job");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_do_each_job_once() {
    once(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_did_not_end_with_its_work_would_be_done_again() {
    once(Some(sabotage::JOBS_STAY)).await.unwrap_err();
}

async fn once(sabotage: Option<&str>) -> anyhow::Result<()> {
    let world = World::start().await;
    if let Some(sabotage) = sabotage {
        world.sql(sabotage).await;
    }
    let now = SystemClock.now();
    for n in 0..40 {
        world.ask("note", &format!("k{n}"), now).await;
        world.ask("note", &format!("k{n}"), now).await;
    }

    let _workers = world.workers().await;
    within(std::time::Duration::from_secs(5), "every job has ended", async || world.number("select count(*) from jobs").await == 0).await?;

    anyhow::ensure!(world.number("select count(*) from worked").await == 40);
    anyhow::ensure!(world.number("select count(distinct key) from worked").await == 40);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_waits_for_its_time_by_the_databases_clock() {
    let world = World::start().await;
    let _workers = world.workers().await;
    let now = SystemClock.now();

    world.ask("note", "tomorrow", now + TimeDelta::days(1)).await;
    world.ask("note", "now", now).await;
    eventually("the present one is done", async || world.number("select count(*) from worked").await == 1).await.unwrap();
    assert_eq!(world.number("select count(*) from worked where key = 'tomorrow'").await, 0);
    world.sql("update jobs set run_at = now()").await;

    eventually("the other one is done", async || world.number("select count(*) from worked").await == 2).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_is_tried_again_later_and_leaves_no_half_work() {
    let world = World::start().await;
    let _workers = world.workers().await;

    world.ask("stumble", "k", SystemClock.now()).await;

    eventually("it has ended", async || world.number("select count(*) from jobs").await == 0).await.unwrap();
    assert_eq!(world.number("select count(*) from worked").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_without_hope_or_whose_workers_die_becomes_a_dead_letter() {
    let world = World::start().await;
    world.ask("unheard-of", "a", SystemClock.now()).await;
    world.ask("note", "b", SystemClock.now()).await;
    world.sql("update jobs set attempts = 12 where key = 'b'").await;

    let _workers = world.workers().await;

    eventually("both are put aside", async || world.number("select count(*) from dead_letters").await == 2).await.unwrap();
    assert_eq!(world.number("select count(*) from jobs").await, 0);
    assert_eq!(world.number("select count(*) from worked").await, 0);
}
