use atlas_proto::identity::v1::{self as pb, FlowKind, FlowStep};
use tonic::Code;

use crate::{
    people::{ANNE, NEXT, PASSWORD, Town, VILLAGE, reason, sign_up, violations},
    world::refusal,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_by_code_signs_in() {
    let town = Town::start().await;
    let browser = town.browser();

    let begun = browser.sign_up(ANNE).await.unwrap();
    assert_eq!(town.count("select count(*) from accounts").await, 0, "nobody is made of an address that is not proved");
    let mail = town.mail("sign-up-code", ANNE).await;
    let code = format!("{} {}", &mail.said.code[..3], &mail.said.code[3..]);
    let entered = browser.code(&begun.flow_secret, &code).await.unwrap();
    let seen = browser.resume(&entered.session_secret).await.unwrap();

    let flow = begun.flow.unwrap();
    assert_eq!((flow.kind(), flow.step(), flow.email.as_str(), flow.tries_left), (FlowKind::SignUp, FlowStep::Mail, ANNE, 5));
    assert_eq!(mail.said.words["collectivite"], "La Croix-Helléan");
    assert_eq!(entered.flow.unwrap().step(), FlowStep::Done);
    let account = seen.account.unwrap();
    assert_eq!((account.email.as_str(), account.first_name.as_str(), account.locale.as_str()), (ANNE, "Anne", "fr"));
    assert!(seen.memberships.is_empty() && !seen.second_factor_missing);
    assert!(browser.sign_in(ANNE, PASSWORD).await.is_ok());
    assert_eq!(town.acts().await[..2], ["account.created", "session.began"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_in_another_browser_asks_for_the_password_again() {
    let town = Town::start().await;
    let (asked, other) = (town.browser(), town.browser_at("198.51.100.1"));
    let begun = asked.sign_up(ANNE).await.unwrap();
    let link = town.mail("sign-up-code", ANNE).await.link();

    let said = other.look_at_link(&link).await.unwrap();
    let used = other.link(&link, "").await.unwrap();
    let stranger = asked.flow(&begun.flow_secret).await;
    let chosen = other.choose(&used.flow_secret, NEXT).await.unwrap();

    assert_eq!((said.kind(), said.collectivite_name.as_str()), (FlowKind::SignUp, "La Croix-Helléan"));
    assert_eq!(used.flow.unwrap().step(), FlowStep::Password);
    assert!(used.session_secret.is_empty());
    assert_eq!(reason(stranger), "FLOW_ENDED", "the browser that asked has nothing any more");
    assert_eq!(chosen.email, ANNE);
    assert_eq!(reason(asked.sign_in(ANNE, PASSWORD).await), "WRONG_CREDENTIALS", "its password neither");
    assert!(other.sign_in(ANNE, NEXT).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn b43_a_mail_to_a_corrected_address_is_dead_before_it_is_sent() {
    let town = Town::start().await;
    let browser = town.browser();
    let begun = browser.sign_up("ane.martin@example.org").await.unwrap();
    let first = town.mail("sign-up-code", "ane.martin@example.org").await;

    let flow = browser.correct(&begun.flow_secret, ANNE).await.unwrap();
    let second = town.nth_mail(2, "sign-up-code", ANNE).await;

    assert_eq!(flow.email, ANNE);
    assert!(town.prepare(&first.id).await.unwrap().cancelled);
    assert_eq!(reason(browser.link(&first.link(), &begun.flow_secret).await), "LINK_DEAD");
    assert!(first.said.code != second.said.code);
    assert_eq!(violations(&browser.code(&begun.flow_secret, &first.said.code).await.unwrap_err())["code"], "WRONG");
    assert!(browser.code(&begun.flow_secret, &second.said.code).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_mails_stay_good_until_one_is_used() {
    let town = Town::start().await;
    let browser = town.browser();
    let begun = browser.sign_up(ANNE).await.unwrap();
    let first = town.mail("sign-up-code", ANNE).await;
    browser.resend(&begun.flow_secret).await.unwrap();
    let second = town.nth_mail(2, "sign-up-code", ANNE).await;

    let entered = browser.link(&first.link(), &begun.flow_secret).await.unwrap();

    assert!(!entered.session_secret.is_empty());
    assert_eq!(reason(browser.look_at_link(&second.link()).await), "LINK_DEAD");
    assert!(town.prepare(&second.id).await.unwrap().cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_with_a_form_is_told_at_once() {
    let town = Town::start().await;
    town.sql(&format!("update collectivites set ended = true where collectivite_id <> '{VILLAGE}'")).await;
    let browser = town.browser();
    let wrong = pb::StartSignUpRequest {
        collectivite_id: "210100012".into(),
        first_name: " ".into(),
        last_name: "a\u{202e}b".into(),
        function: "x".repeat(200),
        email: "anne@".into(),
        password: "court".into(),
        locale: "de".into(),
    };

    let refused = browser.api().start_sign_up(browser.asks(wrong)).await.unwrap_err();
    let unknown =
        pb::StartSignUpRequest { collectivite_id: "000000000".into(), password: "La-Croix-Helléan-2026".into(), ..sign_up(ANNE) };
    let unknown = browser.api().start_sign_up(browser.asks(unknown)).await.unwrap_err();

    assert_eq!(refusal(&refused), (Code::InvalidArgument, "INVALID_REQUEST".into()));
    let found = violations(&refused);
    for (field, reason) in [
        ("collectivite_id", "ENDED"),
        ("first_name", "REQUIRED"),
        ("last_name", "NOT_TEXT"),
        ("function", "TOO_LONG"),
        ("email", "INVALID"),
        ("password", "TOO_SHORT"),
        ("locale", "INVALID"),
    ] {
        assert_eq!(found.get(field).map(String::as_str), Some(reason), "{field}");
    }
    assert_eq!(violations(&unknown)["collectivite_id"], "UNKNOWN");
    let context = pb::StartSignUpRequest { password: "La-Croix-Helléan-2026".into(), ..sign_up(ANNE) };
    let context = browser.api().start_sign_up(browser.asks(context)).await.unwrap_err();
    assert_eq!(violations(&context)["password"], "CONTAINS_CONTEXT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_address_gets_a_mail_that_says_so_and_nothing_else_happens() {
    let town = Town::start().await;
    town.anne().await;
    let stranger = town.browser_at("198.51.100.1");

    let begun = stranger.sign_up("Anne.Martin@Example.org").await.unwrap();
    let mail = town.mail("sign-up-existing", ANNE).await;

    assert_eq!((mail.said.code.as_str(), mail.said.link_path.as_str()), ("", "/connexion"));
    assert_eq!(violations(&stranger.code(&begun.flow_secret, "123456").await.unwrap_err())["code"], "WRONG");
    assert_eq!(town.count("select count(*) from accounts").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_buried_in_mails() {
    let town = Town::start().await;
    let browser = town.browser();
    let begun = browser.sign_up(ANNE).await.unwrap();
    for _ in 0..9 {
        assert!(browser.resend(&begun.flow_secret).await.is_ok(), "the answer is the same");
        town.settled().await;
    }
    assert_eq!(town.count("select count(*) from mails").await, 5);

    town.pass("24 hours").await;
    browser.sign_up(ANNE).await.unwrap();
    town.settled().await;
    assert_eq!(town.count("select count(*) from mails where expires_at > now()").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suggested_password_is_taken() {
    let town = Town::start().await;
    let browser = town.browser();
    for locale in ["fr", "en"] {
        let suggested = browser.api().suggest_password(browser.asks(pb::SuggestPasswordRequest { locale: locale.into() })).await;
        let password = suggested.unwrap().into_inner().password;
        let request = pb::StartSignUpRequest { password, ..sign_up(ANNE) };
        assert!(browser.api().start_sign_up(browser.asks(request)).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sign_ups_of_one_address_make_one_account() {
    let town = Town::start().await;
    let browser = town.browser();
    let first = browser.sign_up(ANNE).await.unwrap();
    let code = town.mail("sign-up-code", ANNE).await.said.code;
    let second = browser.sign_up(ANNE).await.unwrap();
    let link = town.nth_mail(2, "sign-up-code", ANNE).await.link();

    assert!(browser.code(&first.flow_secret, &code).await.is_ok());

    assert_eq!(reason(browser.link(&link, &second.flow_secret).await), "LINK_DEAD");
    assert_eq!(reason(browser.flow(&second.flow_secret).await), "FLOW_ENDED");
    assert_eq!(town.count("select count(*) from accounts").await, 1);
}
