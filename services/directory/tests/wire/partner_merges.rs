use atlas_proto::directory::v1 as pb;
use tonic::{Code, Status};

use crate::{
    partners::{agent, create, get, history, rename, town},
    projects::{Projects, uses},
    world::{ELSEWHERE, VILLAGE, World, fields, refusal, request_id},
};

const MINISTRY: &str = "national:*:editor";

async fn merge(world: &World, into: &pb::Partner, others: &[&pb::Partner]) -> Result<pb::Partner, Status> {
    let request = pb::MergePartnersRequest {
        into_partner_id: into.partner_id.clone(),
        partner_ids: others.iter().map(|one| one.partner_id.clone()).collect(),
        request_id: request_id(),
    };
    Ok(world.partners(MINISTRY).merge_partners(request).await?.into_inner().partner.unwrap())
}

async fn undo(world: &World, partner: &pb::Partner) -> Result<pb::Partner, Status> {
    let request = pb::UndoPartnerMergeRequest { partner_id: partner.partner_id.clone(), request_id: request_id() };
    Ok(world.partners(MINISTRY).undo_partner_merge(request).await?.into_inner().partner.unwrap())
}

/// What each of these was merged into, by name; nothing for those that stand.
async fn led(world: &World, partners: &[&pb::Partner]) -> Vec<String> {
    let mut names = Vec::new();
    for one in partners {
        let request = pb::BatchGetPartnersRequest { partner_ids: vec![one.partner_id.clone()] };
        let now = world.partners(MINISTRY).batch_get_partners(request).await.unwrap().into_inner().partners.remove(0);
        assert_eq!(now.state() == pb::PartnerState::Merged, !now.merged_into.is_empty());
        names.push(if now.merged_into.is_empty() { String::new() } else { get(world, &one.partner_id).await.unwrap().name });
    }
    names
}

async fn three(world: &World) -> [pb::Partner; 3] {
    let mut made = Vec::new();
    for name in ["Anna", "Berta", "Clara"] {
        made.push(create(world, &agent(VILLAGE), town(name, "")).await.unwrap());
    }
    made.try_into().unwrap()
}

#[tokio::test]
async fn the_one_that_stays_has_all_names_and_the_others_lead_to_it() {
    let world = World::abroad().await;
    let [a, b, c] = three(&world).await;
    let before = world.told().await.len();

    let stays = merge(&world, &c, &[&a, &b]).await.unwrap();

    let names: Vec<&str> = stays.other_names.iter().map(|name| name.name.as_str()).collect();
    assert_eq!((names, stays.version), (vec!["Anna", "Berta"], 2));
    assert_eq!(led(&world, &[&a, &b, &c]).await, ["Clara", "Clara", ""]);
    let request = pb::SearchPartnersRequest { query: "anna".into(), ..Default::default() };
    let found = world.partners(MINISTRY).search_partners(request).await.unwrap().into_inner().partners;
    assert_eq!(found, [stays]);
    assert_eq!(world.told().await[before..], ["partner merged", "partner merged", "partner merged"]);
    assert_eq!(history(&world, &a.partner_id).await[0], ("merged".to_owned(), Some("Anna".to_owned())));
    world.end().await;
}

#[tokio::test]
async fn what_was_merged_leads_on_to_the_one_that_stands_and_back_step_by_step() {
    let world = World::abroad().await;
    let [a, b, c] = three(&world).await;
    merge(&world, &b, &[&a]).await.unwrap();
    merge(&world, &c, &[&b]).await.unwrap();

    assert_eq!(led(&world, &[&a, &b, &c]).await, ["Clara", "Clara", ""]);
    let again = undo(&world, &b).await.unwrap();
    assert_eq!(led(&world, &[&a, &b, &c]).await, ["Berta", "", ""]);
    undo(&world, &a).await.unwrap();

    assert_eq!(led(&world, &[&a, &b, &c]).await, ["", "", ""]);
    assert_eq!((again.name.as_str(), again.other_names[0].name.as_str()), ("Berta", "Anna"), "it keeps the names it got");
    assert_eq!(refusal(&undo(&world, &a).await.unwrap_err()), (Code::FailedPrecondition, "NOT_MERGED".into()));
    assert_eq!(world.told().await.iter().filter(|told| *told == "partner unmerged").count(), 3);
    world.end().await;
}

#[tokio::test]
async fn what_cannot_be_the_same_is_not_merged() {
    let world = World::abroad().await;
    let [a, b, c] = three(&world).await;
    let elsewhere = create(&world, MINISTRY, pb::Partner { country_iso2: "ML".into(), ..town("Ségou", "") }).await.unwrap();
    let nobody = pb::Partner { partner_id: request_id(), ..Default::default() };
    merge(&world, &b, &[&a]).await.unwrap();

    let refused = [
        merge(&world, &c, &[&elsewhere]).await.unwrap_err(),
        merge(&world, &c, &[&a]).await.unwrap_err(),
        merge(&world, &a, &[&c]).await.unwrap_err(),
        merge(&world, &c, &[&nobody]).await.unwrap_err(),
    ];
    let itself = merge(&world, &c, &[&c]).await.unwrap_err();
    let changed = rename(&world, MINISTRY, &a, "Anne").await.unwrap_err();

    let reasons = refused.map(|status| refusal(&status).1);
    assert_eq!(reasons, ["DIFFERENT_COUNTRIES", "PARTNER_MERGED", "PARTNER_MERGED", "PARTNER_NOT_FOUND"]);
    assert_eq!(fields(&itself), ["partner_ids"]);
    assert_eq!(refusal(&changed), (Code::FailedPrecondition, "PARTNER_MERGED".into()));
    world.end().await;
}

#[tokio::test]
async fn a_name_that_was_taken_meanwhile_keeps_a_merge() {
    let world = World::abroad().await;
    let [a, b, _] = three(&world).await;
    merge(&world, &b, &[&a]).await.unwrap();
    create(&world, &agent(VILLAGE), town("Anna", "")).await.unwrap();

    let refused = undo(&world, &a).await.unwrap_err();

    assert_eq!(refusal(&refused), (Code::AlreadyExists, "PARTNER_EXISTS".into()));
    assert_eq!(led(&world, &[&a]).await, ["Berta"]);
    world.end().await;
}

#[tokio::test]
async fn who_uses_what_was_merged_uses_the_one_in_its_place() {
    let world = World::abroad().await;
    let projects = Projects::beside(&world).await;
    let [a, b, _] = three(&world).await;
    projects.tell(1, &request_id(), &a.partner_id, &[ELSEWHERE]).await;
    projects.tell(1, &request_id(), &b.partner_id, &[VILLAGE]).await;
    uses(&world, 2).await;
    assert!(rename(&world, &agent(VILLAGE), &b, "Bertha").await.is_ok());

    let stays = merge(&world, &b, &[&a]).await.unwrap();
    let refused = rename(&world, &agent(VILLAGE), &stays, "Berta").await.unwrap_err();

    assert_eq!(refusal(&refused), (Code::FailedPrecondition, "PARTNER_SHARED".into()));
    projects.end().await;
    world.end().await;
}
