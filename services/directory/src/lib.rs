#![doc = include_str!("../README.md")]

pub mod commands;
mod config;
pub mod domain;
mod error;
pub mod facts;
pub mod grpc;
pub mod queries;
pub mod retell;
pub mod store;

use atlas_proto::directory::v1::{
    directory_service_server::DirectoryServiceServer, export_service_server::ExportServiceServer,
    import_service_server::ImportServiceServer,
};
use events::{Broker, feed::Feed, outbox::Relay};
use runtime::{Environment, Identity, Lifecycle, Service, Sockets, served};
use sqlx::migrate::Migrator;

pub use config::Config;
pub use error::Error;

/// The tables of directory; those of the log come with the crate `events`.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// Every set of tables in directory's database, in the order they are made.
pub const MIGRATORS: [&Migrator; 2] = [&events::MIGRATOR, &MIGRATOR];

/// The service, as its binary starts it.
pub struct Directory;

impl Service for Directory {
    const NAME: &'static str = "directory";
    type Config = Config;

    async fn serve(config: Config, sockets: Sockets, lifecycle: &Lifecycle) -> anyhow::Result<()> {
        serve(config, sockets, lifecycle).await
    }

    async fn migrate(mut environment: Environment) -> anyhow::Result<()> {
        let url = environment.secret("ATLAS_DATABASE_URL");
        database::migrate(environment.finish(url)?.reveal(), &MIGRATORS).await
    }
}

/// Puts the service together: the only place that knows all its parts.
pub async fn serve(config: Config, sockets: Sockets, lifecycle: &Lifecycle) -> anyhow::Result<()> {
    let pool = database::connect(config.database_url.reveal(), &database::Settings::of(Directory::NAME), &MIGRATORS).await?;
    let broker = Broker::connect(&config.nats_url, &config.nats_prefix).await?;
    let identity = Identity::follow(Directory::NAME, config.identity, lifecycle);
    let relay = Relay::new(Directory::NAME, pool.clone(), broker.clone());

    let directory = commands::Directory { pool: pool.clone(), clock: lifecycle.clock(), signal: relay.signal() };
    let changes = grpc::changes::Changes {
        pool: pool.clone(),
        feed: Feed::new(pool.clone(), retell::Everything, relay.log()),
        verifier: identity.verifier(),
        stop: lifecycle.stop().clone(),
    };

    lifecycle.spawn("log", relay.run(retell::Everything));

    runtime::server(lifecycle, identity.verifier(), config.purpose)
        .add(served!(DirectoryServiceServer::new(grpc::Grpc { directory: directory.clone(), changes })))
        .add(served!(ExportServiceServer::new(grpc::export::Export::new(pool))))
        .add(served!(ImportServiceServer::new(grpc::import::Import(directory))))
        .serve(sockets)
        .await
}
