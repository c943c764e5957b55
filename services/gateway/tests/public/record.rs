//! The pages of what collectivités do abroad.

use atlas_proto::{
    directory::v1::{Partner, PartnerName, PartnerState},
    projects::v1::{PartnershipStatus, ProjectLink, ThemeEvent},
};
use gateway::model::id::Id;

use crate::{
    abroad::{ERLANGEN, JINAN, MERGED, SCHOOLS, SEGOU, UNKNOWN, WATER, numbered, partner, theme},
    fixture::{HELLEAN, Visit, france, model},
    hostile::{TEXTS, assert_inert},
    kept::{change, of_hellean, project, versioned},
};

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let visit = Visit::new();
    let upper = ERLANGEN.to_uppercase();
    for path in [
        format!("/partenaires/{UNKNOWN}"),
        format!("/partenaires/{upper}"),
        "/partenaires/x".into(),
        "/pays/XX".into(),
        "/pays/xx".into(),
        "/pays/DE?page=3".into(),
        "/pays/ML?page=0".into(),
        format!("/projets/{UNKNOWN}"),
        "/projets".into(),
        "/projets?prjId=1".into(),
        "/projets?prjId=x".into(),
        "/themes/rien".into(),
        "/themes/EDUC".into(),
        "/themes/educ_lycees".into(),
        "/odd/0".into(),
        "/odd/18".into(),
        "/odd/06".into(),
        "/odd/6?page=2".into(),
        "/recherche?q=erlangen&type=autre".into(),
        "/recherche?q=erlangen&type=partenaires&page=2".into(),
        "/sitemaps/pays-XX".into(),
        "/sitemaps/projets-2".into(),
        "/sitemaps/projets-0".into(),
    ] {
        assert_eq!(visit.get(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn other_addresses_lead_to_the_one_that_a_page_has() {
    let visit = Visit::new();
    for (from, to) in [
        ("/pays/de", "/pays/DE".to_owned()),
        ("/en/pays/Ml", "/en/pays/ML".to_owned()),
        (&format!("/partenaires/{MERGED}"), format!("/partenaires/{ERLANGEN}")),
        (&format!("/en/partenaires/{MERGED}"), format!("/en/partenaires/{ERLANGEN}")),
        ("/projets?prjId=12825", format!("/projets/{WATER}")),
        ("/en/projets?criteres.prjId=12825", format!("/en/projets/{WATER}")),
    ] {
        let answer = visit.get(from).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (301, to.as_str()), "{from}");
        crate::crawl::assert_strict(from, &answer);
        assert_eq!(visit.get(&to).await.status, 200, "{to}");
    }
}

#[tokio::test]
async fn a_crowded_country_is_paged_and_counted_whole() {
    let visit = Visit::new();
    let (first, second) = (visit.get("/pays/DE").await.text(), visit.get("/pays/DE?page=2").await.text());
    for figure in [
        "58</strong> <span>collectivités engagées",
        "56</strong> <span>collectivités partenaires",
        "57</strong> <span>actions en cours",
        "56</strong> <span>jumelages",
        "1</strong> <span>projet",
    ] {
        assert!(first.contains(figure) && second.contains(figure), "{figure}: {first}");
    }
    let partners = |html: &str| html.matches("<a class=\"fr-link\" href=\"/partenaires/").count();
    assert_eq!((partners(&first), partners(&second)), (50, 6));
    assert!(first.contains("href=\"/themes/educ-lycees\"") && !second.contains("/themes/"), "{second}");
    let bavaria = first.find("<h3>Basse-Saxe</h3>").zip(second.find("<h3>Bavière</h3>"));
    assert!(bavaria.is_some(), "divisions are not in order");
}

#[tokio::test]
async fn home_and_territories_count_what_goes_on() {
    let visit = Visit::new();
    let home = visit.get("/").await.text();
    for figure in [
        "59</strong> <span>collectivités engagées",
        "58</strong> <span>collectivités partenaires",
        "2</strong> <a href=\"/plan-du-site#themes\">projets",
    ] {
        assert!(home.contains(figure), "{figure}: {home}");
    }
    assert!(home.contains("3</strong> <a href=\"/plan-du-site#pays\">pays"), "{home}");
    let region = visit.get("/regions/53").await.text();
    assert!(region.contains("Action extérieure : 4 actions en cours · 3 pays"), "{region}");
    let department = visit.get("/departements/35").await.text();
    assert!(department.contains("Action extérieure : 2 actions en cours · 2 pays"), "{department}");
    assert!(!visit.get("/departements/93").await.text().contains("Action extérieure"));
}

fn found(visit: &Visit, typed: &str) -> Vec<String> {
    let found = visit.model.search().find_partners(typed, 0, 20).unwrap();
    found.keys.into_iter().chain(found.nearly).map(|id: Id| id.to_string()).collect()
}

#[tokio::test]
async fn a_partner_is_found_by_any_of_its_names_and_where_it_is() {
    let visit = Visit::new();
    for typed in ["Erlangen", "erlan", "Ерланген", "إرلنغن", "erlangen allemagne", "erlangen germany", "erlangen baviere", "erlagen"]
    {
        assert_eq!(found(&visit, typed).first().map(String::as_str), Some(ERLANGEN), "{typed}");
    }
    assert_eq!((found(&visit, "济南市"), found(&visit, "segu")), (vec![JINAN.to_owned()], vec![SEGOU.to_owned()]));
    assert!(found(&visit, "franconie").is_empty(), "one that was merged is still found");
    change(&visit, |draft| draft.partner(versioned(2, partner(SEGOU, "ML", "Nouveau nom", ""))));
    assert_eq!((found(&visit, "nouveau nom"), found(&visit, "segu").len()), (vec![SEGOU.to_owned()], 0));
}

#[tokio::test]
async fn results_are_in_groups_with_counts_and_each_kind_has_its_list() {
    let visit = Visit::new();
    let mixed = visit.get("/recherche?q=ort").await.text();
    assert!(mixed.contains("Aucune collectivité ne correspond à « ort »") && mixed.contains("Voir les 55 partenaires trouvés"), "{mixed}");
    assert!(mixed.contains("/recherche?q=ort&#38;type=partenaires"), "{mixed}");
    let partners = visit.get("/recherche?q=ort&type=partenaires&page=3").await;
    assert_eq!((partners.status.as_u16(), partners.text().matches("href=\"/partenaires/").count()), (200, 15));
    assert!(partners.text().contains("aria-current=\"page\">Partenaires étrangers (55)"), "{}", partners.text());
    let projects = visit.get("/recherche?q=lycees&type=projets").await.text();
    assert!(projects.contains("1 projet trouvé") && projects.contains(&format!("/projets/{SCHOOLS}")), "{projects}");
    for (typed, code) in [("allem", "DE"), ("Germany", "DE"), ("mali", "ML"), ("MLX", "ML")] {
        let html = visit.get(&format!("/recherche?q={typed}")).await.text();
        assert!(html.contains("id=\"countries\"") && html.contains(&format!("href=\"/pays/{code}\"")), "{typed}: {html}");
    }
    assert!(!visit.get("/recherche?q=ma").await.text().contains("/pays/"), "two letters are no country");
}

#[tokio::test]
async fn the_site_map_names_countries_partners_projects_and_themes() {
    let visit = Visit::new();
    let index = visit.get("/sitemap.xml").await.text();
    for part in ["pays-DE", "pays-ML", "themes", "projets-1"] {
        assert!(index.contains(&format!("/sitemaps/{part}</loc>")), "{part}: {index}");
    }
    assert!(!index.contains("pays-IS"), "a country where nobody works");
    let named = async |part: &str| visit.get(&format!("/sitemaps/{part}")).await.text();
    let (germany, themes, projects) = (named("pays-DE").await, named("themes").await, named("projets-1").await);
    assert!(germany.contains("/en/pays/DE</loc>") && germany.contains(&numbered(0xc2, 7)) && !germany.contains(MERGED), "{germany}");
    assert!(themes.contains("/themes/educ-lycees</loc>") && themes.contains("/odd/17</loc>"), "{themes}");
    assert!(projects.contains(&format!("/projets/{WATER}</loc>")), "{projects}");
}

#[tokio::test]
async fn hostile_texts_are_inert_in_every_field_of_the_record() {
    for text in TEXTS {
        let visit = Visit::of(model(france()));
        change(&visit, |draft| {
            let mut it = partner(SEGOU, "ML", text, text);
            (it.place, it.other_names) = (text.into(), vec![PartnerName { name: format!("{text}."), language: text.into() }]);
            draft.partner(versioned(2, it));
            draft.partnership(of_hellean(2, |it| (it.status, it.status_since) = (PartnershipStatus::Ended.into(), text.into())));
            draft.project(project(2, |it| {
                (it.title, it.context, it.history, it.starts_on) = (text.into(), text.into(), text.into(), text.into());
                (it.operators, it.budget[0].source) = (vec![text.into()], text.into());
                it.links = vec![ProjectLink { label: text.into(), url: text.into() }];
            }));
            draft.theme(ThemeEvent { epoch: 1, version: 2, theme: Some(theme("EAU", text, text, "")) });
        });
        for path in [
            format!("/collectivites/{HELLEAN}"),
            format!("/partenaires/{SEGOU}"),
            "/pays/ML".to_owned(),
            format!("/projets/{WATER}"),
            "/themes/eau".to_owned(),
            "/odd/6".to_owned(),
            "/plan-du-site".to_owned(),
        ] {
            let answer = visit.get(&path).await;
            assert_eq!(answer.status, 200, "{path}");
            assert_inert(&answer.text(), text);
        }
    }
    let mut stands = partner(MERGED, "DE", "x", "");
    stands.state = PartnerState::Merged.into();
    let visit = Visit::new();
    change(&visit, |draft| draft.partner(versioned(2, Partner { merged_into: MERGED.into(), ..stands })));
    assert_eq!(visit.get(&format!("/partenaires/{MERGED}")).await.status, 404, "one that was merged into itself");
}
