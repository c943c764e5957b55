//! The projects of a collectivité, listed, begun, changed and removed by those who act for it.

use atlas_proto::projects::v1::{
    CreateProjectRequest, CreateProjectResponse, DeleteProjectRequest, DeleteProjectResponse, GetProjectRequest, GetProjectResponse,
    ListPartnershipsRequest, ListPartnershipsResponse, ListProjectsRequest, ListProjectsResponse, Project, ProjectStatus,
    UpdateProjectRequest, UpdateProjectResponse,
};
use tonic::Code;

use crate::{
    abroad::{ENDED_ONE, OF_HELLEAN, WATER, water},
    browser::{Site, leads, reads},
    fake::{fields, refusal},
    fixture::HELLEAN,
    record::SIGNED,
    samples::holds,
};

fn at(path: &str) -> String {
    format!("/espace/{HELLEAN}{path}")
}

fn one() -> String {
    at(&format!("/projets/{WATER}"))
}

const SENT: [(&str, &str); 16] = [
    ("act", "save"),
    ("etag", "2.1"),
    ("request_id", "r"),
    ("title", "Eau potable à Ségou"),
    ("partnerships", OF_HELLEAN),
    ("partnerships", SIGNED),
    ("theme_1", "EAU"),
    ("priority_1", "1"),
    ("theme_2", ""),
    ("priority_2", "2"),
    ("theme_3", "GOUV"),
    ("priority_3", "3"),
    ("progress", "ongoing"),
    ("sdgs", "6"),
    ("sdgs", "17"),
    ("budget", "2026 ; Région Bretagne ; 12 000\n\n2027;Ville;7,50"),
];

#[tokio::test]
async fn projects_are_listed_with_what_is_missing() {
    let site = Site::start().await;
    site.fake.on("ListProjects", |_: ListProjectsRequest| {
        let bare = Project { title: "Puits".into(), missing: vec!["themes".into(), "status".into()], ..Project::default() };
        Ok(ListProjectsResponse { projects: vec![bare, water()], next_page_token: "more".into() })
    });
    let page = site.signed_in().get(&at("/projets")).await;
    let text = reads(&page);
    for said in [
        "Eau potable à Ségou terminé Eau et assainissement (priorité 1), Gouvernance locale (priorité 2) 2008 – 31/12/2014 jamais",
        "Puits À compléter : thème, où elle en est jamais",
        "Ajouter un projet",
        "Page suivante",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    site.fake.on("ListProjects", |_: ListProjectsRequest| Ok(ListProjectsResponse::default()));
    assert!(reads(&site.signed_in().get(&at("/projets")).await).contains("Aucun projet n’est encore enregistré."));
}

#[tokio::test]
async fn a_project_is_changed_and_published() {
    let site = Site::start().await;
    site.fake.on("UpdateProject", |_: UpdateProjectRequest| Ok(UpdateProjectResponse::default()));
    let mut browser = site.signed_in();
    let page = browser.get(&one()).await.text();
    for said in [
        "<option value=\"EAU\" selected>Eau et assainissement</option>",
        "Éducation – Lycées",
        "2008 ; Ville de Rennes ; 12345,50",
        "name=\"base_themes\" value=\"EAU:1 GOUV:2\"",
        "https://example.org/bilan Le bilan",
        "name=\"etag\" value=\"2.1\"",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert_eq!(leads(&browser.post(&one(), &SENT).await).1, one());
    let asked: UpdateProjectRequest = site.fake.asked("UpdateProject");
    let to = asked.project.unwrap();
    let themes: Vec<(&str, i32)> = to.themes.iter().map(|it| (it.theme_code.as_str(), it.priority)).collect();
    assert_eq!((themes, to.sdgs.clone(), to.status()), (vec![("EAU", 1), ("GOUV", 3)], vec![6, 17], ProjectStatus::Ongoing));
    assert_eq!(to.partnership_ids, [OF_HELLEAN, SIGNED, ENDED_ONE], "those of others stay");
    assert_eq!((to.etag.as_str(), to.budget[0].amount_cents, to.budget[1].amount_cents), ("2.1", 1_200_000, 750));
    assert_eq!(asked.update_mask.unwrap().paths.len(), 12);
}

#[tokio::test]
async fn a_project_has_a_title_a_theme_and_a_standing() {
    let site = Site::start().await;
    let sent =
        [("act", "save"), ("request_id", "r"), ("title", ""), ("theme_1", ""), ("budget", "douze"), ("links", "javascript:alert(1)")];
    let page = site.signed_in().post(&at("/projets/nouveau"), &sent).await;
    assert_eq!(page.status, 422);
    for place in ["#title", "#partnerships-1", "#theme_1", "#progress-1", "#budget", "#links"] {
        assert!(page.text().contains(&format!("href=\"{place}\"")), "{place}: {}", page.text());
    }
    assert!(reads(&page).contains("« douze »") && site.fake.calls("CreateProject").is_empty(), "{}", reads(&page));
    site.fake.refuse("CreateProject", || fields(&[("project.budget[0].year", "expected a year"), ("project.themes[1].theme_code", "no")]));
    let page = site.signed_in().post(&at("/projets/nouveau"), &SENT).await.text();
    assert!(page.contains("href=\"#budget\"") && page.contains("href=\"#theme_1\""), "{page}");
    site.fake.refuse("CreateProject", || refusal(Code::FailedPrecondition, "THEME_RETIRED"));
    assert!(reads(&site.signed_in().post(&at("/projets/nouveau"), &SENT).await).contains("Un des thèmes n’est plus proposé."));
}

#[tokio::test]
async fn a_project_is_begun_under_an_action() {
    let site = Site::start().await;
    site.fake.on("CreateProject", |asked: CreateProjectRequest| {
        Ok(CreateProjectResponse { project: Some(Project { project_id: WATER.into(), ..asked.project.unwrap() }) })
    });
    let mut browser = site.signed_in();
    assert!(browser.get(&at("/projets/nouveau")).await.text().contains("Région de Ségou"));
    assert_eq!(leads(&browser.post(&at("/projets/nouveau"), &SENT).await).1, one());
    assert_eq!(site.fake.asked::<CreateProjectRequest>("CreateProject").project.unwrap().partnership_ids, [OF_HELLEAN, SIGNED]);
    site.fake.on("ListPartnerships", |_: ListPartnershipsRequest| Ok(ListPartnershipsResponse::default()));
    assert!(reads(&browser.get(&at("/projets/nouveau")).await).contains("Ajoutez d’abord l’action."));
    assert_eq!(browser.get(&one()).await.status, 404, "a project of others");
}

#[tokio::test]
async fn a_project_is_removed_after_a_question_and_read_by_a_reader() {
    let site = Site::start().await;
    site.fake.on("DeleteProject", |_: DeleteProjectRequest| Ok(DeleteProjectResponse {}));
    let mut browser = site.signed_in();
    let page = browser.get(&format!("{}?supprimer=1", one())).await;
    assert!(reads(&page).contains("Supprimer le projet « Eau potable à Ségou » ?"), "{}", reads(&page));
    assert_eq!(leads(&browser.post(&one(), &[("act", "delete"), ("etag", "2.1"), ("request_id", "r")]).await).1, at("/projets"));
    holds(&site.fake, &[(&format!("collectivite:{HELLEAN}:reader"), "La Croix-Helléan")]);
    let page = browser.get(&one()).await;
    assert!(!page.text().contains("name=\"act\"") && reads(&page).contains("Titre Eau potable à Ségou"), "{}", reads(&page));
    assert_eq!(browser.post(&one(), &SENT).await.status, 403);
}

#[tokio::test]
async fn themes_and_ticks_are_chosen_as_one_line_each() {
    let site = Site::start().await;
    site.fake.refuse("UpdateProject", || refusal(Code::Aborted, "STALE_ETAG"));
    let calls = std::sync::atomic::AtomicUsize::new(0);
    site.fake.on("GetProject", move |_: GetProjectRequest| {
        let mut now = Project { etag: "2.1".into(), ..water() };
        if calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst) > 0 {
            (now.etag, now.themes[1].priority, now.sdgs) = ("2.2".into(), 1, vec![6]);
        }
        Ok(GetProjectResponse { project: Some(now) })
    });
    let sent = [&SENT[..], &[("base_themes", "EAU:1 GOUV:2"), ("base_sdgs", "6 17")]].concat();
    let page = site.signed_in().post(&one(), &sent).await;
    let text = reads(&page);
    for said in [
        "Avant : Eau et assainissement (priorité 1), Gouvernance locale (priorité 2)",
        "Ce que vous avez écrit : Eau et assainissement (priorité 1), Gouvernance locale (priorité 3)",
        "Ce qui est enregistré : Eau et assainissement (priorité 1), Gouvernance locale (priorité 1)",
    ] {
        assert!(page.status == 409 && text.contains(said), "{said}: {text}");
    }
    let html = page.text();
    assert!(
        html.contains("name=\"themes\" value=\"EAU:1 GOUV:3\"") && html.contains("name=\"keep_sdgs\" value=\"theirs\" checked"),
        "{html}"
    );
    site.fake.on("UpdateProject", |_: UpdateProjectRequest| Ok(UpdateProjectResponse::default()));
    let chosen = [
        ("act", "save"),
        ("etag", "2.2"),
        ("request_id", "r"),
        ("title", "Eau"),
        ("partnerships", OF_HELLEAN),
        ("progress", "ongoing"),
        ("themes", "EAU:1 GOUV:3"),
        ("base_themes", "EAU:1 GOUV:1"),
        ("keep_themes", "theirs"),
        ("sdgs", "6 17"),
        ("base_sdgs", "6"),
        ("keep_sdgs", "mine"),
    ];
    assert_eq!(leads(&site.signed_in().post(&one(), &chosen).await).1, one());
    let to = site.fake.asked::<UpdateProjectRequest>("UpdateProject").project.unwrap();
    assert_eq!((to.themes[1].priority, to.sdgs.len(), to.etag.as_str()), (1, 2, "2.2"));
}
