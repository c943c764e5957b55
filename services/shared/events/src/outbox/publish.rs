use std::{
    collections::VecDeque,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use anyhow::Context as _;
use async_nats::{
    HeaderMap, header,
    jetstream::{
        context::{PublishAckFuture, PublishErrorKind},
        publish::PublishAck,
    },
};
use atlas_proto::subjects;
use sqlx::PgConnection;
use tokio::time::Instant;

use super::{
    body,
    cursor::{Batch, Cursor, Row},
    sequence::alone,
    stream::{self, Kinship, Memory, POSITION},
};
use crate::{Broker, Sabotage, broker::Lane, resync};

/// How many messages may be on their way before the oldest must be acknowledged.
const IN_FLIGHT: usize = 256;
/// How long a step may take, and what may go in one of that which nobody waits for.
const MOMENT: Duration = Duration::from_millis(150);
const LEAST_AT_ONCE: i64 = 16;
const MOST_AT_ONCE: i64 = 256;

/// The log towards the broker.
#[derive(Debug)]
pub(super) struct Publisher {
    pub(super) service: &'static str,
    pub(super) pool: sqlx::PgPool,
    pub(super) broker: Broker,
    pub(super) sabotage: Option<Sabotage>,
    pub(super) pace: Pace,
}

/// How much of what nobody waits for is published in one step: as much as the broker stores in a moment, because what is
/// written meanwhile waits for it. One that syncs every message may store only a hundred a second.
#[derive(Debug)]
pub(super) struct Pace(AtomicI64);

impl Default for Pace {
    fn default() -> Self {
        Self(AtomicI64::new(MOST_AT_ONCE))
    }
}

impl Pace {
    fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    fn learn(&self, took: Duration) {
        let next = if took > MOMENT { self.get() / 2 } else { self.get() * 2 };
        self.0.store(next.clamp(LEAST_AT_ONCE, MOST_AT_ONCE), Ordering::Relaxed);
    }
}

impl Publisher {
    /// Publishes what follows the cursor, then moves the cursor; says how much it was.
    ///
    /// After a crash in between it goes out again with the same `Nats-Msg-Id`: the stream drops the copy
    /// within its window, the inbox later. The first message names the last one that the stream is to have:
    /// when that is not so, nothing is published before the stream has been looked at.
    pub(super) async fn publish(&self) -> anyhow::Result<usize> {
        database::transact(&self.pool, async |tx| {
            alone(tx, "outbox.publish").await?;
            let memory = memory(tx).await?;
            let Batch { rows, past, moves } = Cursor::next(tx, self.pace.get()).await?;
            let (count, began) = (rows.len(), Instant::now());
            if count == 0 && moves {
                past.save(tx, memory.sequence).await?;
            }
            if count == 0 {
                return Ok(0);
            }
            if self.sabotage == Some(Sabotage::CursorBeforeBroker) {
                database::transact(&self.pool, async |other| past.save(other, memory.sequence).await).await?;
            }
            let sequence = self.send(rows, memory).await?;
            past.save(tx, sequence).await?;
            self.pace.learn(began.elapsed());
            Ok(count)
        })
        .await
    }

    /// Sends all, with a bounded number on the way; answers with the newest message of the stream once all are stored.
    async fn send(&self, rows: Vec<(Lane, Row)>, memory: Memory) -> anyhow::Result<i64> {
        let mut expected = Some(memory.sequence);
        let mut acks: VecDeque<PublishAckFuture> = VecDeque::with_capacity(IN_FLIGHT);
        let mut newest = memory.sequence;
        for (lane, row) in rows {
            let subject = self.broker.lane(lane, self.service, &row.resource, &row.key);
            let is_first = expected.is_some();
            let headers = headers(&row, expected.take());
            let payload = body(row.epoch, row.version, &row.state).into();
            acks.push_back(self.broker.jetstream.publish_with_headers(subject, headers, payload).await?);
            // Nothing follows the first message before it is known to follow what we believe is there: a stream that went on
            // without us would end with our message, and look like ours.
            if (is_first || acks.len() >= IN_FLIGHT)
                && let Some(oldest) = acks.pop_front()
            {
                newest = newest.max(stored(&oldest.await?)?);
            }
        }
        for ack in acks {
            newest = newest.max(stored(&ack.await?)?);
        }
        Ok(newest)
    }

    /// Looks whether the stream is the one that this log is published to, and heals what is not: the whole state is told
    /// again in a new epoch, and a stream that lost the log is to get it again, for those who had not yet reacted to it.
    pub(super) async fn guard(&self) -> anyhow::Result<()> {
        let found = stream::open(&self.broker, self.service).await?;
        database::transact(&self.pool, async |tx| {
            alone(tx, "outbox.publish").await?;
            let before = memory(tx).await?;
            let (kinship, now) = stream::kinship(tx, &found, before).await?;
            if kinship != Kinship::Ours {
                let epoch = resync::restart(tx).await?;
                tracing::warn!(service = self.service, ?kinship, %epoch, "the stream is not what the log told; telling all again");
            }
            if kinship == Kinship::Lost {
                Cursor::again(tx).await?;
            }
            if now == before { Ok(()) } else { remember(tx, now).await }
        })
        .await
    }
}

/// Whether a failed publication says that the stream is not where the log believes it to be.
pub(super) fn is_estranged(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<async_nats::jetstream::context::PublishError>().map(async_nats::error::Error::kind);
    matches!(kind, Some(PublishErrorKind::WrongLastSequence | PublishErrorKind::StreamNotFound))
}

async fn memory(tx: &mut PgConnection) -> sqlx::Result<Memory> {
    let row = sqlx::query_as!(Memory, "select stream_created as created, stream_sequence as sequence from outbox_cursor");
    row.fetch_one(tx).await
}

async fn remember(tx: &mut PgConnection, Memory { created, sequence }: Memory) -> anyhow::Result<()> {
    let row = sqlx::query!("update outbox_cursor set stream_created = $1, stream_sequence = $2", created, sequence);
    Ok(row.execute(tx).await.map(drop)?)
}

fn headers(row: &Row, expected: Option<i64>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(subjects::MESSAGE_ID, row.id.to_string());
    headers.insert(subjects::CHANGE, row.change.as_str());
    headers.insert(POSITION, row.position.to_string());
    if row.resync {
        headers.insert(subjects::RESYNC, row.epoch.to_string());
    }
    if let Some(traceparent) = &row.traceparent {
        headers.insert(subjects::TRACEPARENT, traceparent.as_str());
    }
    if let Some(expected) = expected {
        headers.insert(header::NATS_EXPECTED_LAST_SEQUENCE, expected.to_string());
    }
    headers
}

fn stored(ack: &PublishAck) -> anyhow::Result<i64> {
    i64::try_from(ack.sequence).context("a sequence beyond counting")
}
