use std::time::Duration;

use atlas_proto::identity::v1::{ListKeysRequest, token_service_client::TokenServiceClient};
use identity::Config;
use runtime::{Refused, Timing};
use testkit::until;

use crate::world::{KEK, World, both};

const NEXT_KEK: &str = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

async fn kids(world: &World, replica: usize) -> Vec<String> {
    let listed = TokenServiceClient::new(world.wire_to(replica)).list_keys(ListKeysRequest {}).await.unwrap();
    listed.into_inner().keys.into_iter().map(|key| key.kid).collect()
}

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

/// Lets time pass for the signing keys: tests move rows, not clocks.
async fn pass(world: &World, hours: i32) {
    let moved = "update signing_keys set signs_from = signs_from - make_interval(hours => $1),
                 signs_until = signs_until - make_interval(hours => $1), valid_until = valid_until - make_interval(hours => $1)";
    sqlx::query(moved).bind(hours).execute(&world.pool).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_key_is_published_before_its_use_and_old_tokens_stay_good() {
    let world = World::start().await;
    let service = world.client("directory", &["service:directory:reader"]).await;
    let verifier = world.follower(&service, Timing { refetch: Duration::ZERO, ..Timing::default() }).verifier();
    let old = world.tokens_of(&service).token().await.unwrap();
    until("the old token is good", async || verifier.check(&old).await.is_ok()).await;
    assert_eq!(kids(&world, 0).await.len(), 1);

    pass(&world, 23).await;
    until("two keys on both replicas", async || kids(&world, 0).await.len() == 2 && kids(&world, 1).await.len() == 2).await;
    let before = world.tokens_of(&service).token().await.unwrap();
    assert_eq!(kid(&before), kid(&old), "the next key does not sign yet");

    pass(&world, 1).await;
    until("the next key signs", async || world.tokens_of(&service).token().await.is_ok_and(|token| kid(&token) != kid(&old))).await;
    let new = world.tokens_of(&service).token().await.unwrap();
    assert!(verifier.check(&new).await.is_ok());
    assert!(verifier.check(&old).await.is_ok(), "what the old key signed is good for an hour");

    pass(&world, 1).await;
    until("the old key is gone", async || {
        verifier.check(&old).await == Err(Refused::Invalid) || !kids(&world, 0).await.contains(&kid(&old))
    })
    .await;
    let made: i64 = sqlx::query_scalar("select count(*) from journal where act = 'signing-key.made'").fetch_one(&world.pool).await.unwrap();
    assert_eq!(made, 2, "two replicas make one key each time");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_encryption_key_can_be_changed_and_a_wrong_one_is_refused() {
    let world = World::start().await;
    let kids_before = kids(&world, 0).await;

    let both_keys = Config { seals: both(NEXT_KEK, Some(KEK)), ..world.config(&[]) };
    let third = world.replica(both_keys).await;
    let sealed_by =
        async || -> Vec<String> { sqlx::query_scalar("select sealed_by from signing_keys").fetch_all(&world.pool).await.unwrap() };
    let next = both(NEXT_KEK, None).present;
    until("sealed anew", async || sealed_by().await.iter().all(|by| by == next.print())).await;
    third.lifecycle.force();

    let fourth = world.replica(Config { seals: both(NEXT_KEK, None), ..world.config(&[]) }).await;
    until("it serves", async || fourth.lifecycle.readiness().is_ready()).await;
    let refused = world.replica(Config { seals: both(KEK, None), ..world.config(&[]) }).await.ended().await.unwrap_err();
    assert!(format!("{refused:#}").contains("key-encryption key"), "{refused:#}");
    assert_eq!(kids(&world, 1).await, kids_before);
    fourth.lifecycle.force();
}

#[tokio::test(flavor = "multi_thread")]
async fn private_keys_are_nowhere_in_the_database() {
    let world = World::start().await;
    let client = world.client("sgar-bretagne", &["region:53:reader"]).await;
    let scalar = client.key.scalar().map(|byte| format!("{byte:02x}")).concat();

    let dump: Vec<String> = sqlx::query_scalar(
        "select row_to_json(k)::text from signing_keys k union all select row_to_json(c)::text from client_keys c
         union all select row_to_json(j)::text from journal j",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap();

    assert!(dump.iter().all(|row| !row.contains(&scalar) && !row.contains("PRIVATE")));
}
