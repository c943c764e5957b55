use std::{
    panic::AssertUnwindSafe,
    pin::Pin,
    task::{Context, Poll},
    time::Instant,
};

use bytes::Bytes;
use http::HeaderMap;
use hyper::body::{Body as HttpBody, Frame};
use opentelemetry::{
    KeyValue, global,
    metrics::{Histogram, UpDownCounter},
};
use tonic::{Code, Status, body::Body};

/// Measures every call: how long, and how it ended.
#[derive(Clone)]
pub(super) struct Meter {
    duration: Histogram<f64>,
    running: UpDownCounter<i64>,
}

/// A call that is being measured.
pub(super) struct Measured {
    meter: Meter,
    method: &'static str,
    began: Instant,
    code: Option<Code>,
}

impl Meter {
    pub fn new() -> Self {
        let meter = global::meter("atlas");
        let bounds = vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
        Self {
            duration: meter.f64_histogram("rpc.server.duration").with_unit("s").with_boundaries(bounds).build(),
            running: meter.i64_up_down_counter("rpc.server.running").build(),
        }
    }

    pub fn begins(&self, method: &'static str) -> Measured {
        self.running.add(1, &[]);
        Measured { meter: self.clone(), method, began: Instant::now(), code: None }
    }
}

impl Measured {
    /// Goes on measuring until the last byte of the answer is sent.
    pub fn ends(mut self, response: http::Response<Body>) -> http::Response<Body> {
        self.note(response.headers());
        response.map(|body| Body::new(Measuring { body: Some(body), call: self }))
    }

    fn note(&mut self, headers: &HeaderMap) {
        if let Some(code) = headers.get("grpc-status") {
            self.code = Some(Code::from_bytes(code.as_bytes()));
        }
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        // Who hung up before the end has cancelled the call.
        let code = self.code.unwrap_or(Code::Cancelled);
        let labels = [KeyValue::new("rpc.method", self.method), KeyValue::new("rpc.grpc.status_code", code as i64)];
        self.meter.duration.record(self.began.elapsed().as_secs_f64(), &labels);
        self.meter.running.add(-1, &[]);
    }
}

/// The body of an answer: noted when it ends, and ended with INTERNAL when it panics.
struct Measuring {
    body: Option<Body>,
    call: Measured,
}

impl HttpBody for Measuring {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| Pin::new(body).poll_frame(cx)));
        let polled = polled.unwrap_or_else(|_| {
            tracing::error!(path = self.call.method, "a stream of answers panicked");
            self.body = None;
            let mut trailers = HeaderMap::new();
            let _ = Status::internal("internal error").add_header(&mut trailers);
            Poll::Ready(Some(Ok(Frame::trailers(trailers))))
        });
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(trailers) = frame.trailers_ref()
        {
            self.call.note(trailers);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }
}
