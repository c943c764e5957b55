use atlas_proto::projects::v1 as pb;
use testkit::until;
use tonic::Code;
use tonic_types::StatusExt as _;
use uuid::Uuid;

use crate::world::{ELSEWHERE, KAYES, SIKASSO, TRIER, VILLAGE, World, commune, fields, refusal, request_id, with};

#[tokio::test]
async fn what_is_added_is_there_as_it_was_said_and_everybody_hears_it_once() {
    let world = World::start().await;
    let said = pb::Partnership {
        collectivite_ids: vec![VILLAGE.into(), ELSEWHERE.into()],
        framework: pb::Framework::Convention.into(),
        conventions: vec![
            pb::Convention { object: "École".into(), signed_on: "2010".into(), ..Default::default() },
            pb::Convention {
                object: "Eau potable".into(),
                forecast_cents: Some(1_200_000),
                signed_on: "2024-06-30".into(),
                ends_on: "2027".into(),
                tacit_renewal: true,
                ctes_reference: "056-215600503-20240630-12".into(),
            },
        ],
        description: "Adduction d'eau.\nFormation.".into(),
        ..with(SIKASSO)
    };
    let request = pb::CreatePartnershipRequest { partnership: Some(said.clone()), request_id: request_id() };

    let added = world.agent().create_partnership(request.clone()).await.unwrap().into_inner();
    let repeated = world.agent().create_partnership(request).await.unwrap().into_inner();

    assert_eq!(added, repeated);
    let added = added.partnership.unwrap();
    assert_eq!(world.get(&added.partnership_id).await.unwrap(), added);
    assert_eq!(added.collectivite_ids, [ELSEWHERE, VILLAGE]);
    assert_eq!(added.conventions, [said.conventions[1].clone(), said.conventions[0].clone()], "the latest first");
    assert_eq!((added.description, added.missing), (said.description, vec![]));
    let provenance = added.provenance.unwrap();
    assert_eq!((provenance.origin.as_str(), provenance.verified_as.as_str()), ("officiel", "agent"));
    assert!(provenance.verified_at.is_some());
    assert_eq!(world.told().await, ["partnership added"]);
    world.end().await;
}

#[tokio::test]
async fn a_partner_of_a_moment_ago_can_be_named_at_once() {
    let world = World::start().await;
    world.add(with(SIKASSO)).await.unwrap();
    let asked = world.directory.times_asked();
    let new = Uuid::new_v4().to_string();
    world.directory.add_partner(&new, "SN");

    let added = world.add(with(&new)).await.unwrap();

    assert_eq!(added.partner_id, new);
    assert_eq!(world.directory.times_asked(), asked + 1, "only the partner was not here");
    world.end().await;
}

#[tokio::test]
async fn without_directory_only_what_is_not_here_has_to_wait() {
    let world = World::start().await;
    let added = world.add(with(SIKASSO)).await.unwrap();
    world.directory.set_away(true);

    let changed = pb::Partnership { description: "Sans annuaire".into(), ..added };
    assert!(world.change(changed, &["description", "collectivite_ids"]).await.is_ok());
    let refused = world.add(with(KAYES)).await.unwrap_err();

    assert_eq!(refusal(&refused), (Code::Unavailable, "DIRECTORY_AWAY".into()));
    world.directory.set_away(false);
    assert!(world.add(with(KAYES)).await.is_ok());
    world.end().await;
}

#[tokio::test]
async fn what_does_not_exist_cannot_be_named() {
    let world = World::start().await;
    let unknown = Uuid::new_v4().to_string();
    let strange = pb::Partnership { collectivite_ids: vec!["200054781".into()], ..with(SIKASSO) };

    assert_eq!(refusal(&world.add(with(&unknown)).await.unwrap_err()), (Code::NotFound, "PARTNER_NOT_FOUND".into()));
    assert_eq!(refusal(&world.add(strange).await.unwrap_err()), (Code::NotFound, "COLLECTIVITE_NOT_FOUND".into()));
    assert!(world.told().await.is_empty());
    world.end().await;
}

#[tokio::test]
async fn a_partner_that_was_merged_is_written_as_the_one_that_took_its_place() {
    let world = World::start().await;
    let before = world.add(with(SIKASSO)).await.unwrap();
    world.directory.merge_partner(SIKASSO, KAYES);
    world.directory.tell_partner(&world.broker, SIKASSO, 2).await;
    until("the merge is heard", async || {
        let merged = sqlx::query_scalar::<_, bool>("select merged_into is not null from partners where id = $1::uuid").bind(SIKASSO);
        merged.fetch_one(&world.pool).await.unwrap()
    })
    .await;

    let other = pb::Partnership { lead_collectivite_id: ELSEWHERE.into(), collectivite_ids: vec![ELSEWHERE.into()], ..with(SIKASSO) };
    let request = pb::CreatePartnershipRequest { partnership: Some(other), request_id: request_id() };
    let after = world.ministry().create_partnership(request).await.unwrap().into_inner().partnership.unwrap();

    assert_eq!(after.partner_id, KAYES);
    assert_eq!(world.get(&before.partnership_id).await.unwrap().partner_id, SIKASSO, "what is written is not rewritten");
    let request = pb::ListPartnershipsRequest { partner_id: KAYES.into(), ..Default::default() };
    let both = world.agent().list_partnerships(request).await.unwrap().into_inner().partnerships;
    assert_eq!(both.len(), 2);
    world.end().await;
}

#[tokio::test]
async fn what_has_ended_takes_part_in_nothing_new() {
    let world = World::start().await;
    let mut ended = commune(ELSEWHERE, "01", "84");
    ended.set_state(atlas_proto::directory::v1::CollectiviteState::Ended);
    world.directory.add_collectivite(ended);

    let together = pb::Partnership { collectivite_ids: vec![VILLAGE.into(), ELSEWHERE.into()], ..with(SIKASSO) };
    let refused = world.add(together).await.unwrap_err();

    assert_eq!(refusal(&refused), (Code::FailedPrecondition, "COLLECTIVITE_ENDED".into()));
    assert_eq!(
        refused.get_details_localized_message().unwrap().message,
        "Une des collectivités n'existe plus : choisissez celle qui lui a succédé."
    );
    world.end().await;
}

#[tokio::test]
async fn a_lead_has_one_partnership_with_a_partner_until_it_ends() {
    let world = World::start().await;
    let first = world.add(with(SIKASSO)).await.unwrap();

    let refused = world.add(with(SIKASSO)).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::AlreadyExists, "PARTNERSHIP_EXISTS".into()));
    assert_eq!(refused.get_details_error_info().unwrap().metadata["partnership_id"], first.partnership_id);

    let ended = pb::Partnership { status: pb::PartnershipStatus::Ended.into(), status_since: "2019".into(), ..first.clone() };
    let ended = world.change(ended, &["status"]).await.unwrap();
    assert_eq!(ended.status_since, "2019", "it comes along with the status");
    world.add(with(SIKASSO)).await.unwrap();
    let again = pb::Partnership { status: pb::PartnershipStatus::Active.into(), status_since: String::new(), ..ended };
    assert_eq!(refusal(&world.change(again, &["status"]).await.unwrap_err()).1, "PARTNERSHIP_EXISTS");
    world.end().await;
}

#[tokio::test]
async fn parallel_twins_add_one_partnership() {
    let world = World::start().await;
    let twins = (0..10).map(|_| world.add(with(SIKASSO)));
    let (added, refused): (Vec<_>, Vec<_>) = futures_util::future::join_all(twins).await.into_iter().partition(Result::is_ok);

    assert_eq!((added.len(), refused.len()), (1, 9));
    for status in refused {
        assert_eq!(refusal(&status.unwrap_err()).1, "PARTNERSHIP_EXISTS");
    }
    world.end().await;
}

#[tokio::test]
async fn of_two_agents_the_second_is_told_and_nothing_is_lost() {
    let world = World::start().await;
    let read = world.add(with(SIKASSO)).await.unwrap();
    let first = pb::Partnership { description: "Premier".into(), ..read.clone() };
    let second = pb::Partnership { description: "Second".into(), ..read.clone() };

    let (one, other) = tokio::join!(world.change(first, &["description"]), world.change(second, &["description"]));

    let (saved, late) = match (one, other) {
        (Ok(saved), Err(late)) | (Err(late), Ok(saved)) => (saved, late),
        both => panic!("one of them is first: {both:?}"),
    };
    assert_eq!(refusal(&late), (Code::Aborted, "STALE_ETAG".into()));
    assert_eq!(world.get(&read.partnership_id).await.unwrap(), saved);
    world.end().await;
}

#[tokio::test]
async fn a_mask_leaves_the_rest_as_it_is_and_what_changes_nothing_leaves_no_trace() {
    let world = World::start().await;
    let added = world.add(with(SIKASSO)).await.unwrap();
    let bare = pb::Partnership { partnership_id: added.partnership_id.clone(), etag: added.etag.clone(), ..Default::default() };

    let same = world.change(pb::Partnership { twinning: true, ..bare.clone() }, &["twinning"]).await.unwrap();
    assert_eq!(same, added);
    let changed = world.change(pb::Partnership { start_year_unknown: true, ..bare }, &["start_year_unknown"]).await.unwrap();

    assert_eq!((changed.start_year, changed.start_year_unknown, changed.twinning), (None, true, true));
    assert_eq!(world.told().await, ["partnership added", "partnership updated"]);
    world.end().await;
}

#[tokio::test]
async fn what_is_mandatory_and_not_said_is_missing() {
    let world = World::start().await;
    let bare = pb::Partnership { partner_id: SIKASSO.into(), lead_collectivite_id: VILLAGE.into(), ..Default::default() };

    let added = world.add(bare).await.unwrap();
    assert_eq!(added.missing, ["framework", "status", "start_year"]);
    let requalify = pb::RequalifyPartnershipRequest {
        partnership_id: added.partnership_id.clone(),
        etag: added.etag,
        framework: pb::Framework::Convention.into(),
        request_id: request_id(),
    };
    let with_convention = world.agent().requalify_partnership(requalify).await.unwrap().into_inner().partnership.unwrap();

    assert_eq!(with_convention.partnership_id, added.partnership_id);
    assert_eq!(with_convention.missing, ["status", "start_year", "conventions"]);
    assert_eq!(world.told().await, ["partnership added", "partnership requalified"]);
    world.end().await;
}

#[tokio::test]
async fn many_are_confirmed_at_once_or_none() {
    let world = World::start().await;
    let dormant = pb::Partnership { status: pb::PartnershipStatus::Dormant.into(), ..with(SIKASSO) };
    let ended = pb::Partnership { status: pb::PartnershipStatus::Ended.into(), ..with(KAYES) };
    let (dormant, active, ended) =
        (world.add(dormant).await.unwrap(), world.add(with(TRIER)).await.unwrap(), world.add(ended).await.unwrap());
    let confirm = |ids: &[&str]| pb::ConfirmPartnershipsRequest {
        partnership_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        request_id: request_id(),
    };

    let nobodys = Uuid::new_v4().to_string();
    for (bad, reason) in [(ended.partnership_id.as_str(), "PARTNERSHIP_ENDED"), (&nobodys, "PARTNERSHIP_NOT_FOUND")] {
        let refused = world.agent().confirm_partnerships(confirm(&[&dormant.partnership_id, bad])).await.unwrap_err();
        assert_eq!(refusal(&refused).1, reason);
    }
    assert_eq!(world.get(&dormant.partnership_id).await.unwrap(), dormant, "nothing was confirmed");
    let request = confirm(&[&dormant.partnership_id, &active.partnership_id]);
    let confirmed = world.agent().confirm_partnerships(request).await.unwrap().into_inner().partnerships;

    assert_eq!(confirmed.len(), 2);
    assert!(confirmed.iter().all(|one| one.status() == pb::PartnershipStatus::Active));
    assert_eq!(world.told().await.iter().filter(|told| *told == "partnership confirmed").count(), 2);
    world.end().await;
}

#[tokio::test]
async fn what_should_never_have_been_there_is_removed() {
    let world = World::start().await;
    let added = world.add(with(SIKASSO)).await.unwrap();
    let remove = |etag: &str| pb::DeletePartnershipRequest {
        partnership_id: added.partnership_id.clone(),
        etag: etag.into(),
        request_id: request_id(),
    };

    assert_eq!(refusal(&world.agent().delete_partnership(remove("v7")).await.unwrap_err()).1, "STALE_ETAG");
    world.agent().delete_partnership(remove(&added.etag)).await.unwrap();

    let gone = world.get(&added.partnership_id).await.unwrap_err();
    assert_eq!(refusal(&gone), (Code::NotFound, "PARTNERSHIP_NOT_FOUND".into()));
    assert_eq!(world.told().await, ["partnership added", "partnership removed"]);
    world.end().await;
}

#[tokio::test]
async fn lists_are_narrowed_and_go_on() {
    let world = World::start().await;
    for partner in [SIKASSO, KAYES, TRIER] {
        world.add(with(partner)).await.unwrap();
    }
    let far = pb::Partnership { lead_collectivite_id: ELSEWHERE.into(), collectivite_ids: vec![VILLAGE.into()], ..with(TRIER) };
    let request = pb::CreatePartnershipRequest { partnership: Some(far), request_id: request_id() };
    world.ministry().create_partnership(request).await.unwrap();
    let list = async |request: pb::ListPartnershipsRequest| {
        world.record("country:DE:reader").list_partnerships(request).await.unwrap().into_inner()
    };
    let count = async |request: pb::ListPartnershipsRequest| list(request).await.partnerships.len();

    let (all, none) = (pb::ListPartnershipsRequest::default(), String::new());
    assert_eq!(count(pb::ListPartnershipsRequest { collectivite_id: VILLAGE.into(), ..all.clone() }).await, 4);
    assert_eq!(count(pb::ListPartnershipsRequest { collectivite_id: ELSEWHERE.into(), ..all.clone() }).await, 1);
    assert_eq!(count(pb::ListPartnershipsRequest { partner_id: TRIER.into(), ..all.clone() }).await, 2);
    assert_eq!(count(pb::ListPartnershipsRequest { country_iso2: "ML".into(), ..all.clone() }).await, 2);
    assert_eq!(count(pb::ListPartnershipsRequest { region_code: "84".into(), ..all.clone() }).await, 1);

    let (mut seen, mut token) = (Vec::new(), none);
    loop {
        let page = list(pb::ListPartnershipsRequest { page_size: 3, page_token: token, ..all.clone() }).await;
        seen.extend(page.partnerships.into_iter().map(|one| one.partnership_id));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 4);
    assert!(seen.is_sorted());
    world.end().await;
}

#[tokio::test]
async fn everything_wrong_is_told_at_once_and_nothing_is_written() {
    let world = World::start().await;
    let wrong = pb::Partnership {
        partner_id: "Sikasso".into(),
        lead_collectivite_id: "12".into(),
        status: pb::PartnershipStatus::Active.into(),
        status_since: "2020".into(),
        start_year: Some(1899),
        start_year_unknown: true,
        conventions: vec![pb::Convention {
            forecast_cents: Some(-1),
            signed_on: "2024-13-01".into(),
            object: "x".repeat(501),
            ..Default::default()
        }],
        description: "a\u{202e}b".into(),
        ..Default::default()
    };
    let request = pb::CreatePartnershipRequest { partnership: Some(wrong), request_id: "x".into() };

    let refused = world.agent().create_partnership(request).await.unwrap_err();

    let expected = [
        "request_id",
        "partnership.partner_id",
        "partnership.lead_collectivite_id",
        "partnership.status_since",
        "partnership.start_year_unknown",
        "partnership.start_year",
        "partnership.conventions[0].object",
        "partnership.conventions[0].signed_on",
        "partnership.conventions[0].forecast_cents",
        "partnership.description",
    ];
    assert_eq!(fields(&refused), expected);
    assert!(world.told().await.is_empty());
    world.end().await;
}
