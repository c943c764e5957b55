//! For those who help people who say that nothing came.

use atlas_proto::notifications::v1::{GetMessageRequest, ListMessagesRequest, MessageState, ResendMessageRequest, ResendMessageResponse};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;

use crate::{
    smtp::Rule,
    world::{VILLAGE, World, until},
};

fn refusal(status: &Status) -> (Code, String) {
    (status.code(), status.get_details_error_info().expect("a reason").reason)
}

async fn resend(world: &World, right: &str, message_id: &str, request_id: &str) -> Result<ResendMessageResponse, Status> {
    let request = ResendMessageRequest { message_id: message_id.into(), request_id: request_id.into() };
    world.messages(right).resend_message(request).await.map(tonic::Response::into_inner)
}

fn admin() -> String {
    format!("collectivite:{VILLAGE}:admin")
}

#[tokio::test]
async fn an_administrator_sees_the_mails_about_the_collectivite_and_how_each_was_tried() {
    let world = World::start().await;
    world.smtp.rule("example.org", Rule::Greylist(1));
    let intent = world.ask("membership-requested", "anne@example.org").await;
    world.until_state(intent, "deferred").await;
    world.hurry().await;
    world.until_state(intent, "accepted").await;

    let listed = world.messages(&admin()).list_messages(ListMessagesRequest::default()).await.unwrap().into_inner();
    let message = listed.messages.first().unwrap().clone();
    let read = GetMessageRequest { message_id: message.message_id.clone() };
    let read = world.messages(&admin()).get_message(read).await.unwrap().into_inner();

    assert_eq!(
        (listed.messages.len(), message.subject.as_str(), message.masked_address.as_str()),
        (1, "Demande à rejoindre une équipe", "a…e@example.org")
    );
    assert_eq!((message.state(), message.tries, message.last_reply.as_str()), (MessageState::Accepted, 2, "250 2.0.0 taken as 4711"));
    let tries: Vec<_> = read.deliveries.iter().map(|delivery| (delivery.outcome(), delivery.reply.as_str())).collect();
    assert_eq!(
        tries,
        [(MessageState::Deferred, "451 4.7.1 … greylisted, come back later"), (MessageState::Accepted, "250 2.0.0 taken as 4711")]
    );
    world.end().await;
}

#[tokio::test]
async fn what_is_not_ones_own_does_not_exist() {
    let world = World::start().await;
    let intent = world.ask("recovery", "anne@example.org").await;
    world.until_state(intent, "accepted").await;
    let id = world.id(intent).await;
    let other = "collectivite:210100012:admin";

    let mut stranger = world.messages(other);
    let listed = stranger.list_messages(ListMessagesRequest { collectivite_id: VILLAGE.into(), ..Default::default() });
    assert!(listed.await.unwrap().into_inner().messages.is_empty());
    let hidden = world.messages(other).get_message(GetMessageRequest { message_id: id.clone() }).await.unwrap_err();
    let absent = world.messages(other).get_message(GetMessageRequest { message_id: Uuid::new_v4().to_string() }).await.unwrap_err();
    let agent = world.messages(&format!("collectivite:{VILLAGE}:editor")).list_messages(ListMessagesRequest::default()).await.unwrap_err();

    assert_eq!(refusal(&hidden), (Code::NotFound, "MESSAGE_NOT_FOUND".into()));
    assert_eq!(refusal(&absent), refusal(&hidden));
    assert_eq!(refusal(&agent), (Code::PermissionDenied, "ROLE_TOO_LOW".into()));
    assert!(world.messages("national:*:reader").get_message(GetMessageRequest { message_id: id }).await.is_ok());
    world.end().await;
}

#[tokio::test]
async fn a_list_goes_on_where_the_page_before_ended() {
    let world = World::start().await;
    for number in 0..5 {
        world.ask("recovery", &format!("a{number}@example.org")).await;
    }
    world.until_received(5).await;

    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListMessagesRequest { page_size: 2, page_token, ..Default::default() };
        let page = world.messages("operator:*:reader").list_messages(request).await.unwrap().into_inner();
        seen.extend(page.messages.into_iter().map(|message| message.message_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }

    assert!(seen.len() == 5 && seen.is_sorted_by(|a, b| a > b), "{seen:?}");
    world.end().await;
}

#[tokio::test]
async fn a_mail_that_was_refused_is_sent_again_once_for_a_request_and_is_another_mail() {
    let world = World::start().await;
    world.smtp.rule("example.org", Rule::Refuse);
    let intent = world.ask("invitation", "anne@example.org").await;
    world.until_state(intent, "refused").await;
    world.smtp.clear();
    let (id, request) = (world.id(intent).await, Uuid::new_v4().to_string());

    let first = resend(&world, &admin(), &id, &request).await.unwrap();
    world.until_state(intent, "accepted").await;
    let again = resend(&world, &admin(), &id, &request).await.unwrap();

    assert_eq!(first, again, "the same request, the same answer");
    assert_eq!(first.message.unwrap().state(), MessageState::Queued);
    assert_eq!(world.smtp.count(), 1);
    assert!(world.smtp.received()[0].header("Message-ID").contains(".1@"), "a receiver does not take it for a repeat");
    assert_eq!(world.told(intent).await, ["queued", "refused", "queued", "accepted"]);
    world.end().await;
}

#[tokio::test]
async fn a_mail_on_its_way_or_outdated_is_not_sent_again() {
    let world = World::start().await;
    let arrived = world.ask("invitation", "anne@example.org").await;
    world.until_state(arrived, "accepted").await;
    let on_its_way = resend(&world, &admin(), &world.id(arrived).await, &Uuid::new_v4().to_string()).await.unwrap_err();
    world.smtp.rule("example.org", Rule::Refuse);
    let dead = world.ask("invitation", "bob@example.org").await;
    world.until_state(dead, "refused").await;

    world.neighbours.0.lock().unwrap().causes.get_mut(&dead.to_string()).unwrap().cancelled = true;
    let outdated = resend(&world, &admin(), &world.id(dead).await, &Uuid::new_v4().to_string()).await.unwrap_err();

    assert_eq!(refusal(&on_its_way), (Code::FailedPrecondition, "MESSAGE_NOT_ENDED".into()));
    assert_eq!(refusal(&outdated), (Code::FailedPrecondition, "MESSAGE_OUTDATED".into()));
    world.end().await;
}

#[tokio::test]
async fn an_address_that_has_had_enough_gets_no_more_by_sending_again() {
    let world = World::start().await;
    for _ in 0..30 {
        world.ask("recovery", "anne@example.org").await;
    }
    world.until_received(30).await;
    let left = "select count(*) from messages where state = 'accepted'";
    until("all are written down", async || sqlx::query_scalar::<_, i64>(left).fetch_one(&world.pool).await.unwrap() == 30).await;
    world.smtp.rule("example.org", Rule::Refuse);
    // One of them is made to look as if it had been refused.
    let id: Uuid =
        sqlx::query_scalar("update messages set state = 'refused' where id = (select id from messages order by id limit 1) returning id")
            .fetch_one(&world.pool)
            .await
            .unwrap();

    let refused = resend(&world, &admin(), &id.to_string(), &Uuid::new_v4().to_string()).await.unwrap_err();

    assert_eq!(refusal(&refused), (Code::ResourceExhausted, "TOO_MANY_MESSAGES".into()));
    world.end().await;
}
