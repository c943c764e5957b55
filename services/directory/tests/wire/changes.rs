use std::time::Duration;

use atlas_proto::directory::v1 as pb;
use tokio::time::timeout;
use tonic::{Code, Streaming};

use crate::world::{ELSEWHERE, VILLAGE, World, commune, fields, refusal, request_id};

/// Follows changes until the feed says that all before is told; the changes, and the last cursor.
async fn until_caught_up(feed: &mut Streaming<pb::ListChangesResponse>) -> (Vec<pb::DirectoryChange>, String) {
    let mut changes = Vec::new();
    loop {
        let message = timeout(Duration::from_secs(20), feed.message()).await.expect("a message in time").unwrap().unwrap();
        changes.extend(message.change);
        if message.caught_up {
            return (changes, message.cursor);
        }
    }
}

/// The next change that was not told before: what is committed while the present is read is told twice, with one version.
async fn next_change(feed: &mut Streaming<pb::ListChangesResponse>, told: &[pb::DirectoryChange]) -> pb::DirectoryChange {
    loop {
        let message = timeout(Duration::from_secs(20), feed.message()).await.expect("a message in time").unwrap().unwrap();
        let news = |change: &pb::DirectoryChange| told.iter().all(|before| (&before.key, before.version) != (&change.key, change.version));
        if let Some(change) = message.change.filter(news) {
            return change;
        }
    }
}

async fn follow(world: &World, right: &str, cursor: &str) -> Streaming<pb::ListChangesResponse> {
    world.directory(right).list_changes(pb::ListChangesRequest { cursor: cursor.into() }).await.unwrap().into_inner()
}

async fn add_contact(world: &World) -> String {
    let request = pb::CreateContactRequest { contact: Some(crate::contacts::anne(true)), request_id: request_id() };
    world.agent().create_contact(request).await.unwrap().into_inner().contact.unwrap().contact_id
}

#[tokio::test]
async fn the_present_comes_first_then_every_change_also_on_another_replica() {
    let world = World::settled().await;
    let (present, cursor) = until_caught_up(&mut follow(&world, "national:*:reader", "").await).await;
    let contact = add_contact(&world).await;

    let change = next_change(&mut follow(&world, "national:*:reader", &cursor).await, &present).await;

    let keys: Vec<&str> = present.iter().map(|change| change.key.as_str()).collect();
    assert_eq!(keys, [format!("collectivite/{ELSEWHERE}"), format!("collectivite/{VILLAGE}")]);
    assert_eq!((change.key, change.change.as_str()), (format!("contact/{contact}"), "added"));
    world.end().await;
}

#[tokio::test]
async fn a_region_hears_of_its_own_and_that_one_has_left() {
    let world = World::settled().await;
    let mut bretagne = follow(&world, "region:53:reader", "").await;
    let (present, _) = until_caught_up(&mut bretagne).await;
    let mut auvergne = follow(&world, "region:84:reader", "").await;
    let (theirs, _) = until_caught_up(&mut auvergne).await;

    assert_eq!((present.len(), theirs.len()), (1, 1));
    let contact = add_contact(&world).await;
    assert_eq!(next_change(&mut bretagne, &present).await.change, "added");
    world.register(vec![commune(VILLAGE, "La Croix-Helléan", "01", "84")]).await;

    for key in [format!("collectivite/{VILLAGE}"), format!("contact/{contact}")] {
        let left = next_change(&mut bretagne, &present).await;
        assert_eq!((left.key.as_str(), left.change.as_str(), left.removed, left.resource), (key.as_str(), "moved", true, None));
    }
    let mut came = std::collections::BTreeSet::new();
    while came.len() < 2 {
        let change = next_change(&mut auvergne, &theirs).await;
        assert!(!change.removed, "{change:?}");
        came.insert(change.key);
    }
    assert_eq!(came.into_iter().collect::<Vec<_>>(), [format!("collectivite/{VILLAGE}"), format!("contact/{contact}")]);
    world.end().await;
}

#[tokio::test]
async fn a_cursor_that_is_not_ours_is_refused() {
    let world = World::start().await;
    let refused = world.directory("region:53:reader").list_changes(pb::ListChangesRequest { cursor: "x".into() }).await.unwrap_err();
    assert_eq!(fields(&refused), ["cursor"]);
    world.end().await;
}

#[tokio::test]
async fn a_cursor_of_another_epoch_has_expired() {
    let world = World::settled().await;
    let (_, cursor) = until_caught_up(&mut follow(&world, "region:53:reader", "").await).await;
    events::resync::start(&world.pool).await.unwrap();

    let refused = world.directory("region:53:reader").list_changes(pb::ListChangesRequest { cursor }).await.unwrap_err();

    assert_eq!(refusal(&refused), (Code::OutOfRange, "CURSOR_EXPIRED".into()));
    world.end().await;
}

#[tokio::test]
async fn a_stream_ends_when_its_session_is_voided() {
    let world = World::settled().await;
    let token = world.identity.token_of("region:53:reader", |claims| claims.sid = "lost".to_owned());
    let mut client = pb::directory_service_client::DirectoryServiceClient::new(world.wire.bearing(&token));
    let mut feed = client.list_changes(pb::ListChangesRequest::default()).await.unwrap().into_inner();
    until_caught_up(&mut feed).await;

    world.identity.void_session("lost");

    let ended = timeout(Duration::from_secs(5), async {
        loop {
            if let Err(status) = feed.message().await {
                return status;
            }
        }
    });
    assert_eq!(refusal(&ended.await.expect("within five seconds")), (Code::Unauthenticated, "TOKEN_VOID".into()));
    world.end().await;
}
