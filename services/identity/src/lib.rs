#![doc = include_str!("../README.md")]

mod cli;
mod commands;
mod config;
mod domain;
mod error;
mod grpc;
mod keyring;
pub mod seal;
mod store;
mod voids;

use atlas_proto::identity::v1::{client_service_server::ClientServiceServer, token_service_server::TokenServiceServer};
use runtime::{Environment, Lifecycle, Service, Sockets, Verifier, served};
use sqlx::migrate::Migrator;

pub use config::{Config, Pace};
pub use error::Error;

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
    let verifier = Verifier::new(Identity::NAME, lifecycle.clock(), config.timing);
    let keyring = keyring::Keyring::open(pool.clone(), config.seals, config.issuer.clone()).await?;
    let voids = voids::Voids::new(pool.clone(), verifier.clone(), config.pace);
    let tokens = commands::tokens::Tokens { pool: pool.clone(), keyring: keyring.clone(), issuer: config.issuer };
    let clients = commands::clients::Clients { pool: pool.clone() };

    lifecycle.spawn("keys", keyring.clone().keep(verifier.clone(), config.pace));
    // Until then this replica would refuse every token: nobody should send it work.
    lifecycle.spawn("voids", voids.clone().watch(lifecycle.readiness().condition("voids")));
    lifecycle.spawn("cleanup", store::clean(pool.clone()));
    lifecycle.spawn("log", async move { events::maintenance::run(&pool).await });

    let watch = grpc::watch::Watch { voids, verifier: verifier.clone(), stop: lifecycle.stop().clone() };
    runtime::server(lifecycle, verifier, config.purpose)
        .access(config.access)
        .add(served!(TokenServiceServer::new(grpc::tokens::TokenGrpc { tokens, keyring, watch })))
        .add(served!(ClientServiceServer::new(grpc::clients::ClientGrpc(clients))))
        .serve(sockets)
        .await
}
