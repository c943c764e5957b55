use std::sync::Arc;

use atlas_proto::projects::v1::PartnershipEvent;
use chrono::{DateTime, TimeDelta, Utc};
use gateway::model::{
    Model,
    snapshot::{self, Mark, Record, Wanted},
    start,
};
use kernel::Frozen;

use crate::{
    abroad::{ERLANGEN, TWINNING, WATER, partnership, partnership_event},
    fixture::{RENNES, Visit, france, model},
};

fn noon() -> DateTime<Utc> {
    "2027-05-12T10:00:00Z".parse().unwrap()
}

async fn started(folder: &tempfile::TempDir, at: DateTime<Utc>) -> (Arc<Model>, bool) {
    let model = Arc::new(Model::start().unwrap());
    let known = start::load(&model, &[], Some(&folder.path().to_owned()), &Frozen::at(at)).await;
    model.read().unwrap();
    (model, known)
}

fn saved() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let whole = model(france());
    whole.change(|making| making.position.mark = Some(Mark { created: 7, sequence: 42 }));
    snapshot::save(folder.path(), &whole.snapshot(noon())).unwrap();
    folder
}

#[tokio::test]
async fn a_gateway_starts_from_what_it_saved_and_shows_the_same() {
    let folder = saved();
    let (again, known) = started(&folder, noon() + TimeDelta::hours(23)).await;
    assert!(known);
    assert_eq!(again.change(|making| making.position.mark), Some(Mark { created: 7, sequence: 42 }));
    let (before, after) = (Visit::new(), Visit::of(again));
    for path in [
        "/",
        "/regions/53",
        "/departements/62?page=2",
        &format!("/collectivites/{RENNES}"),
        &format!("/partenaires/{ERLANGEN}"),
        "/pays/DE?page=2",
        &format!("/projets/{WATER}"),
        "/themes/educ",
        "/odd/6",
        "/recherche?q=saint",
        "/recherche?q=erlangen",
        "/plan-du-site",
    ] {
        assert_eq!(before.get(path).await.text(), after.get(path).await.text(), "{path}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left aside");
}

#[tokio::test]
async fn where_projects_goes_on_and_what_it_removed_survives() {
    let folder = tempfile::tempdir().unwrap();
    let whole = model(france());
    let mark = Some(Mark { created: 8, sequence: 5 });
    let removed = PartnershipEvent { epoch: 1, version: 2, partnership_id: TWINNING.into(), partnership: None };
    whole.change(|making| {
        making.position.record = Record { mark, as_of: None };
        making.draft.partnership(removed);
    });
    snapshot::save(folder.path(), &whole.snapshot(noon())).unwrap();
    let (again, _) = started(&folder, noon()).await;
    let position = again.change(|making| making.position.clone());
    assert_eq!((position.mark, position.record), (None, Record { mark, as_of: Some(noon()) }));
    again.change(|making| making.draft.partnership(partnership_event(partnership(TWINNING, RENNES, ERLANGEN))));
    assert!(again.publish().is_none(), "a partnership that was removed came back with an older event");
}

#[tokio::test]
async fn an_old_snapshot_is_dated_and_shows_nobody() {
    let (old, _) = started(&saved(), noon() + TimeDelta::hours(25)).await;
    let visit = Visit::of(Arc::clone(&old));
    let page = visit.get(&format!("/collectivites/{RENNES}")).await.text();
    assert!(page.contains("12 mai 2027") && !page.contains("Anne Martin"), "{page}");
    assert!(visit.get("/en").await.text().contains("12 May 2027"));
    old.change(|making| making.draft.age(None));
    old.publish();
    let page = visit.get(&format!("/collectivites/{RENNES}")).await.text();
    assert!(!page.contains("12 mai 2027") && page.contains("Anne Martin"), "it has caught up, and still looks old");
}

#[tokio::test]
async fn a_damaged_snapshot_is_not_used() {
    let folder = saved();
    let file = snapshot::file(folder.path());
    let whole = std::fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let [mut of_another_format, mut older] = [whole.clone(), whole.clone()];
    (of_another_format[7], older[7]) = (9, 1);
    for (what, bytes) in [
        ("empty", &[][..]),
        ("cut short", &whole[..whole.len() - 1]),
        ("cut in its head", &whole[..20]),
        ("flipped", &flipped),
        ("another format", &of_another_format),
        ("the format before", &older),
        ("garbage", &[0xff; 4096]),
    ] {
        std::fs::write(&file, bytes).unwrap();
        let (model, known) = started(&folder, noon()).await;
        assert!(!known && !model.is_loaded(), "{what}");
    }
}

#[tokio::test]
async fn what_is_still_to_be_fetched_survives() {
    let folder = tempfile::tempdir().unwrap();
    let whole = model(france());
    let want = Wanted { contact_id: "c".into(), collectivite_id: RENNES.into(), epoch: 1, version: 5 };
    whole.change(|making| making.position.wanted.insert("c".into(), want.clone()));
    whole.change(|making| making.draft.drop_contact(RENNES.parse().unwrap(), crate::fixture::CONTACT, (1, 4)));
    snapshot::save(folder.path(), &whole.snapshot(noon())).unwrap();
    let (again, _) = started(&folder, noon()).await;
    assert_eq!(again.change(|making| making.position.wanted.get("c").cloned()), Some(want));
    again.change(|making| making.draft.contact(crate::fixture::contact(3, |_| {})));
    again.publish();
    let page = Visit::of(again).get(&format!("/collectivites/{RENNES}")).await.text();
    assert!(!page.contains("Anne"), "a person who was removed came back with an older event");
}
