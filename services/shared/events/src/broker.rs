use std::time::Duration;

use anyhow::Context as _;
use async_nats::{
    ConnectOptions,
    connection::State,
    jetstream::{self, context::ContextBuilder},
};
use atlas_proto::subjects;

/// Which of the two ways through a stream an event takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// What happens, and state that a resync tells.
    New,
    /// What was published before, to a stream that is lost.
    Again,
}

/// The way to the broker. It is had at once: a broker that is away delays facts and stops nothing.
#[derive(Debug, Clone)]
pub struct Broker {
    /// JetStream, with a time limit on every request.
    pub jetstream: jetstream::Context,
    /// What comes before every subject and stream name; empty outside tests.
    pub prefix: String,
}

impl Broker {
    /// Connects in the background, for ever, and again whenever the connection is lost.
    ///
    /// # Errors
    /// The address is not one.
    pub async fn connect(url: &str, prefix: &str) -> anyhow::Result<Self> {
        let options = ConnectOptions::new()
            .retry_on_initial_connect()
            .max_reconnects(None)
            .reconnect_delay_callback(|attempt| Duration::from_millis(100) * u32::try_from(attempt.min(20)).unwrap_or(20))
            .ping_interval(Duration::from_secs(5))
            .request_timeout(Some(Duration::from_secs(5)));
        let client = options.connect(url).await.context("the broker's address is not valid")?;
        let jetstream = ContextBuilder::new().timeout(Duration::from_secs(5)).max_ack_inflight(1024).build(client);
        Ok(Self { jetstream, prefix: prefix.to_owned() })
    }

    /// Whether the broker answers.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.jetstream.client().connection_state() == State::Connected
    }

    /// The name of a service's stream: `[<prefix>_]DIRECTORY`.
    #[must_use]
    pub fn stream(&self, service: &str) -> String {
        let name = atlas_proto::subjects::stream(service);
        if self.prefix.is_empty() { name } else { format!("{}_{name}", self.prefix) }
    }

    /// A subject: `[<prefix>.]atlas.<service>.v1.<resource>.<key>`; `*` stands for any resource, or any key.
    #[must_use]
    pub fn subject(&self, service: &str, resource: &str, key: &str) -> String {
        self.lane(Lane::New, service, resource, key)
    }

    /// All subjects of a service.
    #[must_use]
    pub fn subjects(&self, service: &str) -> String {
        self.prefixed(format!("atlas.{service}.v1.>"))
    }

    /// A subject in a lane.
    pub(crate) fn lane(&self, lane: Lane, service: &str, resource: &str, key: &str) -> String {
        self.prefixed(match lane {
            Lane::New => subjects::subject(service, resource, key),
            Lane::Again => subjects::again(service, resource, key),
        })
    }

    /// What to listen to for these resources of a service, all when there are none, and for the end of a resync.
    pub(crate) fn filters(&self, lane: Lane, service: &str, resources: &[&str]) -> Vec<String> {
        let any = ["*"];
        let wanted = if resources.is_empty() { &any[..] } else { resources };
        let ends = (lane == Lane::New && !resources.is_empty()).then_some(subjects::RESYNC_ENDED);
        wanted.iter().copied().chain(ends).map(|resource| self.lane(lane, service, resource, "*")).collect()
    }

    fn prefixed(&self, subject: String) -> String {
        if self.prefix.is_empty() { subject } else { format!("{}.{subject}", self.prefix) }
    }
}
