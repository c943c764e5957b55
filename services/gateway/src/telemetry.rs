use std::time::Duration;

use http::StatusCode;
use opentelemetry::{
    KeyValue,
    metrics::{Counter, Histogram},
};

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
