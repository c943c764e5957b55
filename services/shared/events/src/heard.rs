use anyhow::Context as _;
use async_nats::{HeaderMap, jetstream::Message};
use atlas_proto::{events::v1::Stamp, subjects};
use bytes::Bytes;
use kernel::{Epoch, EventId, Version};
use prost::Message as _;

/// A place in a stream, to go on from. The stream is known by the time it was made: a new one begins again at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Mark {
    /// When the stream was made, in nanoseconds since 1970.
    pub created: i64,
    /// The last message that is accounted for.
    pub sequence: u64,
}

/// An event as it was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The kind of thing: the part of the subject after the version.
    pub resource: String,
    /// Which one.
    pub key: String,
    /// What happened to it.
    pub change: String,
    /// The event's id: the same for every copy of it.
    pub id: EventId,
    /// With `version`, orders all states of the thing.
    pub epoch: Epoch,
    /// Grows with every change of the thing.
    pub version: Version,
    /// Set on state that is told again: the epoch that tells it.
    pub resync: Option<u64>,
    /// The event, encoded.
    pub payload: Bytes,
    /// Where in the stream it was heard.
    pub mark: Mark,
    /// The trace of the write that made it.
    pub traceparent: Option<String>,
}

impl Heard {
    /// Whether this is the end of a resync: what `epoch` did not name before it no longer exists.
    #[must_use]
    pub fn ends_resync(&self) -> bool {
        self.resource == subjects::RESYNC_ENDED
    }

    /// Reads what the stream made at `created` delivered.
    pub(crate) fn read(message: &Message, created: i64) -> anyhow::Result<Self> {
        let info = message.info().map_err(anyhow::Error::from_boxed).context("a message that no stream delivered")?;
        let mark = Mark { created, sequence: info.stream_sequence };
        Self::from_parts(&message.subject, message.headers.as_ref(), message.payload.clone(), mark)
    }

    pub(crate) fn from_parts(subject: &str, headers: Option<&HeaderMap>, payload: Bytes, mark: Mark) -> anyhow::Result<Self> {
        let header = |name: &str| headers.and_then(|all| all.get(name)).map(|value| value.as_str().to_owned());
        let mut parts = subject.rsplit('.');
        let (key, resource) = (parts.next().context("no key")?.to_owned(), parts.next().context("no resource")?.to_owned());
        let stamp = Stamp::decode(payload.as_ref()).context("an event without epoch and version")?;
        Ok(Self {
            resource,
            key,
            change: header(subjects::CHANGE).unwrap_or_default(),
            id: header(subjects::MESSAGE_ID).context("an event without id")?.parse()?,
            epoch: Epoch::from_wire(stamp.epoch),
            version: Version::from_wire(stamp.version),
            resync: header(subjects::RESYNC).map(|epoch| epoch.parse()).transpose()?,
            payload,
            mark,
            traceparent: header(subjects::TRACEPARENT),
        })
    }
}
