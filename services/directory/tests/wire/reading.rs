use atlas_proto::directory::v1 as pb;
use tonic::Code;

use crate::world::{VILLAGE, World, commune, fields, refusal, request_id};

async fn found(world: &World, query: &str) -> Vec<String> {
    let request = pb::SearchCollectivitesRequest { query: query.into(), limit: 0 };
    let found = world.agent().search_collectivites(request).await.unwrap().into_inner().collectivites;
    found.into_iter().map(|one| one.name).collect()
}

#[tokio::test]
async fn a_collectivite_is_found_by_what_people_type() {
    let world = World::settled().await;
    let place = |id: &str, name: &str, population: i64| pb::Collectivite { population: Some(population), ..commune(id, name, "93", "11") };
    world
        .register(vec![
            place("219300662", "Saint-Denis", 113_000),
            place("200000438", "Saint-Denis-d'Oléron", 1_200),
            place("200000545", "Denisville", 300),
        ])
        .await;

    assert_eq!(found(&world, "st denis").await, ["Saint-Denis", "Saint-Denis-d'Oléron"]);
    assert_eq!(found(&world, "DENIS").await, ["Denisville", "Saint-Denis", "Saint-Denis-d'Oléron"]);
    assert_eq!(found(&world, "la croix hellean").await, ["La Croix-Helléan"]);
    assert_eq!(found(&world, "56120").await, ["La Croix-Helléan"]);
    assert_eq!(found(&world, "56050").await, ["La Croix-Helléan"]);
    assert_eq!(found(&world, "215 600 503").await, ["La Croix-Helléan"]);
    assert_eq!(found(&world, "zzz").await, Vec::<String>::new());
    assert_eq!(found(&world, "100%' or 1=1").await, Vec::<String>::new());
    world.end().await;
}

#[tokio::test]
async fn a_list_is_read_to_its_end_without_repeats() {
    let world = World::start().await;
    let ids = ["200000172", "200000438", "200000545", "200000628", "200000800"];
    world.register(ids.iter().map(|id| commune(id, id, "56", "53")).collect()).await;
    world.register(vec![commune("210100012", "Ailleurs", "01", "84")]).await;
    let mut read = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListCollectivitesRequest { page_size: 2, page_token, region_code: "53".into(), ..Default::default() };
        let page = world.directory("region:53:reader").list_collectivites(request).await.unwrap().into_inner();
        read.extend(page.collectivites.into_iter().map(|one| one.collectivite_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(read, ids);
    world.end().await;
}

#[tokio::test]
async fn a_list_refuses_what_it_cannot_read() {
    let world = World::start().await;
    let request = pb::ListCollectivitesRequest {
        page_size: 5000,
        page_token: "x".into(),
        region_code: "Bretagne".into(),
        r#type: 99,
        ..Default::default()
    };
    let refused = world.agent().list_collectivites(request).await.unwrap_err();
    assert_eq!(fields(&refused), ["type", "region_code", "page_size", "page_token"]);
    world.end().await;
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let world = World::start().await;
    let refused = world.agent().get_collectivite(pb::GetCollectiviteRequest { collectivite_id: VILLAGE.into() }).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::NotFound, "COLLECTIVITE_NOT_FOUND".into()));
    world.end().await;
}

#[tokio::test]
async fn the_history_says_who_changed_what_newest_first() {
    let world = World::settled().await;
    for (email, etag) in [("a@example.org", "v0"), ("b@example.org", "v1"), ("c@example.org", "v2")] {
        let identity_card = Some(pb::IdentityCard { email: email.into(), etag: etag.into(), ..Default::default() });
        let request = pb::UpdateIdentityCardRequest {
            collectivite_id: VILLAGE.into(),
            identity_card,
            request_id: request_id(),
            ..Default::default()
        };
        world.agent().update_identity_card(request).await.unwrap();
    }
    let request = pb::ListHistoryRequest { collectivite_id: VILLAGE.into(), page_size: 2, page_token: String::new() };

    let page = world.directory("region:53:reader").list_history(request.clone()).await.unwrap().into_inner();
    let rest = world
        .agent()
        .list_history(pb::ListHistoryRequest { page_token: page.next_page_token.clone(), ..request.clone() })
        .await
        .unwrap()
        .into_inner();
    let outside = world.directory("region:84:reader").list_history(request).await.unwrap_err();

    assert_eq!((page.entries.len(), rest.entries.len()), (2, 1));
    assert_eq!((page.entries[0].section.as_str(), page.entries[0].fields.as_slice()), ("identity_card", ["email".to_owned()].as_slice()));
    assert!(page.entries[0].entry_id > rest.entries[0].entry_id);
    assert_eq!(outside.code(), Code::NotFound);
    world.end().await;
}
