//! What others' events mean here: a mail is asked for.

use std::sync::Arc;

use atlas_proto::mail::v1::MailIntentEvent;
use chrono::{DateTime, Utc};
use events::{Failure, Heard, consumers::React, outbox};
use kernel::{Clock, CollectiviteId, Version};
use prost::Message as _;
use sqlx::{PgConnection, types::Uuid};

use crate::{
    domain::{MessageId, Recipient, State, Template},
    facts,
    store::messages::{self, NewMessage, Told},
};

/// The resource under which services tell that a mail is to be sent.
pub const MAIL: &str = "mail";

/// Puts the mails that a service asks for in line: one row for each, whatever comes twice.
pub struct Intents {
    /// The service that asks.
    pub source: &'static str,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl React for Intents {
    async fn react(&self, tx: &mut PgConnection, heard: &Heard) -> Result<(), Failure> {
        let intent = MailIntentEvent::decode(heard.payload.as_ref()).map_err(Failure::give_up)?;
        let intent_id: Uuid = intent.intent_id.parse().map_err(Failure::give_up)?;
        let recipient: Recipient = intent.recipient.parse().map_err(Failure::give_up)?;
        let template: Template = intent.template.parse().map_err(Failure::give_up)?;
        if !intent.collectivite_id.is_empty() {
            intent.collectivite_id.parse::<CollectiviteId>().map_err(Failure::give_up)?;
        }
        let expires_at = intent.expires_at.and_then(|at| DateTime::<Utc>::from_timestamp(at.seconds, u32::try_from(at.nanos).ok()?));
        let expires_at = expires_at.ok_or_else(|| Failure::give_up(anyhow::anyhow!("a mail without an end")))?;
        let recipient = recipient.to_string();
        let new = NewMessage {
            id: MessageId::made(self.clock.now()),
            source: self.source,
            intent_id,
            recipient: &recipient,
            template: template.key,
            collectivite_id: &intent.collectivite_id,
            lane: template.lane,
            expires_at,
            traceparent: heard.traceparent.as_deref(),
        };
        if messages::insert(tx, &new).await? {
            let told = Told {
                id: new.id,
                source: self.source.to_owned(),
                intent_id,
                recipient: recipient.clone(),
                template: template.key.to_owned(),
                state: State::Queued,
                accepted_at: None,
                bounced_at: None,
                version: Version(1),
            };
            outbox::append(tx, &*self.clock, &facts::message(&told, State::Queued.word())).await?;
        }
        Ok(())
    }
}
