use atlas_proto::identity::v1 as pb;

use super::stage::{ELSEWHERE, Person, Stage, VILLAGE, asks, by, reason, request_id};

async fn asked(stage: &Stage, person: &Person) -> pb::MembershipRequest {
    stage.join().request_membership(asks(person, VILLAGE)).await.unwrap().into_inner().request.unwrap()
}

async fn own(stage: &Stage, person: &Person) -> pb::MembershipRequest {
    let request = pb::ListOwnRequestsRequest { session_secret: person.secret.clone() };
    stage.join().list_own_requests(by(request)).await.unwrap().into_inner().requests[0].clone()
}

async fn queue(stage: &Stage, right: &str, id: &str) -> usize {
    let request = pb::ListMembershipRequestsRequest { collectivite_id: id.into(), ..Default::default() };
    stage.team(right).await.list_membership_requests(request).await.unwrap().into_inner().requests.len()
}

fn decision(request: &pb::MembershipRequest, role: &str, reason: &str) -> pb::DecideMembershipRequestRequest {
    pb::DecideMembershipRequestRequest {
        membership_request_id: request.request_id.clone(),
        etag: request.etag.clone(),
        role: role.into(),
        reason: reason.into(),
        request_id: request_id(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_answers_goes_up_step_by_step_and_the_asker_is_told() {
    let stage = Stage::start().await;
    let (admin, _) = stage.member("Anne", &format!("collectivite:{VILLAGE}:admin")).await;
    let (sgar, _) = stage.member("Solène", "region:53:admin").await;
    let (ministry, _) = stage.member("Denis", "national:*:admin").await;
    let yann = stage.person("Yann").await;

    let request = asked(&stage, &yann).await;
    assert_eq!((request.approver(), stage.leads(&admin).await), (pb::Approver::Administrators, format!("/espace/{VILLAGE}/demandes")));
    assert_eq!((queue(&stage, "region:53:admin", "").await, queue(&stage, "region:53:admin", VILLAGE).await), (0, 1));
    stage.let_come("escalate-request", &request.request_id).await;
    let second = own(&stage, &yann).await;
    assert_eq!((second.approver(), second.region_name.as_str()), (pb::Approver::Region, "Bretagne"));
    assert_eq!((stage.mailed(&sgar).await, stage.leads(&sgar).await), (vec!["membership-requested".into()], "/sgar/53/demandes".into()));
    stage.let_come("escalate-request", &request.request_id).await;
    let third = own(&stage, &yann).await;

    assert_eq!((third.approver(), third.escalates_at), (pb::Approver::Ministry, None));
    assert_eq!(stage.mailed(&ministry).await, ["membership-requested"]);
    assert_eq!(stage.leads(&ministry).await, "/administration/demandes");
    assert_eq!(stage.mailed(&yann).await, ["membership-escalated", "membership-escalated"]);
    assert_eq!(stage.leads(&yann).await, "/espace");
    assert_eq!((queue(&stage, "national:*:admin", "").await, queue(&stage, "region:84:admin", "").await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_approver_chooses_the_role_and_whose_place_it_is() {
    let stage = Stage::start().await;
    let (left, left_id) = stage.member("Paul", &format!("collectivite:{VILLAGE}:admin")).await;
    let yann = stage.person("Yann").await;
    let request = asked(&stage, &yann).await;

    let decision = pb::DecideMembershipRequestRequest { replaces_membership_id: left_id, ..decision(&request, "certifier", "") };
    let mut sgar = stage.team("region:53:admin").await;
    let decided = sgar.decide_membership_request(decision.clone()).await.unwrap().into_inner().request.unwrap();
    let again =
        sgar.decide_membership_request(pb::DecideMembershipRequestRequest { request_id: request_id(), ..decision }).await.unwrap_err();

    assert_eq!(decided.state(), pb::RequestState::Accepted);
    assert_eq!(stage.members_of(VILLAGE).await, [("Yann".to_owned(), "certifier".to_owned())]);
    assert_eq!(stage.mailed(&left).await.last().map(String::as_str), Some("take-over-notice"));
    assert_eq!((stage.mailed(&yann).await, reason(&again)), (vec!["membership-accepted".to_owned()], "REQUEST_DECIDED".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_has_a_reason_that_the_asker_reads() {
    let stage = Stage::start().await;
    let yann = stage.person("Yann").await;
    let request = asked(&stage, &yann).await;
    let mut ministry = stage.team("national:*:admin").await;

    let silent = ministry.decide_membership_request(decision(&request, "", "")).await.unwrap_err();
    let decided = ministry.decide_membership_request(decision(&request, "", "Vous avez quitté la commune.")).await.unwrap();

    assert!(silent.message().contains("reason: REQUIRED"), "{silent:?}");
    assert_eq!(decided.into_inner().request.unwrap().state(), pb::RequestState::Refused);
    assert_eq!((own(&stage, &yann).await.reason.as_str(), stage.mailed(&yann).await.len()), ("Vous avez quitté la commune.", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_asked_does_not_ask_again_and_takes_back_only_their_own() {
    let stage = Stage::start().await;
    let (yann, eve) = (stage.person("Yann").await, stage.person("Eve").await);
    let request = asked(&stage, &yann).await;
    let take_back =
        |person: &Person| by(pb::WithdrawRequestRequest { session_secret: person.secret.clone(), request_id: request.request_id.clone() });

    let again = stage.join().request_membership(asks(&yann, VILLAGE)).await.unwrap_err();
    let strange = stage.join().withdraw_request(take_back(&eve)).await.unwrap_err();
    let own = stage.join().withdraw_request(take_back(&yann)).await.unwrap().into_inner().request.unwrap();
    let over = stage.join().withdraw_request(take_back(&yann)).await.unwrap_err();

    assert_eq!((reason(&again).as_str(), reason(&strange).as_str()), ("ALREADY_ASKED", "REQUEST_NOT_FOUND"));
    assert_eq!((own.state(), reason(&over).as_str()), (pb::RequestState::Withdrawn, "REQUEST_DECIDED"));
    assert!(stage.join().request_membership(asks(&yann, ELSEWHERE)).await.is_ok());
}
