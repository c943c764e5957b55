#![doc = include_str!("../README.md")]

pub mod commands;
mod config;
pub mod consumers;
pub mod domain;
mod error;
pub mod facts;
pub mod grpc;
pub mod queries;
pub mod retell;
pub mod store;

use atlas_proto::access::ACCESS;
use atlas_proto::directory::v1::{
    demo_service_server::DemoServiceServer, directory_service_server::DirectoryServiceServer, export_service_server::ExportServiceServer,
    import_service_server::ImportServiceServer, official_address_service_server::OfficialAddressServiceServer,
    partner_service_server::PartnerServiceServer,
};
use atlas_proto::mail::v1::recipient_service_server::RecipientServiceServer;
use atlas_proto::operations::v1::operations_service_server::OperationsServiceServer;
use events::{
    Broker, Operations,
    consumers::{self as hearing, Consumer},
    feed::Feed,
    outbox::Relay,
};
use runtime::{Access, Environment, Identity, Lifecycle, Service, Sockets, Verifier, served};
use sqlx::{PgPool, migrate::Migrator};

pub use config::{Config, Stores};
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

/// Puts the service together, with identity as it is followed over the network.
pub async fn serve(config: Config, sockets: Sockets, lifecycle: &Lifecycle) -> anyhow::Result<()> {
    let identity = Identity::follow(Directory::NAME, config.identity, lifecycle);
    run(config.stores, identity.verifier(), ACCESS, sockets, lifecycle.clone()).await
}

/// Puts the service together around a verifier of tokens and a table of who may call what: the only place that knows all its parts.
pub async fn run(stores: Stores, verifier: Verifier, access: Access, sockets: Sockets, lifecycle: Lifecycle) -> anyhow::Result<()> {
    let pool = database::connect(stores.database_url.reveal(), &database::Settings::of(Directory::NAME), &MIGRATORS).await?;
    let broker = Broker::connect(&stores.nats_url, &stores.nats_prefix).await?;
    let relay = Relay::new(Directory::NAME, pool.clone(), broker.clone());

    let directory = commands::Directory { pool: pool.clone(), clock: lifecycle.clock(), signal: relay.signal() };
    let changes = grpc::changes::Changes {
        pool: pool.clone(),
        feed: Feed::new(pool.clone(), retell::Everything, relay.log()),
        verifier: verifier.clone(),
        stop: lifecycle.stop().clone(),
    };

    let operations = Operations {
        service: Directory::NAME,
        pool: pool.clone(),
        broker: broker.clone(),
        schema: &MIGRATOR,
        caller: runtime::caller,
        status: runtime::status,
    };

    listen(&lifecycle, &pool, broker);
    lifecycle.spawn("log", relay.run(retell::Everything));
    lifecycle.spawn("log.maintenance", {
        let pool = pool.clone();
        async move { events::maintenance::run(&pool).await }
    });
    runtime::server(&lifecycle, verifier, stores.purpose)
        .access(access)
        .add(served!(DirectoryServiceServer::new(grpc::Grpc { directory: directory.clone(), changes })))
        .add(served!(PartnerServiceServer::new(grpc::partners::Partners(directory.clone()))))
        .add(served!(OfficialAddressServiceServer::new(grpc::official::Official(pool.clone()))))
        .add(served!(RecipientServiceServer::new(grpc::official::Official(pool.clone()))))
        .add(served!(ExportServiceServer::new(grpc::export::Export::new(pool))))
        .add(served!(DemoServiceServer::new(grpc::demo::Demo(directory.clone()))))
        .add(served!(ImportServiceServer::new(grpc::import::Import::new(directory, stores.purpose))))
        .add(served!(OperationsServiceServer::new(operations)))
        .serve(sockets)
        .await
}

/// Starts to hear what others tell.
fn listen(lifecycle: &Lifecycle, pool: &PgPool, broker: Broker) {
    let uses = Consumer { name: consumers::USES, source: "projects", resources: &["partnership"], pool: pool.clone(), broker };
    lifecycle.spawn("partners.uses", hearing::copy(uses, consumers::Uses));
}
