//! One trace from the gateway to the service it asks.

use std::sync::{Arc, Mutex};

use atlas_proto::identity::v1::{
    IssueTokenRequest, IssueTokenResponse, ListKeysRequest, ListKeysResponse, RevokeTokenRequest, RevokeTokenResponse, WatchVoidsRequest,
    WatchVoidsResponse,
    token_service_server::{TokenService, TokenServiceServer},
};
use gateway::{front::Front, oauth};
use http::Request;
use opentelemetry::trace::{TraceId, TracerProvider as _};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    propagation::TraceContextPropagator,
    trace::{SdkTracerProvider, SpanData, SpanExporter},
};
use runtime::{Lifecycle, Wire};
use tonic::{Response, Status};
use tracing::Level;
use tracing_subscriber::{Layer as _, filter::Targets, layer::SubscriberExt as _};

use crate::fixture::Visit;

/// What a stranger calls their trace.
const OUTSIDE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// An identity that notes with which trace it is asked for its keys.
#[derive(Clone, Default)]
struct Fake(Arc<Mutex<Vec<String>>>);

#[tonic::async_trait]
impl TokenService for Fake {
    type WatchVoidsStream = tokio_stream::Empty<Result<WatchVoidsResponse, Status>>;

    async fn list_keys(&self, request: tonic::Request<ListKeysRequest>) -> Result<Response<ListKeysResponse>, Status> {
        let trace = request.metadata().get("traceparent").map_or("none", |value| value.to_str().unwrap());
        self.0.lock().unwrap().push(trace.to_owned());
        Ok(Response::new(ListKeysResponse::default()))
    }

    async fn issue_token(&self, _: tonic::Request<IssueTokenRequest>) -> Result<Response<IssueTokenResponse>, Status> {
        Err(Status::unimplemented("not faked"))
    }

    async fn revoke_token(&self, _: tonic::Request<RevokeTokenRequest>) -> Result<Response<RevokeTokenResponse>, Status> {
        Err(Status::unimplemented("not faked"))
    }

    async fn watch_voids(&self, _: tonic::Request<WatchVoidsRequest>) -> Result<Response<Self::WatchVoidsStream>, Status> {
        Err(Status::unimplemented("not faked"))
    }
}

/// Keeps the spans that ended.
#[derive(Debug, Clone, Default)]
struct Ended(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Ended {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}

#[tokio::test]
async fn a_request_is_one_trace_down_to_the_service_and_only_linked_to_a_strangers() {
    let ended = Ended::default();
    let tracers = SdkTracerProvider::builder().with_simple_exporter(ended.clone()).build();
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let spans = tracing_opentelemetry::layer()
        .with_tracer(tracers.tracer("gateway"))
        .with_filter(Targets::new().with_target("gateway", Level::INFO));
    // of the whole test program: what one thread alone listens to, the others may switch off
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(spans)).unwrap();
    let (fake, lifecycle) = (Fake::default(), Lifecycle::default());
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let identity = listener.local_addr().unwrap().to_string().parse().unwrap();
    let service = tonic::transport::Server::builder().add_service(TokenServiceServer::new(fake.clone()));
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
    lifecycle.spawn("fake identity", async move { Ok(service.serve_with_incoming(incoming).await?) });
    let visit = Visit::new().over(|app| Front::new(app, oauth::router(Wire::open(identity, &lifecycle), "https://atlas.test")));

    let answer = visit.ask(Request::get("/.well-known/jwks.json").header("traceparent", OUTSIDE)).await;

    assert_eq!(answer.status, 200);
    let ended = ended.0.lock().unwrap();
    let request = ended.iter().find(|span| span.name == "GET /.well-known/jwks.json").unwrap();
    assert_eq!(request.parent_span_id, opentelemetry::trace::SpanId::INVALID);
    let ours = request.span_context.trace_id().to_string();
    let asked = fake.0.lock().unwrap().clone();
    assert!(asked.len() == 1 && asked[0].contains(&ours), "{asked:?} is not part of {ours}");
    let linked: Vec<TraceId> = request.links.iter().map(|link| link.span_context.trace_id()).collect();
    assert_eq!(linked, [TraceId::from_hex("0af7651916cd43dd8448eb211c80319c").unwrap()]);
    assert_ne!(linked[0], request.span_context.trace_id(), "a stranger named our trace");
}
