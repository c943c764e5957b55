use atlas_proto::notifications::v1 as pb;

use crate::{
    domain::{Message, State},
    facts::{timestamp, wire},
    letter::listed_subject,
    store::deliveries::Delivery,
};

/// A mail as the wire has it.
#[must_use]
pub fn message(message: &Message) -> pb::Message {
    pb::Message {
        message_id: message.id.to_string(),
        template: message.template.clone(),
        subject: listed_subject(&message.template, &message.locale),
        masked_address: message.masked_address.clone(),
        collectivite_id: message.collectivite_id.clone(),
        state: wire(message.state).into(),
        queued_at: Some(timestamp(message.queued_at)),
        accepted_at: message.accepted_at.map(timestamp),
        next_try_at: message.next_try_at.filter(|_| message.state != State::Sending).map(timestamp),
        bounced: message.bounced_at.is_some(),
        last_reply: message.last_reply.clone(),
        tries: message.tries,
    }
}

/// A try as the wire has it.
#[must_use]
pub fn delivery(delivery: Delivery) -> pb::Delivery {
    pb::Delivery { tried_at: Some(timestamp(delivery.tried_at)), outcome: wire(delivery.outcome).into(), reply: delivery.reply }
}
