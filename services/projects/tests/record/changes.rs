use std::{collections::HashSet, time::Duration};

use atlas_proto::projects::v1 as pb;
use tokio::time::timeout;
use tonic::{Code, Streaming};

use crate::{
    projects,
    world::{ELSEWHERE, KAYES, SIKASSO, VILLAGE, World, commune, fields, refusal, with},
};

const LIMIT: Duration = Duration::from_secs(20);

/// Follows changes until the feed says that all before is told; the changes, and the last cursor.
async fn until_caught_up(feed: &mut Streaming<pb::ListChangesResponse>) -> (Vec<pb::RecordChange>, String) {
    let mut changes = Vec::new();
    loop {
        let message = timeout(LIMIT, feed.message()).await.expect("a message in time").unwrap().unwrap();
        changes.extend(message.change);
        if message.caught_up {
            return (changes, message.cursor);
        }
    }
}

/// The next change of this key that is newer than `version`.
async fn next_of(feed: &mut Streaming<pb::ListChangesResponse>, key: &str, version: u64) -> pb::RecordChange {
    loop {
        let message = timeout(LIMIT, feed.message()).await.expect("a message in time").unwrap().unwrap();
        if let Some(change) = message.change.filter(|change| change.key == key && change.version > version) {
            return change;
        }
    }
}

async fn follow(world: &World, right: &str, cursor: &str) -> Streaming<pb::ListChangesResponse> {
    world.record(right).list_changes(pb::ListChangesRequest { cursor: cursor.into() }).await.unwrap().into_inner()
}

#[tokio::test]
async fn the_present_comes_first_then_every_change() {
    let world = World::start().await;
    world.with_themes().await;
    let added = world.add(with(SIKASSO)).await.unwrap();
    let project = projects::add(&world, projects::under(&added.partnership_id)).await.unwrap();
    let (present, cursor) = until_caught_up(&mut follow(&world, "national:*:reader", "").await).await;

    let other = world.add(with(KAYES)).await.unwrap();
    let key = format!("partnership/{}", other.partnership_id);
    let change = next_of(&mut follow(&world, "national:*:reader", &cursor).await, &key, 0).await;

    let keys: Vec<&str> = present.iter().map(|change| change.key.as_str()).collect();
    let (partnership, project) = (format!("partnership/{}", added.partnership_id), format!("project/{}", project.project_id));
    assert_eq!(keys[..4], ["theme/EAU", "theme/JUMELAGE", partnership.as_str(), project.as_str()]);
    let Some(pb::record_change::Resource::Partnership(event)) = change.resource else { panic!("{change:?}") };
    assert_eq!(event.partnership, Some(other));
    world.end().await;
}

#[tokio::test]
async fn a_region_hears_of_what_its_own_take_part_in_and_that_it_left() {
    let world = World::start().await;
    world.with_themes().await;
    let both = pb::Partnership { collectivite_ids: vec![VILLAGE.into(), ELSEWHERE.into()], ..with(SIKASSO) };
    let both = world.add(both).await.unwrap();
    world.add(with(KAYES)).await.unwrap();
    let project = projects::add(&world, projects::under(&both.partnership_id)).await.unwrap();
    let (partnership, project) = (format!("partnership/{}", both.partnership_id), format!("project/{}", project.project_id));
    let mut auvergne = follow(&world, "region:84:reader", "").await;
    let (present, _) = until_caught_up(&mut auvergne).await;

    let keys = present.iter().map(|change| change.key.as_str()).filter(|key| !key.starts_with("theme"));
    let expected = HashSet::from([partnership.as_str(), &project]);
    assert_eq!(keys.collect::<HashSet<_>>(), expected, "what Bretagne has alone is not told");
    let alone = pb::Partnership { collectivite_ids: vec![VILLAGE.into()], ..both };
    world.change(alone, &["collectivite_ids"]).await.unwrap();
    for key in [&partnership, &project] {
        let left = next_of(&mut auvergne, key, 1).await;
        assert_eq!((left.change.as_str(), left.removed, left.resource), ("moved", true, None));
    }
    world.end().await;
}

#[tokio::test]
async fn what_lies_elsewhere_takes_its_partnerships_along() {
    let world = World::start().await;
    let added = world.add(with(SIKASSO)).await.unwrap();
    let key = format!("partnership/{}", added.partnership_id);
    let (mut bretagne, mut loire) = (follow(&world, "region:53:reader", "").await, follow(&world, "department:44:reader", "").await);
    let (there, _) = until_caught_up(&mut bretagne).await;
    let (nothing, _) = until_caught_up(&mut loire).await;
    assert_eq!((there[0].key.as_str(), nothing.len()), (key.as_str(), 0));

    world.directory.add_collectivite(commune(VILLAGE, "44", "52"));
    world.directory.tell_collectivite(&world.broker, VILLAGE, 2).await;

    assert!(next_of(&mut bretagne, &key, 1).await.removed);
    assert!(!next_of(&mut loire, &key, 1).await.removed);
    world.end().await;
}

#[tokio::test]
async fn a_cursor_that_is_not_ours_is_refused_and_one_of_another_epoch_has_expired() {
    let world = World::start().await;
    let refused = world.record("region:53:reader").list_changes(pb::ListChangesRequest { cursor: "x".into() }).await.unwrap_err();
    assert_eq!(fields(&refused), ["cursor"]);
    let (_, cursor) = until_caught_up(&mut follow(&world, "region:53:reader", "").await).await;
    events::resync::start(&world.pool).await.unwrap();

    let refused = world.record("region:53:reader").list_changes(pb::ListChangesRequest { cursor }).await.unwrap_err();

    assert_eq!(refusal(&refused), (Code::OutOfRange, "CURSOR_EXPIRED".into()));
    world.end().await;
}
