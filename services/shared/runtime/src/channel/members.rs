use std::{
    collections::{HashMap, HashSet},
    error::Error,
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use http::{Request, Response};
use tokio::{
    sync::{mpsc, watch},
    task::{AbortHandle, JoinSet},
};
use tonic::{
    Code,
    body::Body,
    transport::{Channel, Endpoint, channel::Change},
};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};
use tower::{Service as _, ServiceExt as _};

use crate::Lifecycle;

/// How often a channel looks for replicas, and at them.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Between two resolutions of a name.
    pub resolve: Duration,
    /// Between two looks at a replica.
    pub look: Duration,
    /// How long a replica may take to say that it is well.
    pub patience: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { resolve: Duration::from_secs(5), look: Duration::from_millis(400), patience: Duration::from_millis(500) }
    }
}

/// The replicas of a service that can be reached and say that they serve, and a channel balanced over them.
///
/// tonic's balancer neither notices that a replica drains or hangs nor spreads by load; so each replica is looked at
/// with `grpc.health.v1`, and the balancer only ever holds those that are well.
#[derive(Clone)]
pub(super) struct Members {
    channel: Channel,
    well: watch::Receiver<HashSet<SocketAddr>>,
}

/// What the watchers of the replicas share.
struct Board {
    changes: mpsc::Sender<Change<SocketAddr, Endpoint>>,
    well: watch::Sender<HashSet<SocketAddr>>,
    pace: Pace,
}

/// What a look at a replica found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Well,
    Slow,
    Gone,
}

impl Members {
    /// Follows these targets as long as the process runs.
    pub fn follow(targets: Vec<String>, pace: Pace, lifecycle: &Lifecycle) -> Self {
        let (channel, changes) = Channel::balance_channel(64);
        let (well, seen) = watch::channel(HashSet::new());
        lifecycle.spawn("channel", Arc::new(Board { changes, well, pace }).follow(targets));
        Self { channel, well: seen }
    }

    /// How many replicas are well.
    pub fn count(&self) -> usize {
        self.well.borrow().len()
    }

    /// Sends a call to one of them, as soon as there is one.
    pub async fn call(&self, request: Request<Body>) -> Result<Response<Body>, tonic::transport::Error> {
        // Without this the balancer would hold the call for ever.
        let _ = self.well.clone().wait_for(|well| !well.is_empty()).await;
        self.channel.clone().ready().await?.call(request).await
    }
}

impl Board {
    /// Resolves the targets again and again, and keeps a watcher for each address.
    async fn follow(self: Arc<Self>, targets: Vec<String>) -> anyhow::Result<()> {
        let mut watchers = JoinSet::new();
        let mut watched: HashMap<SocketAddr, AbortHandle> = HashMap::new();
        loop {
            let found = resolve(&targets).await;
            if let Some(found) = found {
                for address in &found {
                    watched.entry(*address).or_insert_with(|| watchers.spawn(Arc::clone(&self).watch(*address)));
                }
                let gone: Vec<SocketAddr> = watched.keys().filter(|address| !found.contains(address)).copied().collect();
                for address in gone {
                    watched.remove(&address).inspect(AbortHandle::abort);
                    self.set(address, None).await;
                }
            }
            tokio::time::sleep(self.pace.resolve).await;
        }
    }

    /// Looks at one replica again and again.
    async fn watch(self: Arc<Self>, address: SocketAddr) {
        let Ok(endpoint) = Endpoint::from_shared(format!("http://{address}")) else { return };
        let endpoint = endpoint.connect_timeout(self.pace.patience).tcp_nodelay(true);
        let endpoint = endpoint.http2_keep_alive_interval(Duration::from_secs(10)).keep_alive_timeout(Duration::from_secs(5));
        let mut probe = HealthClient::new(endpoint.connect_lazy());
        loop {
            match look(&mut probe, self.pace.patience).await {
                Found::Well => self.set(address, Some(endpoint.clone())).await,
                Found::Gone => self.set(address, None).await,
                // Everybody slow is a slow machine, not a dead replica: the last one stays.
                Found::Slow if self.well.borrow().len() > 1 => self.set(address, None).await,
                Found::Slow => {}
            }
            tokio::time::sleep(self.pace.look).await;
        }
    }

    /// Puts a replica in, or takes it out; nothing happens when it is so already.
    async fn set(&self, address: SocketAddr, endpoint: Option<Endpoint>) {
        let change = match (endpoint, self.well.borrow().contains(&address)) {
            (Some(endpoint), false) => Change::Insert(address, endpoint),
            (None, true) => Change::Remove(address),
            _ => return,
        };
        let joins = matches!(change, Change::Insert(..));
        if self.changes.send(change).await.is_ok() {
            tracing::debug!(%address, joins, "the replicas of a channel changed");
            self.well.send_modify(|well| {
                if joins {
                    well.insert(address)
                } else {
                    well.remove(&address)
                };
            });
        }
    }
}

async fn look(probe: &mut HealthClient<Channel>, patience: Duration) -> Found {
    match tokio::time::timeout(patience, probe.check(HealthCheckRequest::default())).await {
        Err(_) => Found::Slow,
        Ok(Ok(answer)) if answer.get_ref().status() == ServingStatus::Serving => Found::Well,
        Ok(Err(status)) if status.code() == Code::Unimplemented => Found::Well,
        Ok(_) => Found::Gone,
    }
}

/// All addresses of the targets; none when not one name could be resolved, which says nothing about the replicas.
async fn resolve(targets: &[String]) -> Option<HashSet<SocketAddr>> {
    let mut found = HashSet::new();
    for target in targets {
        match tokio::net::lookup_host(target).await {
            Ok(addresses) => found.extend(addresses),
            Err(error) => tracing::warn!(target, error = &error as &dyn Error, "cannot resolve"),
        }
    }
    (!found.is_empty()).then_some(found)
}

/// Whether a failed call provably did not reach a handler: it could not be connected, was never written, or was refused by HTTP/2.
pub(super) fn never_arrived(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let canceled = error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled);
        if canceled || error.is::<tonic::ConnectError>() || error.downcast_ref::<h2::Error>().is_some_and(is_unprocessed) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Whether a call failed because its time was up: the channel may notice a moment before we do.
pub(super) fn timed_out(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<tonic::TimeoutExpired>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn is_unprocessed(error: &h2::Error) -> bool {
    let refused = error.reason() == Some(h2::Reason::REFUSED_STREAM);
    error.is_remote() && (refused || error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR))
}
