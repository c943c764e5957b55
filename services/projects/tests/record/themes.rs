use atlas_proto::projects::v1 as pb;
use tonic::{Code, Status};

use crate::world::{World, refusal, request_id};

fn theme(code: &str, parent: &str, rank: i32) -> pb::Theme {
    pb::Theme { code: code.into(), name_fr: format!("Thème {code}"), parent_code: parent.into(), rank, ..Default::default() }
}

async fn create(world: &World, theme: pb::Theme) -> Result<pb::Theme, Status> {
    let request = pb::CreateThemeRequest { theme: Some(theme), request_id: request_id() };
    Ok(world.ministry().create_theme(request).await?.into_inner().theme.unwrap())
}

async fn change(world: &World, theme: pb::Theme) -> Result<pb::Theme, Status> {
    let request = pb::UpdateThemeRequest { theme: Some(theme), update_mask: None, request_id: request_id() };
    Ok(world.ministry().update_theme(request).await?.into_inner().theme.unwrap())
}

#[tokio::test]
async fn themes_are_listed_by_rank_under_their_parents() {
    let world = World::start().await;
    for (code, parent, rank) in [("CULTURE", "", 2), ("EAU", "", 1), ("PUITS", "EAU", 2), ("SANITAIRE", "EAU", 1)] {
        create(&world, theme(code, parent, rank)).await.unwrap();
    }

    let listed = world.agent().list_themes(pb::ListThemesRequest {}).await.unwrap().into_inner().themes;

    let codes: Vec<&str> = listed.iter().map(|theme| theme.code.as_str()).collect();
    assert_eq!(codes, ["EAU", "SANITAIRE", "PUITS", "CULTURE"]);
    world.end().await;
}

#[tokio::test]
async fn a_theme_has_a_code_of_its_own_and_is_never_above_itself() {
    let world = World::start().await;
    let eau = create(&world, theme("EAU", "", 1)).await.unwrap();
    let puits = create(&world, theme("PUITS", "EAU", 1)).await.unwrap();

    let twice = create(&world, theme("EAU", "", 1)).await.unwrap_err();
    assert_eq!(refusal(&twice), (Code::AlreadyExists, "THEME_EXISTS".into()));
    let orphan = create(&world, theme("MER", "OCEAN", 1)).await.unwrap_err();
    assert_eq!(refusal(&orphan), (Code::NotFound, "THEME_NOT_FOUND".into()));
    let circle = change(&world, pb::Theme { parent_code: "PUITS".into(), ..eau.clone() }).await.unwrap_err();
    assert_eq!(refusal(&circle), (Code::FailedPrecondition, "THEME_CYCLE".into()));
    let retired = change(&world, pb::Theme { retired: true, ..puits.clone() }).await.unwrap();
    assert!(retired.retired);
    let late = change(&world, pb::Theme { rank: 9, ..puits }).await.unwrap_err();
    assert_eq!(refusal(&late), (Code::Aborted, "STALE_ETAG".into()));
    world.end().await;
}
