use async_nats::HeaderMap;
use atlas_proto::{
    identity::v1::{SuggestPasswordRequest, account_service_client::AccountServiceClient},
    mail::v1::{MailIntentEvent, PrepareMailRequest, cause_service_client::CauseServiceClient},
    notifications::v1::{MessageEvent, MessageState},
    subjects,
};
use prost::Message as _;
use testkit::until;

use crate::people::{ANNE, Town, reason};

/// What notifications tells of a mail.
async fn tell(town: &Town, mail: &str, state: MessageState, bounced: bool) {
    let account: Option<String> =
        sqlx::query_scalar("select account_id::text from accounts").fetch_optional(&town.world.pool).await.unwrap();
    let at = crate::world::time();
    let event = MessageEvent {
        epoch: 1,
        version: 1,
        source: "identity".into(),
        intent_id: mail.into(),
        recipient: account.map(|id| format!("identity:account:{id}")).unwrap_or_default(),
        state: state.into(),
        accepted_at: Some(prost_types::Timestamp { seconds: at.timestamp(), nanos: 0 }),
        bounced,
        ..MessageEvent::default()
    };
    let broker = &town.world.broker.broker;
    let config = async_nats::jetstream::stream::Config {
        name: broker.stream("notifications"),
        subjects: vec![broker.subjects("notifications")],
        ..Default::default()
    };
    broker.jetstream.get_or_create_stream(config).await.unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(subjects::MESSAGE_ID, uuid::Uuid::new_v4().to_string());
    headers.insert(subjects::CHANGE, "accepted");
    let subject = broker.subject("notifications", "message", &uuid::Uuid::new_v4().to_string());
    broker.jetstream.publish_with_headers(subject, headers, event.encode_to_vec().into()).await.unwrap().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s12_the_hour_of_a_link_runs_from_when_its_mail_was_taken_over() {
    let town = Town::start().await;
    town.anne().await;
    let browser = town.browser_at("198.51.100.1");
    browser.recover(ANNE).await.unwrap();
    let mail = town.mail("recovery", ANNE).await;

    town.pass("3 hours").await;
    assert!(browser.look_at_link(&mail.link()).await.is_ok(), "a greylisted mail is not dead on arrival");
    tell(&town, &mail.id, MessageState::Accepted, false).await;
    until("the acceptance is known", async || town.count("select count(*) from mails where accepted_at is not null").await == 1).await;
    town.pass("59 minutes").await;
    tell(&town, &mail.id, MessageState::Accepted, false).await;
    assert!(browser.look_at_link(&mail.link()).await.is_ok());
    town.pass("1 minute").await;

    assert_eq!(reason(browser.look_at_link(&mail.link()).await), "LINK_DEAD", "sent twice, it has no two hours");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_whose_mail_came_back_is_marked() {
    let town = Town::start().await;
    town.anne().await;
    let browser = town.browser();
    browser.recover(ANNE).await.unwrap();
    let mail = town.mail("recovery", ANNE).await;

    tell(&town, &mail.id, MessageState::Accepted, true).await;

    until("the account is marked", async || town.count("select count(*) from accounts where bounced_at is not null").await == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_told_without_anybody_in_it_and_says_the_same_at_every_try() {
    let town = Town::start().await;
    let browser = town.browser();
    browser.sign_up(ANNE).await.unwrap();
    let mail = town.mail("sign-up-code", ANNE).await;

    let state: Vec<u8> = sqlx::query_scalar("select state from outbox where resource = 'mail'").fetch_one(&town.world.pool).await.unwrap();
    let intent = MailIntentEvent::decode(state.as_slice()).unwrap();

    assert_eq!((intent.intent_id.as_str(), intent.template.as_str()), (mail.id.as_str(), "sign-up-code"));
    assert!(intent.recipient.starts_with("identity:flow:"));
    assert_eq!(intent.collectivite_id, crate::people::VILLAGE);
    assert_eq!(town.prepare(&mail.id).await.unwrap(), mail.said);
    assert!(mail.said.link_path.starts_with("/compte/lien/") && mail.said.locale == "fr");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_sends_mails_learns_what_they_say() {
    let town = Town::start().await;
    let browser = town.browser();
    browser.sign_up(ANNE).await.unwrap();
    let mail = town.mail("sign-up-code", ANNE).await;
    let gateway = town.world.client("gateway", &["service:gateway:reader"]).await;
    let wire = town.world.wire_of(&gateway);

    let asked = PrepareMailRequest { intent_id: mail.id };
    let prepared = CauseServiceClient::new(wire).prepare_mail(asked).await;
    assert_eq!(reason(prepared), "NOTIFICATIONS_ONLY");
    let directory = town.world.client("directory", &["service:directory:reader"]).await;
    let mut accounts = AccountServiceClient::new(town.world.wire_of(&directory));
    let asked = SuggestPasswordRequest { locale: "fr".into() };
    assert_eq!(reason(accounts.suggest_password(browser.asks(asked.clone())).await), "GATEWAY_ONLY");
    let gateway = town.world.client("another", &["service:gateway:reader"]).await;
    let mut nameless = AccountServiceClient::new(town.world.wire_of(&gateway));
    assert_eq!(reason(nameless.suggest_password(asked).await), "CLIENT_ADDRESS_MISSING");
}
