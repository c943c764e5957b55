use atlas_proto::projects::v1::{self as pb, history_entry::Before};

use crate::world::{ELSEWHERE, SIKASSO, VILLAGE, World, request_id, with};

async fn list(world: &World, collectivite: &str) -> Vec<pb::HistoryEntry> {
    let request = pb::ListHistoryRequest { collectivite_id: collectivite.into(), ..Default::default() };
    world.ministry().list_history(request).await.unwrap().into_inner().entries
}

#[tokio::test]
async fn the_history_says_what_it_was_before() {
    let world = World::start().await;
    let added = world.add(with(SIKASSO)).await.unwrap();
    let shared = pb::Partnership { collectivite_ids: vec![VILLAGE.into(), ELSEWHERE.into()], ..added.clone() };
    let shared = world.change(shared, &["collectivite_ids"]).await.unwrap();
    let request =
        pb::DeletePartnershipRequest { partnership_id: shared.partnership_id.clone(), etag: shared.etag.clone(), request_id: request_id() };
    world.agent().delete_partnership(request).await.unwrap();

    let entries = list(&world, VILLAGE).await;

    let changes: Vec<&str> = entries.iter().map(|entry| entry.change.as_str()).collect();
    assert_eq!(changes, ["removed", "updated", "added"]);
    assert_eq!(entries[1].fields, ["collectivite_ids"]);
    assert_eq!(entries[1].changed_by, format!("collectivite:{VILLAGE}:editor"));
    assert_eq!(entries[0].before, Some(Before::Partnership(shared)));
    assert_eq!(entries[1].before, Some(Before::Partnership(added)));
    assert_eq!(entries[2].before, None);
    assert_eq!(list(&world, ELSEWHERE).await.len(), 2, "what it came to take part in, and that it is gone");
    world.end().await;
}
