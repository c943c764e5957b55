use atlas_proto::identity::v1 as pb;
use futures_util::future::join_all;
use tonic::{Code, Status};

use super::stage::{Person, Stage, VILLAGE, by, reason, request_id};

fn invite(email: &str, right: &str) -> pb::InviteMemberRequest {
    pb::InviteMemberRequest {
        email: email.into(),
        right: right.into(),
        locale: "fr".into(),
        request_id: request_id(),
        ..Default::default()
    }
}

/// Invites an address to the village's team; gives the invitation, and the link of its mail.
async fn invited(stage: &Stage, email: &str) -> (pb::Invitation, String) {
    let mut ministry = stage.team("national:*:admin").await;
    let request = invite(email, &format!("collectivite:{VILLAGE}:editor"));
    let invitation = ministry.invite_member(request).await.unwrap().into_inner().invitation.unwrap();
    let (_, intent) = stage.mails(&format!("identity:invitation:{}", invitation.invitation_id)).await.pop().unwrap();
    let path = stage.said(&intent).await.link_path;
    (invitation, path.strip_prefix("/invitations/").unwrap().to_owned())
}

async fn accept(stage: &Stage, person: &Person, link: &str) -> Result<pb::Membership, Status> {
    let request = pb::AcceptInvitationRequest { session_secret: person.secret.clone(), link: link.into() };
    stage.join().accept_invitation(by(request)).await.map(|answer| answer.into_inner().membership.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_cannot_be_used_twice_nor_by_another() {
    let stage = Stage::start().await;
    let (anne, eve) = (stage.person("Anne").await, stage.person("Eve").await);
    let (_, link) = invited(&stage, "Anne@Example.org").await;

    for _ in 0..3 {
        let offered = stage.join().get_invitation(by(pb::GetInvitationRequest { link: link.clone() })).await.unwrap().into_inner();
        assert_eq!((offered.right.as_str(), offered.has_account), ("collectivite:215600503:editor", true));
    }
    let another = accept(&stage, &eve, &link).await.unwrap_err();
    let accepted = accept(&stage, &anne, &link).await.unwrap();
    let again = accept(&stage, &anne, &link).await.unwrap_err();

    assert_eq!((another.code(), reason(&another).as_str()), (Code::PermissionDenied, "INVITED_ANOTHER"));
    assert_eq!((accepted.right.as_str(), accepted.proved_by.as_str()), ("collectivite:215600503:editor", "INVITATION"));
    assert_eq!((again.code(), reason(&again).as_str()), (Code::NotFound, "LINK_DEAD"));
    assert_eq!(stage.members_of(VILLAGE).await, [("Anne".to_owned(), "editor".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_acceptances_at_once_on_two_replicas_make_one_member() {
    let stage = Stage::start().await;
    let anne = stage.person("Anne").await;
    let (_, link) = invited(&stage, &anne.email).await;

    let all = join_all((0..50).map(|_| accept(&stage, &anne, &link))).await;

    assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 1);
    assert_eq!(stage.members_of(VILLAGE).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_invitation_gives_nothing_by_whatever_way() {
    let stage = Stage::start().await;
    let anne = stage.person("Anne").await;
    let (_, link) = invited(&stage, &anne.email).await;
    sqlx::raw_sql("update invitations set expires_at = now() - interval '1 second'").execute(&stage.world.pool).await.unwrap();

    let read = stage.join().get_invitation(by(pb::GetInvitationRequest { link: link.clone() })).await.unwrap_err();
    let used = accept(&stage, &anne, &link).await.unwrap_err();

    assert_eq!((reason(&read).as_str(), reason(&used).as_str()), ("LINK_DEAD", "LINK_DEAD"));
    assert_eq!(stage.members_of(VILLAGE).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_of_an_invitation_that_was_taken_back_is_not_sent_and_its_link_is_dead() {
    let stage = Stage::start().await;
    let anne = stage.person("Anne").await;
    let (invitation, link) = invited(&stage, &anne.email).await;
    let (_, intent) = stage.mails(&format!("identity:invitation:{}", invitation.invitation_id)).await.pop().unwrap();

    let take_back = || pb::WithdrawInvitationRequest { invitation_id: invitation.invitation_id.clone(), request_id: request_id() };
    let strange = stage.team("region:84:admin").await.withdraw_invitation(take_back()).await.unwrap_err();
    stage.team("region:53:admin").await.withdraw_invitation(take_back()).await.unwrap();

    assert_eq!((strange.code(), reason(&strange).as_str()), (Code::NotFound, "INVITATION_NOT_FOUND"));
    assert!(stage.said(&intent).await.cancelled);
    assert_eq!(reason(&accept(&stage, &anne, &link).await.unwrap_err()), "LINK_DEAD");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_invitation_is_told_at_once_and_the_needless_is_refused() {
    let stage = Stage::start().await;
    stage.member("Anne", &format!("collectivite:{VILLAGE}:admin")).await;
    let mut sgar = stage.team("region:53:admin").await;

    let wrong = pb::InviteMemberRequest { until_day: "2020-01-01".into(), ..invite("nobody", "service:gateway:admin") };
    let wrong = sgar.invite_member(wrong).await.unwrap_err();
    let endless = pb::InviteMemberRequest {
        delegate_of: "Comité de jumelage".into(),
        ..invite("x@example.org", &format!("collectivite:{VILLAGE}:editor"))
    };
    let endless = sgar.invite_member(endless).await.unwrap_err();
    let needless = sgar.invite_member(invite("anne@example.org", &format!("collectivite:{VILLAGE}:editor"))).await.unwrap_err();
    for n in 0..20 {
        sgar.invite_member(invite(&format!("n{n}@example.org"), &format!("collectivite:{VILLAGE}:reader"))).await.unwrap();
    }
    let many = sgar.invite_member(invite("n20@example.org", &format!("collectivite:{VILLAGE}:reader"))).await.unwrap_err();

    for field in ["email", "right", "until_day"] {
        assert!(wrong.message().contains(&format!("{field}: ")), "{field}: {wrong:?}");
    }
    assert!(endless.message().contains("until_day: REQUIRED"), "{endless:?}");
    assert_eq!((reason(&needless).as_str(), reason(&many).as_str()), ("ALREADY_MEMBER", "TOO_MANY_INVITATIONS"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_of_the_ministry_is_invited_with_the_database_alone() {
    let stage = Stage::start().await;
    let denise = stage.person("Denise").await;

    stage.world.say(&["invite", "--right", "national:*:admin", "--email", &denise.email]).await.unwrap();

    let intents: Vec<String> = sqlx::query_scalar("select mail_id::text from invitations").fetch_all(&stage.world.pool).await.unwrap();
    let link = stage.said(&intents[0]).await.link_path;
    let accepted = accept(&stage, &denise, link.strip_prefix("/invitations/").unwrap()).await.unwrap();
    assert_eq!((accepted.right.as_str(), accepted.name.as_str()), ("national:*:admin", "DAECT"));
    let told: i64 = sqlx::query_scalar("select count(*) from outbox where resource = 'mail'").fetch_one(&stage.world.pool).await.unwrap();
    assert_eq!(told, 0, "no mail is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_invented_in_development_only_and_only_once() {
    let stage = Stage::start().await;
    for purpose in ["production", "sandbox", ""] {
        let refused = stage.world.say_in(purpose, &["demo-accounts"]).await.unwrap_err();
        assert!(refused.to_string().contains("development only"), "{purpose}: {refused:#}");
    }
    assert_eq!(stage.members_of(VILLAGE).await.len(), 0);

    stage.world.say(&["demo-accounts"]).await.unwrap();
    stage.world.say(&["demo-accounts"]).await.unwrap();

    let expected = [("Anne".to_owned(), "admin".to_owned()), ("Yann".to_owned(), "editor".to_owned())];
    assert_eq!(stage.members_of(VILLAGE).await, expected);
    let people: i64 = sqlx::query_scalar("select count(*) from accounts").fetch_one(&stage.world.pool).await.unwrap();
    assert_eq!(people, 5);
}
