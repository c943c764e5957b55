use std::collections::HashSet;

use atlas_proto::directory::v1::{self as pb, export_directory_response::Part};
use tonic::Code;

use crate::world::{VILLAGE, World, commune, refusal, request_id};

async fn export(world: &World) -> (pb::ExportHeader, Vec<pb::ExportBatch>) {
    let mut parts = world.follower().export_directory(pb::ExportDirectoryRequest {}).await.unwrap().into_inner();
    let Some(Part::Header(header)) = parts.message().await.unwrap().unwrap().part else { panic!("the header comes first") };
    let mut batches = Vec::new();
    while let Some(part) = parts.message().await.unwrap() {
        let Some(Part::Batch(batch)) = part.part else { panic!("one header only") };
        batches.push(batch);
    }
    (header, batches)
}

fn contact(public: bool, email: bool) -> pb::CreateContactRequest {
    let contact =
        pb::Contact { visibility: Some(pb::ContactVisibility { public, first_name: false, email }), ..crate::contacts::anne(public) };
    pb::CreateContactRequest { contact: Some(contact), request_id: request_id() }
}

#[tokio::test]
async fn an_export_has_everything_public_once_and_nothing_else() {
    let world = World::settled().await;
    let many = (0..1200).map(|n| pb::Collectivite {
        collectivite_id: format!("insee-{n:05}"),
        siren: String::new(),
        ..commune(VILLAGE, "x", "56", "53")
    });
    let many: Vec<_> = many.collect();
    for batch in many.chunks(1000) {
        world.register(batch.to_vec()).await;
    }
    for request in [contact(true, false), contact(false, true)] {
        world.agent().create_contact(request).await.unwrap();
    }

    let (header, batches) = export(&world).await;

    let ids: Vec<String> = batches
        .iter()
        .flat_map(|batch| &batch.collectivites)
        .map(|event| event.collectivite.as_ref().unwrap().collectivite_id.clone())
        .collect();
    assert_eq!((ids.len(), ids.iter().collect::<HashSet<_>>().len()), (1202, 1202));
    let contacts: Vec<_> = batches.iter().flat_map(|batch| &batch.contacts).map(|public| public.contact.clone().unwrap()).collect();
    assert_eq!(contacts.len(), 1);
    assert_eq!((contacts[0].first_name.as_str(), contacts[0].email.as_str(), contacts[0].last_name.as_str()), ("", "", "Martin-Canari"));
    assert_eq!(header.record_count, 1203);
    assert!(header.epoch > 0);
    world.end().await;
}

#[tokio::test]
async fn what_was_removed_is_named() {
    let world = World::settled().await;
    let added = world.agent().create_contact(contact(true, true)).await.unwrap().into_inner().contact.unwrap();
    let request = pb::DeleteContactRequest { contact_id: added.contact_id.clone(), etag: added.etag, request_id: request_id() };
    world.agent().delete_contact(request).await.unwrap();

    let (header, _) = export(&world).await;
    let ids = vec![added.contact_id.clone()];
    let asked =
        world.follower().batch_get_public_contacts(pb::BatchGetPublicContactsRequest { contact_ids: ids }).await.unwrap().into_inner();

    assert_eq!(header.tombstones, [pb::Tombstone { key: format!("contact/{}", added.contact_id), version: 2 }]);
    assert_eq!(asked.contacts, []);
    world.end().await;
}

#[tokio::test]
async fn exports_are_few_at_once() {
    let world = World::start().await;
    let many: Vec<_> = (0..5000)
        .map(|n| pb::Collectivite { collectivite_id: format!("insee-{n:05}"), siren: String::new(), ..commune(VILLAGE, "x", "56", "53") })
        .collect();
    for batch in many.chunks(1000) {
        world.register(batch.to_vec()).await;
    }
    let mut open = Vec::new();
    let refused = loop {
        assert!(open.len() <= 8, "four on each of two replicas");
        match world.follower().export_directory(pb::ExportDirectoryRequest {}).await {
            Ok(parts) => open.push(parts),
            Err(refused) => break refused,
        }
    };
    assert_eq!(refusal(&refused), (Code::ResourceExhausted, "TOO_MANY_EXPORTS".into()));
    drop(open);
    crate::world::until("the places are free again", async || {
        world.follower().export_directory(pb::ExportDirectoryRequest {}).await.is_ok()
    })
    .await;
    world.end().await;
}
