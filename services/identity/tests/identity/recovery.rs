use std::time::Duration;

use atlas_proto::identity::v1::{self as pb, FlowKind, FlowStep};
use futures_util::future::join_all;
use runtime::{Refused, Timing};
use testkit::{until, within};

use crate::people::{ANNE, Browser, Mail, NEXT, PASSWORD, Town, VILLAGE, reason, violations};

/// A recovery that waits for its mail, and the mail.
async fn recovery(town: &Town, browser: &Browser) -> (String, Mail) {
    let before = town.count("select count(*) from mails where template = 'recovery'").await;
    let begun = browser.recover(ANNE).await.unwrap();
    let mail = town.nth_mail(usize::try_from(before).unwrap() + 1, "recovery", ANNE).await;
    (begun.flow_secret, mail)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_chosen_anew_by_code() {
    let town = Town::start().await;
    town.anne().await;
    let browser = town.browser_at("198.51.100.1");
    let (flow, mail) = recovery(&town, &browser).await;

    let proved = browser.code(&flow, &mail.said.code).await.unwrap();
    let chosen = browser.choose(&proved.flow_secret, NEXT).await.unwrap();

    assert_eq!(proved.flow.as_ref().unwrap().step(), FlowStep::Password);
    assert!(proved.session_secret.is_empty(), "nobody is signed in by a recovery");
    assert_eq!((chosen.kind(), chosen.email.as_str()), (FlowKind::Recovery, ANNE));
    assert!(browser.sign_in(ANNE, NEXT).await.is_ok());
    assert_eq!(reason(browser.sign_in(ANNE, PASSWORD).await), "WRONG_CREDENTIALS");
    town.mail("password-changed", ANNE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn b1_the_password_step_is_not_reached_without_the_mailed_token() {
    let town = Town::start().await;
    town.anne().await;
    let browser = town.browser_at("198.51.100.1");
    let (flow, mail) = recovery(&town, &browser).await;

    let skipped = browser.choose(&flow, NEXT).await;
    browser.code(&flow, &mail.said.code).await.unwrap();
    let with_the_secret_before = browser.choose(&flow, NEXT).await;

    assert_eq!(reason(skipped), "FLOW_STEP_WRONG");
    assert_eq!(reason(with_the_secret_before), "FLOW_ENDED");
    assert!(browser.sign_in(ANNE, PASSWORD).await.is_ok(), "nothing has changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn b3_of_fifty_parallel_redemptions_on_two_replicas_one_succeeds() {
    let town = Town::start().await;
    town.anne().await;
    let (first, mail) = recovery(&town, &town.browser()).await;
    let (second, other) = recovery(&town, &town.browser()).await;
    let browsers: Vec<Browser> = (0..50).map(|n| town.browser_at(&format!("203.0.113.{n}"))).collect();
    let links = [mail.link(), other.link()];

    let tries = browsers.iter().enumerate().map(|(n, browser)| browser.link(&links[n % 2], if n % 4 == 0 { &first } else { &second }));
    let answers = join_all(tries).await;

    let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(done.len(), 1);
    assert!(refused.into_iter().all(|answer| reason(answer) == "LINK_DEAD"));
    assert_eq!(town.count("select count(*) from mails where used_at is not null and purpose = 'recovery'").await, 1);
    assert_eq!(town.count("select count(*) from mails where purpose = 'recovery' and used_at is null and dead_at is null").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn b3_a_link_dies_by_use_by_age_and_by_a_password_change_for_looking_and_for_using_alike() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let browser = town.browser_at("198.51.100.1");
    let dead = async |link: &str| {
        assert_eq!(reason(browser.look_at_link(link).await), "LINK_DEAD");
        assert_eq!(reason(browser.link(link, "").await), "LINK_DEAD");
    };

    let (_, used) = recovery(&town, &browser).await;
    let proved = browser.link(&used.link(), "").await.unwrap();
    dead(&used.link()).await;
    browser.choose(&proved.flow_secret, NEXT).await.unwrap();

    let (_, old) = recovery(&town, &browser).await;
    town.sql("update mails set accepted_at = now() - interval '59 minutes'").await;
    assert!(browser.look_at_link(&old.link()).await.is_ok());
    town.sql("update mails set accepted_at = now() - interval '60 minutes'").await;
    dead(&old.link()).await;
    assert!(town.prepare(&old.id).await.unwrap().cancelled, "nor is it sent again");

    let (_, unsent) = recovery(&town, &browser).await;
    town.pass("24 hours").await;
    dead(&unsent.link()).await;

    let (_, overtaken) = recovery(&town, &browser).await;
    let session = anne.sign_in(ANNE, NEXT).await.unwrap().session_secret;
    anne.change_password(&session, NEXT, PASSWORD).await.unwrap();
    dead(&overtaken.link()).await;
    assert_eq!(reason(anne.resume(&entered.session_secret).await), "SESSION_ENDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn b4_no_answer_holds_a_token_and_no_token_is_good_for_somebody_else() {
    let town = Town::start().await;
    town.anne().await;
    town.somebody("yann.legoff@example.org").await;
    let browser = town.browser_at("198.51.100.1");

    let begun = browser.recover(ANNE).await.unwrap();
    let mail = town.mail("recovery", ANNE).await;
    let others = browser.recover("yann.legoff@example.org").await.unwrap();
    town.mail("recovery", "yann.legoff@example.org").await;
    let said = format!("{begun:?} {:?} {:?}", browser.flow(&begun.flow_secret).await.unwrap(), browser.resend(&begun.flow_secret).await);
    let with_anothers_code = browser.code(&others.flow_secret, &mail.said.code).await;
    let proved = browser.link(&mail.link(), &others.flow_secret).await.unwrap();

    assert!(!said.contains(&mail.link()) && !said.contains(&mail.said.code));
    assert_eq!(violations(&with_anothers_code.unwrap_err())["code"], "WRONG");
    assert_eq!(proved.flow.unwrap().email, ANNE, "the link decides whose it is, not the flow that came along");
    browser.choose(&proved.flow_secret, NEXT).await.unwrap();
    assert!(browser.sign_in("yann.legoff@example.org", PASSWORD).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn b5_no_session_and_no_token_survives_a_recovery() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    town.grant(ANNE, &format!("collectivite:{VILLAGE}:editor"), "La Croix-Helléan").await;
    let service = town.world.client("directory", &["service:directory:reader"]).await;
    let verifier = town.world.follower(&service, Timing::default()).verifier();
    let token = anne.token(&entered.session_secret, &format!("collectivite:{VILLAGE}:editor")).await.unwrap();
    until("the token is good", async || verifier.check(&token).await.is_ok()).await;

    let browser = town.browser_at("198.51.100.1");
    let (flow, mail) = recovery(&town, &browser).await;
    let proved = browser.code(&flow, &mail.said.code).await.unwrap();
    browser.choose(&proved.flow_secret, NEXT).await.unwrap();

    within(Duration::from_secs(5), "refused", async || verifier.check(&token).await.err() == Some(Refused::Void)).await;
    assert_eq!(reason(anne.resume(&entered.session_secret).await), "SESSION_ENDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn b8_a_flow_that_somebody_else_prepared_gets_nothing_when_its_victim_opens_the_link() {
    let town = Town::start().await;
    town.anne().await;
    let (attacker, victim) = (town.browser_at("198.51.100.1"), town.browser());
    let (prepared, mail) = recovery(&town, &attacker).await;

    let proved = victim.link(&mail.link(), "").await.unwrap();

    assert_eq!(reason(attacker.choose(&prepared, NEXT).await), "FLOW_ENDED");
    assert_eq!(reason(attacker.code(&prepared, &mail.said.code).await), "FLOW_ENDED");
    assert!(victim.choose(&proved.flow_secret, NEXT).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn b27_who_is_signed_in_can_recover_all_the_same() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    let (flow, mail) = recovery(&town, &anne).await;

    let proved = anne.link(&mail.link(), &flow).await.unwrap();

    assert_eq!(proved.flow.unwrap().step(), FlowStep::Password);
    assert!(anne.resume(&entered.session_secret).await.is_ok(), "until a password is chosen");
    anne.choose(&proved.flow_secret, NEXT).await.unwrap();
    assert_eq!(reason(anne.resume(&entered.session_secret).await), "SESSION_ENDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn b28_a_recovery_leaves_its_trace() {
    let town = Town::start().await;
    town.anne().await;
    let browser = town.browser_at("198.51.100.77");
    let (flow, mail) = recovery(&town, &browser).await;
    let proved = browser.code(&flow, &mail.said.code).await.unwrap();
    browser.choose(&proved.flow_secret, NEXT).await.unwrap();

    let acts = town.acts().await;
    assert_eq!(acts[acts.len() - 2..], ["recovery.proved", "password.recovered"]);
    let networks: Vec<String> =
        sqlx::query_scalar("select network from journal where act like '%recover%'").fetch_all(&town.world.pool).await.unwrap();
    assert_eq!(networks, ["198.51.100.0/24", "198.51.100.0/24"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn using_up_the_tries_of_a_code_never_harms_the_link() {
    let town = Town::start().await;
    town.anne().await;
    let browser = town.browser_at("198.51.100.1");
    let (flow, mail) = recovery(&town, &browser).await;
    let wrong = if mail.said.code == "000000" { "000001" } else { "000000" };

    for _ in 0..5 {
        assert_eq!(violations(&browser.code(&flow, wrong).await.unwrap_err())["code"], "WRONG");
    }
    let sixth = browser.code(&flow, &mail.said.code).await.unwrap_err();

    assert_eq!(violations(&sixth)["code"], "NO_TRIES_LEFT");
    assert_eq!(browser.flow(&flow).await.unwrap().tries_left, 0);
    assert!(browser.link(&mail.link(), &flow).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_know_the_address_has_each_account_written_to_at_its_own() {
    let town = Town::start().await;
    for email in [ANNE, "yann.legoff@example.org", "elsewhere@example.org"] {
        town.somebody(email).await;
    }
    town.grant(ANNE, &format!("collectivite:{VILLAGE}:admin"), "La Croix-Helléan").await;
    town.grant("yann.legoff@example.org", &format!("collectivite:{VILLAGE}:editor"), "La Croix-Helléan").await;
    let browser = town.browser_at("198.51.100.1");

    let request = pb::StartAddressRecoveryRequest { collectivite_id: VILLAGE.into(), locale: "fr".into() };
    let begun = browser.api().start_address_recovery(browser.asks(request)).await.unwrap().into_inner();
    let mail = town.mail("recovery", ANNE).await;
    town.mail("recovery", "yann.legoff@example.org").await;
    town.settled().await;
    let code = browser.code(&begun.flow_secret, "123456").await;
    let proved = town.browser().link(&mail.link(), "").await.unwrap();

    assert!(begun.flow.unwrap().email.is_empty() && mail.said.code.is_empty());
    assert_eq!(town.count("select count(*) from mails where template = 'recovery'").await, 2);
    assert_eq!(reason(code), "FLOW_STEP_WRONG", "a code would belong to nobody");
    let flow = proved.flow.unwrap();
    assert_eq!((flow.kind(), flow.step(), flow.email.as_str()), (FlowKind::Recovery, FlowStep::Password, ANNE));
    assert!(town.browser().choose(&proved.flow_secret, NEXT).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_shut_out_recovers_nothing() {
    let town = Town::start().await;
    town.anne().await;
    let browser = town.browser_at("198.51.100.1");
    let (_, mail) = recovery(&town, &browser).await;
    town.sql("update accounts set disabled_at = now()").await;

    browser.recover(ANNE).await.unwrap();
    town.settled().await;

    assert_eq!(town.count("select count(*) from mails where template = 'recovery'").await, 1);
    assert_eq!(reason(browser.link(&mail.link(), "").await), "LINK_DEAD");
}
