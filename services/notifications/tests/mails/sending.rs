//! From the fact that asks for a mail to the relay.

use std::time::Duration;

use atlas_proto::mail::v1::MailIntentEvent;
use mail_parser::MessageParser;
use uuid::Uuid;

use crate::{
    smtp::Rule,
    world::{World, asked, intent_event, until},
};

#[tokio::test]
async fn a_mail_that_is_asked_for_goes_out_once_in_the_readers_language() {
    let world = World::start().await;

    let intent = world.ask("recovery", "anne@example.org").await;

    world.until_state(intent, "accepted").await;
    let mails = world.smtp.received();
    assert_eq!(mails.len(), 1);
    let parsed = MessageParser::default().parse(&mails[0].data).unwrap();
    assert_eq!(parsed.subject(), Some("Atlas\u{a0}: choisir un nouveau mot de passe"));
    let text = parsed.body_text(0).unwrap().into_owned();
    assert!(text.contains("https://atlas.example.org/compte/lien/") && text.contains("402913"), "{text}");
    assert!(parsed.body_html(0).unwrap().contains("402913"));
    assert_eq!(mails[0].header("Auto-Submitted"), "auto-generated");
    assert_eq!(mails[0].header("From"), "Atlas <ne-pas-repondre@example.org>");
    assert!(mails[0].from.starts_with("bounce+") && mails[0].from.ends_with("@retour.example.org"), "{}", mails[0].from);
    assert!(!mails[0].text().contains("List-Unsubscribe"), "nobody may be unsubscribed from what secures an account");
    assert_eq!(world.told(intent).await, ["queued", "accepted"]);
    world.end().await;
}

#[tokio::test]
async fn the_language_is_the_readers_then_that_of_the_act() {
    let world = World::start().await;
    let english = world.know("recovery", "ann@example.org", |_| {});
    let unknown = world.know("recovery", "bob@example.org", |cause| cause.locale = "en".into());
    {
        let mut known = world.neighbours.0.lock().unwrap();
        known.recipients.get_mut(&format!("identity:account:{english}")).unwrap().locale = "en".into();
        known.recipients.get_mut(&format!("identity:account:{unknown}")).unwrap().locale = String::new();
    }

    world.tell(&[intent_event(english, "recovery"), intent_event(unknown, "recovery")]).await;

    for mail in world.until_received(2).await {
        assert_eq!(mail.header("Subject"), "Atlas: choose a new password");
    }
    world.end().await;
}

#[tokio::test]
async fn an_act_need_not_say_when_it_was() {
    let world = World::start().await;

    let intent = world.ask_with("email-changed-undo", "anne@example.org", |cause| cause.times.clear()).await;

    world.until_state(intent, "accepted").await;
    world.end().await;
}

#[tokio::test]
async fn the_same_intent_told_twice_is_one_mail() {
    let world = World::start().await;
    let intent = world.know("recovery", "anne@example.org", |_| {});

    world.tell(&[intent_event(intent, "recovery"), intent_event(intent, "recovery")]).await;
    let other = world.ask("recovery", "bob@example.org").await;

    world.until_state(other, "accepted").await;
    world.until_state(intent, "accepted").await;
    assert_eq!(world.smtp.to("anne@example.org").len(), 1);
    world.end().await;
}

#[tokio::test]
async fn nothing_goes_out_for_what_is_told_again() {
    let world = World::start().await;
    let intent = world.ask("recovery", "anne@example.org").await;
    world.until_state(intent, "accepted").await;

    world.broker.lose("identity").await; // its whole log is published again, to consumers that are new
    let other = world.ask("recovery", "bob@example.org").await;

    world.until_state(other, "accepted").await;
    assert_eq!(world.smtp.to("anne@example.org").len(), 1);
    world.end().await;
}

#[tokio::test]
async fn an_act_that_is_rolled_back_sends_nothing() {
    let world = World::start().await;
    let intent = world.know("recovery", "anne@example.org", |_| {});
    let undone = database::transact(&world.acts, async |tx| {
        events::outbox::append(tx, &kernel::SystemClock, &intent_event(intent, "recovery")).await?;
        Err::<(), _>(sqlx::Error::RowNotFound)
    });
    assert!(undone.await.is_err());

    let other = world.ask("recovery", "bob@example.org").await;

    world.until_state(other, "accepted").await;
    assert_eq!(world.state(intent).await, "");
    assert_eq!(world.smtp.count(), 1);
    world.end().await;
}

#[tokio::test]
async fn a_cancelled_act_sends_nothing_even_when_its_mail_is_in_line() {
    let world = World::start().await;
    world.smtp.rule("example.org", Rule::Greylist(1));
    let intent = world.ask("invitation", "anne@example.org").await;
    world.until_state(intent, "deferred").await;

    world.neighbours.0.lock().unwrap().causes.get_mut(&intent.to_string()).unwrap().cancelled = true;
    world.hurry().await;

    world.until_state(intent, "cancelled").await;
    assert_eq!(world.smtp.count(), 0);
    assert_eq!(world.told(intent).await, ["queued", "deferred", "cancelled"]);
    world.end().await;
}

#[tokio::test]
async fn an_act_or_a_recipient_that_is_gone_ends_the_mail() {
    let world = World::start().await;
    let act = world.know("recovery", "anne@example.org", |_| {});
    let reader = world.know("recovery", "bob@example.org", |_| {});
    let odd = world.know("recovery", "bob@example.org\r\nBcc: eve@example.org", |_| {});
    {
        let mut known = world.neighbours.0.lock().unwrap();
        known.causes.remove(&act.to_string());
        known.recipients.remove(&format!("identity:account:{reader}"));
    }

    world.tell(&[act, reader, odd].map(|intent| intent_event(intent, "recovery"))).await;

    world.until_state(act, "cancelled").await;
    world.until_state(reader, "refused").await;
    world.until_state(odd, "refused").await;
    assert_eq!(world.smtp.count(), 0);
    world.end().await;
}

#[tokio::test]
async fn a_greylisted_mail_goes_out_at_the_next_try_with_the_same_bytes() {
    let world = World::start().await;
    world.smtp.rule("example.org", Rule::Greylist(2));
    let intent = world.ask("recovery", "anne@example.org").await;

    world.until_state(intent, "deferred").await;
    until("it is accepted at last", async || {
        world.hurry().await;
        world.state(intent).await == "accepted"
    })
    .await;

    assert_eq!(world.smtp.count(), 1);
    let told = world.told(intent).await;
    assert_eq!((told.first().unwrap().as_str(), told.last().unwrap().as_str(), told.len()), ("queued", "accepted", 4), "{told:?}");
    world.end().await;
}

#[tokio::test]
async fn what_is_refused_for_good_is_tried_once() {
    let world = World::start().await;
    world.smtp.rule("example.org", Rule::Refuse);
    let intent = world.ask("recovery", "anne@example.org").await;

    world.until_state(intent, "refused").await;

    let row = sqlx::query_as::<_, (String, i32)>("select last_reply, tries from messages where intent_id = $1").bind(intent);
    assert_eq!(row.fetch_one(&world.pool).await.unwrap(), ("550 5.1.1 … recipient rejected".to_owned(), 1));
    world.end().await;
}

#[tokio::test]
async fn a_mail_that_cannot_be_sent_in_time_is_dropped_and_never_sent_late() {
    let world = World::start().await;
    world.smtp.rule("example.org", Rule::Greylist(1));
    let intent = world.ask("recovery", "anne@example.org").await;
    world.until_state(intent, "deferred").await;

    sqlx::query("update messages set until = now() - interval '1 second', next_try_at = now()").execute(&world.pool).await.unwrap();

    world.until_state(intent, "expired").await;
    assert_eq!(world.smtp.count(), 0);
    assert_eq!(world.told(intent).await.last().unwrap(), "expired");
    world.end().await;
}

#[tokio::test]
async fn a_relay_that_is_busy_or_slow_to_greet_only_delays() {
    let world = World::start().await;
    world.smtp.state.lock().unwrap().banner = Duration::from_secs(2);
    world.smtp.rule("example.org", Rule::Busy);
    let intent = world.ask("recovery", "anne@example.org").await;
    world.until_state(intent, "deferred").await;

    world.smtp.clear();
    world.hurry().await;

    world.until_state(intent, "accepted").await;
    assert_eq!(world.smtp.count(), 1);
    world.end().await;
}

#[tokio::test]
async fn while_the_service_that_asked_is_away_its_mails_wait() {
    let world = World::start().await;
    world.neighbours.0.lock().unwrap().away = true;
    let intent = world.ask("recovery", "anne@example.org").await;
    world.until_state(intent, "deferred").await;
    assert_eq!(world.smtp.count(), 0);

    world.neighbours.0.lock().unwrap().away = false;
    world.hurry().await;

    world.until_state(intent, "accepted").await;
    world.end().await;
}

#[tokio::test]
async fn what_is_no_mail_is_given_up_and_holds_nothing_up() {
    let world = World::start().await;
    let good = MailIntentEvent {
        recipient: "identity:account:x".into(),
        template: "recovery".into(),
        intent_id: Uuid::new_v4().into(),
        ..Default::default()
    };
    let bad = [
        MailIntentEvent { template: "no-such-mail".into(), ..good.clone() },
        MailIntentEvent { recipient: "anne@example.org".into(), ..good.clone() },
        MailIntentEvent { expires_at: None, ..good },
    ];
    world.tell(&bad.map(|state| asked(Uuid::new_v4(), &state))).await;

    let intent = world.ask("recovery", "anne@example.org").await;

    world.until_state(intent, "accepted").await;
    until("an operator sees them", async || {
        sqlx::query_scalar::<_, i64>("select count(*) from dead_letters").fetch_one(&world.pool).await.unwrap() == 3
    })
    .await;
    world.end().await;
}
