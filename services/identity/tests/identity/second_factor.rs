use atlas_proto::identity::v1::{self as pb, FlowKind, FlowStep};
use futures_util::future::join_all;
use totp_rs::{Builder, Secret};

use crate::{
    people::{ANNE, Browser, NEXT, PASSWORD, Town, reason, violations},
    world::{both, time},
};

/// An authenticator that is in force.
pub struct SetUp {
    pub session: String,
    pub secret: String,
    pub codes: Vec<String>,
}

/// The code that an authenticator shows, so many steps from now.
pub fn shown(secret: &str, steps: i64) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).with_account_name("a").build().unwrap();
    let at = u64::try_from(time().timestamp() + 30 * steps).unwrap();
    totp.generate(at).to_string()
}

/// Sets up an authenticator for who is signed in; its present step is used by that.
pub async fn set_up(town: &Town, browser: &Browser, session: &str) -> SetUp {
    let session = browser.reauthenticate(session, PASSWORD).await.unwrap();
    let start = pb::StartSecondFactorRequest { session_secret: session.clone() };
    let begun = browser.api().start_second_factor(browser.asks(start)).await.unwrap().into_inner();
    let confirm = pb::ConfirmSecondFactorRequest { session_secret: session.clone(), code: shown(&begun.secret, -1) };
    let confirmed = browser.api().confirm_second_factor(browser.asks(confirm)).await.unwrap().into_inner();
    assert!(begun.uri.starts_with("otpauth://totp/Atlas:"));
    town.mail("second-factor-changed", ANNE).await;
    SetUp { session, secret: begun.secret, codes: confirmed.recovery_codes }
}

async fn second_step(browser: &Browser) -> String {
    let entered = browser.sign_in(ANNE, PASSWORD).await.unwrap();
    assert!(entered.session_secret.is_empty());
    entered.flow_secret
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_on_all_replicas_together() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let set_up = set_up(&town, &anne, &entered.session_secret).await;
    let flows = [second_step(&anne).await, second_step(&anne).await, second_step(&anne).await];
    assert_eq!(anne.flow(&flows[0]).await.unwrap().step(), FlowStep::SecondFactor);
    let code = shown(&set_up.secret, 0);

    let answers = join_all(flows.iter().map(|flow| anne.second_factor(flow, &code))).await;

    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let refused = answers.into_iter().filter_map(Result::err);
    assert!(refused.into_iter().all(|status| violations(&status)["code"] == "WRONG"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_is_good_once_and_only_for_its_account() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let set_up = set_up(&town, &anne, &entered.session_secret).await;
    assert_eq!(set_up.codes.iter().collect::<std::collections::HashSet<_>>().len(), 10);
    let code = set_up.codes[3].to_uppercase().replace('-', " ");

    let session = anne.second_factor(&second_step(&anne).await, &code).await.unwrap().session_secret;
    let again = anne.second_factor(&second_step(&anne).await, &code).await.unwrap_err();

    assert!(anne.resume(&session).await.unwrap().account.unwrap().second_factor);
    assert_eq!(violations(&again)["code"], "WRONG");
    assert_eq!(town.count("select count(*) from recovery_codes").await, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_does_not_go_round_the_second_factor() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    set_up(&town, &anne, &entered.session_secret).await;
    let browser = town.browser_at("198.51.100.1");
    let begun = browser.recover(ANNE).await.unwrap();
    let mail = town.mail("recovery", ANNE).await;
    let proved = browser.code(&begun.flow_secret, &mail.said.code).await.unwrap();
    browser.choose(&proved.flow_secret, NEXT).await.unwrap();

    let entered = browser.sign_in(ANNE, NEXT).await.unwrap();

    assert!(entered.session_secret.is_empty() && !entered.flow_secret.is_empty());
    assert_eq!(browser.flow(&entered.flow_secret).await.unwrap().kind(), FlowKind::SecondFactor);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_only_begun_is_not_asked_for_and_who_must_have_one_keeps_it() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let session = entered.session_secret;
    let confirm = |code: &str| pb::ConfirmSecondFactorRequest { session_secret: session.clone(), code: code.into() };
    assert_eq!(reason(anne.api().confirm_second_factor(anne.asks(confirm("123456"))).await), "SECOND_FACTOR_NOT_STARTED");
    let start = pb::StartSecondFactorRequest { session_secret: session.clone() };
    anne.api().start_second_factor(anne.asks(start)).await.unwrap();
    assert!(!anne.sign_in(ANNE, PASSWORD).await.unwrap().session_secret.is_empty());

    town.grant(ANNE, "region:53:admin", "Bretagne").await;
    assert!(anne.resume(&session).await.unwrap().second_factor_missing);
    let set_up = set_up(&town, &anne, &session).await;
    let remove = || pb::RemoveSecondFactorRequest { session_secret: set_up.session.clone() };
    assert_eq!(reason(anne.api().remove_second_factor(anne.asks(remove())).await), "SECOND_FACTOR_REQUIRED");
    town.sql("update memberships set ended_at = now(), ended_by = 'test'").await;
    assert!(anne.api().remove_second_factor(anne.asks(remove())).await.is_ok());
    assert!(!anne.sign_in(ANNE, PASSWORD).await.unwrap().session_secret.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_sealed_anew_when_the_key_is_changed() {
    const NEXT_KEK: &str = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    set_up(&town, &anne, &entered.session_secret).await;
    let next = both(NEXT_KEK, Some(crate::world::KEK));
    let print = next.present.print().to_owned();

    let replica = town.world.replica(identity::Config { seals: next, ..town.world.config(&[]) }).await;

    let sealed = format!("select count(*) from second_factors where sealed_by = '{print}'");
    testkit::until("it is sealed anew", async || town.count(&sealed).await == 1).await;
    replica.lifecycle.force();
}
