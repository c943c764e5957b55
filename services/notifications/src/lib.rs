#![doc = include_str!("../README.md")]

pub mod bounce;
mod cleanup;
mod config;
pub mod consumers;
pub mod domain;
mod error;
pub mod facts;
pub mod grpc;
pub mod letter;
pub mod messages;
pub mod neighbours;
pub mod smtp;
pub mod store;
pub mod worker;

use std::{collections::BTreeMap, sync::Arc};

use atlas_proto::{
    access::ACCESS, notifications::v1::message_service_server::MessageServiceServer,
    operations::v1::operations_service_server::OperationsServiceServer,
};
use events::{
    Broker, Operations,
    consumers::{Consumer, react},
    outbox::Relay,
    resync,
};
use runtime::{Access, Environment, Identity, Lifecycle, Service, Sockets, Verifier, Wire, served};
use sqlx::migrate::Migrator;

pub use config::{Config, Mail, Stores};
pub use error::Error;
use neighbours::Neighbours;
use worker::{Limits, Worker};

/// The tables of notifications; those of the log come with the crate `events`.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// Every set of tables in the database of notifications, in the order they are made.
pub const MIGRATORS: [&Migrator; 2] = [&events::MIGRATOR, &MIGRATOR];

/// Who asks for mails, and under which name it is listened to.
const SOURCES: [(&str, &str); 1] = [("identity", "notifications-identity")];

/// The service, as its binary starts it.
pub struct Notifications;

impl Service for Notifications {
    const NAME: &'static str = "notifications";
    type Config = Config;

    async fn serve(config: Config, sockets: Sockets, lifecycle: &Lifecycle) -> anyhow::Result<()> {
        serve(config, sockets, lifecycle).await
    }

    async fn migrate(mut environment: Environment) -> anyhow::Result<()> {
        let url = environment.secret("ATLAS_DATABASE_URL");
        database::migrate(environment.finish(url)?.reveal(), &MIGRATORS).await
    }
}

/// What a running service stands between: who checks tokens, who is asked for words and addresses, how much goes at once.
pub struct Around {
    /// Checks tokens.
    pub verifier: Verifier,
    /// Who may call what.
    pub access: Access,
    /// Who is asked.
    pub neighbours: Neighbours,
    /// How much at once.
    pub limits: Limits,
}

/// Puts the service together, with its neighbours over the network.
pub async fn serve(config: Config, sockets: Sockets, lifecycle: &Lifecycle) -> anyhow::Result<()> {
    let targets = [("identity", config.identity.targets.clone()), ("directory", config.directory)];
    let identity = Identity::follow(Notifications::NAME, config.identity, lifecycle);
    let wires = targets.map(|(name, targets)| (name, Wire::open(targets, lifecycle).with_tokens(identity.tokens_for(name))));
    let neighbours = Neighbours::new(BTreeMap::from(wires));
    let around = Around { verifier: identity.verifier(), access: ACCESS, neighbours, limits: Limits::default() };
    run(config.stores, config.mail, around, sockets, lifecycle.clone()).await
}

/// Puts the service together between what is around it: the only place that knows all its parts.
pub async fn run(stores: Stores, mail: Mail, around: Around, sockets: Sockets, lifecycle: Lifecycle) -> anyhow::Result<()> {
    let Around { verifier, access, neighbours, limits } = around;
    let pool = database::connect(stores.database_url.reveal(), &database::Settings::of(Notifications::NAME), &MIGRATORS).await?;
    let broker = Broker::connect(&stores.nats_url, &stores.nats_prefix).await?;
    let relay = Relay::new(Notifications::NAME, pool.clone(), broker.clone());
    let (clock, signal, sender) = (lifecycle.clock(), relay.signal(), Arc::new(mail.sender));

    for (source, name) in SOURCES {
        let consumer = Consumer { name, source, resources: &[consumers::MAIL], pool: pool.clone(), broker: broker.clone() };
        lifecycle.spawn(name, react(consumer, consumers::Intents { source, clock: Arc::clone(&clock) }));
    }
    let worker = Worker {
        pool: pool.clone(),
        clock: Arc::clone(&clock),
        signal: signal.clone(),
        neighbours: neighbours.clone(),
        smtp: mail.smtp,
        sender: Arc::clone(&sender),
        origin: mail.origin.into(),
        limits,
    };
    lifecycle.spawn("expiry", worker.clone().expire());
    lifecycle.spawn_to_end("worker", worker.run(lifecycle.stop().clone()));
    lifecycle.spawn("cleanup", cleanup::run(pool.clone()));
    lifecycle.spawn("log", relay.run(resync::Nothing));
    lifecycle.spawn("log.maintenance", {
        let pool = pool.clone();
        async move { events::maintenance::run(&pool).await }
    });

    let messages = messages::Messages { pool: pool.clone(), clock, signal, neighbours };
    let operations =
        Operations { service: Notifications::NAME, pool, broker, schema: &MIGRATOR, caller: runtime::caller, status: runtime::status };
    runtime::server(&lifecycle, verifier, stores.purpose)
        .access(access)
        .add(served!(MessageServiceServer::new(grpc::Grpc { messages, sender })))
        .add(served!(OperationsServiceServer::new(operations)))
        .serve(sockets)
        .await
}
