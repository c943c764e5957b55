use atlas_proto::projects::v1 as pb;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::world::{ELSEWHERE, KAYES, SIKASSO, VILLAGE, World, fields, refusal, request_id, with};

pub fn under(partnership: &str) -> pb::Project {
    pb::Project {
        partnership_ids: vec![partnership.into()],
        title: "Adduction d'eau".into(),
        themes: vec![pb::ProjectTheme { theme_code: "EAU".into(), priority: 1 }],
        sdgs: vec![6, 3],
        status: pb::ProjectStatus::Ongoing.into(),
        starts_on: "2024".into(),
        ends_on: "2026-12-31".into(),
        budget: vec![pb::BudgetLine { year: 2024, source: "Agence de l'eau".into(), amount_cents: 4_500_000 }],
        operators: vec!["Électriciens sans frontières".into()],
        links: vec![pb::ProjectLink { label: "Le chantier".into(), url: "https://example.org/chantier".into() }],
        ..Default::default()
    }
}

async fn create(world: &World, right: &str, project: pb::Project) -> Result<pb::Project, Status> {
    let request = pb::CreateProjectRequest { project: Some(project), request_id: request_id() };
    Ok(world.record(right).create_project(request).await?.into_inner().project.unwrap())
}

pub async fn add(world: &World, project: pb::Project) -> Result<pb::Project, Status> {
    create(world, &format!("collectivite:{VILLAGE}:editor"), project).await
}

async fn change(world: &World, right: &str, project: pb::Project, path: &str) -> Result<pb::Project, Status> {
    let update_mask = Some(prost_types::FieldMask { paths: vec![path.into()] });
    let request = pb::UpdateProjectRequest { project: Some(project), update_mask, request_id: request_id() };
    Ok(world.record(right).update_project(request).await?.into_inner().project.unwrap())
}

async fn get(world: &World, id: &str) -> Result<pb::Project, Status> {
    let which = Some(pb::get_project_request::Which::ProjectId(id.into()));
    Ok(world.agent().get_project(pb::GetProjectRequest { which }).await?.into_inner().project.unwrap())
}

#[tokio::test]
async fn what_is_added_is_there_as_it_was_said() {
    let world = World::start().await;
    world.with_themes().await;
    let partnership = world.add(with(SIKASSO)).await.unwrap();
    let said = under(&partnership.partnership_id);

    let added = add(&world, said.clone()).await.unwrap();

    assert_eq!(get(&world, &added.project_id).await.unwrap(), added);
    assert_eq!((&added.budget, &added.operators, &added.links), (&said.budget, &said.operators, &said.links));
    assert_eq!((added.sdgs.as_slice(), added.missing.len()), (&[3, 6][..], 0));
    assert_eq!(world.told().await, ["theme registered", "theme registered", "partnership added", "project added"]);
    world.end().await;
}

#[tokio::test]
async fn a_project_is_done_under_what_exists_and_is_about_what_is_offered() {
    let world = World::start().await;
    world.with_themes().await;
    let partnership = world.add(with(SIKASSO)).await.unwrap().partnership_id;
    let about = |code: &str| pb::Project { themes: vec![pb::ProjectTheme { theme_code: code.into(), priority: 1 }], ..under(&partnership) };

    for (project, expected) in [
        (under(&Uuid::new_v4().to_string()), (Code::NotFound, "PARTNERSHIP_NOT_FOUND")),
        (about("INCONNU"), (Code::NotFound, "THEME_NOT_FOUND")),
        (about("JUMELAGE"), (Code::FailedPrecondition, "THEME_RETIRED")),
    ] {
        let refused = add(&world, project).await.unwrap_err();
        assert_eq!(refusal(&refused), (expected.0, expected.1.to_owned()));
    }
    let wrong = pb::Project {
        title: String::new(),
        themes: Vec::new(),
        sdgs: vec![18],
        ends_on: "2023".into(),
        links: vec![pb::ProjectLink { label: String::new(), url: "javascript:alert(1)".into() }],
        ..under(&partnership)
    };
    let refused = add(&world, wrong.clone()).await.unwrap_err();
    assert_eq!(fields(&refused), ["project.title", "project.sdgs", "project.links[0].url", "project.themes"]);
    let early = pb::Project { ends_on: "2023".into(), ..under(&partnership) };
    assert_eq!(fields(&add(&world, early).await.unwrap_err()), ["project.ends_on"]);
    world.end().await;
}

#[tokio::test]
async fn who_takes_part_in_one_of_its_partnerships_changes_a_project() {
    let world = World::start().await;
    world.with_themes().await;
    let alone = world.add(with(SIKASSO)).await.unwrap().partnership_id;
    let shared = pb::Partnership { collectivite_ids: vec![VILLAGE.into(), ELSEWHERE.into()], ..with(KAYES) };
    let shared = world.add(shared).await.unwrap().partnership_id;
    let other = format!("collectivite:{ELSEWHERE}:editor");

    let refused = create(&world, &other, under(&alone)).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::NotFound, "PARTNERSHIP_NOT_FOUND".into()));
    let theirs = add(&world, under(&alone)).await.unwrap();
    let refused = change(&world, &other, pb::Project { title: "Autre".into(), ..theirs.clone() }, "title").await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::NotFound, "PROJECT_NOT_FOUND".into()));
    let agent = format!("collectivite:{VILLAGE}:editor");
    let wider = pb::Project { partnership_ids: vec![alone, shared], ..theirs };
    let wider = change(&world, &agent, wider, "partnership_ids").await.unwrap();
    let changed = change(&world, &other, pb::Project { title: "Autre".into(), ..wider.clone() }, "title").await.unwrap();
    assert_eq!(changed.title, "Autre");
    let late = change(&world, &agent, pb::Project { title: "Trop tard".into(), ..wider }, "title").await.unwrap_err();
    assert_eq!(refusal(&late), (Code::Aborted, "STALE_ETAG".into()));
    world.end().await;
}

#[tokio::test]
async fn a_partnership_with_projects_stays() {
    let world = World::start().await;
    world.with_themes().await;
    let partnership = world.add(with(SIKASSO)).await.unwrap();
    let project = add(&world, under(&partnership.partnership_id)).await.unwrap();
    let remove = |request_id| pb::DeletePartnershipRequest {
        partnership_id: partnership.partnership_id.clone(),
        etag: partnership.etag.clone(),
        request_id,
    };

    let refused = world.agent().delete_partnership(remove(request_id())).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::FailedPrecondition, "HAS_PROJECTS".into()));
    let request = pb::DeleteProjectRequest { project_id: project.project_id.clone(), etag: project.etag, request_id: request_id() };
    world.agent().delete_project(request).await.unwrap();

    assert_eq!(refusal(&get(&world, &project.project_id).await.unwrap_err()).1, "PROJECT_NOT_FOUND");
    world.agent().delete_partnership(remove(request_id())).await.unwrap();
    world.end().await;
}

#[tokio::test]
async fn lists_of_projects_are_narrowed() {
    let world = World::start().await;
    let theme =
        |code: &str, parent: &str| pb::Theme { code: code.into(), name_fr: code.into(), parent_code: parent.into(), ..Default::default() };
    let themes = vec![theme("ASSAINISSEMENT", "EAU"), theme("EAU", ""), theme("CULTURE", "")];
    world.import(pb::ImportRecordRequest { batch: 1, themes, ..Default::default() }).await.unwrap();
    let partnership = world.add(with(SIKASSO)).await.unwrap().partnership_id;
    let themed = vec![pb::ProjectTheme { theme_code: "ASSAINISSEMENT".into(), priority: 2 }];
    add(&world, pb::Project { themes: themed, ..under(&partnership) }).await.unwrap();
    let count = async |request: pb::ListProjectsRequest| world.agent().list_projects(request).await.unwrap().into_inner().projects.len();

    let all = pb::ListProjectsRequest::default();
    for narrowed in [
        pb::ListProjectsRequest { collectivite_id: VILLAGE.into(), ..all.clone() },
        pb::ListProjectsRequest { partnership_id: partnership, ..all.clone() },
        pb::ListProjectsRequest { partner_id: SIKASSO.into(), ..all.clone() },
        pb::ListProjectsRequest { country_iso2: "ML".into(), ..all.clone() },
        pb::ListProjectsRequest { theme_code: "EAU".into(), ..all.clone() },
        pb::ListProjectsRequest { sdg: 6, ..all.clone() },
    ] {
        assert_eq!(count(narrowed.clone()).await, 1, "{narrowed:?}");
    }
    for empty in [
        pb::ListProjectsRequest { collectivite_id: ELSEWHERE.into(), ..all.clone() },
        pb::ListProjectsRequest { partner_id: KAYES.into(), ..all.clone() },
        pb::ListProjectsRequest { country_iso2: "DE".into(), ..all.clone() },
        pb::ListProjectsRequest { theme_code: "CULTURE".into(), ..all.clone() },
        pb::ListProjectsRequest { sdg: 17, ..all },
    ] {
        assert_eq!(count(empty.clone()).await, 0, "{empty:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_project_is_moved_under_partnerships_of_ones_own_only() {
    let world = World::start().await;
    world.with_themes().await;
    let own = world.add(with(SIKASSO)).await.unwrap();
    let elsewhere = pb::Partnership { lead_collectivite_id: ELSEWHERE.into(), collectivite_ids: vec![ELSEWHERE.into()], ..with(KAYES) };
    let request = pb::CreatePartnershipRequest { partnership: Some(elsewhere), request_id: request_id() };
    let theirs = world.ministry().create_partnership(request).await.unwrap().into_inner().partnership.unwrap();
    let added = add(&world, under(&own.partnership_id)).await.unwrap();
    let agent = format!("collectivite:{VILLAGE}:editor");

    for under in [vec![theirs.partnership_id.clone()], vec![own.partnership_id.clone(), theirs.partnership_id.clone()]] {
        let moved = pb::Project { partnership_ids: under, ..added.clone() };
        let refused = change(&world, &agent, moved, "partnership_ids").await.unwrap_err();
        assert_eq!(refusal(&refused).1, "PARTNERSHIP_NOT_FOUND");
    }
    let both = pb::Project { partnership_ids: vec![own.partnership_id, theirs.partnership_id], ..added };
    assert!(change(&world, "national:*:editor", both, "partnership_ids").await.is_ok());
    world.end().await;
}
