use crate::{BORDEAUX, STRASBOURG};
use journeys::{Actor, stage};
use std::time::Duration;

/// A broker that has lost everything is filled again from the databases.
const HEALED: Duration = Duration::from_secs(60);
/// After a promotion the gateways learn of what was lost from the resync, at the pace at which the broker stores all of it: on a
/// disk that syncs a hundred messages a second it takes minutes.
const RETOLD: Duration = Duration::from_mins(10);
/// What is written afterwards waits behind nothing that is told again.
const PROMPT: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_heals_alone_when_nats_loses_everything() {
    let atlas = stage().await;
    let ministry = Actor::ministry(&atlas);
    let card = ministry.card(BORDEAUX).await.unwrap();

    atlas.kill("nats").unwrap();
    let told_to_nobody = "https://written-without-nats.example";
    let card = ministry.set_website(BORDEAUX, &card.etag, told_to_nobody).await.unwrap();
    atlas.begin("nats").unwrap();
    atlas.lose_nats().unwrap();

    let page = format!("/collectivites/{BORDEAUX}");
    let healed = atlas.shown(&page, told_to_nobody, HEALED).await;
    let after = "https://written-after-the-loss.example";
    ministry.set_website(BORDEAUX, &card.etag, after).await.unwrap();
    let next = atlas.shown(&page, after, PROMPT).await;
    println!("NATS store lost -> shown by both gateways: {healed:?}; the next write: {next:?}");
}

/// A server that was copied before a write takes over: what it never had is forgotten everywhere, and all goes on from there.
#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_takes_over_is_believed_whatever_it_missed() {
    if std::env::var_os("ATLAS_TEST_LONG").is_none() {
        return println!("left out: only tests/run --long waits for a whole resync");
    }
    let atlas = stage().await;
    let (ministry, operator) = (Actor::ministry(&atlas), Actor::operator(&atlas));
    let (page, card) = (format!("/collectivites/{BORDEAUX}"), ministry.card(BORDEAUX).await.unwrap());
    let known_to_both = "https://known-to-both.example";
    let card = ministry.set_website(BORDEAUX, &card.etag, known_to_both).await.unwrap();
    atlas.shown(&page, known_to_both, HEALED).await;
    let before = operator.epoch(&atlas).await.unwrap();
    atlas.copy_database().unwrap();
    let lost = "https://known-to-the-dead-one-only.example";
    ministry.set_website(BORDEAUX, &card.etag, lost).await.unwrap();
    atlas.shown(&page, lost, HEALED).await;

    atlas.fail_over().unwrap();

    let healed = atlas.shown(&page, known_to_both, RETOLD).await;
    assert!(operator.epoch(&atlas).await.unwrap() > before, "the epoch is not raised");
    let card = ministry.card(BORDEAUX).await.unwrap();
    let after = "https://written-after-the-promotion.example";
    ministry.set_website(BORDEAUX, &card.etag, after).await.unwrap();
    let next = atlas.shown(&page, after, PROMPT).await;
    println!("standby promoted -> both gateways have forgotten what it missed: {healed:?}; the next write: {next:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_on_without_database_and_broker() {
    let atlas = stage().await;
    atlas.stop("nats").unwrap();
    atlas.kill("postgresql").unwrap();

    let pages = atlas.pages(&format!("/collectivites/{STRASBOURG}")).await;
    let found = atlas.pages("/recherche?q=strasbourg").await;

    for page in pages.iter().chain(&found) {
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Strasbourg"), "{}", page.text);
    }
}
