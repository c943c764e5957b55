use atlas_proto::identity::v1 as pb;
use futures_util::future::join_all;
use tonic::{Code, Status};

use super::stage::{ELSEWHERE, Person, Stage, VILLAGE, by, reason, request_id};

/// Has a code sent to the official address, and reads it there.
async fn official_code(stage: &Stage, person: &Person) -> String {
    let request = pb::SendOfficialCodeRequest { session_secret: person.secret.clone(), collectivite_id: VILLAGE.into() };
    stage.join().send_official_code(by(request)).await.unwrap();
    let (template, intent) = stage.mails(&format!("directory:official:{VILLAGE}")).await.pop().unwrap();
    assert_eq!(template, "membership-official-code");
    stage.said(&intent).await.code
}

async fn enter(stage: &Stage, person: &Person, id: &str, code: &str) -> Result<pb::Membership, Status> {
    let request = pb::EnterJoinCodeRequest { session_secret: person.secret.clone(), collectivite_id: id.into(), code: code.into() };
    stage.join().enter_join_code(by(request)).await.map(|answer| answer.into_inner().membership.unwrap())
}

async fn circular(stage: &Stage, right: &str, id: &str) -> Result<String, Status> {
    let until_day = (crate::world::time().date_naive() + chrono::Days::new(30)).to_string();
    let request = pb::CreateCircularCodesRequest { collectivite_ids: vec![id.into()], until_day, request_id: request_id() };
    let codes = stage.team(right).await.create_circular_codes(request).await?.into_inner().codes;
    Ok(codes[0].code.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_registrant_of_a_commune_does_not_own_it_without_proof() {
    let stage = Stage::start().await;
    let anne = stage.person("Anne").await;

    let guessed = enter(&stage, &anne, VILLAGE, "0000-0000").await.unwrap_err();
    let standing = pb::GetStandingRequest { session_secret: anne.secret.clone(), collectivite_id: VILLAGE.into() };
    let standing = stage.join().get_standing(by(standing)).await.unwrap().into_inner();

    assert_eq!(guessed.code(), Code::InvalidArgument);
    assert!(standing.membership.is_none() && standing.request.is_none() && !standing.has_administrators);
    assert_eq!(standing.collectivite.unwrap().region_name, "Bretagne");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_with_a_code_of_the_official_address_administrates_and_the_next_edits() {
    let stage = Stage::start().await;
    let (anne, yann) = (stage.person("Anne").await, stage.person("Yann").await);

    let code = official_code(&stage, &anne).await;
    let first = enter(&stage, &anne, VILLAGE, &code.to_lowercase().replace('-', " ")).await.unwrap();
    let code = official_code(&stage, &yann).await;
    let second = enter(&stage, &yann, VILLAGE, &code).await.unwrap();

    assert_eq!((first.right.as_str(), first.proved_by.as_str()), ("collectivite:215600503:admin", "OFFICIAL_CODE"));
    assert_eq!(second.right, "collectivite:215600503:editor");
    assert_eq!(stage.mailed(&anne).await, ["joined-by-code"]);
    assert_eq!(reason(&enter(&stage, &yann, VILLAGE, &code).await.unwrap_err()), "ALREADY_MEMBER");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_who_asked_and_for_what_was_asked_alone() {
    let stage = Stage::start().await;
    let (anne, eve) = (stage.person("Anne").await, stage.person("Eve").await);
    let code = official_code(&stage, &anne).await;

    for (person, id) in [(&eve, VILLAGE), (&anne, ELSEWHERE)] {
        let refused = enter(&stage, person, id, &code).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{id}");
    }
    assert!(enter(&stage, &anne, VILLAGE, &code).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_slowed_down_and_do_not_shut_others_out() {
    let stage = Stage::start().await;
    let (anne, eve) = (stage.person("Anne").await, stage.person("Eve").await);
    let code = official_code(&stage, &anne).await;

    let mut last = None;
    for _ in 0..7 {
        last = Some(enter(&stage, &eve, VILLAGE, "0000-0000").await.unwrap_err());
    }

    assert_eq!(reason(&last.unwrap()), "TOO_MANY_ATTEMPTS");
    assert!(enter(&stage, &anne, VILLAGE, &code).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_redemptions_of_one_code_at_once_one_succeeds() {
    let stage = Stage::start().await;
    let anne = stage.person("Anne").await;
    let code = official_code(&stage, &anne).await;

    let all = join_all((0..5).map(|_| enter(&stage, &anne, VILLAGE, &code))).await;

    assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 1, "{all:?}");
    assert_eq!(stage.members_of(VILLAGE).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_the_circular_is_good_until_its_day_or_the_next_one() {
    let stage = Stage::start().await;
    let (anne, yann, eve) = (stage.person("Anne").await, stage.person("Yann").await, stage.person("Eve").await);

    let strange = circular(&stage, "region:84:admin", VILLAGE).await.unwrap_err();
    let old = circular(&stage, "region:53:admin", VILLAGE).await.unwrap();
    let new = circular(&stage, "national:*:admin", VILLAGE).await.unwrap();
    assert_eq!((strange.code(), reason(&strange).as_str()), (Code::NotFound, "SCOPE_NOT_FOUND"));
    assert!(enter(&stage, &anne, VILLAGE, &old).await.is_err());
    assert_eq!(enter(&stage, &anne, VILLAGE, &new).await.unwrap().proved_by, "CIRCULAR_CODE");
    assert_eq!(enter(&stage, &yann, VILLAGE, &new).await.unwrap().right, "collectivite:215600503:editor");

    sqlx::raw_sql("update circular_codes set until_day = current_date - 2").execute(&stage.world.pool).await.unwrap();
    assert!(enter(&stage, &eve, VILLAGE, &new).await.is_err());
    let kept: Vec<Vec<u8>> = sqlx::query_scalar("select hash from circular_codes").fetch_all(&stage.world.pool).await.unwrap();
    assert!(!kept.iter().any(|hash| String::from_utf8_lossy(hash).contains(&new[..4])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collectivite_that_is_no_more_has_no_new_members() {
    let stage = Stage::start().await;
    let anne = stage.person("Anne").await;
    sqlx::raw_sql("update collectivites set ended = true").execute(&stage.world.pool).await.unwrap();

    let request = pb::SendOfficialCodeRequest { session_secret: anne.secret.clone(), collectivite_id: VILLAGE.into() };
    let sent = stage.join().send_official_code(by(request)).await.unwrap_err();
    let asked = stage.join().request_membership(super::stage::asks(&anne, VILLAGE)).await.unwrap_err();
    let unknown = stage.join().request_membership(super::stage::asks(&anne, "insee-97502")).await.unwrap_err();

    assert_eq!((reason(&sent).as_str(), reason(&asked).as_str()), ("COLLECTIVITE_ENDED", "COLLECTIVITE_ENDED"));
    assert_eq!(reason(&unknown), "COLLECTIVITE_NOT_FOUND");
}
