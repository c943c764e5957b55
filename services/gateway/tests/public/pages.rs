use crate::{
    abroad::{ERLANGEN, SEGOU, WATER},
    fixture::{ENDED, HELLEAN, RENNES, Visit},
};

/// One of each kind of page, in each language, as a visitor gets it.
#[tokio::test]
async fn every_kind_of_page_reads_as_it_should() {
    let visit = Visit::new();
    let kinds = [
        ("home", String::new()),
        ("collectivite", format!("/collectivites/{RENNES}")),
        ("collectivite-ended", format!("/collectivites/{ENDED}")),
        ("region", "/regions/53".into()),
        ("department", "/departements/35".into()),
        ("department-page", "/departements/62?page=2".into()),
        ("search", "/recherche?q=saint-denis".into()),
        ("search-nearly", "/recherche?q=renes".into()),
        ("search-none", "/recherche?q=xyzzyx".into()),
        ("search-empty", "/recherche".into()),
        ("collectivite-to-confirm", format!("/collectivites/{HELLEAN}")),
        ("partner", format!("/partenaires/{ERLANGEN}")),
        ("partner-ended", format!("/partenaires/{SEGOU}")),
        ("country", "/pays/ML".into()),
        ("country-page", "/pays/DE?page=2".into()),
        ("country-empty", "/pays/IS".into()),
        ("project", format!("/projets/{WATER}")),
        ("theme", "/themes/educ".into()),
        ("goal", "/odd/6".into()),
        ("search-partner", "/recherche?q=erlangen".into()),
        ("search-country", "/recherche?q=allemagne".into()),
        ("map-of-site", "/plan-du-site".into()),
        ("accessibility", "/accessibilite".into()),
        ("privacy", "/donnees-personnelles".into()),
        ("not-found", "/rien".into()),
    ];
    for (kind, path) in kinds {
        let french = if path.is_empty() { "/" } else { &path };
        insta::assert_snapshot!(format!("{kind}-fr"), main_of(&visit.get(french).await.text()));
        insta::assert_snapshot!(format!("{kind}-en"), main_of(&visit.get(&format!("/en{path}")).await.text()));
    }
}

/// What is around every page, once.
#[tokio::test]
async fn the_shell_reads_as_it_should() {
    let visit = Visit::new();
    let html = visit.get("/en/regions/53").await.text();
    let (before, rest) = html.split_once("<main").unwrap();
    insta::assert_snapshot!("shell", format!("{before}<main>…{}", rest.split_once("</main>").unwrap().1));
}

#[tokio::test]
async fn the_state_s_brand_is_shown_only_where_it_is_configured() {
    let plain = Visit::new().get("/").await.text();
    assert!(!plain.contains("fr-logo") && !plain.contains("state.1.css"), "{plain}");
    let branded = Visit::with(crate::fixture::model(crate::fixture::france()), |public| {
        public.brand = vec!["Ministère".into(), "de l’Europe".into()];
        public.state_brand = true;
    });
    let html = branded.get("/").await.text();
    assert!(html.contains("<p class=\"fr-logo\">Ministère<br>de l’Europe</p>") && html.contains("state.1.css"), "{html}");
}

fn main_of(html: &str) -> String {
    let main = html.split_once("<main").unwrap().1.split_once("</main>").unwrap().0;
    format!("{}\n\n<main{}", html.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0, main)
}
