use atlas_proto::directory::v1 as pb;
use tonic::Code;

use crate::world::{VILLAGE, World, commune, fields};

fn counts(answer: &pb::ImportReferenceResponse) -> (u32, u32, u32, usize) {
    (answer.created_count, answer.updated_count, answer.unchanged_count, answer.refused.len())
}

fn batch(name: &str) -> pb::ImportReferenceRequest {
    let territory = pb::Territory {
        kind: pb::TerritoryKind::Region.into(),
        code: "53".into(),
        name: "Bretagne".into(),
        region_code: "53".into(),
        version: 0,
    };
    let network =
        pb::Network { acronym: "CUF".into(), name: "Cités Unies France".into(), origin: "officiel".into(), ..Default::default() };
    pb::ImportReferenceRequest {
        batch: 7,
        territories: vec![territory],
        networks: vec![network],
        collectivites: vec![commune(VILLAGE, name, "56", "53")],
        ..Default::default()
    }
}

#[tokio::test]
async fn the_same_batch_again_changes_nothing_and_tells_nothing() {
    let world = World::start().await;

    let first = world.import(batch("La Croix-Helléan")).await.unwrap();
    let again = world.import(batch("La Croix-Helléan")).await.unwrap();
    let renamed = world.import(batch("La Croix-Helléan-Bourg")).await.unwrap();

    assert_eq!((first.batch, counts(&first)), (7, (3, 0, 0, 0)));
    assert_eq!(counts(&again), (0, 0, 3, 0));
    assert_eq!(counts(&renamed), (0, 1, 2, 0));
    assert_eq!(world.told().await, ["territory registered", "network registered", "collectivite registered", "collectivite updated"]);
    world.end().await;
}

#[tokio::test]
async fn what_agents_wrote_stays_when_the_register_is_brought_in_again() {
    let world = World::settled().await;
    let identity_card = Some(pb::IdentityCard { email: "mairie@example.org".into(), etag: "v0".into(), ..Default::default() });
    let request = pb::UpdateIdentityCardRequest {
        collectivite_id: VILLAGE.into(),
        identity_card,
        request_id: crate::world::request_id(),
        ..Default::default()
    };
    world.agent().update_identity_card(request).await.unwrap();

    world.import(batch("Autre nom")).await.unwrap();

    let now = world
        .agent()
        .get_collectivite(pb::GetCollectiviteRequest { collectivite_id: VILLAGE.into() })
        .await
        .unwrap()
        .into_inner()
        .collectivite
        .unwrap();
    assert_eq!((now.name.as_str(), now.identity_card.unwrap().email.as_str(), now.version), ("Autre nom", "mairie@example.org", 3));
    world.end().await;
}

#[tokio::test]
async fn a_wrong_record_is_refused_with_its_place_and_the_others_are_taken() {
    let world = World::start().await;
    let wrong = pb::Collectivite { collectivite_id: "215600504".into(), origin: "rumeur".into(), ..commune(VILLAGE, "x", "5", "53") };

    let answer = world.register(vec![commune(VILLAGE, "La Croix-Helléan", "56", "53"), wrong]).await;

    assert_eq!(
        (answer.created_count, answer.refused.iter().all(|refused| refused.index == 1 && refused.resource == "collectivite")),
        (1, true)
    );
    let named: Vec<&str> = answer.refused.iter().map(|refused| refused.field.as_str()).collect();
    assert_eq!(named, ["collectivite_id", "siren", "postal_codes", "department_code", "origin"]);
    world.end().await;
}

#[tokio::test]
async fn a_batch_has_a_limit() {
    let world = World::start().await;
    let collectivites = vec![commune(VILLAGE, "x", "56", "53"); 1001];
    let refused = world.import(pb::ImportReferenceRequest { batch: 1, collectivites, ..Default::default() }).await.unwrap_err();
    assert_eq!((refused.code(), fields(&refused)), (Code::InvalidArgument, vec!["collectivites".to_owned()]));
    world.end().await;
}
