use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    task::{Context, Poll},
    time::Duration,
};

use atlas_proto::access::CallerKind;
use futures_util::{FutureExt as _, future::BoxFuture};
use http::{HeaderMap, header::AUTHORIZATION};
use kernel::{Code, Fault};
use tokio::time::Instant;
use tonic::{Status, body::Body};
use tower::{Layer, Service};
use tracing::{Instrument as _, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{
    Access,
    bounds::{Bounds, Limits},
    measured::Meter,
};
use crate::{
    Refused, Verifier, access,
    channel::{Carrier, DEADLINE},
    fault,
};

/// Services that every server of ours has and that are nobody's secret: health, and outside production reflection.
const OPEN: [&str; 2] = ["/grpc.health.v1.", "/grpc.reflection.v1."];

/// Where every call comes in: traced, bounded, let in or refused, given a deadline; a panic ends no other call.
#[derive(Clone)]
pub(super) struct Door {
    verifier: Verifier,
    access: Access,
    bounds: Bounds,
    deadline: Duration,
    meter: Meter,
}

#[derive(Clone)]
pub(super) struct DoorLayer(pub Door);

#[derive(Clone)]
pub(super) struct Behind<S> {
    door: Door,
    inner: S,
}

/// What goes wrong with a call before or around its handler.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("no answer in time")]
    TooLate,
    #[error("the handler panicked")]
    Panic,
}

impl Fault for Trouble {
    fn code(&self) -> (Code, &'static str) {
        match self {
            Self::TooLate => (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"),
            Self::Panic => (Code::Internal, "INTERNAL"),
        }
    }
}

impl<S> Layer<S> for DoorLayer {
    type Service = Behind<S>;

    fn layer(&self, inner: S) -> Behind<S> {
        Behind { door: self.0.clone(), inner }
    }
}

impl<S> Service<http::Request<Body>> for Behind<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let fresh = self.inner.clone();
        let ready = std::mem::replace(&mut self.inner, fresh);
        let door = self.door.clone();
        if OPEN.iter().any(|prefix| request.uri().path().starts_with(prefix)) {
            return Box::pin(async move { door.guarded(ready, request, None).await.or_else(|status| Ok(status.into_http())) });
        }
        let span = span(&request);
        Box::pin(async move { Ok(door.pass(ready, request).await) }.instrument(span))
    }
}

impl Door {
    pub fn new(verifier: Verifier, limits: Limits, access: Access) -> Self {
        Self { verifier, access, bounds: Bounds::new(limits), deadline: limits.deadline, meter: Meter::new() }
    }

    async fn pass<S>(&self, inner: S, request: http::Request<Body>) -> http::Response<Body>
    where
        S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
    {
        let path = self.access.iter().map(|(path, _)| *path).find(|path| *path == request.uri().path());
        let call = self.meter.begins(path.unwrap_or("unknown"));
        let answered = async {
            let left = given(request.headers()).map_or(self.deadline, |asked| asked.min(self.deadline));
            let deadline = Instant::now() + left;
            let _place = self.bounds.enter().await.map_err(|overloaded| fault::status(&overloaded))?;
            let request = tokio::time::timeout_at(deadline, self.admit(request)).await.map_err(|_| fault::status(&Trouble::TooLate))??;
            self.guarded(inner, request, Some(deadline)).await
        };
        call.ends(answered.await.unwrap_or_else(Status::into_http))
    }

    /// Runs the handler: within its deadline, and so that its panic is answered as an error of ours.
    async fn guarded<S>(
        &self,
        mut inner: S,
        request: http::Request<Body>,
        deadline: Option<Instant>,
    ) -> Result<http::Response<Body>, Status>
    where
        S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
    {
        let path = request.uri().path().to_owned();
        let work = async move { AssertUnwindSafe(inner.call(request)).catch_unwind().await };
        let ended = match deadline {
            Some(deadline) => {
                let work = DEADLINE.scope(deadline, work);
                tokio::time::timeout_at(deadline, work).await.map_err(|_| fault::status(&Trouble::TooLate))?
            }
            None => work.await,
        };
        let Ok(Ok(response)) = ended else {
            tracing::error!(path, "a handler panicked");
            return Err(fault::status(&Trouble::Panic));
        };
        Ok(response)
    }

    /// Lets a call in with who makes it, or refuses it. Where anyone may call, the token is not looked at.
    async fn admit(&self, mut request: http::Request<Body>) -> Result<http::Request<Body>, Status> {
        let path = request.uri().path();
        let Some((_, admitted)) = self.access.iter().find(|(known, _)| *known == path) else {
            return Err(Status::unimplemented("there is no such method"));
        };
        if **admitted == [CallerKind::Anyone] {
            return Ok(request);
        }
        let admission = match token(request.headers()) {
            Some(token) => self.verifier.check(token).await,
            None => Err(Refused::Missing),
        };
        let admission = admission.and_then(|admission| {
            let kind = access::kind(admission.caller.right.kind);
            if admitted.contains(&kind) { Ok(admission) } else { Err(Refused::NotAdmitted) }
        });
        let admission = admission.map_err(|refused| fault::status(&refused))?;
        request.extensions_mut().insert(admission);
        Ok(request)
    }
}

/// The token of a call (RFC 6750: the scheme is compared without case).
fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// How much time the caller gives (`grpc-timeout`: digits and a unit).
fn given(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = digits.parse().ok().filter(|_| digits.len() <= 8)?;
    match unit {
        "H" => Some(Duration::from_secs(number * 3600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

fn span(request: &http::Request<Body>) -> Span {
    let span = tracing::info_span!("rpc", otel.name = request.uri().path(), otel.kind = "server", path = request.uri().path());
    let parent = opentelemetry::global::get_text_map_propagator(|propagator| propagator.extract(&Carrier(request.headers())));
    // Without exported traces there is nothing to join.
    let _ = span.set_parent(parent);
    span
}
