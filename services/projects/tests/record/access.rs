use atlas_proto::access::{ACCESS, CallerKind};
use runtime::Access;
use testkit::every_rpc_by_every_caller;

use crate::world::World;

const PACKAGES: [&str; 2] = ["atlas.projects.v1", "atlas.operations.v1"];

#[tokio::test]
async fn every_call_admits_the_callers_its_contract_names_and_no_others() {
    let world = World::start().await;
    let wrong = every_rpc_by_every_caller(&world.wire, &PACKAGES, ACCESS, |right| world.identity.token(right)).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
    world.end().await;
}

#[tokio::test]
async fn a_door_left_open_is_seen() {
    let open: Vec<(&'static str, &'static [CallerKind])> = ACCESS
        .iter()
        .map(|(path, callers)| {
            if path.ends_with("/DeletePartnership") {
                (*path, &[CallerKind::Region, CallerKind::Collectivite, CallerKind::National][..])
            } else {
                (*path, *callers)
            }
        })
        .collect();
    let open: Access = Box::leak(open.into_boxed_slice());
    let world = World::with_access(open).await;

    let wrong = every_rpc_by_every_caller(&world.wire, &PACKAGES, ACCESS, |right| world.identity.token(right)).await;

    assert_eq!(wrong.len(), 1, "{wrong:#?}");
    assert!(wrong[0].contains("DeletePartnership by Region"), "{wrong:#?}");
    world.end().await;
}
