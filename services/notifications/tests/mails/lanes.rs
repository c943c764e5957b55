//! Who waits for whom: security mail for nobody, a domain for its own mails only.

use std::time::{Duration, Instant};

use notifications::worker::Limits;
use uuid::Uuid;

use crate::{
    smtp::Rule,
    world::{Make, World, intent_event, long, until},
};

/// Puts many campaign mails in line, over a hundred domains; no template is in that lane yet, so they are moved there.
async fn campaign(world: &World, count: usize, domain: impl Fn(usize) -> String) -> Vec<Uuid> {
    let intents: Vec<Uuid> =
        (0..count).map(|number| world.know("membership-accepted", &format!("a{number}@{}", domain(number)), |_| {})).collect();
    let insert = "insert into messages (id, source, intent_id, recipient, template, collectivite_id, lane, state, queued_at, expires_at, until,
                                        next_try_at, version)
                  select gen_random_uuid(), 'identity', intent, 'identity:account:' || intent, 'membership-accepted', '', 2, 'queued', now(),
                         now() + interval '7 days', now() + interval '1 day', now(), 1 from unnest($1::uuid[]) as intent";
    sqlx::query(insert).bind(&intents).execute(&world.pool).await.unwrap();
    intents
}

/// Asks for a recovery mail, and says how long it took to be with the relay.
async fn recovery(world: &World, email: &str) -> Duration {
    let began = Instant::now();
    let intent = world.ask("recovery", email).await;
    let deadline = began + Duration::from_secs(60);
    while world.state(intent).await != "accepted" {
        assert!(Instant::now() < deadline, "a recovery mail was not out within 60 s");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    began.elapsed()
}

#[tokio::test]
async fn a_recovery_mail_is_out_within_a_minute_whatever_waits_and_though_the_relay_limits() {
    let count = if long() { 10_000 } else { 500 };
    let world = World::start().await;
    world.smtp.state.lock().unwrap().a_second = Some(10);
    // One domain in a hundred is bad, in the way that costs most; its mails come first.
    world.smtp.rule("d7.example.org", Rule::Hang);
    let intents = campaign(&world, count, |number| format!("d{}.example.org", number % 100)).await;
    let bad: Vec<Uuid> = intents.into_iter().skip(7).step_by(100).collect();
    let first = "update messages set next_try_at = next_try_at - interval '1 minute' where intent_id = any($1)";
    sqlx::query(first).bind(&bad).execute(&world.pool).await.unwrap();
    until("the bad domain hangs", async || !world.smtp.state.lock().unwrap().waiting.is_empty()).await;
    world.until_received(5).await;

    let mut slowest = Duration::ZERO;
    for number in 0..5 {
        slowest = slowest.max(recovery(&world, &format!("anne{number}@example.net")).await);
    }

    let (sent, refused) = (world.smtp.count(), world.smtp.state.lock().unwrap().refused_by_rate);
    println!(
        "{count} campaign mails in line, 10 a second: slowest of 5 recovery mails {slowest:?}; {sent} sent, {refused} refused for their rate"
    );
    assert!(sent < count / 2, "the line was full all the while");
    world.end().await;
}

#[tokio::test]
async fn a_domain_that_hangs_holds_up_its_own_mails_only() {
    let world = World::start().await;
    world.smtp.rule("hangs.example.org", Rule::Hang);
    campaign(&world, 40, |_| "hangs.example.org".to_owned()).await;
    until("all that may hang do", async || world.smtp.state.lock().unwrap().waiting.len() >= 4).await;

    let others = campaign(&world, 30, |number| format!("d{}.example.org", number % 10)).await;
    let recovery = recovery(&world, "anne@example.net").await;

    until("the mails to other domains are out", async || {
        let left = sqlx::query_scalar::<_, i64>("select count(*) from messages where state <> 'accepted' and intent_id = any($1)");
        left.bind(&others).fetch_one(&world.pool).await.unwrap() == 0
    })
    .await;
    println!("beside a domain that hangs a recovery mail took {recovery:?}");
    world.end().await;
}

#[tokio::test]
async fn no_more_mails_are_under_way_to_a_domain_than_may_be_however_many_replicas_there_are() {
    let limits = Limits { look: Duration::from_millis(50), ..Limits::default() };
    let world = World::made(Make { replicas: 3, limits, ..Make::default() }).await;
    world.smtp.rule("one.example.org", Rule::SilentAfterData);

    campaign(&world, 40, |_| "one.example.org".to_owned()).await;

    until("as many as may be", async || world.smtp.state.lock().unwrap().waiting.len() >= 4).await;
    until("every mail has looked for a place", async || {
        let left = sqlx::query_scalar::<_, i64>("select count(*) from messages where domain is null");
        left.fetch_one(&world.pool).await.unwrap() == 0
    })
    .await;
    let waiting = world.smtp.state.lock().unwrap().waiting.len();
    assert_eq!(waiting, 4);
    world.smtp.clear();
    world.smtp.release("one.example.org");
    world.end().await;
}

#[tokio::test]
async fn nobody_is_mail_bombed() {
    let world = World::start().await;
    let intents: Vec<Uuid> = (0..34).map(|_| world.know("recovery", "Anne@example.org", |_| {})).collect();

    world.tell(&intents.iter().map(|intent| intent_event(*intent, "recovery")).collect::<Vec<_>>()).await;

    until("30 go out and the rest is put off", async || {
        world.hurry().await;
        let row = sqlx::query_as::<_, (i64, i64)>(
            "select count(*) filter (where state = 'accepted'), count(*) filter (where last_reply like 'this address has had%') from messages",
        );
        row.fetch_one(&world.pool).await.unwrap() == (30, 4)
    })
    .await;
    assert_eq!(world.smtp.count(), 30);
    let other = world.ask("membership-accepted", "anne@example.org").await;
    world.until_state(other, "accepted").await;
    world.end().await;
}
