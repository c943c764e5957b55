//! The way to another service.

mod members;
mod request;

use std::{
    fmt,
    str::FromStr,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use kernel::{Code, Fault};
use tokio::time::Instant;
use tonic::{Status, body::Body};
use tower::Service;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use members::Members;
pub use members::Pace;
use request::Replayable;

use crate::{Lifecycle, fault, identity::Tokens, secret::random};

tokio::task_local! {
    /// By when the call that is being answered has to be; calls made for it get no more time than is left.
    pub(crate) static DEADLINE: Instant;
}

/// Where a service can be found: `host:port`, several by comma; each name is resolved again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets(Vec<String>);

/// The text names no targets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected host:port, several separated by commas")]
pub struct InvalidTargets;

impl FromStr for Targets {
    type Err = InvalidTargets;

    fn from_str(text: &str) -> Result<Self, InvalidTargets> {
        let targets: Vec<String> = text.split(',').map(|target| target.trim().to_owned()).collect();
        let valid = |target: &String| target.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
        if targets.iter().all(valid) { Ok(Self(targets)) } else { Err(InvalidTargets) }
    }
}

impl fmt::Display for Targets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

/// The way to a service: over all its replicas, with a deadline, a token and the trace on every call.
///
/// It is a tower service, so every generated client runs on it: `DirectoryServiceClient::new(wire)`.
#[derive(Clone)]
pub struct Wire {
    members: Members,
    bearer: Bearer,
    deadline: Duration,
}

/// Whose token goes with the calls.
#[derive(Clone)]
enum Bearer {
    Nobody,
    Given(Arc<str>),
    Own(Tokens),
}

/// Why a call did not reach a replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Unreached {
    #[error("no replica can be reached")]
    NoReplica,
    #[error("no answer in time")]
    TooLate,
    #[error("the call was cut off")]
    CutOff,
}

impl Fault for Unreached {
    fn code(&self) -> (Code, &'static str) {
        match self {
            Self::NoReplica => (Code::Unavailable, "NO_REPLICA"),
            Self::TooLate => (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"),
            Self::CutOff => (Code::Unavailable, "CUT_OFF"),
        }
    }
}

impl Wire {
    /// A way to these targets, without a token.
    #[must_use]
    pub fn open(targets: Targets, lifecycle: &Lifecycle) -> Self {
        Self::paced(targets, Pace::default(), lifecycle)
    }

    /// The same at a pace of one's own.
    #[must_use]
    pub fn paced(targets: Targets, pace: Pace, lifecycle: &Lifecycle) -> Self {
        Self { members: Members::follow(targets.0, pace, lifecycle), bearer: Bearer::Nobody, deadline: Duration::from_secs(5) }
    }

    /// The same way with this token: the one that a caller came with, or a visitor's.
    #[must_use]
    pub fn bearing(&self, token: &str) -> Self {
        Self { bearer: Bearer::Given(token.into()), ..self.clone() }
    }

    /// The same way with tokens of our own, fetched and renewed as needed.
    #[must_use]
    pub fn with_tokens(&self, tokens: Tokens) -> Self {
        Self { bearer: Bearer::Own(tokens), ..self.clone() }
    }

    /// The same way with another deadline; a call never gets more time than the one it is made for has left.
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Self {
        Self { deadline, ..self.clone() }
    }

    /// How many replicas can be reached now.
    #[must_use]
    pub fn replicas(&self) -> usize {
        self.members.count()
    }

    async fn send(self, request: http::Request<Body>) -> http::Response<Body> {
        let deadline = Instant::now() + self.deadline;
        let deadline = DEADLINE.try_with(|outer| deadline.min(*outer)).unwrap_or(deadline);
        let answered = tokio::time::timeout_at(deadline, self.attempts(Replayable::of(request), deadline)).await;
        let answered = match answered {
            Err(_) if self.members.count() == 0 => Err(fault::status(&Unreached::NoReplica)),
            Err(_) => Err(fault::status(&Unreached::TooLate)),
            Ok(answered) => answered,
        };
        answered.unwrap_or_else(|status| status.into_http())
    }

    /// Sends it; again while it provably did not arrive, and once more if it was refused for a token voided meanwhile.
    async fn attempts(&self, mut request: Replayable, deadline: Instant) -> Result<http::Response<Body>, Status> {
        let (mut renewed, mut tries) = (false, 1);
        loop {
            let token = self.bearer.token().await?;
            let copy = request.take(|headers| dress(headers, token.as_deref(), deadline))?;
            match self.members.call(copy).await {
                Ok(response) if !renewed && is_void(&response) && self.bearer.renew(token.as_deref()) && request.is_whole() => {
                    renewed = true
                }
                Ok(response) => return Ok(response),
                Err(error) if members::timed_out(&error) => return Err(fault::status(&Unreached::TooLate)),
                Err(error) if tries < TRIES && request.is_whole() && members::never_arrived(&error) => {
                    tokio::time::sleep(pause(tries)).await;
                    tries += 1;
                }
                Err(error) => {
                    tracing::debug!(error = &error as &dyn std::error::Error, "a call was cut off");
                    return Err(fault::status(&if members::never_arrived(&error) { Unreached::NoReplica } else { Unreached::CutOff }));
                }
            }
        }
    }
}

/// How often a call that does not arrive is sent: a replica that is gone may be chosen again until it is taken out.
const TRIES: u32 = 9;

/// How long to wait before the next try: together somewhat longer than a dead replica stays, never twice the same.
fn pause(tries: u32) -> Duration {
    let jitter = f64::from(random::<1>()[0]) / 255.0;
    Duration::from_millis(25).mul_f64(f64::from(tries) * (0.75 + 0.5 * jitter))
}

impl Bearer {
    async fn token(&self) -> Result<Option<Arc<str>>, Status> {
        match self {
            Self::Nobody => Ok(None),
            Self::Given(token) => Ok(Some(Arc::clone(token))),
            Self::Own(tokens) => tokens.token().await.map(Some),
        }
    }

    /// Forgets a token that was refused; whether another one can be had.
    fn renew(&self, token: Option<&str>) -> bool {
        match (self, token) {
            (Self::Own(tokens), Some(token)) => {
                tokens.forget(token);
                true
            }
            _ => false,
        }
    }
}

impl Service<http::Request<Body>> for Wire {
    type Response = http::Response<Body>;
    type Error = std::convert::Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let wire = self.clone();
        Box::pin(async move { Ok(wire.send(request).await) })
    }
}

/// Puts on a call what every call carries: token, trace, and how much time is left.
fn dress(headers: &mut HeaderMap, token: Option<&str>, deadline: Instant) {
    if let Some(Ok(mut value)) = token.map(|token| HeaderValue::try_from(format!("Bearer {token}"))) {
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    let left = deadline.saturating_duration_since(Instant::now()).as_millis().min(99_999_999);
    if let Ok(value) = HeaderValue::try_from(format!("{left}m")) {
        headers.insert("grpc-timeout", value);
    }
    let context = tracing::Span::current().context();
    opentelemetry::global::get_text_map_propagator(|propagator| propagator.inject_context(&context, &mut Carrier(&mut *headers)));
}

/// Headers as OpenTelemetry writes and reads them.
pub(crate) struct Carrier<Headers>(pub Headers);

impl opentelemetry::propagation::Injector for Carrier<&mut HeaderMap> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(key), HeaderValue::try_from(value)) {
            self.0.insert(name, value);
        }
    }
}

impl opentelemetry::propagation::Extractor for Carrier<&HeaderMap> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}

/// Whether a call was refused at the door because its token was voided.
fn is_void(response: &http::Response<Body>) -> bool {
    let status = Status::from_header_map(response.headers());
    status.is_some_and(|status| status.code() == tonic::Code::Unauthenticated && fault::reason(&status).as_deref() == Some("TOKEN_VOID"))
}
