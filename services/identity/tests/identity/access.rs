use atlas_proto::access::{ACCESS, CallerKind};
use runtime::{Access, Refused, Timing, Wire, claims::ASSERTION};
use testkit::{CALLERS, every_rpc_by_every_caller, until};

use crate::world::World;

const LIST_CLIENTS: &str = "/atlas.identity.v1.ClientService/ListClients";

/// What identity serves.
const PACKAGES: [&str; 3] = ["atlas.identity.v1", "atlas.mail.v1", "atlas.operations.v1"];

/// The rows of the contracts' table that identity serves.
fn served() -> Vec<(&'static str, &'static [CallerKind])> {
    let elsewhere = ["JoinService/", "TeamService/", "JournalService/"];
    ACCESS.iter().copied().filter(|(path, _)| !elsewhere.iter().any(|service| path.contains(service))).collect()
}

/// Tries every cell against a world, with tokens that identity itself issued.
async fn try_all(world: &World) -> Vec<String> {
    let rights: Vec<&str> = CALLERS.iter().map(|(_, right)| *right).filter(|right| !right.is_empty()).collect();
    let everybody = world.client("everybody", &rights).await;
    let mut tokens = std::collections::HashMap::new();
    for right in rights {
        tokens.insert(right, world.tokens_of(&everybody).with_scope(right).token().await.unwrap());
    }
    let wire: Wire = world.wire();
    every_rpc_by_every_caller(&wire, &PACKAGES, &served(), |right| tokens[right].to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rpc_admits_whom_the_contract_says() {
    let world = World::start().await;
    assert_eq!(try_all(&world).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sabotaged_door_is_found() {
    let rows = ACCESS.iter().map(|(path, callers)| {
        let open: &'static [CallerKind] = &[CallerKind::Region, CallerKind::National, CallerKind::Operator];
        if *path == LIST_CLIENTS { (*path, open) } else { (*path, *callers) }
    });
    let sabotaged: Access = Vec::leak(rows.collect());
    let world = World::with(sabotaged).await;

    let found = try_all(&world).await;

    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with(LIST_CLIENTS) && found[0].contains("Region"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_is_not_for_that_a_token() {
    let world = World::start().await;
    let service = world.client("directory", &["service:directory:reader"]).await;
    let verifier = world.follower(&service, Timing::default()).verifier();
    let good = world.tokens_of(&service).token().await.unwrap();
    until("a token is good", async || verifier.check(&good).await.is_ok()).await;

    let elsewhere = world.tokens_of(&service).for_audience("identity").token().await.unwrap();
    let assertion = service.assertion(crate::world::time()).unwrap();
    let own = service.key.sign("at+jwt", &serde_json::json!({"sub": "directory"})).unwrap();
    let mistyped = service.key.sign(ASSERTION, &serde_json::json!({"sub": "directory"})).unwrap();

    assert_eq!(verifier.check(&elsewhere).await, Err(Refused::Invalid));
    for forged in [assertion, own, mistyped, format!("{good}x"), good[..good.len() - 2].to_owned(), String::new()] {
        assert_eq!(verifier.check(&forged).await, Err(Refused::Invalid), "{forged}");
    }
}
