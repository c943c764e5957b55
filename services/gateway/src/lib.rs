#![doc = include_str!("../README.md")]

/// What every request can reach.
pub mod app;
mod assets;
mod atlas;
/// What the environment says.
pub mod config;
mod error;
mod forms;
pub mod front;
mod headers;
pub mod i18n;
mod kept;
mod limits;
pub mod model;
mod next;
pub mod oauth;
/// What is around every page.
pub mod page;
pub mod people;
mod proxies;
pub mod routes;
pub mod server;
pub mod services;
mod session;
mod telemetry;

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use atlas_proto::directory::v1::export_service_client::ExportServiceClient;
use events::Broker;
use runtime::{Identity, Lifecycle, MESSAGE_SIZE, Service, Sockets, Wire};

pub use self::config::Config;
use self::{
    app::App,
    front::Front,
    model::{
        Model,
        follow::{Bells, Directory, fetch_contacts},
        start,
    },
    services::Services,
};

/// The resources of directory that the public pages show.
const RESOURCES: [&str; 4] = ["collectivite", "contact", "network", "territory"];

/// The gateway as a process.
#[derive(Debug)]
pub struct Gateway;

impl Service for Gateway {
    const NAME: &'static str = "gateway";
    type Config = Config;

    async fn serve(config: Config, sockets: Sockets, lifecycle: &Lifecycle) -> anyhow::Result<()> {
        serve(config, sockets, lifecycle).await
    }
}

/// Puts the gateway together: the only place that knows all its parts.
///
/// # Errors
/// When it cannot start; what it depends on may be away.
pub async fn serve(config: Config, sockets: Sockets, lifecycle: &Lifecycle) -> anyhow::Result<()> {
    let (model, bells) = (Arc::new(Model::start()?), Arc::new(Bells::default()));
    let loaded = lifecycle.readiness().condition("model");
    let app = Arc::new(App::new(&config.public, Arc::clone(&model), lifecycle.readiness().clone())?);
    if let Some(folder) = &config.snapshot_dir {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }

    let known = start::load(&model, &config.peers, config.snapshot_dir.as_ref(), &*lifecycle.clock()).await;
    loaded.set(known);
    start::offer(sockets.health, &model, lifecycle);
    keep(&model, &bells, config.snapshot_dir.clone(), lifecycle);

    let bare = Wire::open(config.identity.targets.clone(), lifecycle);
    let systems = oauth::router(bare.clone(), &config.identity.credentials.issuer);
    let identity = Identity::follow(Gateway::NAME, config.identity, lifecycle);
    let services = Services::new(&identity, bare, Wire::open(config.notifications, lifecycle));
    let wire = Wire::open(config.directory, lifecycle).with_tokens(identity.tokens_for("directory"));
    let client = ExportServiceClient::new(wire.within(Duration::from_secs(120))).max_decoding_message_size(MESSAGE_SIZE);
    lifecycle.spawn("contacts", fetch_contacts(Arc::clone(&model), client.clone(), Arc::clone(&bells)));
    let broker = Broker::connect(&config.nats_url, &config.nats_prefix).await?;
    let mark = model.change(|making| making.position.mark).map(|it| events::Mark { created: it.created, sequence: it.sequence });
    let mut directory = Directory { model, client, bells, loaded };
    lifecycle.spawn("directory", async move { events::follow::run(&broker, "directory", &RESOURCES, mark, &mut directory).await });

    let front = Front::new(Arc::clone(&app), routes::router(&app).merge(people::router(&app, services)).merge(systems));
    server::serve(sockets.grpc, front, lifecycle).await
}

/// Starts what keeps the model shown, searchable and saved.
fn keep(model: &Arc<Model>, bells: &Arc<Bells>, folder: Option<PathBuf>, lifecycle: &Lifecycle) {
    let both = || (Arc::clone(model), Arc::clone(bells));
    let (shown, rung) = both();
    lifecycle.spawn("publish", start::publish(shown, rung));
    let (read, rung) = both();
    lifecycle.spawn("index", start::index(read, rung));
    let (aging, rung) = both();
    lifecycle.spawn("age", start::grow_old(aging, rung, lifecycle.clock()));
    if let Some(folder) = folder {
        let (saved, rung) = both();
        lifecycle.spawn("save", start::save(saved, rung, folder, lifecycle.clock()));
    }
}
