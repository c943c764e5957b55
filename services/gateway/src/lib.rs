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
use atlas_proto::{directory::v1::export_service_client::ExportServiceClient, projects::v1::export_service_client as projects};
use events::Broker;
use runtime::{Identity, Lifecycle, MESSAGE_SIZE, Service, Sockets, Wire};

pub use self::config::Config;
use self::{
    app::App,
    front::Front,
    model::{
        Model,
        follow::{self, Bells, Directory, Projects, fetch_contacts},
        snapshot::Record,
        start,
    },
    services::{Services, Ways},
};

/// A whole export may take this long.
const EXPORT_WITHIN: Duration = Duration::from_secs(120);

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
    let directory = Wire::open(config.directory, lifecycle);
    let projects = config.projects.map(|targets| Wire::open(targets, lifecycle));
    let (notifications, told) = (Wire::open(config.notifications, lifecycle), (directory.clone(), projects.clone()));
    let services = Services::new(&identity, Ways { identity: bare, notifications, directory: told.0, projects: told.1 });
    let wire = directory.with_tokens(identity.tokens_for("directory"));
    let client = ExportServiceClient::new(wire.within(EXPORT_WITHIN)).max_decoding_message_size(MESSAGE_SIZE);
    lifecycle.spawn("contacts", fetch_contacts(Arc::clone(&model), client.clone(), Arc::clone(&bells)));
    let broker = Broker::connect(&config.nats_url, &config.nats_prefix).await?;
    if let Some(projects) = projects {
        let wire = projects.with_tokens(identity.tokens_for("projects"));
        follow_projects(wire, broker.clone(), &model, &bells, lifecycle);
    } else {
        model.change(|making| making.position.record = Record::default());
    }
    let mark = model.change(|making| making.position.mark).map(events::Mark::from);
    let mut directory = Directory { model, client, bells, loaded };
    lifecycle.spawn("directory", async move { events::follow::run(&broker, "directory", &follow::DIRECTORY, mark, &mut directory).await });

    let front = Front::new(Arc::clone(&app), routes::router(&app).merge(people::router(&app, services)).merge(systems));
    server::serve(sockets.grpc, front, lifecycle).await
}

/// Follows what collectivités do abroad; ready once it was told, or found in a snapshot.
fn follow_projects(wire: Wire, broker: Broker, model: &Arc<Model>, bells: &Arc<Bells>, lifecycle: &Lifecycle) {
    let loaded = lifecycle.readiness().condition("record");
    loaded.set(model.change(|making| making.position.record.as_of.is_some()));
    let client = projects::ExportServiceClient::new(wire.within(EXPORT_WITHIN)).max_decoding_message_size(MESSAGE_SIZE);
    let mark = model.change(|making| making.position.record.mark).map(events::Mark::from);
    let mut projects = Projects { model: Arc::clone(model), client, bells: Arc::clone(bells), loaded };
    lifecycle.spawn("projects", async move { events::follow::run(&broker, "projects", &follow::PROJECTS, mark, &mut projects).await });
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
