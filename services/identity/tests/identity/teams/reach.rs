//! What is not the caller's is answered like what does not exist: every method that names a thing, for every kind of caller.

use atlas_proto::identity::v1 as pb;
use tonic::{Code, Status};

use super::stage::{ELSEWHERE, Stage, VILLAGE, asks, reason, request_id};

/// Who calls, and what that is of the village's and of the other commune's: d(ecides), s(ees), n(othing), l(ow role), x(not admitted).
const CALLERS: [(&str, char, char); 10] = [
    ("collectivite:215600503:admin", 'd', 'n'),
    ("collectivite:215600503:certifier", 'l', 'n'),
    ("collectivite:210100012:admin", 'n', 'd'),
    ("region:53:admin", 'd', 'n'),
    ("region:53:reader", 'l', 'n'),
    ("region:84:admin", 'n', 'd'),
    ("department:56:admin", 's', 'n'),
    ("department:01:admin", 'n', 's'),
    ("national:*:admin", 'd', 'd'),
    ("operator:*:admin", 'n', 'n'),
];

/// A thing of one commune that a method is called on.
struct Things {
    id: &'static str,
    membership: String,
    request: String,
    invitation: String,
}

async fn things(stage: &Stage, id: &'static str, n: usize) -> Things {
    stage.member(&format!("Admin{n}"), &format!("collectivite:{id}:admin")).await;
    let (_, membership) = stage.member(&format!("Member{n}"), &format!("collectivite:{id}:editor")).await;
    let asker = stage.person(&format!("Asker{n}")).await;
    let request = stage.join().request_membership(asks(&asker, id)).await.unwrap().into_inner().request.unwrap().request_id;
    let invite = pb::InviteMemberRequest {
        email: format!("guest{n}@example.org"),
        right: format!("collectivite:{id}:reader"),
        locale: "fr".into(),
        request_id: request_id(),
        ..Default::default()
    };
    let invitation = stage.team("national:*:admin").await.invite_member(invite).await.unwrap().into_inner().invitation.unwrap();
    Things { id, membership, request, invitation: invitation.invitation_id }
}

/// Calls each method on the things of a commune in a way that changes nothing for who may call it: with a stale etag, or to read.
async fn calls(stage: &Stage, right: &str, things: &Things) -> Vec<(&'static str, char, Result<(), Status>)> {
    let (mut team, mut journal) = (stage.team(right).await, stage.journal(right).await);
    let etag = "v9999".to_owned();
    let scope = format!("collectivite:{}", things.id);
    let members = team.list_members(pb::ListMembersRequest { scope: scope.clone() }).await.map(drop);
    let invite = pb::InviteMemberRequest {
        email: format!("guest-{}@example.org", right.replace([':', '*'], "-")),
        right: format!("{scope}:reader"),
        locale: "fr".into(),
        request_id: request_id(),
        ..Default::default()
    };
    let invite = team.invite_member(invite).await.map(drop);
    let changed = pb::Membership {
        membership_id: things.membership.clone(),
        right: format!("{scope}:reader"),
        etag: etag.clone(),
        ..Default::default()
    };
    let update =
        team.update_membership(pb::UpdateMembershipRequest { membership: Some(changed), request_id: request_id() }).await.map(drop);
    let end = pb::EndMembershipRequest { membership_id: things.membership.clone(), etag: etag.clone(), request_id: request_id() };
    let end = team.end_membership(end).await.map(drop);
    let decide = pb::DecideMembershipRequestRequest {
        membership_request_id: things.request.clone(),
        etag,
        role: "reader".into(),
        request_id: request_id(),
        ..Default::default()
    };
    let decide = team.decide_membership_request(decide).await.map(drop);
    let entries = journal.list_entries(pb::ListEntriesRequest { scope, ..Default::default() }).await.map(drop);
    let queue = pb::ListMembershipRequestsRequest { collectivite_id: things.id.into(), ..Default::default() };
    let queue = team.list_membership_requests(queue).await.map(drop);
    vec![
        ("ListMembers", 's', members),
        ("InviteMember", 'd', invite),
        ("UpdateMembership", 'd', update),
        ("EndMembership", 'd', end),
        ("DecideMembershipRequest", 'd', decide),
        ("ListMembershipRequests", 'd', queue),
        ("ListEntries", 's', entries),
    ]
}

fn is_as_said(method: &str, needs: char, has: char, right: &str, answer: &Result<(), Status>) -> bool {
    let (code, why) = answer.as_ref().map_or_else(|status| (status.code(), reason(status)), |()| (Code::Ok, String::new()));
    let by_the_door = code == Code::PermissionDenied && why != "ROLE_TOO_LOW";
    let (department, operator) = (right.starts_with("department"), right.starts_with("operator"));
    if by_the_door {
        // The contract does not admit them at all.
        return (department && (needs == 'd' || method == "ListEntries")) || (operator && method.contains("MembershipRequest"));
    }
    let enough = has == 'd' || (has == 's' && needs == 's');
    match (has, enough) {
        (_, true) => code == Code::Ok || why == "STALE_ETAG",
        ('l', _) => why == "ROLE_TOO_LOW",
        // Whoever runs the installation answers for the whole journal.
        _ if operator && method == "ListEntries" => code == Code::Ok,
        // Of a list that is the caller's own, what others have is not even a question.
        _ => {
            code == Code::NotFound
                || (code == Code::PermissionDenied && why == "ROLE_TOO_LOW" && right.ends_with("reader") | right.ends_with("certifier"))
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_callers_is_as_if_it_did_not_exist() {
    let stage = Stage::start().await;
    let (village, other) = (things(&stage, VILLAGE, 1).await, things(&stage, ELSEWHERE, 2).await);

    let mut wrong = Vec::new();
    for (right, of_village, of_other) in CALLERS {
        for (things, has) in [(&village, of_village), (&other, of_other)] {
            for (method, needs, answer) in calls(&stage, right, things).await {
                if !is_as_said(method, needs, has, right, &answer) {
                    wrong.push(format!("{method} on {} by {right}: {answer:?}", things.id));
                }
            }
        }
    }

    assert!(wrong.is_empty(), "{wrong:#?}");
    let take_back = pb::WithdrawInvitationRequest { invitation_id: village.invitation, request_id: request_id() };
    let strange = stage.team("collectivite:210100012:admin").await.withdraw_invitation(take_back).await.unwrap_err();
    assert_eq!(reason(&strange), "INVITATION_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sgar_finds_and_helps_people_of_its_region_only() {
    let stage = Stage::start().await;
    let (anne, _) = stage.member("Anne", &format!("collectivite:{VILLAGE}:editor")).await;
    let (paul, _) = stage.member("Paul", &format!("collectivite:{ELSEWHERE}:editor")).await;
    let mut sgar = stage.team("region:53:admin").await;
    let list = |query: &str| pb::ListAccountsRequest { query: query.into(), ..Default::default() };
    let recovery = |id: uuid::Uuid| pb::SendRecoveryRequest { account_id: id.to_string(), request_id: request_id() };

    let own = sgar.list_accounts(list("")).await.unwrap().into_inner().accounts;
    let all = stage.team("national:*:admin").await.list_accounts(list("ma")).await.unwrap().into_inner().accounts;
    let by_place = stage.team("national:*:admin").await.list_accounts(list(ELSEWHERE)).await.unwrap().into_inner().accounts;
    sgar.send_recovery(recovery(anne.id)).await.unwrap();
    let strange = sgar.send_recovery(recovery(paul.id)).await.unwrap_err();

    assert_eq!((own.len(), all.len(), by_place.len()), (1, 2, 1));
    assert_eq!((stage.mailed(&anne).await, reason(&strange)), (vec!["recovery-by-helper".to_owned()], "ACCOUNT_NOT_FOUND".to_owned()));
    assert_eq!(own[0].memberships[0].right, format!("collectivite:{VILLAGE}:editor"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_shut_out_is_out_at_once_and_the_ministry_does_not_shut_out_operators() {
    let stage = Stage::start().await;
    let (anne, _) = stage.member("Anne", &format!("collectivite:{VILLAGE}:editor")).await;
    let (root, _) = stage.member("Root", "operator:*:admin").await;
    let disable = |id: uuid::Uuid| pb::SetAccountDisabledRequest {
        account_id: id.to_string(),
        disabled: true,
        etag: "v1".into(),
        reason: "compte volé".into(),
        request_id: request_id(),
    };
    let mut ministry = stage.team("national:*:admin").await;

    let above = ministry.set_account_disabled(disable(root.id)).await.unwrap_err();
    let out = ministry.set_account_disabled(disable(anne.id)).await.unwrap().into_inner().account.unwrap();
    let session = pb::ListOwnRequestsRequest { session_secret: anne.secret.clone() };
    let ended = stage.join().list_own_requests(super::stage::by(session)).await.unwrap_err();
    let last = stage.team("operator:*:admin").await.set_account_disabled(disable(root.id)).await.unwrap_err();

    assert_eq!((reason(&above).as_str(), reason(&ended).as_str()), ("RIGHT_ABOVE_CALLER", "SESSION_ENDED"));
    assert!(out.disabled_at.is_some());
    assert_eq!(reason(&last), "LAST_ADMINISTRATOR");
}
