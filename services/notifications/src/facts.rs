//! Facts as others hear them: how a mail stands, without name or address.

use atlas_proto::notifications::v1 as pb;
use chrono::{DateTime, Utc};
use events::outbox::Event;
use prost::Message as _;
use prost_types::Timestamp;

use crate::{domain::State, store::messages::Told};

/// The resource of mails in subjects and keys.
pub const MESSAGE: &str = "message";

/// A mail as it now stands, after `change`.
#[must_use]
pub fn message(told: &Told, change: &'static str) -> Event {
    let state = pb::MessageEvent {
        message_id: told.id.to_string(),
        source: told.source.clone(),
        intent_id: told.intent_id.to_string(),
        recipient: told.recipient.clone(),
        template: told.template.clone(),
        state: wire(told.state).into(),
        accepted_at: told.accepted_at.map(timestamp),
        bounced: told.bounced_at.is_some(),
        ..Default::default()
    };
    Event { resource: MESSAGE, key: told.id.to_string(), version: told.version, change, state: state.encode_to_vec(), removed: false }
}

/// A state as the wire names it.
#[must_use]
pub const fn wire(state: State) -> pb::MessageState {
    match state {
        State::Queued => pb::MessageState::Queued,
        State::Sending => pb::MessageState::Sending,
        State::Accepted => pb::MessageState::Accepted,
        State::Deferred => pb::MessageState::Deferred,
        State::Refused => pb::MessageState::Refused,
        State::Expired => pb::MessageState::Expired,
        State::Cancelled => pb::MessageState::Cancelled,
    }
}

/// A time as the wire writes it.
#[must_use]
pub fn timestamp(at: DateTime<Utc>) -> Timestamp {
    Timestamp { seconds: at.timestamp(), nanos: i32::try_from(at.timestamp_subsec_nanos()).unwrap_or_default() }
}
