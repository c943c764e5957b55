use std::{
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use atlas_proto::identity::v1::{
    IssueTokenRequest, IssueTokenResponse, ListKeysRequest, ListKeysResponse, RevokeTokenRequest, RevokeTokenResponse, WatchVoidsRequest,
    WatchVoidsResponse,
    token_service_client::TokenServiceClient,
    token_service_server::{TokenService, TokenServiceServer},
};
use runtime::{Lifecycle, Limits, Purpose, Sockets, Timing, Verifier, Wire, channel, served};
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status};

pub const LOOKS: channel::Pace =
    channel::Pace { resolve: Duration::from_millis(200), look: Duration::from_millis(100), patience: Duration::from_secs(2) };

/// A server whose handlers wait, panic or count, as the test says.
#[derive(Clone)]
pub struct Replica {
    pub lifecycle: Lifecycle,
    pub address: SocketAddr,
    pub work: Work,
}

/// `RevokeToken` panics; `IssueToken` waits for a permit of `gate`; `ListKeys` answers at once.
#[derive(Clone)]
pub struct Work {
    pub served: Arc<AtomicUsize>,
    pub running: Arc<AtomicUsize>,
    pub gate: Arc<Semaphore>,
}

impl Replica {
    pub async fn start(limits: Limits) -> Self {
        Self::on(Sockets::loopback().await.unwrap(), limits)
    }

    pub fn on(sockets: Sockets, limits: Limits) -> Self {
        let lifecycle = Lifecycle::default();
        let verifier = Verifier::new("identity", lifecycle.clock(), Timing::default());
        let work = Work { served: Arc::default(), running: Arc::default(), gate: Arc::new(Semaphore::new(0)) };
        let address = sockets.grpc.local_addr().unwrap();
        let server = runtime::server(&lifecycle, verifier, Purpose::Production).limits(limits);
        let server = server.add(served!(TokenServiceServer::new(work.clone())));
        lifecycle.spawn_to_end("serve", server.serve(sockets));
        Self { lifecycle, address, work }
    }

    pub fn wire(&self, caller: &Lifecycle) -> Wire {
        wire(&[self], caller)
    }

    pub fn served(&self) -> usize {
        self.work.served.load(Ordering::SeqCst)
    }

    pub fn running(&self) -> usize {
        self.work.running.load(Ordering::SeqCst)
    }
}

/// The way to these replicas.
pub fn wire(replicas: &[&Replica], caller: &Lifecycle) -> Wire {
    let addresses: Vec<String> = replicas.iter().map(|replica| replica.address.to_string()).collect();
    Wire::paced(addresses.join(",").parse().unwrap(), LOOKS, caller)
}

pub async fn quick(wire: &Wire) -> Result<(), Status> {
    TokenServiceClient::new(wire.clone()).list_keys(ListKeysRequest {}).await.map(drop)
}

pub async fn slow(wire: Wire) -> Result<(), Status> {
    TokenServiceClient::new(wire).issue_token(IssueTokenRequest::default()).await.map(drop)
}

pub async fn panicking(wire: &Wire) -> Result<(), Status> {
    TokenServiceClient::new(wire.clone()).revoke_token(RevokeTokenRequest::default()).await.map(drop)
}

/// Waits until something is so; its name is in the message when it never is.
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < Duration::from_secs(20), "never so: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A call that runs; it is counted out whatever ends it.
struct Running(Arc<AtomicUsize>);

impl Running {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(count))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[tonic::async_trait]
impl TokenService for Work {
    type WatchVoidsStream = Pin<Box<dyn tokio_stream::Stream<Item = Result<WatchVoidsResponse, Status>> + Send>>;

    async fn list_keys(&self, _: Request<ListKeysRequest>) -> Result<Response<ListKeysResponse>, Status> {
        self.served.fetch_add(1, Ordering::SeqCst);
        Ok(Response::new(ListKeysResponse::default()))
    }

    async fn issue_token(&self, _: Request<IssueTokenRequest>) -> Result<Response<IssueTokenResponse>, Status> {
        let _running = Running::new(&self.running);
        self.gate.acquire().await.map_err(|_| Status::cancelled("the gate is gone"))?.forget();
        Ok(Response::new(IssueTokenResponse::default()))
    }

    async fn revoke_token(&self, _: Request<RevokeTokenRequest>) -> Result<Response<RevokeTokenResponse>, Status> {
        panic!("as the test wants it");
    }

    async fn watch_voids(&self, _: Request<WatchVoidsRequest>) -> Result<Response<Self::WatchVoidsStream>, Status> {
        Ok(Response::new(Box::pin(tokio_stream::pending())))
    }
}

/// A call that goes on by itself.
#[expect(clippy::disallowed_methods, reason = "a test's call belongs to no process")]
pub fn spawn<T: Send + 'static>(call: impl Future<Output = T> + Send + 'static) -> tokio::task::JoinHandle<T> {
    tokio::spawn(call)
}
