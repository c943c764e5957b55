use crate::{NANTES, QUIMPER};
use journeys::stage;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_real_commune_is_on_every_gateway() {
    let atlas = stage().await;

    let pages = atlas.pages(&format!("/collectivites/{QUIMPER}")).await;

    assert_eq!(pages.len(), 2);
    for page in pages {
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Quimper") && page.text.contains("Finistère"), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commune_is_found_by_its_name_however_it_is_typed() {
    let atlas = stage().await;

    for typed in ["Nantes", "nantes", "NANTES", "nant", "nantse"] {
        for page in atlas.pages(&format!("/recherche?q={typed}")).await {
            assert!(page.text.contains(&format!("/collectivites/{NANTES}")), "{typed}: {}", page.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_gateways_say_the_same() {
    let atlas = stage().await;

    for path in ["/", "/en", "/regions/53", "/departements/29", "/plan-du-site"] {
        let pages = atlas.pages(path).await;

        assert_eq!(pages[0].status, 200, "{path}");
        assert_eq!(pages[0].text, pages[1].text, "{path}");
    }
}
