use atlas_proto::directory::v1 as pb;
use tonic::Status;

use crate::{
    partners::{create, town},
    world::{World, fields},
};

async fn found(world: &World, query: &str, country_iso2: &str) -> Result<Vec<String>, Status> {
    let request = pb::SearchPartnersRequest { query: query.into(), country_iso2: country_iso2.into(), limit: 3 };
    let partners = world.partners("national:*:reader").search_partners(request).await?.into_inner().partners;
    Ok(partners.into_iter().map(|partner| partner.name).collect())
}

async fn add(world: &World, country: &str, name: &str, others: &[&str], population: i64) {
    let other_names = others.iter().map(|name| pb::PartnerName { name: (*name).into(), language: String::new() }).collect();
    let partner = pb::Partner { country_iso2: country.into(), other_names, population: Some(population), ..town(name, "") };
    create(world, "national:*:editor", partner).await.unwrap();
}

#[tokio::test]
async fn any_name_is_found_by_its_beginning_in_any_script() {
    let world = World::abroad().await;
    add(&world, "DE", "Cologne", &["Köln", "Colonia"], 963_395).await;
    add(&world, "JP", "Kyoto", &["京都市", "キョウト"], 1_463_723).await;
    add(&world, "ML", "Bamako", &["باماكو", "Бамако"], 4_227_569).await;
    add(&world, "DE", "Saint Vit", &["Sankt Vit"], 100).await;

    for (query, expected) in [
        ("colo", "Cologne"),
        ("KÖL", "Cologne"),
        ("kol", "Cologne"),
        ("京都", "Kyoto"),
        ("キョウ", "Kyoto"),
        ("باما", "Bamako"),
        ("бамак", "Bamako"),
        ("st vi", "Saint Vit"),
    ] {
        assert_eq!(found(&world, query, "").await.unwrap(), [expected], "{query}");
    }
    for query in ["ologne", "都市", "100%", "--"] {
        assert_eq!(found(&world, query, "").await.unwrap(), [""; 0], "{query}");
    }
    assert_eq!(found(&world, "colo", "ML").await.unwrap(), [""; 0]);
    world.end().await;
}

#[tokio::test]
async fn the_exact_name_comes_first_then_the_largest() {
    let world = World::abroad().await;
    for (name, population) in [("Neustadt an der Donau", 14_000), ("Neustadt", 8_000), ("Neustadt in Holstein", 15_000), ("Neuss", 153_000)]
    {
        add(&world, "DE", name, &[], population).await;
    }

    let neustadt = found(&world, "neustadt", "DE").await.unwrap();
    let neu = found(&world, "neu", "").await.unwrap();

    assert_eq!(neustadt, ["Neustadt", "Neustadt in Holstein", "Neustadt an der Donau"]);
    assert_eq!(neu, ["Neuss", "Neustadt in Holstein", "Neustadt an der Donau"], "three at most");
    world.end().await;
}

#[tokio::test]
async fn a_search_needs_two_characters_and_a_country_two_letters() {
    let world = World::start().await;
    let refused = found(&world, " x ", "germany").await.unwrap_err();
    assert_eq!(fields(&refused), ["query", "country_iso2"]);
    world.end().await;
}

#[tokio::test]
async fn a_beginning_is_a_range_of_the_index() {
    let world = World::abroad().await;
    sqlx::raw_sql(
        "insert into partners select gen_random_uuid(), 'DE', 'municipality', 'n', '[]', '', 'n' || i, '', '', null, null, null, null,
                                     'demo', null, '', null, 1, now() from generate_series(1, 20000) i;
         insert into partner_names select id, md5(name_folded) from partners;
         analyze partner_names",
    )
    .execute(&world.pool)
    .await
    .unwrap();

    let plan: Vec<String> =
        sqlx::query_scalar("explain select partner_id from partner_names where folded >= 'abcd' and folded < 'abcd' || chr(1114111)")
            .fetch_all(&world.pool)
            .await
            .unwrap();

    assert!(plan.concat().contains("partner_names_pkey"), "{plan:#?}");
    world.end().await;
}
