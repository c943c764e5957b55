#![doc = include_str!("../README.md")]

mod cli;
mod commands;
mod config;
mod consumers;
pub mod directory;
mod domain;
mod error;
mod grpc;
mod jobs;
mod keyring;
mod links;
mod passwords;
mod queries;
pub mod seal;
mod store;
mod voids;
mod words;

use atlas_proto::{
    identity::v1::{
        account_service_server::AccountServiceServer, client_service_server::ClientServiceServer, join_service_server::JoinServiceServer,
        journal_service_server::JournalServiceServer, team_service_server::TeamServiceServer, token_service_server::TokenServiceServer,
    },
    mail::v1::{cause_service_server::CauseServiceServer, recipient_service_server::RecipientServiceServer},
    operations::v1::operations_service_server::OperationsServiceServer,
};
use events::{
    Broker, Operations,
    consumers::{self as hearing, Consumer},
    outbox::Relay,
    resync,
};
use runtime::{Environment, Lifecycle, Service, Sockets, Verifier, served};
use sqlx::{PgPool, migrate::Migrator};

pub use config::{Config, Pace};
pub use error::Error;
pub use passwords::Cost;

/// The tables of identity; those of the stored answers come with the crate `events`.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// Every set of tables in identity's database, in the order they are made.
pub const MIGRATORS: [&Migrator; 2] = [&events::MIGRATOR, &MIGRATOR];

/// The service, as its binary starts it.
pub struct Identity;

impl Service for Identity {
    const NAME: &'static str = "identity";
    type Config = Config;

    async fn serve(config: Config, sockets: Sockets, lifecycle: &Lifecycle) -> anyhow::Result<()> {
        serve(config, sockets, lifecycle).await
    }

    async fn migrate(mut environment: Environment) -> anyhow::Result<()> {
        let url = environment.secret("ATLAS_DATABASE_URL");
        database::migrate(environment.finish(url)?.reveal(), &MIGRATORS).await
    }

    async fn command(words: Vec<String>, environment: Environment) -> anyhow::Result<()> {
        cli::run(words, environment).await
    }
}

/// Puts the service together: the only place that knows all its parts.
pub async fn serve(config: Config, sockets: Sockets, lifecycle: &Lifecycle) -> anyhow::Result<()> {
    let pool = database::connect(config.database_url.reveal(), &database::Settings::of(Identity::NAME), &MIGRATORS).await?;
    let broker = Broker::connect(&config.nats_url, &config.nats_prefix).await?;
    let relay = Relay::new(Identity::NAME, pool.clone(), broker.clone());
    let verifier = Verifier::new(Identity::NAME, lifecycle.clock(), config.timing);
    let (links, seals) = (links::Links::new(config.seals.clone()), config.seals.clone());
    let keyring = keyring::Keyring::open(pool.clone(), config.seals, config.issuer.clone()).await?;
    // Unpacking the list takes a moment, which nobody's sign-up should.
    tokio::task::spawn_blocking(|| words::Lists.warm()).await?;
    let voids = voids::Voids::new(pool.clone(), verifier.clone(), config.pace);
    let tokens = commands::tokens::Tokens { pool: pool.clone(), keyring: keyring.clone(), issuer: config.issuer };
    let clients = commands::clients::Clients { pool: pool.clone() };
    let directory = directory::Directory::new(pool.clone(), config.directory, lifecycle);
    let accounts = commands::accounts::Accounts {
        pool: pool.clone(),
        mails: commands::mails::Mails { clock: lifecycle.clock(), links: links.clone() },
        signal: relay.signal(),
        directory: directory.clone(),
        passwords: passwords::Passwords::new(config.passwords)?,
        keyring: keyring.clone(),
        seals,
        passkeys: config.passkeys,
    };
    let teams = commands::teams::Teams {
        pool: pool.clone(),
        mails: commands::mails::Mails { clock: lifecycle.clock(), links: links.clone() },
        links: links.clone(),
        directory,
        signal: relay.signal(),
    };
    let mails = grpc::mail::MailGrpc(queries::mails::MailQueries { pool: pool.clone(), links });

    lifecycle.spawn("keys", keyring.clone().keep(verifier.clone(), config.pace));
    // Until then this replica would refuse every token: nobody should send it work.
    lifecycle.spawn("voids", voids.clone().watch(lifecycle.readiness().condition("voids")));
    keep(lifecycle, jobs::Jobs { accounts: accounts.clone(), teams: teams.clone() }, relay);
    listen(lifecycle, &pool, &broker);

    let watch = grpc::watch::Watch { voids, verifier: verifier.clone(), stop: lifecycle.stop().clone() };
    runtime::server(lifecycle, verifier, config.purpose)
        .access(config.access)
        .add(served!(TokenServiceServer::new(grpc::tokens::TokenGrpc { tokens, keyring, watch })))
        .add(served!(ClientServiceServer::new(grpc::clients::ClientGrpc(clients))))
        .add(served!(AccountServiceServer::new(grpc::accounts::AccountGrpc(accounts))))
        .add(served!(CauseServiceServer::new(mails.clone())))
        .add(served!(RecipientServiceServer::new(mails)))
        .add(served!(JoinServiceServer::new(grpc::join::JoinGrpc(teams.clone()))))
        .add(served!(TeamServiceServer::new(grpc::team::TeamGrpc(teams))))
        .add(served!(JournalServiceServer::new(grpc::journal::JournalGrpc(queries::journal::Journal(pool.clone())))))
        .add(served!(OperationsServiceServer::new(operations(pool, broker))))
        .serve(sockets)
        .await
}

/// Starts what runs by itself: the log, what happens later, and cleaning up.
fn keep(lifecycle: &Lifecycle, jobs: jobs::Jobs, relay: Relay) {
    let (pool, seals) = (&jobs.accounts.pool.clone(), jobs.accounts.seals.clone());
    // Nothing of identity's is copied by others: there is nothing to tell again.
    lifecycle.spawn("log", relay.run(resync::Nothing));
    lifecycle.spawn("log.maintenance", {
        let pool = pool.clone();
        async move { events::maintenance::run(&pool).await }
    });
    lifecycle.spawn("jobs", {
        let pool = pool.clone();
        async move { events::jobs::run(&pool, &jobs).await }
    });
    lifecycle.spawn("second-factors", commands::second_factors::reseal(pool.clone(), seals));
    lifecycle.spawn("cleanup", store::clean(pool.clone()));
}

/// Starts to hear what others tell.
fn listen(lifecycle: &Lifecycle, pool: &PgPool, broker: &Broker) {
    let delivered = Consumer {
        name: consumers::DELIVERED,
        source: "notifications",
        resources: &["message"],
        pool: pool.clone(),
        broker: broker.clone(),
    };
    let places = Consumer {
        name: consumers::places::PLACES,
        source: "directory",
        resources: &consumers::places::RESOURCES,
        pool: pool.clone(),
        broker: broker.clone(),
    };
    lifecycle.spawn("places", hearing::copy(places, consumers::places::Places));
    lifecycle.spawn("mails.delivered", hearing::react(delivered, consumers::Delivered));
}

fn operations(pool: PgPool, broker: Broker) -> Operations {
    Operations { service: Identity::NAME, pool, broker, schema: &MIGRATOR, caller: runtime::caller, status: runtime::status }
}
