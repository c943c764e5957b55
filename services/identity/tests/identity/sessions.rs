use std::time::Duration;

use atlas_proto::identity::v1 as pb;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use runtime::{Refused, Timing};
use testkit::{until, within};

use crate::people::{ANNE, NEXT, PASSWORD, Town, VILLAGE, reason, violations};

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_without_activity_and_after_twelve_hours() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let session = &entered.session_secret;

    town.pass("59 minutes").await;
    assert!(anne.resume(session).await.is_ok());
    for _ in 0..12 {
        town.pass("55 minutes").await;
        assert!(anne.resume(session).await.is_ok(), "each use counts as activity");
    }
    town.pass("2 minutes").await;
    assert_eq!(reason(anne.resume(session).await), "SESSION_ENDED", "after twelve hours nothing helps");

    let idle = anne.sign_in(ANNE, PASSWORD).await.unwrap().session_secret;
    town.pass("60 minutes").await;
    assert_eq!(reason(anne.resume(&idle).await), "SESSION_ENDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn b8_each_sign_in_and_each_proof_gives_another_secret() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let again = anne.sign_in_with(ANNE, PASSWORD, &entered.device_secret).await.unwrap().session_secret;

    let proved = anne.reauthenticate(&again, PASSWORD).await.unwrap();
    let changed = anne.change_password(&proved, PASSWORD, NEXT).await.unwrap();

    let secrets = [&entered.session_secret, &again, &proved, &changed];
    assert_eq!(secrets.iter().collect::<std::collections::HashSet<_>>().len(), 4);
    for worthless in &secrets[..3] {
        assert_eq!(reason(anne.resume(worthless).await), "SESSION_ENDED");
    }
    assert!(anne.resume(&changed).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn b12_only_the_exact_secret_is_a_session() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let secret = &entered.session_secret;
    let mut raw = URL_SAFE_NO_PAD.decode(secret).unwrap();
    raw[31] ^= 1;
    let id = anne.resume(secret).await.unwrap().session_id;
    let hash: Vec<u8> = sqlx::query_scalar("select secret_hash from sessions").fetch_one(&town.world.pool).await.unwrap();

    for forged in [
        String::new(),
        "null".into(),
        id,
        URL_SAFE_NO_PAD.encode(hash),
        URL_SAFE_NO_PAD.encode(&raw),
        URL_SAFE_NO_PAD.encode(&raw[..31]),
        format!("{secret}="),
        format!(" {secret}"),
        format!("{secret},{secret}"),
        secret.to_uppercase(),
        "A".repeat(100_000),
    ] {
        assert_eq!(reason(anne.resume(&forged).await), "SESSION_ENDED", "{}", &forged[..forged.len().min(60)]);
    }
    assert!(anne.resume(secret).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn b14_nobody_ends_the_sessions_of_others() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let (yann, his) = town.somebody("yann.legoff@example.org").await;
    let id = anne.resume(&entered.session_secret).await.unwrap().session_id;

    assert_eq!(yann.end_sessions(&his.session_secret, &id).await.unwrap(), 0);
    assert_eq!(yann.end_sessions(&his.session_secret, "not a session").await.unwrap(), 0);
    assert_eq!(yann.end_sessions(&his.session_secret, "").await.unwrap(), 0);
    assert!(yann.sign_out("forged").await.is_ok());

    assert!(anne.resume(&entered.session_secret).await.is_ok());
    assert_eq!(yann.sessions(&his.session_secret).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_ended_one_by_one_or_all_but_the_present() {
    let town = Town::start().await;
    let (anne, first) = town.anne().await;
    let second = anne.sign_in(ANNE, PASSWORD).await.unwrap().session_secret;
    let third = anne.sign_in(ANNE, PASSWORD).await.unwrap().session_secret;

    let listed = anne.sessions(&third).await.unwrap();
    let first_id = anne.resume(&first.session_secret).await.unwrap().session_id;
    assert_eq!(anne.end_sessions(&third, &first_id).await.unwrap(), 1);
    assert_eq!(anne.end_sessions(&third, &first_id).await.unwrap(), 0);
    assert_eq!(reason(anne.resume(&first.session_secret).await), "SESSION_ENDED");
    assert_eq!(anne.end_sessions(&third, "").await.unwrap(), 1);

    assert_eq!(listed.len(), 3);
    assert!(listed[0].present && listed.iter().filter(|session| session.present).count() == 1);
    assert!(listed.iter().all(|session| session.browser == "Firefox, Windows"));
    assert_eq!(reason(anne.resume(&second).await), "SESSION_ENDED");
    anne.sign_out(&third).await.unwrap();
    assert_eq!(reason(anne.resume(&third).await), "SESSION_ENDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_voids_the_tokens_of_the_session_everywhere_within_five_seconds() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let right = format!("collectivite:{VILLAGE}:editor");
    town.grant(ANNE, &right, "La Croix-Helléan").await;
    let service = town.world.client("directory", &["service:directory:reader"]).await;
    let verifier = town.world.follower(&service, Timing::default()).verifier();
    let token = anne.token(&entered.session_secret, &right).await.unwrap();
    until("the token is good", async || verifier.check(&token).await.is_ok()).await;
    let other = anne.sign_in(ANNE, PASSWORD).await.unwrap().session_secret;
    let kept = anne.token(&other, &right).await.unwrap();

    anne.sign_out(&entered.session_secret).await.unwrap();

    within(Duration::from_secs(5), "refused", async || verifier.check(&token).await.err() == Some(Refused::Void)).await;
    assert!(verifier.check(&kept).await.is_ok(), "another session goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_carries_one_right_that_is_held_today() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let session = &entered.session_secret;
    town.grant(ANNE, &format!("collectivite:{VILLAGE}:editor"), "La Croix-Helléan").await;

    let token = anne.token(session, &format!("collectivite:{VILLAGE}:reader")).await.unwrap();
    let said: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap();
    let seen = anne.resume(session).await.unwrap();

    assert_eq!(said["sub"], format!("account:{}", seen.account.unwrap().account_id));
    assert_eq!((&said["sid"], &said["client_id"]), (&seen.session_id.as_str().into(), &"gateway".into()));
    assert_eq!((&said["right"], &said["aud"]), (&format!("collectivite:{VILLAGE}:reader").into(), &serde_json::json!(["directory"])));
    assert_eq!(seen.memberships[0].right, format!("collectivite:{VILLAGE}:editor"));
    for not_held in [format!("collectivite:{VILLAGE}:admin"), "collectivite:210100012:reader".into(), "national:*:reader".into()] {
        assert_eq!(reason(anne.token(session, &not_held).await), "RIGHT_NOT_HELD");
    }
    for (column, value) in [("until_day", "current_date - 1"), ("from_day", "current_date + 2")] {
        town.sql("update memberships set from_day = current_date - 9, until_day = null").await;
        town.sql(&format!("update memberships set {column} = {value}")).await;
        assert_eq!(reason(anne.token(session, &format!("collectivite:{VILLAGE}:reader")).await), "RIGHT_NOT_HELD", "{column}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sgar_sees_as_an_agent_what_is_in_its_region_and_it_is_written_down() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    town.grant(ANNE, "region:53:editor", "Bretagne").await;
    let see = |id: &str, role: &str| format!("collectivite:{id}:{role}");

    assert_eq!(reason(anne.token(&entered.session_secret, &see(VILLAGE, "reader")).await), "SECOND_FACTOR_REQUIRED");
    let session = crate::second_factor::set_up(&town, &anne, &entered.session_secret).await.session;

    assert!(anne.token(&session, &see(VILLAGE, "reader")).await.is_ok());
    assert!(anne.token(&session, "region:53:reader").await.is_ok());
    for not_theirs in [see(VILLAGE, "editor"), see("210100012", "reader"), see("000000000", "reader")] {
        assert_eq!(reason(anne.token(&session, &not_theirs).await), "RIGHT_NOT_HELD", "{not_theirs}");
    }
    let seen: Vec<(String, String)> =
        sqlx::query_as("select scope, detail from journal where act = 'collectivite.seen-as'").fetch_all(&town.world.pool).await.unwrap();
    assert_eq!(seen, [(format!("collectivite:{VILLAGE}"), "by region:53:editor".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_survives_the_end_of_a_session() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let form = "/espace/215600503/equipe";
    let save = async |session: &str, value: &str| {
        let field = pb::DraftField { name: "message".into(), value: value.into() };
        let draft = pb::Draft { form: form.into(), fields: vec![field], saved_at: None };
        anne.api().save_draft(anne.asks(pb::SaveDraftRequest { session_secret: session.into(), draft: Some(draft) })).await
    };
    let get = async |session: &str| {
        let request = pb::GetDraftRequest { session_secret: session.into(), form: form.into() };
        anne.api().get_draft(anne.asks(request)).await.map(|answer| answer.into_inner().draft.unwrap().fields[0].value.clone())
    };

    town.pass("61 minutes").await;
    save(&entered.session_secret, "Bonjour à tous").await.unwrap();
    assert_eq!(reason(get(&entered.session_secret).await), "SESSION_ENDED", "it can be written to, not read from");
    let again = anne.sign_in(ANNE, PASSWORD).await.unwrap().session_secret;
    assert_eq!(get(&again).await.unwrap(), "Bonjour à tous");
    assert!(violations(&save(&again, &"x".repeat(70_000)).await.unwrap_err()).contains_key("draft.fields"));

    town.pass("25 hours").await;
    assert_eq!(reason(save(&entered.session_secret, "trop tard").await), "SESSION_ENDED");
    let later = anne.sign_in(ANNE, PASSWORD).await.unwrap().session_secret;
    let request = pb::DropDraftRequest { session_secret: later.clone(), form: form.into() };
    anne.api().drop_draft(anne.asks(request)).await.unwrap();
    assert_eq!(reason(get(&later).await), "DRAFT_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_changes_who_they_are_with_the_etag_that_was_read() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let account = anne.resume(&entered.session_secret).await.unwrap().account.unwrap();
    let update = async |function: &str, etag: &str| {
        let account = pb::Account { function: function.into(), etag: etag.into(), ..account.clone() };
        let request = pb::UpdateAccountRequest { session_secret: entered.session_secret.clone(), account: Some(account) };
        anne.api().update_account(anne.asks(request)).await.map(|answer| answer.into_inner().account.unwrap())
    };

    let updated = update("directrice", &account.etag).await.unwrap();
    assert_eq!(updated.function, "directrice");
    assert_eq!(reason(update("maire", &account.etag).await), "STALE_ETAG");
    assert_eq!(violations(&update(" ", &updated.etag).await.unwrap_err())["account.function"], "REQUIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_password_needs_the_present_one_and_ends_the_others() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let other = anne.sign_in(ANNE, PASSWORD).await.unwrap().session_secret;

    let wrong = anne.change_password(&entered.session_secret, "not the password at all", NEXT).await.unwrap_err();
    let weak = anne.change_password(&entered.session_secret, PASSWORD, "AnneMartin-2026").await.unwrap_err();
    let secret = anne.change_password(&entered.session_secret, PASSWORD, NEXT).await.unwrap();

    assert_eq!(violations(&wrong)["current_password"], "WRONG");
    assert_eq!(violations(&weak)["new_password"], "CONTAINS_CONTEXT");
    assert!(anne.resume(&secret).await.is_ok());
    assert_eq!(reason(anne.resume(&other).await), "SESSION_ENDED");
    town.mail("password-changed", ANNE).await;
    assert!(anne.sign_in(ANNE, NEXT).await.is_ok());
}
