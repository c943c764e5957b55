use crate::{BORDEAUX, STRASBOURG};
use journeys::{Actor, stage};
use std::time::Duration;

/// A broker that has lost everything is filled again from the databases.
const HEALED: Duration = Duration::from_secs(60);

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
    let next = atlas.shown(&page, after, HEALED).await;
    println!("NATS store lost -> shown by both gateways: {healed:?}; the next write: {next:?}");
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
