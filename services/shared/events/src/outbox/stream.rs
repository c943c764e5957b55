use std::time::Duration;

use anyhow::Context as _;
use async_nats::{
    HeaderMap,
    jetstream::{
        context::GetStreamErrorKind,
        stream::{Config, Info, StorageType, Stream},
    },
};
use atlas_proto::subjects;
use kernel::EventId;
use sqlx::PgConnection;

use crate::Broker;

/// The header that says at which position of the log an event stands.
pub(super) const POSITION: &str = "Atlas-Position";

/// How a stream stands to the log that is published to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kinship {
    /// It holds what this log told, and nothing else.
    Ours,
    /// It is another stream than the one remembered, or lost its end: the broker lost what it had stored.
    Lost,
    /// It holds what this log never told: the database is older than the broker.
    Ahead,
}

/// What the log remembers of its stream, or is to remember from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) created: Option<i64>,
    pub(super) sequence: i64,
}

/// Finds the stream of a service, or makes it.
pub(super) async fn open(broker: &Broker, service: &str) -> anyhow::Result<Stream> {
    let name = broker.stream(service);
    match broker.jetstream.get_stream(&name).await {
        Ok(stream) => Ok(stream),
        Err(error) if matches!(error.kind(), GetStreamErrorKind::JetStream(_)) => {
            let config = Config {
                name,
                subjects: vec![broker.subjects(service)],
                storage: StorageType::File,
                max_age: Duration::from_hours(30 * 24),
                duplicate_window: Duration::from_mins(2),
                allow_direct: true,
                ..Config::default()
            };
            broker.jetstream.get_or_create_stream(config).await.context("cannot make the stream")
        }
        Err(error) => Err(error).context("the broker does not answer"),
    }
}

/// When the stream was made, in nanoseconds since 1970.
pub(crate) fn created(info: &Info) -> i64 {
    i64::try_from(info.created.unix_timestamp_nanos()).unwrap_or(i64::MAX)
}

/// Compares the stream with what the log remembers of it, and the stream's last message with the log's row at its position;
/// gives what to remember from now on.
pub(super) async fn kinship(tx: &mut PgConnection, stream: &Stream, memory: Memory) -> anyhow::Result<(Kinship, Memory)> {
    let info = stream.get_info().await.context("the broker does not answer")?;
    let last = info.state.last_sequence;
    let found = Memory { created: Some(created(&info)), sequence: i64::try_from(last)? };
    let other = memory.created.is_some_and(|known| Some(known) != found.created);
    if other || found.sequence < memory.sequence {
        return Ok((Kinship::Lost, found));
    }
    if found.sequence == memory.sequence || info.state.messages == 0 {
        return Ok((Kinship::Ours, found));
    }
    let last = stream.get_raw_message(last).await.context("the broker does not show its last message")?;
    let kinship = if told(tx, &last.headers).await? { Kinship::Ours } else { Kinship::Ahead };
    Ok((kinship, found))
}

/// Whether the log has this message, at its position, or had it before it was retired.
async fn told(tx: &mut PgConnection, headers: &HeaderMap) -> anyhow::Result<bool> {
    let header = |name: &str| headers.get(name).map(async_nats::HeaderValue::as_str);
    let position = header(POSITION).and_then(|text| text.parse::<i64>().ok());
    let Some((position, id)) = position.zip(header(subjects::MESSAGE_ID).and_then(|text| text.parse::<EventId>().ok())) else {
        return Ok(false);
    };
    let ours = sqlx::query!(
        r#"select exists (select from outbox where position = $1 and id = $2) as "there!",
                  $1 < coalesce((select min(position) from outbox), 0) as "retired!""#,
        position,
        id as _,
    );
    let ours = ours.fetch_one(tx).await?;
    Ok(ours.there || ours.retired)
}
