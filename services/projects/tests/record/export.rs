use std::collections::HashSet;

use atlas_proto::projects::v1::{self as pb, export_projects_response::Part};

use crate::{
    import::partnerships,
    projects,
    world::{SIKASSO, TRIER, World, request_id, with},
};

async fn export(world: &World) -> (pb::ExportHeader, Vec<pb::ExportBatch>) {
    let mut parts = world.follower().export_projects(pb::ExportProjectsRequest {}).await.unwrap().into_inner();
    let Some(Part::Header(header)) = parts.message().await.unwrap().unwrap().part else { panic!("the header comes first") };
    let mut batches = Vec::new();
    while let Some(part) = parts.message().await.unwrap() {
        let Some(Part::Batch(batch)) = part.part else { panic!("one header only") };
        batches.push(batch);
    }
    (header, batches)
}

#[tokio::test]
async fn an_export_has_everything_once_and_names_what_is_gone() {
    let world = World::start().await;
    world.with_themes().await;
    let taken = world.import(partnerships(&world, 1000).await).await.unwrap();
    assert_eq!((taken.created_count, taken.refused.len()), (1000, 0), "{:?}", taken.refused.first());
    let partnership = world.add(with(SIKASSO)).await.unwrap();
    projects::add(&world, projects::under(&partnership.partnership_id)).await.unwrap();
    let gone = world.add(with(TRIER)).await.unwrap();
    let request = pb::DeletePartnershipRequest { partnership_id: gone.partnership_id.clone(), etag: gone.etag, request_id: request_id() };
    world.agent().delete_partnership(request).await.unwrap();

    let (header, batches) = export(&world).await;

    let of = |batch: &pb::ExportBatch| batch.partnerships.iter().map(|event| event.partnership_id.clone()).collect::<Vec<_>>();
    let ids: Vec<String> = batches.iter().flat_map(of).collect();
    assert_eq!((ids.len(), ids.iter().collect::<HashSet<_>>().len()), (1001, 1001));
    assert_eq!(batches.iter().map(|batch| batch.themes.len()).sum::<usize>(), 2);
    assert_eq!(batches.iter().map(|batch| batch.projects.len()).sum::<usize>(), 1);
    assert_eq!(header.record_count, 1004);
    assert_eq!(header.tombstones, [pb::Tombstone { key: format!("partnership/{}", gone.partnership_id), version: 2 }]);
    world.end().await;
}
