use atlas_proto::directory::v1::{self as pb, export_directory_response::Part};

use crate::{
    partners::{agent, create, get, history, rename, town},
    world::{VILLAGE, World, country, request_id},
};

fn batch(partners: Vec<pb::Partner>) -> pb::ImportReferenceRequest {
    let partners = partners.into_iter().map(|one| pb::Partner { origin: "wikipedia".into(), ..one }).collect();
    pb::ImportReferenceRequest { batch: 3, partners, ..Default::default() }
}

fn counts(answer: &pb::ImportReferenceResponse) -> (u32, u32, u32, usize) {
    (answer.created_count, answer.updated_count, answer.unchanged_count, answer.refused.len())
}

fn placed(name: &str, geonames_id: u64, population: i64) -> pb::Partner {
    pb::Partner {
        geonames_id: Some(geonames_id),
        population: Some(population),
        point: Some(pb::Point { latitude: 50.948_13, longitude: 6.959_7 }),
        ..town(name, "Hesse")
    }
}

#[tokio::test]
async fn the_same_again_in_another_order_changes_nothing_and_two_machines_agree() {
    let (world, other) = (World::abroad().await, World::abroad().await);
    let (hanau, bad, unplaced) = (placed("Hanau", 7, 10), placed("Bad Vilbel", 8, 20), town("Hanau", "Hesse"));

    let first = world.import(batch(vec![hanau.clone(), bad.clone(), unplaced.clone(), hanau.clone()])).await.unwrap();
    let told = world.told().await;
    let again = world.import(batch(vec![unplaced.clone(), bad.clone(), hanau.clone()])).await.unwrap();
    let elsewhere = other.import(batch(vec![unplaced, hanau, bad])).await.unwrap();

    assert_eq!((counts(&first), counts(&again)), ((3, 0, 0, 0), (0, 0, 3, 0)));
    assert_eq!(first.partner_ids[0], first.partner_ids[3]);
    let [hanau, bad, unplaced] = [0, 1, 2].map(|place| first.partner_ids[place].clone());
    assert_eq!(again.partner_ids, [&*unplaced, &*bad, &*hanau]);
    assert_eq!(elsewhere.partner_ids, [unplaced, hanau.clone(), bad]);
    assert_eq!((told.iter().filter(|told| *told == "partner imported").count(), world.told().await), (3, told));
    assert_eq!(history(&world, &hanau).await, [("imported".to_owned(), None)]);
    assert_eq!(
        (get(&world, &hanau).await.unwrap().origin.as_str(), get(&world, &hanau).await.unwrap().added_by.as_str()),
        ("wikipedia", "")
    );
    world.end().await;
    other.end().await;
}

#[tokio::test]
async fn what_was_changed_since_stays_until_the_import_says_something_else() {
    let world = World::abroad().await;
    let id = world.import(batch(vec![placed("Hanau", 7, 10)])).await.unwrap().partner_ids.remove(0);
    rename(&world, "national:*:editor", &get(&world, &id).await.unwrap(), "Hanau am Main").await.unwrap();

    let same = world.import(batch(vec![placed("Hanau", 7, 10)])).await.unwrap();
    let kept = get(&world, &id).await.unwrap();
    let another = world.import(batch(vec![placed("Hanau", 7, 11)])).await.unwrap();

    assert_eq!((counts(&same), kept.name.as_str()), ((0, 0, 1, 0), "Hanau am Main"));
    let now = get(&world, &id).await.unwrap();
    assert_eq!((counts(&another), now.name.as_str(), now.population), ((0, 1, 0, 0), "Hanau", Some(11)));
    let changes: Vec<String> = history(&world, &id).await.into_iter().map(|(change, _)| change).collect();
    assert_eq!(changes, ["imported", "updated", "imported"]);
    world.end().await;
}

#[tokio::test]
async fn what_an_agent_added_is_found_and_left_as_it_is() {
    let world = World::abroad().await;
    let added = create(&world, &agent(VILLAGE), placed("Hanau am Main", 7, 5)).await.unwrap();

    let answer = world.import(batch(vec![placed("Hanau", 7, 10)])).await.unwrap();

    assert_eq!((counts(&answer), &answer.partner_ids), ((0, 0, 1, 0), &vec![added.partner_id.clone()]));
    assert_eq!(get(&world, &added.partner_id).await.unwrap(), added);
    world.end().await;
}

#[tokio::test]
async fn one_that_was_merged_gives_the_one_in_its_place() {
    let world = World::abroad().await;
    let both = vec![placed("Hanau", 7, 10), town("Hanau", "Hesse")];
    let ids = world.import(batch(both.clone())).await.unwrap().partner_ids;
    let request = pb::MergePartnersRequest { into_partner_id: ids[0].clone(), partner_ids: vec![ids[1].clone()], request_id: request_id() };
    world.partners("national:*:editor").merge_partners(request).await.unwrap();

    let again = world.import(batch(both)).await.unwrap();

    assert_eq!((counts(&again), again.partner_ids), ((0, 0, 2, 0), vec![ids[0].clone(), ids[0].clone()]));
    world.end().await;
}

#[tokio::test]
async fn a_record_that_cannot_be_taken_has_no_id_and_the_others_do() {
    let world = World::abroad().await;
    let nowhere = pb::Partner { country_iso2: "XX".into(), ..town("Utopia", "") };
    let unnamed = pb::Partner { name: String::new(), ..town("", "") };

    let answer = world.import(batch(vec![nowhere, unnamed, town("Hanau", "")])).await.unwrap();

    let places: Vec<_> = answer.refused.iter().map(|one| (one.resource.as_str(), one.index, one.field.as_str())).collect();
    assert_eq!(places, [("partner", 1, "name"), ("partner", 0, "country_iso2")]);
    assert_eq!((answer.created_count, answer.partner_ids.iter().map(String::is_empty).collect::<Vec<_>>()), (1, vec![true, true, false]));
    world.end().await;
}

#[tokio::test]
async fn countries_come_with_the_reference_data_and_once() {
    let world = World::start().await;
    let mali = country("ML", "MLI", "Mali", "Afrique");
    let wrong = pb::Country { continent: "Atlantide".into(), ..country("DE", "DEU", "Allemagne", "Europe") };
    let send = async |countries| world.import(pb::ImportReferenceRequest { batch: 1, countries, ..Default::default() }).await.unwrap();

    let first = send(vec![mali.clone(), wrong]).await;
    let again = send(vec![mali.clone()]).await;
    let renamed = send(vec![pb::Country { name_fr: "République du Mali".into(), ..mali }]).await;

    assert_eq!((counts(&first), counts(&again), counts(&renamed)), ((1, 0, 0, 1), (0, 0, 1, 0), (0, 1, 0, 0)));
    assert_eq!((first.refused[0].resource.as_str(), first.refused[0].field.as_str()), ("country", "continent"));
    assert_eq!(world.told().await, ["country registered", "country updated"]);
    world.end().await;
}

#[tokio::test]
async fn an_export_and_a_feed_have_countries_and_partners() {
    let world = World::abroad().await;
    world.import(batch(vec![placed("Hanau", 7, 10), town("Bad Vilbel", "Hesse")])).await.unwrap();

    let mut parts = world.follower().export_directory(pb::ExportDirectoryRequest {}).await.unwrap().into_inner();
    let (mut announced, mut countries, mut partners) = (0, Vec::new(), Vec::new());
    while let Some(part) = parts.message().await.unwrap() {
        match part.part.unwrap() {
            Part::Header(header) => announced = header.record_count,
            Part::Batch(batch) => {
                countries.extend(batch.countries);
                partners.extend(batch.partners);
            }
        }
    }
    let mut feed = world.directory("region:53:reader").list_changes(pb::ListChangesRequest::default()).await.unwrap().into_inner();
    let mut keys = Vec::new();
    while let Some(change) = feed.message().await.unwrap().unwrap().change {
        keys.push(change.key.split('/').next().unwrap().to_owned());
    }

    assert_eq!((announced, countries.len(), partners.len()), (7, 3, 2));
    assert!(partners.iter().all(|event| event.epoch > 0 && event.version == 1 && event.partner.is_some()));
    assert_eq!(keys, ["country", "country", "country", "collectivite", "partner", "partner"], "and no other région's collectivité");
    world.end().await;
}
