use atlas_proto::directory::v1 as pb;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::{
    projects::{Projects, uses},
    world::{ELSEWHERE, VILLAGE, World, fields, refusal, request_id},
};

/// A town of Germany.
pub fn town(name: &str, division: &str) -> pb::Partner {
    pb::Partner {
        country_iso2: "DE".into(),
        level: pb::PartnerLevel::Municipality.into(),
        name: name.into(),
        division: division.into(),
        ..Default::default()
    }
}

pub fn agent(id: &str) -> String {
    format!("collectivite:{id}:editor")
}

pub async fn create(world: &World, right: &str, partner: pb::Partner) -> Result<pb::Partner, Status> {
    let request = pb::CreatePartnerRequest { partner: Some(partner), request_id: request_id() };
    Ok(world.partners(right).create_partner(request).await?.into_inner().partner.unwrap())
}

/// Renames a partner, and nothing else of it.
pub async fn rename(world: &World, right: &str, partner: &pb::Partner, name: &str) -> Result<pb::Partner, Status> {
    let partner =
        pb::Partner { partner_id: partner.partner_id.clone(), name: name.into(), etag: partner.etag.clone(), ..Default::default() };
    let update_mask = Some(prost_types::FieldMask { paths: vec!["name".into()] });
    let request = pb::UpdatePartnerRequest { partner: Some(partner), update_mask, request_id: request_id() };
    Ok(world.partners(right).update_partner(request).await?.into_inner().partner.unwrap())
}

pub async fn get(world: &World, id: &str) -> Result<pb::Partner, Status> {
    let request = pb::GetPartnerRequest { partner_id: id.into() };
    Ok(world.partners("country:DE:reader").get_partner(request).await?.into_inner().partner.unwrap())
}

pub async fn history(world: &World, id: &str) -> Vec<(String, Option<String>)> {
    let request = pb::ListPartnerHistoryRequest { partner_id: id.into(), ..Default::default() };
    let entries = world.partners("region:53:reader").list_partner_history(request).await.unwrap().into_inner().entries;
    entries.into_iter().map(|entry| (entry.change, entry.before.map(|before| before.name))).collect()
}

#[tokio::test]
async fn an_agent_adds_a_partner_and_everybody_reads_it() {
    let world = World::abroad().await;
    let koeln = pb::Partner {
        other_names: vec![pb::PartnerName { name: "Köln".into(), language: "de".into() }],
        geonames_id: Some(2_886_242),
        point: Some(pb::Point { latitude: 50.94, longitude: 6.96 }),
        population: Some(963_395),
        ..town("Cologne", "Rhénanie-du-Nord-Westphalie")
    };

    let added = create(&world, &agent(VILLAGE), koeln.clone()).await.unwrap();

    assert_eq!(get(&world, &added.partner_id).await.unwrap().name, "Cologne");
    assert_eq!((added.added_by.as_str(), added.origin.as_str(), added.etag.as_str()), (VILLAGE, "officiel", "v1"));
    assert_eq!((&added.other_names, added.geonames_id, added.point), (&koeln.other_names, koeln.geonames_id, koeln.point));
    assert_eq!(added.state(), pb::PartnerState::Active);
    assert_eq!(history(&world, &added.partner_id).await, [("added".to_owned(), None)]);
    assert_eq!(world.told().await.last().unwrap(), "partner added");
    world.end().await;
}

#[tokio::test]
async fn a_request_that_comes_twice_at_once_adds_one() {
    let world = World::abroad().await;
    let request = pb::CreatePartnerRequest { partner: Some(town("Cologne", "")), request_id: request_id() };
    let (right, token) = (agent(VILLAGE), request.clone());
    let (mut one, mut other) = (world.partners(&right), world.partners(&right));

    let (first, second) = tokio::join!(one.create_partner(request), other.create_partner(token));

    assert_eq!(first.unwrap().into_inner().partner, second.unwrap().into_inner().partner);
    assert_eq!(world.told().await.iter().filter(|told| *told == "partner added").count(), 1);
    world.end().await;
}

#[tokio::test]
async fn one_of_that_name_in_that_division_or_at_that_place_is_named() {
    let world = World::abroad().await;
    let there = create(&world, &agent(VILLAGE), town("Bad Münster", "Rhénanie")).await.unwrap();
    let placed = create(&world, "national:*:editor", pb::Partner { geonames_id: Some(7), ..town("Hanau", "Hesse") }).await.unwrap();

    let same_name = create(&world, &agent(ELSEWHERE), town("BAD MUNSTER", "rhenanie")).await.unwrap_err();
    let same_place = create(&world, &agent(ELSEWHERE), pb::Partner { geonames_id: Some(7), ..town("X", "") }).await.unwrap_err();
    let unplaced = create(&world, &agent(ELSEWHERE), town("Hanau", "Hesse")).await.unwrap_err();
    let another = create(&world, &agent(ELSEWHERE), town("Bad Münster", "Hesse")).await;
    let two_places = create(&world, &agent(ELSEWHERE), pb::Partner { geonames_id: Some(8), ..town("Hanau", "Hesse") }).await;

    for (refused, id) in [(&same_name, &there), (&same_place, &placed), (&unplaced, &placed)] {
        assert_eq!(refusal(refused), (Code::AlreadyExists, "PARTNER_EXISTS".into()));
        assert_eq!(refused.get_details_error_info().unwrap().metadata["partner_id"], id.partner_id);
    }
    assert!(another.is_ok() && two_places.is_ok(), "{another:?} {two_places:?}");
    world.end().await;
}

#[tokio::test]
async fn what_is_wrong_is_named_at_once() {
    let world = World::abroad().await;
    let wrong = pb::Partner {
        country_iso2: "de".into(),
        level: 0,
        name: "—".into(),
        other_names: vec![pb::PartnerName { name: String::new(), language: "de de".into() }],
        geonames_id: Some(0),
        point: Some(pb::Point { latitude: 91.0, longitude: 0.0 }),
        population: Some(-1),
        ..Default::default()
    };
    let nowhere = create(&world, &agent(VILLAGE), pb::Partner { country_iso2: "XX".into(), ..town("Cologne", "") }).await.unwrap_err();
    let reader = create(&world, &format!("collectivite:{VILLAGE}:reader"), town("Cologne", "")).await.unwrap_err();

    let refused = create(&world, &agent(VILLAGE), wrong).await.unwrap_err();

    let expected =
        ["country_iso2", "level", "name", "other_names[0].language", "other_names[0].name", "geonames_id", "point", "population"];
    assert_eq!(fields(&refused), expected.map(|field| format!("partner.{field}")));
    assert_eq!(refusal(&nowhere), (Code::NotFound, "COUNTRY_NOT_FOUND".into()));
    assert_eq!(refusal(&reader), (Code::PermissionDenied, "ROLE_TOO_LOW".into()));
    world.end().await;
}

#[tokio::test]
async fn it_is_changed_by_who_added_it_until_another_uses_it() {
    let world = World::abroad().await;
    let projects = Projects::beside(&world).await;
    let added = create(&world, &agent(VILLAGE), town("Cologne", "")).await.unwrap();

    let stranger = rename(&world, &agent(ELSEWHERE), &added, "Köln").await.unwrap_err();
    let renamed = rename(&world, &agent(VILLAGE), &added, "Köln").await.unwrap();
    let stale = rename(&world, &agent(VILLAGE), &added, "Colonia").await.unwrap_err();
    let partnership = request_id();
    projects.tell(1, &partnership, &added.partner_id, &[VILLAGE, ELSEWHERE]).await;
    uses(&world, 2).await;
    let shared = rename(&world, &agent(VILLAGE), &renamed, "Colonia").await.unwrap_err();
    projects.tell(2, &partnership, &added.partner_id, &[ELSEWHERE]).await;
    uses(&world, 1).await;
    let lost = rename(&world, &agent(VILLAGE), &renamed, "Colonia").await.unwrap_err();
    let theirs = rename(&world, &agent(ELSEWHERE), &renamed, "Colonia").await.unwrap();

    for refused in [stranger, shared, lost] {
        assert_eq!(refusal(&refused), (Code::FailedPrecondition, "PARTNER_SHARED".into()));
    }
    assert_eq!(refusal(&stale), (Code::Aborted, "STALE_ETAG".into()));
    assert_eq!((theirs.name.as_str(), theirs.country_iso2.as_str(), theirs.version), ("Colonia", "DE", 3));
    let changes = [("updated", Some("Köln")), ("updated", Some("Cologne")), ("added", None)];
    assert_eq!(history(&world, &added.partner_id).await, changes.map(|(change, name)| (change.to_owned(), name.map(str::to_owned))));
    projects.end().await;
    world.end().await;
}

#[tokio::test]
async fn a_partnership_that_is_gone_or_told_no_more_is_no_use() {
    let world = World::abroad().await;
    let projects = Projects::beside(&world).await;
    let added = create(&world, &agent(VILLAGE), town("Cologne", "")).await.unwrap();
    let (one, other) = (request_id(), request_id());
    projects.tell(1, &one, &added.partner_id, &[ELSEWHERE]).await;
    projects.tell(1, &other, &added.partner_id, &[ELSEWHERE]).await;
    uses(&world, 2).await;

    projects.tell(2, &one, &added.partner_id, &[]).await;
    uses(&world, 1).await;
    projects.forget_all().await;
    uses(&world, 0).await;

    assert!(rename(&world, &agent(VILLAGE), &added, "Köln").await.is_ok());
    projects.end().await;
    world.end().await;
}

#[tokio::test]
async fn a_change_that_changes_nothing_leaves_no_trace() {
    let world = World::abroad().await;
    let added = create(&world, &agent(VILLAGE), town("Cologne", "")).await.unwrap();
    let unknown = pb::Partner { partner_id: request_id(), ..added.clone() };

    let same = rename(&world, &agent(VILLAGE), &added, "Cologne").await.unwrap();
    let missing = rename(&world, &agent(VILLAGE), &unknown, "Köln").await.unwrap_err();

    assert_eq!((same, world.told().await.last().unwrap().as_str()), (get(&world, &added.partner_id).await.unwrap(), "partner added"));
    assert_eq!(refusal(&missing), (Code::NotFound, "PARTNER_NOT_FOUND".into()));
    world.end().await;
}

#[tokio::test]
async fn countries_are_listed_and_partners_read_together() {
    let world = World::abroad().await;
    let ids = [
        create(&world, &agent(VILLAGE), town("Cologne", "")).await.unwrap().partner_id,
        create(&world, &agent(VILLAGE), town("Hanau", "")).await.unwrap().partner_id,
    ];
    let mut client = world.partners("country:DE:reader");

    let countries = client.list_countries(pb::ListCountriesRequest {}).await.unwrap().into_inner().countries;
    let partner_ids = [&ids[..], &[request_id()]].concat();
    let read = client.batch_get_partners(pb::BatchGetPartnersRequest { partner_ids }).await.unwrap().into_inner().partners;
    let none = client.batch_get_partners(pb::BatchGetPartnersRequest::default()).await.unwrap_err();

    assert_eq!(countries.iter().map(|one| one.iso2.as_str()).collect::<Vec<_>>(), ["DE", "JP", "ML"]);
    assert_eq!((countries[2].oda_eligible, countries[2].name_fr.as_str()), (true, "Mali"));
    assert_eq!(read.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Cologne", "Hanau"]);
    assert_eq!(fields(&none), ["partner_ids"]);
    world.end().await;
}
