use atlas_proto::{directory::v1 as dir, projects::v1 as pb};
use testkit::until;
use tonic::{Code, Status};

use crate::world::{ELSEWHERE, HEIR, KAYES, SIKASSO, VILLAGE, World, commune, refusal, request_id, update, with};

/// A partnership that the village leads and another takes part in.
async fn shared(world: &World) -> pb::Partnership {
    world.add(pb::Partnership { collectivite_ids: vec![VILLAGE.into(), ELSEWHERE.into()], ..with(SIKASSO) }).await.unwrap()
}

/// What the caller of each right gets for an act on a partnership of the village in which another takes part.
async fn table(world: &World, act: impl AsyncFn(&str, pb::Partnership) -> Result<(), Status>) -> Vec<String> {
    let mut answers = Vec::new();
    for right in [
        format!("collectivite:{VILLAGE}:editor"),
        format!("collectivite:{VILLAGE}:reader"),
        format!("collectivite:{ELSEWHERE}:admin"),
        format!("collectivite:{HEIR}:admin"),
        "national:*:editor".into(),
        "national:*:reader".into(),
        "region:53:admin".into(),
    ] {
        let partnership = shared(world).await;
        let answer = act(&right, partnership.clone()).await;
        answers.push(answer.map_or_else(|status| refusal(&status).1, |()| "OK".into()));
        sqlx::query("delete from partnerships").execute(&world.pool).await.unwrap();
    }
    answers
}

#[tokio::test]
async fn who_takes_part_may_change_all_but_who_takes_part() {
    let world = World::start().await;
    let words = async |right: &str, read: pb::Partnership| {
        let changed = pb::Partnership { description: "Autre".into(), ..read };
        world.record(right).update_partnership(update(changed, &["description"])).await.map(drop)
    };
    let places = async |right: &str, read: pb::Partnership| {
        let changed = pb::Partnership { collectivite_ids: vec![VILLAGE.into()], ..read };
        world.record(right).update_partnership(update(changed, &["collectivite_ids"])).await.map(drop)
    };
    let lead = async |right: &str, read: pb::Partnership| {
        let changed = pb::Partnership { lead_collectivite_id: ELSEWHERE.into(), ..read };
        world.record(right).update_partnership(update(changed, &["lead_collectivite_id"])).await.map(drop)
    };

    let (low, none, wrong) = ("ROLE_TOO_LOW", "PARTNERSHIP_NOT_FOUND", "CALLER_NOT_ADMITTED");
    assert_eq!(table(&world, words).await, ["OK", low, "OK", none, "OK", low, wrong]);
    assert_eq!(table(&world, places).await, ["OK", low, "LEAD_ONLY", none, "OK", low, wrong]);
    assert_eq!(table(&world, lead).await, ["OK", low, "LEAD_ONLY", none, "OK", low, wrong]);
    world.end().await;
}

#[tokio::test]
async fn only_the_lead_removes_and_everybody_who_takes_part_requalifies_and_confirms() {
    let world = World::start().await;
    let remove = async |right: &str, read: pb::Partnership| {
        let request = pb::DeletePartnershipRequest { partnership_id: read.partnership_id, etag: read.etag, request_id: request_id() };
        world.record(right).delete_partnership(request).await.map(drop)
    };
    let requalify = async |right: &str, read: pb::Partnership| {
        let request = pb::RequalifyPartnershipRequest {
            partnership_id: read.partnership_id,
            etag: read.etag,
            framework: pb::Framework::Convention.into(),
            request_id: request_id(),
        };
        world.record(right).requalify_partnership(request).await.map(drop)
    };
    let confirm = async |right: &str, read: pb::Partnership| {
        let request = pb::ConfirmPartnershipsRequest { partnership_ids: vec![read.partnership_id], request_id: request_id() };
        world.record(right).confirm_partnerships(request).await.map(drop)
    };

    let (low, none, wrong) = ("ROLE_TOO_LOW", "PARTNERSHIP_NOT_FOUND", "CALLER_NOT_ADMITTED");
    assert_eq!(table(&world, remove).await, ["OK", low, "LEAD_ONLY", none, "OK", low, wrong]);
    assert_eq!(table(&world, requalify).await, ["OK", low, "OK", none, "OK", low, wrong]);
    assert_eq!(table(&world, confirm).await, ["OK", low, "OK", none, "OK", low, wrong]);
    world.end().await;
}

#[tokio::test]
async fn nobody_adds_in_the_name_of_another() {
    let world = World::start().await;
    let create = async |right: &str| {
        let request = pb::CreatePartnershipRequest { partnership: Some(with(SIKASSO)), request_id: request_id() };
        world.record(right).create_partnership(request).await.map(drop)
    };
    let theirs = create(&format!("collectivite:{ELSEWHERE}:admin")).await.unwrap_err();
    assert_eq!(refusal(&theirs), (Code::NotFound, "COLLECTIVITE_NOT_FOUND".into()));
    let reader = create(&format!("collectivite:{VILLAGE}:reader")).await.unwrap_err();
    assert_eq!(refusal(&reader), (Code::PermissionDenied, "ROLE_TOO_LOW".into()));
    assert!(world.told().await.is_empty());
    create("national:*:editor").await.unwrap();
    world.end().await;
}

#[tokio::test]
async fn everybody_reads_the_record_and_its_history_is_for_a_few() {
    let world = World::start().await;
    let partnership = shared(&world).await;
    let rights = [
        (format!("collectivite:{VILLAGE}:reader"), true),
        (format!("collectivite:{ELSEWHERE}:reader"), false),
        ("region:53:reader".into(), true),
        ("region:84:reader".into(), false),
        ("department:56:reader".into(), true),
        ("department:01:reader".into(), false),
        ("national:*:reader".into(), true),
    ];
    for (right, sees) in rights {
        let get = pb::GetPartnershipRequest { partnership_id: partnership.partnership_id.clone() };
        assert!(world.record(&right).get_partnership(get).await.is_ok(), "{right}");
        let history = pb::ListHistoryRequest { collectivite_id: VILLAGE.into(), ..Default::default() };
        let answer = world.record(&right).list_history(history).await;
        let expected = if sees { None } else { Some((Code::NotFound, "COLLECTIVITE_NOT_FOUND".to_owned())) };
        assert_eq!(answer.err().as_ref().map(refusal), expected, "{right}");
    }
    world.end().await;
}

#[tokio::test]
async fn who_took_the_place_of_a_collectivite_acts_for_it() {
    let world = World::start().await;
    let led = shared(&world).await;
    let mut ended = commune(VILLAGE, "56", "53");
    ended.set_state(dir::CollectiviteState::Ended);
    ended.successors = vec![dir::Succession { collectivite_id: HEIR.into(), ..Default::default() }];
    world.directory.add_collectivite(ended);
    world.directory.tell_collectivite(&world.broker, VILLAGE, 2).await;
    until("the succession is heard", async || {
        let ended = sqlx::query_scalar::<_, bool>("select ended from collectivites where id = $1").bind(VILLAGE);
        ended.fetch_one(&world.pool).await.unwrap()
    })
    .await;

    let mut heir = world.record(&format!("collectivite:{HEIR}:editor"));
    let taken_over = pb::Partnership { lead_collectivite_id: HEIR.into(), collectivite_ids: vec![HEIR.into()], ..led };
    let taken_over = heir.update_partnership(update(taken_over, &["lead_collectivite_id", "collectivite_ids"])).await.unwrap();

    assert_eq!(taken_over.into_inner().partnership.unwrap().collectivite_ids, [HEIR]);
    let refused = world.add(with(KAYES)).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::FailedPrecondition, "COLLECTIVITE_ENDED".into()));
    world.end().await;
}

#[tokio::test]
async fn who_only_reads_brings_nothing_in() {
    let world = World::start().await;
    let theme = pb::Theme { code: "EAU".into(), name_fr: "Eau".into(), ..Default::default() };
    let batch = pb::ImportRecordRequest { batch: 1, themes: vec![theme], ..Default::default() };
    let mut answers = Vec::new();
    for right in ["national:*:reader", "region:53:admin", "national:*:editor", "operator:*:admin"] {
        let answer = world.import_as(right, batch.clone()).await;
        answers.push(answer.map_or_else(|status| refusal(&status).1, |_| "OK".into()));
    }
    assert_eq!(answers, ["ROLE_TOO_LOW", "CALLER_NOT_ADMITTED", "OK", "OK"]);
    world.end().await;
}
