use atlas_proto::identity::v1::{FlowKind, FlowStep};

use crate::people::{ANNE, NEXT, PASSWORD, Town, reason, violations};

const NEW: &str = "anne.canari@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_changed_by_proving_the_new_one_and_undone_by_the_old_one() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;

    let begun = anne.change_email(&entered.session_secret, NEW).await.unwrap();
    let notice = town.mail("email-change-notice", ANNE).await;
    let confirm = town.mail("email-change-confirm", NEW).await;
    assert!(anne.sign_in(ANNE, PASSWORD).await.is_ok(), "until then the old one is the account's");
    let done = anne.code(&begun.flow_secret, &confirm.said.code).await.unwrap();
    let undo = town.mail("email-changed-undo", ANNE).await;

    assert_eq!(notice.said.words["email"], NEW);
    assert_eq!(done.flow.unwrap().step(), FlowStep::Done);
    assert!(anne.sign_in(NEW, PASSWORD).await.is_ok());
    assert_eq!(reason(anne.sign_in(ANNE, PASSWORD).await), "WRONG_CREDENTIALS");

    town.pass("71 hours").await;
    let browser = town.browser_at("198.51.100.1");
    assert!(browser.look_at_link(&undo.link()).await.unwrap().undoes_email_change);
    let undone = browser.link(&undo.link(), "").await.unwrap();

    let flow = undone.flow.unwrap();
    assert_eq!((flow.kind(), flow.step(), flow.email.as_str()), (FlowKind::Recovery, FlowStep::Password, ANNE));
    assert_eq!(reason(anne.resume(&entered.session_secret).await), "SESSION_ENDED");
    browser.choose(&undone.flow_secret, NEXT).await.unwrap();
    assert!(browser.sign_in(ANNE, NEXT).await.is_ok());
    assert_eq!(reason(browser.sign_in(NEW, NEXT).await), "WRONG_CREDENTIALS");
    assert_eq!(reason(browser.link(&undo.link(), "").await), "LINK_DEAD");
    let acts = town.acts().await;
    assert!(["email-change.asked", "email.changed", "email-change.undone"].iter().all(|act| acts.iter().any(|done| done == act)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_session_alone_changes_no_address() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    town.pass("10 minutes").await;

    assert_eq!(reason(anne.change_email(&entered.session_secret, NEW).await), "REAUTHENTICATION_NEEDED");
    assert_eq!(reason(anne.reauthenticate(&entered.session_secret, "not the password at all").await), "WRONG_CREDENTIALS");
    let proved = anne.reauthenticate(&entered.session_secret, PASSWORD).await.unwrap();
    assert!(anne.change_email(&proved, NEW).await.is_ok());
    assert_eq!(town.count("select count(*) from mails where template = 'email-change-notice'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_taken_answers_the_same_and_its_holder_is_told() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    town.somebody("yann.legoff@example.org").await;

    let taken = anne.change_email(&entered.session_secret, "yann.legoff@example.org").await.unwrap();
    let free = anne.change_email(&entered.session_secret, NEW).await.unwrap();
    town.mail("email-change-existing", "yann.legoff@example.org").await;

    let shape = |flow: atlas_proto::identity::v1::Flow| (flow.kind, flow.step, flow.tries_left, flow.collectivite_id);
    assert_eq!(shape(taken.flow.unwrap()), shape(free.flow.unwrap()));
    assert_eq!(violations(&anne.code(&taken.flow_secret, "123456").await.unwrap_err())["code"], "WRONG");
    assert!(anne.sign_in("yann.legoff@example.org", PASSWORD).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_address_kills_what_was_mailed_to_the_old_one() {
    let town = Town::start().await;
    let (anne, entered) = town.anne().await;
    anne.recover(ANNE).await.unwrap();
    let recovery = town.mail("recovery", ANNE).await;
    let begun = anne.change_email(&entered.session_secret, NEW).await.unwrap();
    let confirm = town.mail("email-change-confirm", NEW).await;

    anne.link(&confirm.link(), &begun.flow_secret).await.unwrap();

    assert_eq!(reason(anne.link(&recovery.link(), "").await), "LINK_DEAD");
    assert!(anne.resume(&entered.session_secret).await.is_ok(), "the session goes on");
}
