mod bounds;
mod door;
mod measured;

use std::{convert::Infallible, time::Duration};

use atlas_proto::access::{ACCESS, CallerKind};
use tonic::{
    body::Body,
    server::NamedService,
    service::{Routes, RoutesBuilder},
};
use tonic_health::ServingStatus;
use tower::Service;

use crate::{Lifecycle, Sockets, Verifier, health, listen, secret::random};

pub use bounds::Limits;
use door::{Door, DoorLayer};

/// What an installation is for; decides what is shown to those who develop against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Purpose {
    /// Somebody's machine.
    Development,
    /// Others try their systems on it.
    Sandbox,
    /// The real one.
    #[default]
    Production,
}

/// The text is no purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected development, sandbox or production")]
pub struct InvalidPurpose;

impl std::str::FromStr for Purpose {
    type Err = InvalidPurpose;

    fn from_str(text: &str) -> Result<Self, InvalidPurpose> {
        match text {
            "development" => Ok(Self::Development),
            "sandbox" => Ok(Self::Sandbox),
            "production" => Ok(Self::Production),
            _ => Err(InvalidPurpose),
        }
    }
}

impl std::fmt::Display for Purpose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Development => "development",
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        })
    }
}

/// Puts the settings on a generated server that every one of ours has: compression and size limits.
#[macro_export]
macro_rules! served {
    ($server:expr) => {
        $server
            .accept_compressed(tonic::codec::CompressionEncoding::Gzip)
            .accept_compressed(tonic::codec::CompressionEncoding::Zstd)
            .send_compressed(tonic::codec::CompressionEncoding::Zstd)
            .send_compressed(tonic::codec::CompressionEncoding::Gzip)
            .max_decoding_message_size($crate::MESSAGE_SIZE)
            .max_encoding_message_size($crate::MESSAGE_SIZE)
    };
}

/// The largest message that is sent or taken.
pub const MESSAGE_SIZE: usize = 4 * 1024 * 1024;

/// Who may call what; the contracts' own table, unless a test sabotages it.
pub type Access = &'static [(&'static str, &'static [CallerKind])];

/// A gRPC server with everything that each of ours has.
pub struct Server {
    routes: RoutesBuilder,
    lifecycle: Lifecycle,
    verifier: Verifier,
    limits: Limits,
    access: Access,
}

/// A server that checks tokens with this verifier.
///
/// Health (`grpc.health.v1`) says what the process's readiness says; reflection is there outside production.
#[must_use]
pub fn server(lifecycle: &Lifecycle, verifier: Verifier, purpose: Purpose) -> Server {
    let mut routes = RoutesBuilder::default();
    let (reporter, health) = tonic_health::server::health_reporter();
    let readiness = lifecycle.readiness().clone();
    lifecycle.spawn_to_end("health.status", {
        let stop = lifecycle.stop().clone();
        async move {
            let mut changes = readiness.changes();
            loop {
                let status = if readiness.is_ready() { ServingStatus::Serving } else { ServingStatus::NotServing };
                reporter.set_service_status("", status).await;
                tokio::select! {
                    changed = changes.changed() => changed?,
                    () = stop.cancelled() => {
                        reporter.set_service_status("", ServingStatus::NotServing).await;
                        return Ok(());
                    }
                }
            }
        }
    });
    routes.add_service(health);
    if purpose != Purpose::Production
        && let Ok(reflection) =
            tonic_reflection::server::Builder::configure().register_encoded_file_descriptor_set(atlas_proto::DESCRIPTORS).build_v1()
    {
        routes.add_service(reflection);
    }
    Server { routes, lifecycle: lifecycle.clone(), verifier, limits: Limits::default(), access: ACCESS }
}

impl Server {
    /// Adds a service, as [`served!`] gives it.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "it is what tonic calls it, shortened")]
    pub fn add<S>(mut self, service: S) -> Self
    where
        S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible> + NamedService + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
    {
        self.routes.add_service(service);
        self
    }

    /// Other limits than the usual ones.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Another table of who may call what: for tests that want to see theirs fail.
    #[must_use]
    pub const fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Serves until the process stops, and then until what runs is finished.
    ///
    /// # Errors
    /// The server fails as a whole; no single connection or call makes it.
    pub async fn serve(self, sockets: Sockets) -> anyhow::Result<()> {
        health::serve(sockets.health, &self.lifecycle);
        let stop = self.lifecycle.stop().clone();
        let routes: Routes = self.routes.routes().prepare();
        let door = DoorLayer(Door::new(self.verifier, self.limits, self.access));
        tonic::transport::Server::builder()
            .http2_keepalive_interval(Some(Duration::from_secs(20)))
            .http2_keepalive_timeout(Some(Duration::from_secs(10)))
            .http2_max_header_list_size(16 * 1024)
            .http2_max_pending_accept_reset_streams(Some(64))
            .max_concurrent_streams(self.limits.streams)
            .max_connection_age(jittered(self.limits.connection_age))
            .layer(door)
            .serve_with_incoming_shutdown(routes, listen::connections(sockets.grpc), stop.cancelled_owned())
            .await
            .map_err(|error| anyhow::Error::new(error).context("the server failed"))
    }
}

/// More or less by a tenth, so that not all connections of all replicas end at once.
fn jittered(age: Duration) -> Duration {
    let share = f64::from(random::<1>()[0]) / 255.0;
    age.mul_f64(0.9 + 0.2 * share)
}
