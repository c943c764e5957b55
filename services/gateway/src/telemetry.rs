use std::time::Duration;

use axum::extract::MatchedPath;
use http::{Request, StatusCode};
use opentelemetry::{
    KeyValue,
    metrics::{Counter, Histogram},
};
use tracing::{Span, field::Empty};

/// The span of a request that needs an answer made: the beginning of the trace through every service it asks. Pages that are kept
/// have none, they are only counted. The address is not in it, but the route that it matched: an address may be the link of a mail.
pub fn span<B>(request: &Request<B>) -> Span {
    let span = tracing::info_span!(
        "request",
        otel.name = request.method().as_str(),
        otel.kind = "server",
        http.request.method = request.method().as_str(),
        http.route = Empty,
        http.response.status_code = Empty,
    );
    runtime::telemetry::link_outside(&span, request.headers());
    span
}

/// Names the span of a request by the address that it matched, with its variables left open.
pub fn name<B>(request: Request<B>) -> Request<B> {
    if let Some(route) = request.extensions().get::<MatchedPath>() {
        let span = Span::current();
        span.record("http.route", route.as_str());
        runtime::telemetry::rename(&span, format!("{} {}", request.method(), route.as_str()));
    }
    request
}

/// What is counted of requests.
#[derive(Debug)]
pub struct Measured {
    requests: Counter<u64>,
    seconds: Histogram<f64>,
    kept: [KeyValue; 2],
    made: [KeyValue; 2],
}

impl Measured {
    /// The instruments of this process.
    #[must_use]
    pub fn new() -> Self {
        let meter = opentelemetry::global::meter("gateway");
        let labels = |status: i64, kept: bool| [KeyValue::new("http.response.status_code", status), KeyValue::new("atlas.kept", kept)];
        Self {
            requests: meter.u64_counter("http.server.requests").with_description("requests answered").build(),
            seconds: meter.f64_histogram("http.server.request.duration").with_unit("s").build(),
            kept: labels(200, true),
            made: labels(200, false),
        }
    }

    /// Counts one.
    pub fn request(&self, status: StatusCode, kept: bool, took: Duration) {
        let usual = if kept { &self.kept } else { &self.made };
        if status == StatusCode::OK {
            self.requests.add(1, usual);
            self.seconds.record(took.as_secs_f64(), usual);
            return;
        }
        let labels = [KeyValue::new("http.response.status_code", i64::from(status.as_u16())), KeyValue::new("atlas.kept", kept)];
        self.requests.add(1, &labels);
        self.seconds.record(took.as_secs_f64(), &labels);
    }
}

impl Default for Measured {
    fn default() -> Self {
        Self::new()
    }
}
