use std::time::Duration;

use atlas_proto::identity::v1::{
    DisableClientRequest, ListClientsRequest, RevokeTokenRequest, client_service_client::ClientServiceClient,
    token_service_client::TokenServiceClient,
};
use runtime::{Refused, Timing};
use testkit::{until, within};

use crate::world::World;

/// What the design promises.
const EVERYWHERE: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_is_refused_elsewhere_within_five_seconds() {
    let world = World::start().await;
    let service = world.client("directory", &["service:directory:reader"]).await;
    let verifier = world.follower(&service, Timing::default()).verifier();
    let client = world.client("sgar-bretagne", &["region:53:reader"]).await;
    let token = world.tokens_of(&client).token().await.unwrap();
    until("the token is good", async || verifier.check(&token).await.is_ok()).await;
    let another = world.tokens_of(&client).token().await.unwrap();

    let request = RevokeTokenRequest { token: token.to_string() };
    TokenServiceClient::new(world.wire_to(1)).revoke_token(request.clone()).await.unwrap();
    TokenServiceClient::new(world.wire_to(0)).revoke_token(request).await.unwrap();

    within(EVERYWHERE, "refused", async || verifier.check(&token).await.err() == Some(Refused::Void)).await;
    assert!(verifier.check(&another).await.is_ok(), "another session goes on");
    assert_eq!(world.journal().await.iter().filter(|(act, ..)| act == "session.revoked").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_client_is_refused_everywhere_and_identity_refuses_it_too() {
    let world = World::start().await;
    let service = world.client("directory", &["service:directory:reader"]).await;
    let verifier = world.follower(&service, Timing::default()).verifier();
    let operator = world.client("operator", &["operator:*:admin"]).await;
    let client = world.client("ministry", &["national:*:admin"]).await;
    let token = world.tokens_of(&client).token().await.unwrap();
    until("the token is good", async || verifier.check(&token).await.is_ok()).await;

    let request = DisableClientRequest { client_id: "ministry".into(), etag: "v1".into(), request_id: uuid::Uuid::new_v4().to_string() };
    ClientServiceClient::new(world.wire_of(&operator)).disable_client(request).await.unwrap();

    within(EVERYWHERE, "refused", async || verifier.check(&token).await.err() == Some(Refused::Void)).await;
    for replica in 0..2 {
        let mut identity = ClientServiceClient::new(world.wire_to(replica).bearing(&token));
        within(EVERYWHERE, "refused by identity", async || {
            let refused = identity.list_clients(ListClientsRequest::default()).await.err();
            refused.and_then(|status| runtime::reason(&status)).as_deref() == Some("TOKEN_VOID")
        })
        .await;
    }
    assert!(world.tokens_of(&client).token().await.is_err(), "it gets no new one");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_late_is_told_what_was_voided_before() {
    let world = World::start().await;
    let service = world.client("directory", &["service:directory:reader"]).await;
    let client = world.client("sgar-bretagne", &["region:53:reader"]).await;
    let token = world.tokens_of(&client).token().await.unwrap();
    let request = RevokeTokenRequest { token: token.to_string() };
    TokenServiceClient::new(world.wire()).revoke_token(request).await.unwrap();

    let late = world.follower(&service, Timing::default()).verifier();

    until("refused", async || late.check(&token).await.err() == Some(Refused::Void)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_identity_does_not_reach_trusts_nobody_until_it_does() {
    let world = World::start().await;
    let service = world.client("directory", &["service:directory:reader"]).await;
    let timing = Timing { freshness: Duration::from_millis(1500), ..Timing::default() };
    let verifier = world.follower(&service, timing).verifier();
    let token = world.tokens_of(&service).token().await.unwrap();
    until("the token is good", async || verifier.check(&token).await.is_ok()).await;

    // The database is taken from identity: its replicas still answer, and no longer know what is void.
    let shut = format!("alter database {} allow_connections false", name(&world));
    let admin = admin(&world).await;
    sqlx::query(sqlx::AssertSqlSafe(shut)).execute(&admin).await.unwrap();
    sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1")
        .bind(name(&world))
        .execute(&admin)
        .await
        .unwrap();
    until("nothing is trusted", async || verifier.check(&token).await.err() == Some(Refused::FreshnessUnknown)).await;

    let open = format!("alter database {} allow_connections true", name(&world));
    sqlx::query(sqlx::AssertSqlSafe(open)).execute(&admin).await.unwrap();
    until("trusted again", async || verifier.check(&token).await.is_ok()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_dead_replica_of_identity_is_not_missed() {
    let mut world = World::start().await;
    let service = world.client("directory", &["service:directory:reader"]).await;
    let verifier = world.follower(&service, Timing::default()).verifier();
    let token = world.tokens_of(&service).token().await.unwrap();
    until("the token is good", async || verifier.check(&token).await.is_ok()).await;

    world.replicas[0].lifecycle.shut_down();
    world.replicas[0].ended().await.unwrap();

    let client = world.client("sgar-bretagne", &["region:53:reader"]).await;
    let another = world.tokens_of(&client).token().await.unwrap();
    let request = RevokeTokenRequest { token: another.to_string() };
    TokenServiceClient::new(world.wire()).revoke_token(request).await.unwrap();
    within(EVERYWHERE, "refused", async || verifier.check(&another).await.err() == Some(Refused::Void)).await;
    assert!(verifier.check(&token).await.is_ok());
}

fn name(world: &World) -> &str {
    world.database.url.rsplit('/').next().unwrap().split('?').next().unwrap()
}

async fn admin(world: &World) -> sqlx::PgPool {
    let server = world.database.url.replace(name(world), "postgres");
    sqlx::PgPool::connect(&server).await.unwrap()
}
