//! Read models: a whole export, then every event after it, without a gap.

mod seen;

use std::time::Duration;

use anyhow::Context as _;
use async_nats::jetstream::{
    consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
    context::GetStreamErrorKind,
    stream::Info,
};
use futures_util::StreamExt as _;
use tokio::time::{MissedTickBehavior, interval, sleep};

pub use seen::Seen;

pub use crate::heard::{Heard, Mark};
use crate::{Broker, broker::Lane, outbox::created};

/// How often the stream is looked at: another one in its place says nothing by itself.
const GUARD: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(500);
/// How often a stream on which nothing happens says that it is there; after two that are missing it is listened to anew.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// A read model that follows a service.
pub trait Follower: Send {
    /// Takes the whole state anew from the service, beside the present one, which stays up until then.
    ///
    /// What was written since `mark` comes by [`Follower::apply`], some of it known already. There is no mark while the
    /// broker is away: then the state is as old as the export, and is taken again when the broker is back.
    fn export(&mut self, mark: Option<Mark>) -> impl Future<Output = anyhow::Result<()>> + Send;

    /// Takes one event: newer than what is known, or not (see [`Seen`]). After an error everything begins with an export again.
    fn apply(&mut self, heard: Heard) -> impl Future<Output = anyhow::Result<()>> + Send;

    /// Everything that was written before the export ended has been heard; said again after each new beginning.
    fn caught_up(&mut self) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// Follows `resources` of `service` (all when empty) for as long as the process lives.
///
/// Goes on from `start`, the place a saved state belongs to, when the stream still reaches back to it; else begins with an
/// export. Begins again when the stream is another one or no longer reaches back. Resyncs come as events with `resync` set,
/// and end with one that [`Heard::ends_resync`].
///
/// # Errors
/// Never; it is a task of a process, which may fail.
pub async fn run(
    broker: &Broker,
    service: &str,
    resources: &[&str],
    start: Option<Mark>,
    follower: &mut impl Follower,
) -> anyhow::Result<()> {
    let mut follow = Follow { broker, service, resources, mark: start, bridged: false };
    loop {
        if let Err(error) = follow.once(follower).await {
            tracing::warn!(service, error = &*error as &dyn std::error::Error, "cannot follow; will try again");
            sleep(PAUSE).await;
        }
    }
}

struct Follow<'a> {
    broker: &'a Broker,
    service: &'a str,
    resources: &'a [&'a str],
    /// All up to here is in the follower's state.
    mark: Option<Mark>,
    /// An export was taken while the broker was away.
    bridged: bool,
}

/// How a stretch of following ended.
enum End {
    /// The stream is another one, or no longer reaches back to the mark.
    Gone,
    /// The connection or the consumer was lost; the mark is still good.
    Lost(anyhow::Error),
}

impl Follow<'_> {
    /// Notes the stream, exports unless the mark is good, and follows until something is lost.
    async fn once(&mut self, follower: &mut impl Follower) -> anyhow::Result<()> {
        let note = match self.note().await {
            Ok(note) => note,
            Err(error) => return self.bridge(follower, error).await,
        };
        let known = self.mark.filter(|mark| reaches(&note, *mark));
        let mark = match known {
            Some(mark) => mark,
            None => {
                let mark = Mark { created: created(&note), sequence: note.state.last_sequence };
                self.mark = None;
                follower.export(Some(mark)).await.context("the export failed")?;
                mark
            }
        };
        self.mark = Some(mark);
        let target = self.note().await?.state.last_sequence;
        match self.listen(follower, mark, target).await? {
            End::Gone => Ok(()),
            End::Lost(error) => Err(error),
        }
    }

    /// The broker or the stream is not there: the state of the moment is better than none, once.
    async fn bridge(&mut self, follower: &mut impl Follower, error: anyhow::Error) -> anyhow::Result<()> {
        if self.mark.is_none() && !self.bridged {
            follower.export(None).await.context("the export failed")?;
            self.bridged = true;
        }
        Err(error)
    }

    async fn note(&self) -> anyhow::Result<Info> {
        let stream = self.broker.jetstream.get_stream(self.broker.stream(self.service)).await;
        let stream = stream.map_err(|error| match error.kind() {
            GetStreamErrorKind::JetStream(_) => anyhow::Error::new(error).context("the service has no stream yet"),
            _ => anyhow::Error::new(error).context("the broker does not answer"),
        })?;
        Ok(stream.cached_info().clone())
    }

    /// Hears what follows the mark, and moves it. An error is the follower's: its state is not to be trusted.
    async fn listen(&mut self, follower: &mut impl Follower, mark: Mark, target: u64) -> anyhow::Result<End> {
        let consumer = match self.consumer(mark).await {
            Ok(consumer) => consumer,
            Err(error) => return Ok(End::Lost(error)),
        };
        let mut behind = consumer.cached_info().num_pending > 0 && mark.sequence < target;
        if !behind {
            follower.caught_up().await?;
        }
        let mut messages = match consumer.stream().heartbeat(HEARTBEAT).expires(Duration::from_secs(30)).messages().await {
            Ok(messages) => messages,
            Err(error) => return Ok(End::Lost(error.into())),
        };
        let mut guard = interval(GUARD);
        guard.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let message = tokio::select! {
                message = messages.next() => message,
                _ = guard.tick() => match self.note().await {
                    Ok(note) if self.mark.is_some_and(|mark| !reaches(&note, mark)) => return Ok(End::Gone),
                    _ => continue, // a broker that is away says nothing about the stream
                },
            };
            let message = match message {
                Some(Ok(message)) => message,
                Some(Err(error)) => return Ok(End::Lost(error.into())),
                None => return Ok(End::Lost(anyhow::anyhow!("the consumer ended"))),
            };
            let pending = message.info().map_or(0, |info| info.pending);
            let at = self.take(follower, Heard::read(&message, mark.created)?).await?;
            if behind && (pending == 0 || at >= target) {
                behind = false;
                follower.caught_up().await?;
            }
        }
    }

    async fn take(&mut self, follower: &mut impl Follower, heard: Heard) -> anyhow::Result<u64> {
        let mark = heard.mark;
        if let Err(error) = follower.apply(heard).await {
            self.mark = None;
            return Err(error.context("an event was not applied"));
        }
        self.mark = Some(mark);
        Ok(mark.sequence)
    }

    async fn consumer(&self, mark: Mark) -> anyhow::Result<PullConsumer> {
        let config = pull::Config {
            filter_subjects: self.broker.filters(Lane::New, self.service, self.resources),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: mark.sequence + 1 },
            ack_policy: AckPolicy::None,
            memory_storage: true,
            inactive_threshold: Duration::from_mins(1),
            ..pull::Config::default()
        };
        let stream = self.broker.stream(self.service);
        self.broker.jetstream.create_consumer_on_stream(config, stream).await.context("cannot listen to the stream")
    }
}

/// Whether the stream is the one of the mark, and still has what follows it.
fn reaches(note: &Info, mark: Mark) -> bool {
    created(note) == mark.created && mark.sequence + 1 >= note.state.first_sequence && mark.sequence <= note.state.last_sequence
}
