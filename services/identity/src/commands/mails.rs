use std::sync::Arc;

use atlas_proto::mail::v1::MailIntentEvent;
use events::outbox::{self, Event};
use kernel::{Clock, Version};
use prost::Message as _;
use sqlx::PgConnection;

use crate::{
    domain::{MailId, mail::Mail},
    links::Links,
    store,
    voids::timestamp,
};

/// The resource of mails in subjects.
pub const MAIL: &str = "mail";

/// Asks for mails.
#[derive(Clone)]
pub struct Mails {
    /// Our time, for the ids of events.
    pub clock: Arc<dyn Clock>,
    /// Makes links and codes.
    pub links: Links,
}

impl Mails {
    /// Asks for a mail, in the transaction of the act that it is about: it goes out if that commits, and only then.
    ///
    /// What is told names no person, no address, and no link; who sends it asks for them just before. Wake the relay after
    /// the commit.
    ///
    /// # Errors
    /// The database's.
    pub async fn ask(&self, tx: &mut PgConnection, mail: &Mail) -> sqlx::Result<MailId> {
        let now = store::now(tx).await?;
        let id = MailId::made(now);
        let expires_at = store::mails::insert(tx, id, mail, self.links.made_with(), now).await?;
        let intent = MailIntentEvent {
            intent_id: id.to_string(),
            template: mail.template.to_owned(),
            recipient: mail.recipient.to_string(),
            collectivite_id: mail.collectivite_id.clone(),
            expires_at: Some(timestamp(expires_at)),
            ..MailIntentEvent::default()
        };
        let event = Event {
            resource: MAIL,
            key: id.to_string(),
            version: Version(1),
            change: "asked",
            state: intent.encode_to_vec(),
            removed: false,
        };
        outbox::append(tx, &*self.clock, &event).await?;
        Ok(id)
    }
}
