use std::time::Duration;

use futures_util::future::join_all;
use tonic::Code;

use crate::{
    people::{ANNE, Browser, NEXT, PASSWORD, Town, reason, waits},
    world::refusal,
};

/// Five, and what the seconds allow that pass on a busy machine.
const FIVE: std::ops::RangeInclusive<usize> = 5..=8;

/// Makes every wait that was begun a long one.
async fn hold(town: &Town) {
    town.sql("update throttles set free_at = now() + interval '1 hour' where bucket not like 'office:%' and streak >= 5").await;
}

/// Guesses until it is told to wait, and says how many guesses were looked at.
async fn flood(browser: &Browser, email: &str) -> usize {
    for tried in 0..40 {
        let refused = browser.sign_in(email, "not the password at all").await.unwrap_err();
        match refusal(&refused) {
            (Code::Unauthenticated, reason) => assert_eq!(reason, "WRONG_CREDENTIALS"),
            other => {
                assert_eq!(other, (Code::ResourceExhausted, "TOO_MANY_ATTEMPTS".into()));
                assert!(waits(&refused).is_some_and(|wait| wait >= Duration::from_secs(1)), "it says for how long");
                return tried;
            }
        }
    }
    40
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_counted_over_all_replicas_and_success_resets() {
    let town = Town::start().await;
    town.anne().await;
    let browser = town.browser_at("198.51.100.1");

    assert!(FIVE.contains(&flood(&browser, ANNE).await), "two replicas do not give twice as many");
    hold(&town).await;
    assert_eq!(reason(browser.sign_in(ANNE, PASSWORD).await), "TOO_MANY_ATTEMPTS", "nor is the right one looked at");
    town.pass("1 hour").await;
    assert!(browser.sign_in(ANNE, PASSWORD).await.is_ok());
    assert!(FIVE.contains(&flood(&browser, ANNE).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_guesses_at_once_no_more_are_looked_at() {
    let town = Town::start().await;
    town.anne().await;
    let browser = town.browser_at("198.51.100.1");

    let answers = join_all((0..40).map(|_| browser.sign_in(ANNE, "not the password at all"))).await;

    let looked_at =
        answers.into_iter().filter(|answer| answer.as_ref().is_err_and(|status| status.code() == Code::Unauthenticated)).count();
    assert!(FIVE.contains(&looked_at), "{looked_at}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_from_elsewhere_keeps_nobody_out_of_a_known_browser() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    for network in 0..3 {
        flood(&town.browser_at(&format!("198.51.{network}.1")), ANNE).await;
    }
    hold(&town).await;

    assert_eq!(reason(anne.sign_in(ANNE, PASSWORD).await), "TOO_MANY_ATTEMPTS");
    let known = anne.sign_in_with(ANNE, PASSWORD, &entered.device_secret).await.unwrap();
    assert!(!known.session_secret.is_empty() && known.device_secret.is_empty());
    let stranger = town.browser_at("198.51.100.1");
    let begun = stranger.recover(ANNE).await.unwrap();
    let mail = town.mail("recovery", ANNE).await;
    let proved = stranger.code(&begun.flow_secret, &mail.said.code).await.unwrap();
    stranger.choose(&proved.flow_secret, NEXT).await.unwrap();
    assert!(stranger.sign_in(ANNE, NEXT).await.is_ok(), "recovery always works");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_browser_that_guesses_has_its_own_limit() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let mut looked_at = 0;
    while anne.sign_in_with(ANNE, "not the password at all", &entered.device_secret).await.unwrap_err().code() == Code::Unauthenticated {
        looked_at += 1;
    }
    assert!(FIVE.contains(&looked_at), "{looked_at}");
    assert!(town.browser_at("198.51.100.1").sign_in(ANNE, PASSWORD).await.is_ok(), "and holds nobody else up");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_of_300_behind_one_address_gets_in() {
    let town = Town::start().await;
    town.anne().await;
    let browser = town.browser();

    let answers = join_all((0..300).map(|n| {
        let browser = browser.clone();
        async move { browser.sign_in(&format!("agent{n}@example.org"), PASSWORD).await }
    }))
    .await;
    let waited = answers.iter().filter(|answer| answer.as_ref().is_err_and(|status| refusal(status).1 == "TOO_MANY_ATTEMPTS")).count();

    assert_eq!(waited, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_browser_is_told_of_and_a_known_one_is_not() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    anne.sign_in_with(ANNE, PASSWORD, &entered.device_secret).await.unwrap();
    assert_eq!(town.count("select count(*) from mails where template = 'new-device-sign-in'").await, 0);

    let stranger = town.browser_at("198.51.100.1").sign_in(ANNE, PASSWORD).await.unwrap();

    let notice = town.mail("new-device-sign-in", ANNE).await;
    assert_eq!(notice.said.words["browser"], "Firefox, Windows");
    assert!(!stranger.device_secret.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_is_answered_like_none() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    town.sql("update accounts set disabled_at = now()").await;

    assert_eq!(reason(anne.sign_in(ANNE, PASSWORD).await), "WRONG_CREDENTIALS");
    assert_eq!(reason(anne.resume(&entered.session_secret).await), "SESSION_ENDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_hashed_anew_when_its_cost_has_risen() {
    let town = Town::start().await;
    let (anne, _) = town.anne().await;
    let cheaper = town.count("select count(*) from accounts where password like '$argon2id$v=19$m=64,t=1,p=1$%'").await;
    assert_eq!(cheaper, 1);

    let mut config = town.world.config(&[]);
    config.passwords.memory = 128;
    let costly = town.world.replica(config).await;
    let wire = runtime::Wire::open(costly.address.to_string().parse().unwrap(), &town.world.lifecycle);
    let gateway = town.world.client("gateway", &["service:gateway:reader"]).await;
    let through = Browser {
        api: atlas_proto::identity::v1::account_service_client::AccountServiceClient::new(
            wire.with_tokens(town.world.tokens_of(&gateway)).within(Duration::from_secs(20)),
        ),
        ..anne.clone()
    };
    testkit::until("the other replica lets it in", async || through.sign_in(ANNE, PASSWORD).await.is_ok()).await;

    assert_eq!(town.count("select count(*) from accounts where password like '$argon2id$v=19$m=128,t=1,p=1$%'").await, 1);
    assert!(anne.sign_in(ANNE, PASSWORD).await.is_ok());
    costly.lifecycle.force();
}
