use atlas_proto::access::{ACCESS, CallerKind};
use runtime::Access;
use testkit::every_rpc_by_every_caller;

use crate::world::{Make, World};

const PACKAGES: [&str; 2] = ["atlas.notifications.v1", "atlas.operations.v1"];

#[tokio::test]
async fn every_call_admits_the_callers_its_contract_names_and_no_others() {
    let world = World::start().await;
    let wrong = every_rpc_by_every_caller(&world.wire, &PACKAGES, ACCESS, |right| world.identity.token(right)).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
    world.end().await;
}

#[tokio::test]
async fn a_door_left_open_is_seen() {
    let all: &[CallerKind] = &[CallerKind::Region, CallerKind::Collectivite, CallerKind::National, CallerKind::Operator];
    let open = ACCESS.iter().map(|(path, callers)| (*path, if path.ends_with("/ResendMessage") { all } else { callers }));
    let open: Access = Box::leak(open.collect::<Vec<_>>().into_boxed_slice());
    let world = World::made(Make { access: open, ..Make::default() }).await;

    let wrong = every_rpc_by_every_caller(&world.wire, &PACKAGES, ACCESS, |right| world.identity.token(right)).await;

    assert_eq!(wrong.len(), 1, "{wrong:#?}");
    assert!(wrong[0].contains("ResendMessage by Region"), "{wrong:#?}");
    world.end().await;
}
