//! Services that answer as a test says, over real gRPC.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{Router, extract::State, response::Response as HttpResponse, routing::post};
use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Request};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use prost::Message;
use runtime::{Lifecycle, Targets, Wire};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

type Answer = Box<dyn Fn(Bytes) -> Result<Vec<u8>, Status> + Send>;

/// One call, as it came.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: String,
    pub metadata: HeaderMap,
    pub message: Bytes,
}

#[derive(Clone, Default)]
pub struct Fake(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    answers: HashMap<&'static str, Answer>,
    calls: Vec<Call>,
}

impl Fake {
    /// Answers a method, named without its service.
    pub fn on<Ask: Message + Default, Told: Message>(
        &self,
        method: &'static str,
        answer: impl Fn(Ask) -> Result<Told, Status> + Send + 'static,
    ) -> &Self {
        let answer = move |bytes: Bytes| answer(Ask::decode(bytes).unwrap()).map(|told| told.encode_to_vec());
        self.0.lock().unwrap().answers.insert(method, Box::new(answer));
        self
    }

    /// Refuses a method.
    pub fn refuse(&self, method: &'static str, status: impl Fn() -> Status + Send + 'static) -> &Self {
        self.0.lock().unwrap().answers.insert(method, Box::new(move |_| Err(status())));
        self
    }

    /// The calls of a method, in their order.
    pub fn calls(&self, method: &str) -> Vec<Call> {
        self.0.lock().unwrap().calls.iter().filter(|call| call.method == method).cloned().collect()
    }

    /// What a method was asked, the last time.
    pub fn asked<Ask: Message + Default>(&self, method: &str) -> Ask {
        let calls = self.calls(method);
        Ask::decode(calls.last().unwrap_or_else(|| panic!("{method} was not called")).message.clone()).unwrap()
    }

    /// All methods that were called, in their order.
    pub fn methods(&self) -> Vec<String> {
        self.0.lock().unwrap().calls.iter().map(|call| call.method.clone()).collect()
    }

    /// Serves until the test ends; the way to it.
    pub async fn serve(&self, lifecycle: &Lifecycle) -> Wire {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let targets: Targets = listener.local_addr().unwrap().to_string().parse().unwrap();
        let router = Router::new().route("/{service}/{method}", post(answer)).with_state(self.clone());
        let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
        let server = tonic::transport::Server::builder().add_routes(tonic::service::Routes::from(router));
        lifecycle.spawn("fake", async move { Ok(server.serve_with_incoming(incoming).await?) });
        Wire::open(targets, lifecycle)
    }

    fn take(&self, call: Call) -> Result<Vec<u8>, Status> {
        let mut state = self.0.lock().unwrap();
        state.calls.push(call.clone());
        match state.answers.get(&*call.method) {
            Some(answer) => answer(call.message),
            None => Err(Status::unimplemented(format!("the test has no answer for {}", call.method))),
        }
    }
}

async fn answer(State(fake): State<Fake>, request: Request<axum::body::Body>) -> HttpResponse {
    let method = request.uri().path().rsplit('/').next().unwrap().to_owned();
    let metadata = request.headers().clone();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    match fake.take(Call { method, metadata, message: body.slice(5..) }) {
        Ok(message) => {
            let mut framed = BytesMut::with_capacity(message.len() + 5);
            framed.put_u8(0);
            framed.put_u32(u32::try_from(message.len()).unwrap());
            framed.put_slice(&message);
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", HeaderValue::from_static("0"));
            let frames = [Ok::<_, std::convert::Infallible>(Frame::data(framed.freeze())), Ok(Frame::trailers(trailers))];
            let mut response = HttpResponse::new(axum::body::Body::new(StreamBody::new(tokio_stream::iter(frames))));
            response.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
            response
        }
        Err(status) => status.into_http(),
    }
}

/// A refusal with its reason.
pub fn refusal(code: Code, reason: &str) -> Status {
    let details = ErrorDetails::with_error_info(reason, "atlas", [] as [(String, String); 0]);
    Status::with_error_details(code, "refused", details)
}

/// A refusal that says how long to wait.
pub fn wait(reason: &str, seconds: u64) -> Status {
    let mut details = ErrorDetails::with_error_info(reason, "atlas", [] as [(String, String); 0]);
    details.set_retry_info(Some(std::time::Duration::from_secs(seconds)));
    Status::with_error_details(Code::ResourceExhausted, "refused", details)
}

/// A refusal of fields.
pub fn fields(all: &[(&str, &str)]) -> Status {
    let mut details = ErrorDetails::with_error_info("INVALID_REQUEST", "atlas", [] as [(String, String); 0]);
    for (field, description) in all {
        details.add_bad_request_violation(*field, *description);
    }
    Status::with_error_details(Code::InvalidArgument, "refused", details)
}
