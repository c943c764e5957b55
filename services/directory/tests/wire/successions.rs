use atlas_proto::directory::v1 as pb;
use tonic::Code;

use crate::{
    partners::{agent, create, rename, town},
    world::{ELSEWHERE, VILLAGE, World, commune, refusal, request_id},
};

const NEW: &str = "200000172";

fn merger(from: &[&str], to: &[&str]) -> pb::RecordSuccessionRequest {
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
    pb::RecordSuccessionRequest {
        predecessor_ids: ids(from),
        successor_ids: ids(to),
        effective_on: "2026-01-01".into(),
        request_id: request_id(),
    }
}

async fn merged() -> World {
    let world = World::settled().await;
    world.register(vec![commune(NEW, "Croix-et-Clémenciat", "56", "53")]).await;
    world.directory("national:*:admin").record_succession(merger(&[VILLAGE, ELSEWHERE], &[NEW])).await.unwrap();
    world
}

#[tokio::test]
async fn what_was_merged_names_what_took_its_place_and_the_other_way() {
    let world = merged().await;

    let read = async |id: &str| {
        world
            .agent()
            .get_collectivite(pb::GetCollectiviteRequest { collectivite_id: id.into() })
            .await
            .unwrap()
            .into_inner()
            .collectivite
            .unwrap()
    };
    let (old, new) = (read(VILLAGE).await, read(NEW).await);

    assert_eq!(old.state(), pb::CollectiviteState::Ended);
    assert_eq!((old.successors[0].name.as_str(), old.successors[0].effective_on.as_str()), ("Croix-et-Clémenciat", "2026-01-01"));
    assert_eq!(new.predecessors.len(), 2);
    assert_eq!(world.told().await.iter().filter(|told| *told == "collectivite ended").count(), 2);
    world.end().await;
}

#[tokio::test]
async fn what_ended_does_not_end_again_and_nothing_succeeds_itself() {
    let world = merged().await;
    let national = || world.directory("national:*:admin");

    let again = national().record_succession(merger(&[VILLAGE], &[NEW])).await.unwrap_err();
    let circle = national().record_succession(merger(&[NEW], &[VILLAGE])).await.unwrap_err();
    let unknown = national().record_succession(merger(&[NEW], &["insee-97502"])).await.unwrap_err();

    assert_eq!(refusal(&again), (Code::FailedPrecondition, "ALREADY_ENDED".into()));
    assert_eq!(refusal(&circle), (Code::FailedPrecondition, "SUCCESSION_CYCLE".into()));
    assert_eq!(refusal(&unknown), (Code::NotFound, "COLLECTIVITE_NOT_FOUND".into()));
    world.end().await;
}

#[tokio::test]
async fn what_ended_is_not_proposed_by_a_search() {
    let world = merged().await;
    let request = pb::SearchCollectivitesRequest { query: "la croix".into(), limit: 0 };
    let found = world.agent().search_collectivites(request).await.unwrap().into_inner().collectivites;
    assert_eq!(found.len(), 0);
    world.end().await;
}

#[tokio::test]
async fn what_took_its_place_changes_the_partners_that_it_added() {
    let world = World::abroad().await;
    let added = create(&world, &agent(VILLAGE), town("Cologne", "")).await.unwrap();
    world.register(vec![commune(NEW, "Croix-et-Clémenciat", "56", "53")]).await;
    world.directory("national:*:admin").record_succession(merger(&[VILLAGE], &[NEW])).await.unwrap();

    let ended = rename(&world, &agent(VILLAGE), &added, "Colonia").await.unwrap_err();
    let renamed = rename(&world, &agent(NEW), &added, "Köln").await.unwrap();

    assert_eq!(refusal(&ended), (Code::FailedPrecondition, "PARTNER_SHARED".into()));
    assert_eq!(renamed.name, "Köln");
    world.end().await;
}
