//! The services that ask for mails and know addresses, asked just before each try.

use std::collections::BTreeMap;

use atlas_proto::mail::v1::{
    PrepareMailRequest, ResolveRecipientRequest, cause_service_client::CauseServiceClient, recipient_service_client::RecipientServiceClient,
};
use chrono::DateTime;
use runtime::Wire;
use tonic::{Code, Status};

use crate::{
    domain::Email,
    letter::{Cause, Locale},
};

/// The ways to them, by name.
#[derive(Clone)]
pub struct Neighbours {
    wires: BTreeMap<&'static str, Wire>,
}

/// Why there is nothing to send, or not now.
#[derive(Debug, thiserror::Error)]
pub enum Silence {
    /// What the mail says is no longer so.
    #[error("what it says is no longer so")]
    Cancelled,
    /// Nobody is behind the reference, or has no address.
    #[error("nobody is behind the reference any more")]
    Nobody,
    /// What the owner gives is no address.
    #[error("what is on record is not an address")]
    NoAddress,
    /// The service does not answer; it will.
    #[error("{service} does not answer ({code:?})")]
    Away {
        /// Which.
        service: String,
        /// What came back.
        code: Code,
    },
    /// No service of that name is known here.
    #[error("there is no service {0}")]
    Unknown(String),
}

/// Who gets a mail.
#[derive(Debug)]
pub struct Reader {
    /// The address.
    pub email: Email,
    /// May be empty.
    pub name: String,
    /// None where it is not known.
    pub locale: Option<Locale>,
}

impl Neighbours {
    /// These services.
    #[must_use]
    pub const fn new(wires: BTreeMap<&'static str, Wire>) -> Self {
        Self { wires }
    }

    /// What a mail says, and the language of the act.
    ///
    /// # Errors
    /// [`Silence`].
    pub async fn prepare(&self, source: &str, intent_id: String) -> Result<(Cause, Option<Locale>), Silence> {
        let mut client = CauseServiceClient::new(self.wire(source)?);
        let prepared = match client.prepare_mail(PrepareMailRequest { intent_id }).await {
            Ok(prepared) => prepared.into_inner(),
            Err(status) if status.code() == Code::NotFound => return Err(Silence::Cancelled),
            Err(status) => return Err(away(source, &status)),
        };
        if prepared.cancelled {
            return Err(Silence::Cancelled);
        }
        let time = |at: prost_types::Timestamp| DateTime::from_timestamp(at.seconds, u32::try_from(at.nanos).ok()?);
        let cause = Cause {
            words: prepared.words.into_iter().collect(),
            times: prepared.times.into_iter().filter_map(|(name, at)| Some((name, time(at)?))).collect(),
            link_path: prepared.link_path,
            code: prepared.code,
            name: String::new(),
        };
        Ok((cause, Locale::named(&prepared.locale)))
    }

    /// Who is behind a reference.
    ///
    /// # Errors
    /// [`Silence`].
    pub async fn resolve(&self, owner: &str, recipient: String) -> Result<Reader, Silence> {
        let mut client = RecipientServiceClient::new(self.wire(owner)?);
        let resolved = match client.resolve_recipient(ResolveRecipientRequest { recipient }).await {
            Ok(resolved) => resolved.into_inner(),
            Err(status) if status.code() == Code::NotFound => return Err(Silence::Nobody),
            Err(status) => return Err(away(owner, &status)),
        };
        let email = resolved.email.parse().map_err(|_| Silence::NoAddress)?;
        Ok(Reader { email, name: resolved.display_name, locale: Locale::named(&resolved.locale) })
    }

    fn wire(&self, service: &str) -> Result<Wire, Silence> {
        self.wires.get(service).cloned().ok_or_else(|| Silence::Unknown(service.to_owned()))
    }
}

fn away(service: &str, status: &Status) -> Silence {
    Silence::Away { service: service.to_owned(), code: status.code() }
}
