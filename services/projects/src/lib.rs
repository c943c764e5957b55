#![doc = include_str!("../README.md")]

mod config;
pub mod consumers;
pub mod directory;
mod error;
pub mod record;
pub mod store;

use atlas_proto::{
    access::ACCESS,
    operations::v1::operations_service_server::OperationsServiceServer,
    projects::v1::{
        demo_service_server::DemoServiceServer, export_service_server::ExportServiceServer, import_service_server::ImportServiceServer,
        record_service_server::RecordServiceServer,
    },
};
use events::{
    Broker, Operations,
    consumers::{self as hearing, Consumer},
    feed::Feed,
    outbox::Relay,
};
use runtime::{Access, Environment, Identity, Lifecycle, Service, Sockets, Verifier, Wire, served};
use sqlx::{PgPool, migrate::Migrator};

pub use config::{Config, Stores};
pub use error::Error;
use record::{commands, grpc, retell::Everything};

/// The tables of projects; those of the log come with the crate `events`.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// Every set of tables in projects' database, in the order they are made.
pub const MIGRATORS: [&Migrator; 2] = [&events::MIGRATOR, &MIGRATOR];

/// The service, as its binary starts it.
pub struct Projects;

impl Service for Projects {
    const NAME: &'static str = "projects";
    type Config = Config;

    async fn serve(config: Config, sockets: Sockets, lifecycle: &Lifecycle) -> anyhow::Result<()> {
        serve(config, sockets, lifecycle).await
    }

    async fn migrate(mut environment: Environment) -> anyhow::Result<()> {
        let url = environment.secret("ATLAS_DATABASE_URL");
        database::migrate(environment.finish(url)?.reveal(), &MIGRATORS).await
    }
}

/// What is around the service: who may call it, and whom it asks.
pub struct Around {
    /// Checks tokens.
    pub verifier: Verifier,
    /// Who may call what.
    pub access: Access,
    /// Directory, with our own tokens.
    pub directory: Wire,
}

/// Puts the service together, with its neighbours as they are reached over the network.
pub async fn serve(config: Config, sockets: Sockets, lifecycle: &Lifecycle) -> anyhow::Result<()> {
    let identity = Identity::follow(Projects::NAME, config.identity, lifecycle);
    let directory = Wire::open(config.directory, lifecycle).with_tokens(identity.tokens_for("directory"));
    let around = Around { verifier: identity.verifier(), access: ACCESS, directory };
    run(config.stores, around, sockets, lifecycle.clone()).await
}

/// Puts the service together: the only place that knows all its parts.
pub async fn run(stores: Stores, around: Around, sockets: Sockets, lifecycle: Lifecycle) -> anyhow::Result<()> {
    let Around { verifier, access, directory } = around;
    let pool = database::connect(stores.database_url.reveal(), &database::Settings::of(Projects::NAME), &MIGRATORS).await?;
    let broker = Broker::connect(&stores.nats_url, &stores.nats_prefix).await?;
    let relay = Relay::new(Projects::NAME, pool.clone(), broker.clone());

    let directory = directory::Directory::new(pool.clone(), directory);
    let record = commands::Record { pool: pool.clone(), clock: lifecycle.clock(), signal: relay.signal(), directory };
    let changes = grpc::changes::Changes {
        pool: pool.clone(),
        feed: Feed::new(pool.clone(), Everything, relay.log()),
        verifier: verifier.clone(),
        stop: lifecycle.stop().clone(),
    };

    listen(&lifecycle, &pool, &broker);
    lifecycle.spawn("log", relay.run(Everything));
    lifecycle.spawn("log.maintenance", {
        let pool = pool.clone();
        async move { events::maintenance::run(&pool).await }
    });
    runtime::server(&lifecycle, verifier, stores.purpose)
        .access(access)
        .add(served!(RecordServiceServer::new(grpc::Grpc { record: record.clone(), changes })))
        .add(served!(ExportServiceServer::new(grpc::export::Export::new(pool.clone()))))
        .add(served!(DemoServiceServer::new(grpc::demo::Demo(record.clone()))))
        .add(served!(ImportServiceServer::new(grpc::import::Import(record))))
        .add(served!(OperationsServiceServer::new(operations(pool, broker))))
        .serve(sockets)
        .await
}

/// Starts to hear what directory tells.
fn listen(lifecycle: &Lifecycle, pool: &PgPool, broker: &Broker) {
    let consumer = Consumer {
        name: consumers::NAME,
        source: "directory",
        resources: &consumers::RESOURCES,
        pool: pool.clone(),
        broker: broker.clone(),
    };
    lifecycle.spawn("copies", hearing::copy(consumer, consumers::Copies(lifecycle.clock())));
}

fn operations(pool: PgPool, broker: Broker) -> Operations {
    Operations { service: Projects::NAME, pool, broker, schema: &MIGRATOR, caller: runtime::caller, status: runtime::status }
}
