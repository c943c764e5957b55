//! Mails that were sent, or were to be: for who helps people who say that nothing came.

use atlas_proto::notifications::v1::{ListMessagesRequest, Message, MessageState, ResendMessageRequest};
use axum::extract::Path;
use kernel::{RightKind, Role};

use super::{Office, more, request_id};
use crate::{
    error::PageError,
    forms::{Form, FormView, Kind, Typed},
    people::{Answer, Block, Card, Halt, Rich, door::go},
    session::SignedIn,
};

const PAGE: i32 = 50;

/// The states by which mails can be looked for, as the address writes them.
const STATES: [(&str, MessageState); 7] = [
    ("attente", MessageState::Queued),
    ("envoi", MessageState::Sending),
    ("remis", MessageState::Accepted),
    ("reporte", MessageState::Deferred),
    ("refuse", MessageState::Refused),
    ("perime", MessageState::Expired),
    ("annule", MessageState::Cancelled),
];

/// `GET /espace/{id}/courriels`
pub async fn of_collectivite(person: SignedIn, Path(id): Path<String>) -> Answer {
    page(&person, &of(&person, &id)?).await
}

/// `POST /espace/{id}/courriels`
pub async fn resend_collectivite(person: SignedIn, Path(id): Path<String>, form: Form) -> Answer {
    let office = of(&person, &id)?;
    again(&person, &office, &form).await
}

fn of(person: &SignedIn, id: &str) -> Result<Office, Halt> {
    let office = Office::of_collectivite(person, id, Role::Admin)?;
    if office.right.kind == RightKind::Region { Err(PageError::NotFound.into()) } else { Ok(office) }
}

/// `GET /administration/courriels`
pub async fn show(person: SignedIn) -> Answer {
    page(&person, &national(&person)?).await
}

/// `POST /administration/courriels`
pub async fn resend(person: SignedIn, form: Form) -> Answer {
    let office = national(&person)?;
    again(&person, &office, &form).await
}

fn national(person: &SignedIn) -> Result<Office, Halt> {
    let office = Office::own(person, Role::Admin)?;
    if matches!(office.right.kind, RightKind::National | RightKind::Operator) { Ok(office) } else { Err(PageError::NotFound.into()) }
}

async fn again(person: &SignedIn, office: &Office, form: &Form) -> Answer {
    form.only(&["message_id", "request_id"])?;
    let request = ResendMessageRequest { message_id: form.get("message_id").to_owned(), request_id: form.get("request_id").to_owned() };
    person.messages(&office.right, request, |mut messages, request| async move { messages.resend_message(request).await }).await?;
    person.say_next("message-resent");
    Ok(go(person, &person.path))
}

async fn page(person: &SignedIn, office: &Office) -> Answer {
    let words = person.words();
    let (state, recipient) = (person.asked("state"), person.asked("recipient"));
    let wanted = STATES.iter().find(|(name, _)| *name == state).map_or(MessageState::Unspecified, |(_, state)| *state);
    let request = ListMessagesRequest {
        page_size: PAGE,
        page_token: person.asked("page"),
        collectivite_id: office.collectivite(),
        state: wanted.into(),
        recipient: recipient.clone(),
    };
    let listed =
        person.messages(&office.right, request, |mut messages, request| async move { messages.list_messages(request).await }).await?;
    let search = FormView::new(person, &Typed::known(&[("state", &state)])).searching().field(person, "state", Kind::Select, |field| {
        let all = STATES.iter().map(|(name, state)| ((*name).to_owned(), words.say(state_key(*state)), String::new()));
        field.choose(std::iter::once((String::new(), words.say("messages-all"), String::new())).chain(all));
        field.optional();
    });
    let sheet = office.sheet(person, words.say("messages-title")).text(words.say("messages-intro"));
    let sheet = sheet.form(search.button(words.say("search-button"), ""));
    let cards: Vec<Card> = listed.messages.iter().map(|message| card(person, message)).collect();
    let sheet = if cards.is_empty() { sheet.text(words.say("messages-none")) } else { sheet.part(Block::Cards(cards)) };
    sheet.maybe(more(person, &listed.next_page_token)).answer()
}

fn card(person: &SignedIn, message: &Message) -> Card {
    let words = person.words();
    let at = |at: &Option<prost_types::Timestamp>| Rich::from(at.as_ref().map(|at| words.moment(at)).unwrap_or_default());
    let mut facts = vec![
        (words.say("messages-to"), Rich::from(&message.masked_address)),
        (words.say("label-collectivite"), Rich::from(person.desk.name_of(&message.collectivite_id).unwrap_or_default())),
        (words.say("messages-queued"), at(&message.queued_at)),
        (words.say("messages-accepted"), at(&message.accepted_at)),
        (words.say("messages-next"), at(&message.next_try_at)),
        (words.say("messages-reply"), Rich::from(&message.last_reply)),
    ];
    facts.retain(|(_, value)| !value.pieces.is_empty());
    let title = if message.subject.is_empty() { words.name("messages-unnamed", &message.template) } else { message.subject.clone() };
    let ended = message.bounced || matches!(message.state(), MessageState::Refused | MessageState::Expired);
    let badge = words.say(if message.bounced { "messages-bounced" } else { state_key(message.state()) });
    let mut card = Card { title, badge, facts, ..Card::default() };
    if ended {
        let form = FormView::new(person, &Typed::default()).hidden("message_id", &message.message_id);
        card.forms.push((String::new(), form.hidden("request_id", request_id()).small(words.say("messages-resend"), "resend")));
    }
    card
}

const fn state_key(state: MessageState) -> &'static str {
    match state {
        MessageState::Queued | MessageState::Unspecified => "messages-state-queued",
        MessageState::Sending => "messages-state-sending",
        MessageState::Accepted => "messages-state-accepted",
        MessageState::Deferred => "messages-state-deferred",
        MessageState::Refused => "messages-state-refused",
        MessageState::Expired => "messages-state-expired",
        MessageState::Cancelled => "messages-state-cancelled",
    }
}
