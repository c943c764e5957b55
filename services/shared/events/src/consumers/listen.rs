use std::{panic::AssertUnwindSafe, time::Duration};

use anyhow::Context as _;
use async_nats::jetstream::{
    AckKind, Message,
    consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
    stream::Info,
};
use futures_util::{FutureExt as _, StreamExt as _, future::join_all};
use tokio::time::{interval, sleep};
use tracing::Instrument as _;

use super::{ATTEMPTS, Consumer, Handle, backoff};
use crate::{Failure, Heard, broker::Lane, dead_letters, outbox::created, trace};

const PAUSE: Duration = Duration::from_millis(500);
/// How often the stream is looked at: another one in its place says nothing by itself.
const GUARD: Duration = Duration::from_secs(2);
/// How long the broker waits before it gives an event to somebody else.
const ACK_WAIT: Duration = Duration::from_secs(30);
/// How long the work on one event may take.
const LIMIT: Duration = Duration::from_secs(25);

/// Hears and handles for ever, and tries again what an operator asks for.
pub(super) async fn run<H: Handle>(consumer: &Consumer, handle: &H) -> anyhow::Result<()> {
    tokio::join!(
        join_all(H::LANES.iter().map(|lane| listen_on(consumer, *lane, handle))),
        dead_letters::second_chances(consumer.name, &consumer.pool, handle),
    );
    Ok(())
}

async fn listen_on(consumer: &Consumer, lane: Lane, handle: &impl Handle) {
    loop {
        if let Err(error) = listen(consumer, lane, handle).await {
            tracing::warn!(consumer = consumer.name, error = &*error as &dyn std::error::Error, "cannot listen; will try again");
        }
        sleep(PAUSE).await;
    }
}

/// Listens until the stream or the consumer is another one, or the connection is lost.
async fn listen(consumer: &Consumer, lane: Lane, handle: &impl Handle) -> anyhow::Result<()> {
    let made = created(&note(consumer).await?);
    let durable = durable(consumer, lane).await?;
    let messages = durable.stream().max_messages_per_batch(64).heartbeat(Duration::from_secs(5)).expires(Duration::from_secs(30));
    let mut messages = messages.messages().await?;
    let mut guard = interval(GUARD);
    loop {
        tokio::select! {
            message = messages.next() => match message {
                Some(message) => take(consumer, handle, &message?, made).await?,
                None => anyhow::bail!("the consumer ended"),
            },
            _ = guard.tick() => match note(consumer).await {
                Ok(note) if created(&note) != made => anyhow::bail!("the stream is another one"),
                _ => {} // a broker that is away says nothing about the stream
            },
        }
    }
}

async fn note(consumer: &Consumer) -> anyhow::Result<Info> {
    let Consumer { broker, source, .. } = consumer;
    let stream = broker.jetstream.get_stream(broker.stream(source)).await.context("the stream is not there")?;
    Ok(stream.cached_info().clone())
}

async fn durable(consumer: &Consumer, lane: Lane) -> anyhow::Result<PullConsumer> {
    let Consumer { broker, source, .. } = consumer;
    let config = pull::Config {
        durable_name: Some(match lane {
            Lane::New => consumer.name.to_owned(),
            Lane::Again => format!("{}-again", consumer.name),
        }),
        filter_subjects: broker.filters(lane, source, consumer.resources),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: ACK_WAIT,
        max_ack_pending: 1024,
        ..pull::Config::default()
    };
    broker.jetstream.create_consumer_on_stream(config, broker.stream(source)).await.context("cannot make the consumer")
}

/// Handles one message to an end: done, later, or given up. Only then is the broker told.
async fn take(consumer: &Consumer, handle: &impl Handle, message: &Message, made: i64) -> anyhow::Result<()> {
    let attempts = message.info().map_or(1, |info| i32::try_from(info.delivered).unwrap_or(i32::MAX));
    let ack = match Heard::read(message, made) {
        Ok(heard) => match patiently(consumer, handle, message, &heard).await? {
            Ok(()) => AckKind::Ack,
            Err(Failure::Retry(error)) if attempts < ATTEMPTS => {
                tracing::warn!(consumer = consumer.name, subject = %message.subject, attempts, error = &*error as &dyn std::error::Error, "an event failed; will try again");
                handle.excuse(&consumer.pool, consumer.name, &heard).await?;
                AckKind::Nak(Some(backoff(attempts)))
            }
            Err(failure) => {
                handle.excuse(&consumer.pool, consumer.name, &heard).await?;
                give_up(consumer, message, attempts, failure.cause()).await?
            }
        },
        Err(error) => give_up(consumer, message, attempts, &error).await?,
    };
    message.ack_with(ack).await.map_err(anyhow::Error::from_boxed)
}

async fn give_up(consumer: &Consumer, message: &Message, attempts: i32, error: &anyhow::Error) -> anyhow::Result<AckKind> {
    tracing::error!(consumer = consumer.name, subject = %message.subject, attempts, error = &**error as &dyn std::error::Error, "an event is given up");
    dead_letters::keep_event(&consumer.pool, consumer.name, message, attempts, error).await?;
    Ok(AckKind::Term)
}

/// Handles an event; while the database is away it waits, which is no fault of the event.
async fn patiently(consumer: &Consumer, handle: &impl Handle, message: &Message, heard: &Heard) -> anyhow::Result<Result<(), Failure>> {
    loop {
        let span = tracing::info_span!("consume", consumer = consumer.name, resource = heard.resource, key = heard.key);
        trace::join(&span, heard.traceparent.as_deref());
        let work = database::transact(&consumer.pool, async |tx| handle.handle(tx, consumer.name, heard).await);
        match settled(work.instrument(span), LIMIT).await {
            Err(failure) if failure.is_away() => {
                message.ack_with(AckKind::Progress).await.map_err(anyhow::Error::from_boxed)?;
                sleep(PAUSE).await;
            }
            done => return Ok(done),
        }
    }
}

/// The end of a piece of work; one that panics, or takes longer than it may, has failed.
pub(crate) async fn settled(work: impl Future<Output = Result<(), Failure>>, limit: Duration) -> Result<(), Failure> {
    match tokio::time::timeout(limit, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(Failure::Retry(anyhow::anyhow!("it panicked"))),
        Err(_) => Err(Failure::Retry(anyhow::anyhow!("it took too long"))),
    }
}
