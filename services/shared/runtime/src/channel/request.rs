use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{HeaderMap, Request, request::Parts};
use http_body_util::BodyExt as _;
use hyper::body::{Body as HttpBody, Frame};
use tonic::{Status, body::Body};

/// More than that is not kept to be sent a second time.
const KEPT: usize = 4 * 1024 * 1024;

/// A call that can be sent again when its body is known as a whole; a stream of requests can be sent but once.
pub(super) struct Replayable {
    parts: Parts,
    start: VecDeque<Bytes>,
    rest: Option<Body>,
    whole: bool,
}

impl Replayable {
    /// Reads what is there at once of a call's body: the whole of it unless the caller streams.
    pub fn of(request: Request<Body>) -> Self {
        let (parts, mut body) = request.into_parts();
        let (mut start, mut size) = (VecDeque::new(), 0);
        while size < KEPT {
            match body.frame().now_or_never() {
                Some(Some(Ok(frame))) => {
                    if let Ok(data) = frame.into_data() {
                        size += data.len();
                        start.push_back(data);
                    }
                }
                Some(None) => return Self { parts, start, rest: None, whole: true },
                Some(Some(Err(_))) | None => break,
            }
        }
        Self { parts, start, rest: Some(body), whole: false }
    }

    /// Whether it can be sent again.
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    /// The call, to be sent, with headers added.
    pub fn take(&mut self, dress: impl FnOnce(&mut HeaderMap)) -> Result<Request<Body>, Status> {
        let (start, rest) = if self.whole {
            (self.start.clone(), None)
        } else {
            let rest = self.rest.take().ok_or_else(|| Status::internal("a stream of requests cannot be sent twice"))?;
            (std::mem::take(&mut self.start), Some(rest))
        };
        let mut request = Request::from_parts(self.parts.clone(), Body::new(Joined { start, rest }));
        dress(request.headers_mut());
        Ok(request)
    }
}

/// The body of a call: what was read of it, then what is still to come.
struct Joined {
    start: VecDeque<Bytes>,
    rest: Option<Body>,
}

impl HttpBody for Joined {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Some(data) = self.start.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match &mut self.rest {
            Some(rest) => Pin::new(rest).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.start.is_empty() && self.rest.as_ref().is_none_or(HttpBody::is_end_stream)
    }
}
