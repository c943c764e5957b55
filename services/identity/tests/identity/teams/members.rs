use atlas_proto::identity::v1::{self as pb, WatchVoidsRequest, token_service_client::TokenServiceClient, void::What};
use futures_util::future::join;

use super::stage::{Person, Stage, VILLAGE, by, reason, request_id};

async fn list(stage: &Stage, right: &str) -> Vec<pb::Member> {
    let request = pb::ListMembersRequest { scope: format!("collectivite:{VILLAGE}") };
    stage.team(right).await.list_members(request).await.unwrap().into_inner().members
}

async fn membership(stage: &Stage, id: &str) -> pb::Membership {
    let members = list(stage, "national:*:admin").await;
    members.into_iter().filter_map(|member| member.membership).find(|membership| membership.membership_id == id).unwrap()
}

fn end(membership: &pb::Membership) -> pb::EndMembershipRequest {
    pb::EndMembershipRequest { membership_id: membership.membership_id.clone(), etag: membership.etag.clone(), request_id: request_id() }
}

fn update(membership: &pb::Membership, role: &str, until_day: &str) -> pb::UpdateMembershipRequest {
    let changed = pb::Membership { right: format!("collectivite:{VILLAGE}:{role}"), until_day: until_day.into(), ..membership.clone() };
    pb::UpdateMembershipRequest { membership: Some(changed), request_id: request_id() }
}

/// The generation below which an account's tokens are void, as every service hears it.
async fn void_below(stage: &Stage, person: &Person) -> Option<u64> {
    let mut voids = TokenServiceClient::new(stage.wire("service:directory:reader").await);
    let first = voids.watch_voids(WatchVoidsRequest {}).await.unwrap().into_inner().message().await.unwrap().unwrap();
    let subject = format!("account:{}", person.id);
    let below = first.voids.into_iter().filter_map(|void| match void.what {
        Some(What::Generation(generation)) if generation.sub == subject => Some(generation.below),
        _ => None,
    });
    below.max()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_role_voids_what_the_tokens_before_it_say() {
    let stage = Stage::start().await;
    stage.member("Anne", &format!("collectivite:{VILLAGE}:admin")).await;
    let (yann, id) = stage.member("Yann", &format!("collectivite:{VILLAGE}:certifier")).await;
    let before = membership(&stage, &id).await;
    let mut admin = stage.team(&format!("collectivite:{VILLAGE}:admin")).await;

    let changed = admin.update_membership(update(&before, "reader", "")).await.unwrap().into_inner().membership.unwrap();
    let stale = admin.update_membership(update(&before, "admin", "")).await.unwrap_err();

    assert_eq!((changed.right.as_str(), reason(&stale).as_str()), ("collectivite:215600503:reader", "STALE_ETAG"));
    testkit::until("the void is told", async || void_below(&stage, &yann).await == Some(2)).await;
    admin.end_membership(end(&changed)).await.unwrap();
    testkit::until("the void is told", async || void_below(&stage, &yann).await == Some(3)).await;
    assert_eq!(stage.mailed(&yann).await, ["membership-ended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_who_take_each_others_right_away_leave_one() {
    let stage = Stage::start().await;
    let (_, one) = stage.member("Anne", &format!("collectivite:{VILLAGE}:admin")).await;
    let (_, other) = stage.member("Yann", &format!("collectivite:{VILLAGE}:admin")).await;
    let (one, other) = (membership(&stage, &one).await, membership(&stage, &other).await);
    let right = format!("collectivite:{VILLAGE}:admin");
    let (mut first, mut second) = (stage.team(&right).await, stage.team(&right).await);

    let (a, b) = join(first.end_membership(end(&one)), second.update_membership(update(&other, "editor", ""))).await;

    let refused = [a.err(), b.err()].into_iter().flatten().map(|status| reason(&status)).collect::<Vec<_>>();
    assert_eq!(refused, ["LAST_ADMINISTRATOR"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_cannot_leave_and_the_sgar_can_step_in() {
    let stage = Stage::start().await;
    let (anne, id) = stage.member("Anne", &format!("collectivite:{VILLAGE}:admin")).await;
    let (eve, _) = stage.member("Eve", &format!("collectivite:{VILLAGE}:editor")).await;
    let leave = |person: &Person| by(pb::LeaveCollectiviteRequest { session_secret: person.secret.clone(), membership_id: id.clone() });

    let strange = stage.join().leave_collectivite(leave(&eve)).await.unwrap_err();
    let last = stage.join().leave_collectivite(leave(&anne)).await.unwrap_err();
    let held = membership(&stage, &id).await;
    let until = update(&held, "admin", "2999-01-01");
    let dated = stage.team(&format!("collectivite:{VILLAGE}:admin")).await.update_membership(until).await.unwrap_err();
    stage.team("region:53:admin").await.end_membership(end(&held)).await.unwrap();

    assert_eq!((reason(&strange).as_str(), reason(&last).as_str()), ("MEMBERSHIP_NOT_FOUND", "LAST_ADMINISTRATOR"));
    assert_eq!(reason(&dated), "LAST_ADMINISTRATOR");
    assert_eq!(stage.members_of(VILLAGE).await, [("Eve".to_owned(), "editor".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegation_ends_with_its_last_day_and_not_before() {
    let stage = Stage::start().await;
    let (comite, id) = stage.member("Comité", &format!("collectivite:{VILLAGE}:editor")).await;
    let held = membership(&stage, &id).await;
    let tomorrow = (crate::world::time().date_naive() + chrono::Days::new(2)).to_string();
    let mut changed = update(&held, "editor", &tomorrow);
    changed.membership.as_mut().unwrap().delegate_of = "Comité de jumelage".into();
    stage.team("region:53:admin").await.update_membership(changed).await.unwrap();

    stage.let_come("end-membership", &id).await;
    assert_eq!(stage.members_of(VILLAGE).await.len(), 1, "it looked, and the day is not over");
    sqlx::raw_sql("update memberships set until_day = current_date - 1").execute(&stage.world.pool).await.unwrap();
    stage.let_come("end-membership", &id).await;

    assert_eq!((stage.members_of(VILLAGE).await.len(), stage.mailed(&comite).await), (0, vec!["membership-ended".to_owned()]));
    testkit::until("the void is told", async || void_below(&stage, &comite).await == Some(3)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_membership_cannot_be_written_over_to_another_collectivite_or_person() {
    let stage = Stage::start().await;
    stage.member("Anne", &format!("collectivite:{VILLAGE}:admin")).await;
    let (_, id) = stage.member("Eve", &format!("collectivite:{VILLAGE}:editor")).await;
    let held = membership(&stage, &id).await;
    let mut elsewhere = update(&held, "admin", "");
    elsewhere.membership.as_mut().unwrap().right = format!("collectivite:{}:admin", super::stage::ELSEWHERE);

    let changed = stage.team("region:53:admin").await.update_membership(elsewhere).await.unwrap().into_inner().membership.unwrap();

    assert_eq!(changed.right, format!("collectivite:{VILLAGE}:admin"));
    assert_eq!(stage.members_of(super::stage::ELSEWHERE).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_lists_administrators_first_and_open_invitations() {
    let stage = Stage::start().await;
    stage.member("Zoé", &format!("collectivite:{VILLAGE}:admin")).await;
    stage.member("Anne", &format!("collectivite:{VILLAGE}:editor")).await;

    let members = list(&stage, "department:56:admin").await;

    let names: Vec<&str> = members.iter().map(|member| member.first_name.as_str()).collect();
    assert_eq!(names, ["Zoé", "Anne"]);
    assert!(!members[0].last_seen_day.is_empty());
}
