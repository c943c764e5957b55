//! Passkeys through the wire: added, signed in with alone and as the second step, and what is refused.

use atlas_proto::identity::v1::{self as pb, FlowKind, FlowStep};
use tonic::{Code, Status};

use crate::{
    authenticator::Authenticator,
    people::{ANNE, Browser, NEXT, PASSWORD, Town, reason, violations},
    world::refusal,
};

const PAUL: &str = "paul.durand@example.org";

/// Anne, signed in, with one passkey.
struct Held {
    town: Town,
    anne: Browser,
    session: String,
    device: String,
    key: Authenticator,
    codes: Vec<String>,
}

async fn held() -> Held {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let mut key = Authenticator::new();
    let codes = anne.add_passkey(&entered.session_secret, "Téléphone", &mut key).await;
    Held { town, anne, session: entered.session_secret, device: entered.device_secret, key, codes }
}

/// That an answer was refused as wrong, and not why.
fn is_wrong<T: std::fmt::Debug>(answer: Result<T, Status>) {
    let status = answer.expect_err("a refusal");
    assert_eq!(violations(&status).get("credential").map(String::as_str), Some("WRONG"), "{status:?}");
}

async fn second_step(browser: &Browser, email: &str) -> String {
    let entered = browser.sign_in(email, PASSWORD).await.unwrap();
    assert!(entered.session_secret.is_empty());
    entered.flow_secret
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_added_listed_and_taken_away() {
    let Held { town, anne, session, codes, mut key, .. } = held().await;
    assert_eq!(codes.iter().collect::<std::collections::HashSet<_>>().len(), 10);
    assert!(anne.resume(&session).await.unwrap().account.unwrap().second_factor);
    town.mail("second-factor-changed", ANNE).await;

    let asked = anne.start_passkey(&session, "Autre").await.unwrap();
    let again = key.create(&asked.options);
    let known = anne.confirm_passkey(&session, &asked.flow_secret, &again).await.unwrap_err();
    assert_eq!(violations(&known)["credential"], "KNOWN");
    assert!(again.contains(asked.options.split("\"excludeCredentials\":[{").nth(1).unwrap().split('"').nth(7).unwrap()), "it is named");
    let none = anne.add_passkey(&session, " Clé  du bureau ", &mut Authenticator::new()).await;
    assert!(none.is_empty(), "there were codes already");

    let listed = anne.passkeys(&session).await.unwrap();
    assert_eq!(listed.iter().map(|passkey| passkey.name.as_str()).collect::<Vec<_>>(), ["Téléphone", "Clé  du bureau"]);
    assert!(listed.iter().all(|passkey| passkey.used_at.is_none()));
    for passkey in &listed {
        anne.remove_passkey(&session, &passkey.passkey_id).await.unwrap();
    }
    assert_eq!(refusal(&anne.remove_passkey(&session, &listed[0].passkey_id).await.unwrap_err()).1, "PASSKEY_NOT_FOUND");
    assert!(!anne.sign_in(ANNE, PASSWORD).await.unwrap().session_secret.is_empty(), "no second step is left");
    assert_eq!(town.count("select count(*) from recovery_codes").await, 0);
    town.nth_mail(4, "second-factor-changed", ANNE).await;
    let acts = town.acts().await.into_iter().filter(|act| act.starts_with("passkey")).collect::<Vec<_>>();
    assert_eq!(acts, ["passkey.added", "passkey.added", "passkey.removed", "passkey.removed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_or_taking_away_asks_for_the_password_again() {
    let Held { town, anne, session, .. } = held().await;
    let id = anne.passkeys(&session).await.unwrap()[0].passkey_id.clone();
    let asked = anne.start_passkey(&session, "Autre").await.unwrap();
    town.sql("update sessions set authenticated_at = authenticated_at - interval '11 minutes'").await;
    assert_eq!(reason(anne.start_passkey(&session, "Autre").await), "REAUTHENTICATION_NEEDED");
    assert_eq!(reason(anne.remove_passkey(&session, &id).await), "REAUTHENTICATION_NEEDED");
    let answer = Authenticator::new().create(&asked.options);
    assert_eq!(reason(anne.confirm_passkey(&session, &asked.flow_secret, &answer).await), "REAUTHENTICATION_NEEDED");
    let session = anne.reauthenticate(&session, PASSWORD).await.unwrap();
    assert!(anne.confirm_passkey(&session, &asked.flow_secret, &answer).await.is_ok());
    let unnamed = anne.start_passkey(&session, " ").await.unwrap_err();
    assert_eq!(violations(&unnamed)["name"], "REQUIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_alone() {
    let Held { town, anne, device, mut key, .. } = held().await;
    let asked = anne.start_passkey_sign_in().await.unwrap();
    let flow = anne.flow(&asked.flow_secret).await.unwrap();
    assert_eq!((flow.kind(), flow.step(), flow.email.as_str()), (FlowKind::PasskeySignIn, FlowStep::Passkey, ""));

    let known = anne.enter_passkey(&asked.flow_secret, &key.get(&asked.options), &device).await.unwrap();
    let elsewhere = town.browser_at("198.51.100.1").sign_in_by(&mut key).await.unwrap();

    assert!(known.device_secret.is_empty() && !elsewhere.device_secret.is_empty());
    let seen = anne.resume(&known.session_secret).await.unwrap();
    assert_eq!(seen.account.unwrap().email, ANNE);
    assert!(anne.passkeys(&known.session_secret).await.unwrap()[0].used_at.is_some());
    town.mail("new-device-sign-in", ANNE).await;
    assert_eq!(town.mails().await.iter().filter(|mail| mail.template == "new-device-sign-in").count(), 1, "of the new browser only");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_or_a_recovery_code_is_the_second_step_after_the_password() {
    let Held { town: _town, anne, mut key, codes, .. } = held().await;
    let flow = second_step(&anne, ANNE).await;
    let ways = anne.api().get_flow(anne.asks(pb::GetFlowRequest { flow_secret: flow.clone() })).await.unwrap().into_inner();
    assert!(ways.passkey && !ways.authenticator);
    let options = anne.ask_for_passkey(&flow).await.unwrap();

    let entered = anne.enter_passkey(&flow, &key.get(&options), "").await.unwrap();

    assert!(anne.resume(&entered.session_secret).await.is_ok());
    assert!(anne.second_factor(&second_step(&anne, ANNE).await, &codes[0]).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_good_once_and_for_what_was_asked() {
    let Held { town: _town, anne, mut key, .. } = held().await;
    let (first, other) = (anne.start_passkey_sign_in().await.unwrap(), anne.start_passkey_sign_in().await.unwrap());
    let answer = key.get(&first.options);
    assert!(anne.enter_passkey(&first.flow_secret, &answer, "").await.is_ok());
    assert_eq!(reason(anne.enter_passkey(&first.flow_secret, &answer, "").await), "FLOW_ENDED");
    is_wrong(anne.enter_passkey(&other.flow_secret, &answer, "").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_good_for_one_answer_whatever_it_is() {
    let Held { town: _town, anne, mut key, .. } = held().await;
    let alone = anne.start_passkey_sign_in().await.unwrap();
    is_wrong(anne.enter_passkey(&alone.flow_secret, "{}", "").await);
    assert_eq!(reason(anne.enter_passkey(&alone.flow_secret, &key.get(&alone.options), "").await), "PASSKEY_NOT_ASKED");

    let flow = second_step(&anne, ANNE).await;
    assert_eq!(reason(anne.enter_passkey(&flow, &key.get(&alone.options), "").await), "PASSKEY_NOT_ASKED");
    let before = anne.ask_for_passkey(&flow).await.unwrap();
    let options = anne.ask_for_passkey(&flow).await.unwrap();
    is_wrong(anne.enter_passkey(&flow, &key.get(&before), "").await);
    assert_eq!(reason(anne.enter_passkey(&flow, &key.get(&options), "").await), "PASSKEY_NOT_ASKED");
    let options = anne.ask_for_passkey(&flow).await.unwrap();
    assert!(anne.enter_passkey(&flow, &key.get(&options), "").await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_or_nobody_at_the_authenticator_is_refused() {
    let Held { town, anne, session, key, .. } = held().await;
    type Change = fn(&mut Authenticator);
    let changes: [(&str, Change); 5] = [
        ("another origin", |key| key.origin = "https://atlas.test.evil.test".into()),
        ("another port", |key| key.origin = "https://atlas.test:8443".into()),
        ("not encrypted", |key| key.origin = "http://atlas.test".into()),
        ("another site", |key| key.site = "evil.test".into()),
        ("nobody there", |key| key.verifies = false),
    ];
    for (name, change) in changes {
        let mut changed = key.clone();
        change(&mut changed);
        assert!(violations(&anne.sign_in_by(&mut changed).await.expect_err(name)).contains_key("credential"), "{name}");
        let asked = anne.start_passkey(&session, name).await.unwrap();
        let mut fresh = Authenticator::new();
        change(&mut fresh);
        let answer = fresh.create(&asked.options);
        let refused = anne.confirm_passkey(&session, &asked.flow_secret, &answer).await.expect_err(name);
        assert_eq!(violations(&refused)["credential"], "WRONG", "{name}");
        town.calm().await;
    }
    assert_eq!(anne.passkeys(&session).await.unwrap().len(), 1);
    assert!(anne.sign_in_by(&mut key.clone()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_of_another_account_is_no_second_step_of_this_one() {
    let Held { town, anne, session, key, .. } = held().await;
    let (paul, entered) = town.somebody(PAUL).await;
    let mut pauls = Authenticator::new();
    paul.add_passkey(&entered.session_secret, "Paul", &mut pauls).await;

    let flow = second_step(&anne, ANNE).await;
    let options = anne.ask_for_passkey(&flow).await.unwrap();
    is_wrong(anne.enter_passkey(&flow, &pauls.get(&options), "").await);
    is_wrong(anne.sign_in_by(&mut key.forged()).await);

    // Nor is what was asked of one added to another.
    let asked = paul.start_passkey(&entered.session_secret, "Paul").await.unwrap();
    let answer = Authenticator::new().create(&asked.options);
    assert_eq!(reason(anne.confirm_passkey(&session, &asked.flow_secret, &answer).await), "FLOW_ENDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_goes_back_is_refused_and_written_down() {
    let Held { town, anne, mut key, .. } = held().await;
    let mut copy = key.clone();
    assert!(anne.sign_in_by(&mut key).await.is_ok());
    is_wrong(anne.sign_in_by(&mut copy).await);
    let journal = town.world.journal().await;
    let written = journal.iter().find(|(act, ..)| act == "passkey.counter-went-back").expect("a line in the journal");
    assert!(written.1.starts_with("account:") && written.2 == "Téléphone", "{written:?}");
    assert!(anne.sign_in_by(&mut key).await.is_ok(), "the one whose counter goes on stays good");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_taken_away_or_whose_account_is_shut_out_is_refused() {
    let Held { town, anne, session, mut key, .. } = held().await;
    let mut other = Authenticator::new();
    anne.add_passkey(&session, "Autre", &mut other).await;
    let first = anne.passkeys(&session).await.unwrap()[0].passkey_id.clone();
    let asked = anne.start_passkey_sign_in().await.unwrap();
    anne.remove_passkey(&session, &first).await.unwrap();
    is_wrong(anne.enter_passkey(&asked.flow_secret, &key.get(&asked.options), "").await);
    assert!(anne.sign_in_by(&mut other).await.is_ok());
    town.sql("update accounts set disabled_at = now()").await;
    is_wrong(anne.sign_in_by(&mut other).await);
    assert!(town.acts().await.iter().filter(|act| *act == "sign-in.refused").count() >= 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_after_five_minutes_is_too_late() {
    let Held { town, anne, session, mut key, .. } = held().await;
    let alone = anne.start_passkey_sign_in().await.unwrap();
    let flow = second_step(&anne, ANNE).await;
    let options = anne.ask_for_passkey(&flow).await.unwrap();
    let asked = anne.start_passkey(&session, "Autre").await.unwrap();
    town.pass("301 seconds").await;
    assert_eq!(reason(anne.enter_passkey(&alone.flow_secret, &key.get(&alone.options), "").await), "FLOW_ENDED");
    assert_eq!(reason(anne.enter_passkey(&flow, &key.get(&options), "").await), "PASSKEY_NOT_ASKED");
    let answer = Authenticator::new().create(&asked.options);
    assert_eq!(reason(anne.confirm_passkey(&session, &asked.flow_secret, &answer).await), "FLOW_ENDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_must_have_a_second_factor_keeps_the_last_one() {
    let Held { town, anne, session, mut key, .. } = held().await;
    town.grant(ANNE, "region:53:admin", "Bretagne").await;
    assert!(!anne.resume(&session).await.unwrap().second_factor_missing);
    let alone = anne.sign_in_by(&mut key).await.unwrap().session_secret;
    assert!(anne.token(&alone, "region:53:admin").await.is_ok(), "a passkey is a second factor");
    let id = anne.passkeys(&session).await.unwrap()[0].passkey_id.clone();
    assert_eq!(reason(anne.remove_passkey(&session, &id).await), "SECOND_FACTOR_REQUIRED");

    let session = crate::second_factor::set_up(&town, &anne, &session).await.session;
    let remove = || pb::RemoveSecondFactorRequest { session_secret: session.clone() };
    anne.api().remove_second_factor(anne.asks(remove())).await.unwrap();
    let session = crate::second_factor::set_up(&town, &anne, &session).await.session;
    anne.remove_passkey(&session, &id).await.unwrap();
    let remove = pb::RemoveSecondFactorRequest { session_secret: session.clone() };
    assert_eq!(reason(anne.api().remove_second_factor(anne.asks(remove)).await), "SECOND_FACTOR_REQUIRED");
    assert_eq!(town.count("select count(*) from recovery_codes").await, 10);
}

/// S15: a new password is no way round a passkey.
#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_leaves_the_passkey_as_the_second_step() {
    let Held { town, mut key, .. } = held().await;
    let browser = town.browser_at("198.51.100.1");
    let begun = browser.recover(ANNE).await.unwrap();
    let mail = town.mail("recovery", ANNE).await;
    let proved = browser.code(&begun.flow_secret, &mail.said.code).await.unwrap();
    browser.choose(&proved.flow_secret, NEXT).await.unwrap();

    let entered = browser.sign_in(ANNE, NEXT).await.unwrap();

    assert!(entered.session_secret.is_empty());
    let options = browser.ask_for_passkey(&entered.flow_secret).await.unwrap();
    assert!(browser.enter_passkey(&entered.flow_secret, &key.get(&options), "").await.is_ok());
}

/// S8: whoever guesses elsewhere keeps nobody out.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_elsewhere_do_not_keep_the_owner_out() {
    let Held { town, anne, mut key, .. } = held().await;
    let stranger = town.browser_at("198.51.100.1");
    let mut forged = key.forged();
    let refused = loop {
        let refused = stranger.sign_in_by(&mut forged).await.unwrap_err();
        if refused.code() != Code::InvalidArgument {
            break refused;
        }
    };
    assert_eq!(refusal(&refused).1, "TOO_MANY_ATTEMPTS");
    assert!(anne.sign_in_by(&mut key).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_ten_at_most() {
    let Held { town: _town, anne, session, .. } = held().await;
    let begun_before = anne.start_passkey(&session, "11").await.unwrap();
    for n in 2..=10 {
        anne.add_passkey(&session, &n.to_string(), &mut Authenticator::new()).await;
    }
    assert_eq!(reason(anne.start_passkey(&session, "11").await), "TOO_MANY_PASSKEYS");
    let answer = Authenticator::new().create(&begun_before.options);
    assert_eq!(reason(anne.confirm_passkey(&session, &begun_before.flow_secret, &answer).await), "TOO_MANY_PASSKEYS");
}
