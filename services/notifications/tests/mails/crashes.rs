//! Exactly once is impossible over SMTP; twice at most as often as an answer was lost is not.

use std::collections::BTreeSet;

use crate::{
    smtp::{Received, Rule},
    world::{Make, World, until},
};

/// Whether all of these are one mail: same id, same bytes.
fn are_one_mail(mails: &[Received]) -> bool {
    let ids: BTreeSet<_> = mails.iter().map(|mail| mail.header("Message-ID")).collect();
    let bytes: BTreeSet<_> = mails.iter().map(|mail| mail.data.clone()).collect();
    let returns: BTreeSet<_> = mails.iter().map(|mail| mail.from.clone()).collect();
    ids.len() == 1 && bytes.len() == 1 && returns.len() == 1
}

#[tokio::test]
async fn a_reply_cut_after_the_mail_was_taken_costs_one_mail_more_and_it_is_the_same() {
    let world = World::start().await;
    world.smtp.rule("example.org", Rule::CutAfterData(2));
    let intent = world.ask("recovery", "anne@example.org").await;

    until("it is accepted at last", async || {
        world.hurry().await;
        world.state(intent).await == "accepted"
    })
    .await;

    let mails = world.smtp.received();
    assert_eq!(mails.len(), 3, "two answers were cut");
    assert!(are_one_mail(&mails));
    world.end().await;
}

#[tokio::test]
async fn a_worker_killed_before_the_relay_answers_costs_one_mail_more_and_it_is_the_same() {
    let world = World::made(Make { replicas: 1, ..Make::default() }).await;
    world.smtp.rule("example.org", Rule::SilentAfterData);
    let intent = world.ask("recovery", "anne@example.org").await;
    world.until_received(1).await;

    world.kill(0);
    world.smtp.clear();
    world.begin().await;
    assert_eq!(world.state(intent).await, "sending", "held by the dead until its lease ends");
    world.end_leases("0 s").await;

    world.until_state(intent, "accepted").await;
    let mails = world.smtp.received();
    assert_eq!(mails.len(), 2);
    assert!(are_one_mail(&mails));
    world.end().await;
}

#[tokio::test]
async fn a_worker_killed_between_the_answer_and_its_commit_costs_one_mail_more_and_it_is_the_same() {
    let world = World::made(Make { replicas: 1, ..Make::default() }).await;
    world.smtp.rule("example.org", Rule::SilentAfterData);
    let intent = world.ask("recovery", "anne@example.org").await;
    world.until_received(1).await;
    // The row is held, so that the worker gets its answer and cannot write it down.
    let mut holder = world.pool.acquire().await.unwrap();
    sqlx::raw_sql("begin; select 1 from messages for update").execute(&mut *holder).await.unwrap();
    world.smtp.release("example.org");
    until("the worker waits to write the answer down", async || {
        let waiting = "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
                       and query like '%update messages set state%')";
        sqlx::query_scalar::<_, bool>(waiting).fetch_one(&world.pool).await.unwrap()
    })
    .await;

    world.kill(0);
    until("its sessions are gone", async || {
        let others = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'notifications'";
        let gone = sqlx::query_scalar::<_, i64>(others).fetch_one(&world.pool).await.unwrap() == 0;
        if !gone {
            let end = "select pg_terminate_backend(pid) from pg_stat_activity
                       where datname = current_database() and application_name = 'notifications'";
            sqlx::query(end).execute(&world.pool).await.unwrap();
        }
        gone
    })
    .await;
    sqlx::raw_sql("rollback").execute(&mut *holder).await.unwrap();
    drop(holder);
    world.begin().await;
    assert_eq!(world.state(intent).await, "sending", "the answer was not written down");
    world.end_leases("0 s").await;

    world.until_state(intent, "accepted").await;
    let mails = world.smtp.received();
    assert_eq!(mails.len(), 2);
    assert!(are_one_mail(&mails));
    world.end().await;
}

#[tokio::test]
async fn a_worker_killed_after_its_commit_sends_nothing_again() {
    let world = World::made(Make { replicas: 1, ..Make::default() }).await;
    let intent = world.ask("recovery", "anne@example.org").await;
    world.until_state(intent, "accepted").await;

    world.kill(0);
    world.begin().await;
    let other = world.ask("recovery", "bob@example.org").await;

    world.until_state(other, "accepted").await;
    assert_eq!(world.smtp.to("anne@example.org").len(), 1);
    assert_eq!(world.told(intent).await, ["queued", "accepted"]);
    world.end().await;
}

#[tokio::test]
async fn of_many_mails_none_is_lost_and_none_goes_twice_when_a_replica_dies() {
    let world = World::start().await;
    let mut intents = Vec::new();
    for number in 0..120 {
        intents.push(world.know("membership-accepted", &format!("a{number}@d{}.example.org", number % 9), |_| {}));
    }
    let asked: Vec<_> = intents.iter().map(|intent| crate::world::intent_event(*intent, "membership-accepted")).collect();
    world.tell(&asked).await;
    world.until_received(20).await;

    world.kill(0);

    until("all are accepted", async || {
        world.hurry().await;
        world.end_leases("10 s").await;
        let left = sqlx::query_scalar::<_, i64>("select 120 - count(*) from messages where state = 'accepted'");
        left.fetch_one(&world.pool).await.unwrap() == 0
    })
    .await;
    let mails = world.smtp.received();
    let readers: BTreeSet<_> = mails.iter().map(|mail| mail.to.clone()).collect();
    let ids: BTreeSet<_> = mails.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!((readers.len(), ids.len()), (120, 120), "none is lost");
    // As many as the dead replica had under way may come twice, each as the same mail.
    assert!(mails.len() <= 120 + 16, "{} mails", mails.len());
    for reader in readers {
        assert!(are_one_mail(&world.smtp.to(&reader)), "{reader}");
    }
    world.end().await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_written_down_at_once_costs_no_second_mail() {
    let world = World::start().await;
    let trouble = "create sequence trouble;
                   create function fail() returns trigger language plpgsql as $$ begin
                       if nextval('trouble') <= 2 then raise exception 'not now'; end if;
                       return new;
                   end $$;
                   create trigger fail before update on messages for each row when (new.state = 'accepted') execute function fail();";
    sqlx::raw_sql(trouble).execute(&world.pool).await.unwrap();

    let intent = world.ask("recovery", "anne@example.org").await;

    world.until_state(intent, "accepted").await;
    assert_eq!(sqlx::query_scalar::<_, i64>("select last_value from trouble").fetch_one(&world.pool).await.unwrap(), 3);
    assert_eq!(world.smtp.count(), 1);
    world.end().await;
}
