//! What others' facts mean here.

pub mod places;

use atlas_proto::notifications::v1::{MessageEvent, MessageState};
use chrono::DateTime;
use events::{Failure, Heard, consumers::React};
use prost::Message as _;
use sqlx::PgConnection;

use crate::{
    domain::{AccountId, MailId},
    store,
};

/// What became of the mails that identity asked for.
#[derive(Debug, Clone, Copy)]
pub struct Delivered;

/// The name under which the broker knows this consumer.
pub const DELIVERED: &str = "identity-delivered";

impl React for Delivered {
    /// The hour of a link runs from when the next server took its mail over; an address whose mail came back is marked.
    async fn react(&self, tx: &mut PgConnection, heard: &Heard) -> Result<(), Failure> {
        let event = MessageEvent::decode(heard.payload.as_ref()).map_err(Failure::give_up)?;
        let Some(id) = event.intent_id.parse::<MailId>().ok().filter(|_| event.source == "identity") else { return Ok(()) };
        let accepted = event.accepted_at.filter(|_| event.state() == MessageState::Accepted);
        if let Some(at) = accepted.and_then(|at| DateTime::from_timestamp(at.seconds, at.nanos.unsigned_abs())) {
            store::mails::note_accepted(tx, id, at).await?;
        }
        let account = event.recipient.strip_prefix("identity:account:").and_then(|key| key.parse::<AccountId>().ok());
        if let Some(account) = account.filter(|_| event.bounced) {
            store::accounts::note_bounce(tx, account).await?;
        }
        Ok(())
    }
}
