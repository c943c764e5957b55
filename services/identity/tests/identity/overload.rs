use std::time::Duration;

use futures_util::future::join_all;
use identity::Cost;
use testkit::until;
use tonic::Code;

use crate::{
    people::{ANNE, PASSWORD, Town, waits},
    walks::long,
    world::{World, refusal},
};

/// A world where hashing is as slow as `cost` says.
async fn slow(cost: Cost) -> Town {
    let mut world = World::start().await;
    for replica in 0..2 {
        let replaced = world.replica(identity::Config { passwords: cost, ..world.config(&[]) }).await;
        std::mem::replace(&mut world.replicas[replica], replaced).lifecycle.force();
    }
    Town::of(world).await
}

/// The memory that this takes is measured of processes of their own (`tests/journeys`): here every test shares one.
#[tokio::test(flavor = "multi_thread")]
async fn b30_of_many_sign_ins_at_once_some_are_told_to_come_again() {
    let (count, cost) = if long() { (500, Cost::default()) } else { (150, Cost { memory: 8 * 1024, passes: 1, slots: 1, queue: 8 }) };
    let town = slow(cost).await;
    town.anne().await;
    // Each from a household of its own, with a name of its own: no other limit is in the way.
    let browsers: Vec<_> = (0..count).map(|n| town.browser_at(&format!("10.{}.{}.1", n / 250, n % 250))).collect();
    let tries =
        browsers.iter().enumerate().map(|(n, browser)| async move { browser.sign_in(&format!("agent{n}@example.org"), PASSWORD).await });
    let answers = join_all(tries).await;

    let refused: Vec<_> = answers.iter().map(|answer| answer.as_ref().unwrap_err()).collect();
    let told_to_wait = refused.iter().filter(|status| status.code() == Code::ResourceExhausted).count();
    println!("{count} sign-ins: {told_to_wait} told to come again");
    assert!(told_to_wait > 0 && told_to_wait < count);
    for status in refused.iter().filter(|status| status.code() == Code::ResourceExhausted) {
        assert!(waits(status).is_some(), "{status:?}");
    }
    assert!(town.browser().sign_in(ANNE, PASSWORD).await.is_ok(), "and then all goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn b30_who_was_told_to_come_again_has_not_guessed() {
    let town = slow(Cost { memory: 16 * 1024, passes: 4, slots: 1, queue: 0 }).await;
    let browser = town.browser_at("198.51.100.1");
    let answers = join_all((0..60).map(|_| browser.sign_in(ANNE, PASSWORD))).await;
    assert!(answers.iter().any(|answer| answer.as_ref().is_err_and(|status| refusal(status).1 == "OVERLOADED")));

    let counted = town.count("select coalesce(max(counted), 0)::bigint from throttles where bucket like 'account:%'").await;
    let looked_at = answers.iter().filter(|answer| answer.as_ref().is_err_and(|status| status.code() == Code::Unauthenticated)).count();
    assert_eq!(counted, i64::try_from(looked_at).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn b41_callers_that_hang_up_take_no_connection_with_them() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let count = if long() { 10_000 } else { 400 };
    for batch in 0..count / 40 {
        let calls = (0..40).map(|n| {
            let (anne, session) = (anne.clone(), entered.session_secret.clone());
            async move {
                let work = async {
                    match n % 4 {
                        0 => anne.resume(&session).await.map(drop),
                        1 => anne.recover(&format!("agent{batch}-{n}@example.org")).await.map(drop),
                        2 => anne.sign_in("nobody@example.org", PASSWORD).await.map(drop),
                        _ => anne.sessions(&session).await.map(drop),
                    }
                };
                let _ = tokio::time::timeout(Duration::from_micros(200 * (n + 1)), work).await;
            }
        });
        join_all(calls).await;
        town.calm().await;
    }
    // What was begun for who hung up may still be at work: then the pool is whole again.
    until("64 at once are answered", async || {
        let answers = join_all((0..64).map(|_| anne.resume(&entered.session_secret))).await;
        answers.iter().all(Result::is_ok)
    })
    .await;
    let stuck = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'";
    until("no transaction is left open", async || town.count(stuck).await == 0).await;
}
