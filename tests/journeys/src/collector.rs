use opentelemetry_proto::tonic::collector::{
    logs::v1::{
        ExportLogsServiceRequest, ExportLogsServiceResponse,
        logs_service_server::{LogsService, LogsServiceServer},
    },
    metrics::v1::{
        ExportMetricsServiceRequest, ExportMetricsServiceResponse,
        metrics_service_server::{MetricsService, MetricsServiceServer},
    },
    trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
};
use prost::Message;
use std::{
    net::TcpListener,
    sync::{Arc, Mutex, PoisonError},
    thread,
};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

/// An OpenTelemetry collector that keeps everything as it came, for as long as the test program runs.
pub struct Collector {
    /// Where it listens.
    pub address: String,
    kept: Kept,
}

#[derive(Clone, Default)]
struct Kept {
    traces: Arc<Mutex<Vec<u8>>>,
    others: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    /// Listens on a free port, on a thread of its own: it outlives each test.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let (address, kept) = (format!("http://{}", listener.local_addr().unwrap()), Kept::default());
        let serving = kept.clone();
        thread::spawn(move || {
            let threads = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            threads.block_on(async {
                let incoming = TcpListenerStream::new(tokio::net::TcpListener::from_std(listener).unwrap());
                let server = Server::builder()
                    .add_service(TraceServiceServer::new(serving.clone()))
                    .add_service(LogsServiceServer::new(serving.clone()))
                    .add_service(MetricsServiceServer::new(serving));
                server.serve_with_incoming(incoming).await.unwrap();
            });
        });
        Self { address, kept }
    }

    /// The spans of all processes, as bytes: texts stand in them as they are.
    pub fn traces(&self) -> Vec<u8> {
        self.kept.traces.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What else they exported: log lines and metrics.
    pub fn others(&self) -> Vec<u8> {
        self.kept.others.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn keep(place: &Mutex<Vec<u8>>, message: &impl Message) {
    place.lock().unwrap_or_else(PoisonError::into_inner).extend(message.encode_to_vec());
}

#[tonic::async_trait]
impl TraceService for Kept {
    async fn export(&self, request: Request<ExportTraceServiceRequest>) -> Result<Response<ExportTraceServiceResponse>, Status> {
        keep(&self.traces, request.get_ref());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Kept {
    async fn export(&self, request: Request<ExportLogsServiceRequest>) -> Result<Response<ExportLogsServiceResponse>, Status> {
        keep(&self.others, request.get_ref());
        Ok(Response::new(ExportLogsServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Kept {
    async fn export(&self, request: Request<ExportMetricsServiceRequest>) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        keep(&self.others, request.get_ref());
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}
