//! The real directory and the real record, for what goes to both.

use std::sync::Arc;

use atlas_proto::access::ACCESS;
use kernel::SystemClock;
use runtime::{Lifecycle, Patience, Purpose, Secret, Sockets, Targets, Wire};
use serde_json::json;
use sqlx::PgPool;
use tempfile::TempDir;
use testkit::{TestBroker, TestDatabase, TestIdentity};
use tokio::sync::Mutex;

use crate::{fakes::Identity, program::Program};

/// Directory and projects, each on a database of its own, with the register and the countries in it.
pub struct World {
    pub program: Program,
    pub directory: PgPool,
    pub projects: PgPool,
    pub folder: TempDir,
    _kept: (TestDatabase, TestDatabase, TestBroker, Lifecycle),
}

/// One test of a whole nation at a time: each takes thousands of records, and two at once keep each other waiting until calls give up.
pub static ALONE: Mutex<()> = Mutex::const_new(());

impl World {
    pub async fn start() -> Self {
        let (identity, broker) = (TestIdentity::default(), TestBroker::start().await);
        let of_directory = TestDatabase::clone_of(&directory::MIGRATORS).await;
        let of_projects = TestDatabase::clone_of(&projects::MIGRATORS).await;
        let lifecycle = Lifecycle::new(Arc::new(SystemClock), Patience::default());
        let (nats_url, nats_prefix) = broker.address();
        let (nats_url, nats_prefix) = (nats_url.to_owned(), nats_prefix.to_owned());

        let sockets = Sockets::loopback().await.unwrap();
        let at_directory = sockets.grpc.local_addr().unwrap().to_string();
        let stores = directory::Stores {
            database_url: Secret::new(of_directory.url.clone()),
            nats_url: nats_url.clone(),
            nats_prefix: nats_prefix.clone(),
            purpose: Purpose::Development,
        };
        let (serving, verifier) = (lifecycle.clone(), identity.verifier("directory"));
        lifecycle.spawn_to_end("directory", async move { directory::run(stores, verifier, ACCESS, sockets, serving).await });

        let sockets = Sockets::loopback().await.unwrap();
        let at_projects = sockets.grpc.local_addr().unwrap().to_string();
        let stores =
            projects::Stores { database_url: Secret::new(of_projects.url.clone()), nats_url, nats_prefix, purpose: Purpose::Development };
        let targets: Targets = at_directory.parse().unwrap();
        let directory = Wire::open(targets, &lifecycle).bearing(&identity.token("service:projects:reader"));
        let around = projects::Around { verifier: identity.verifier("projects"), access: ACCESS, directory };
        let serving = lifecycle.clone();
        lifecycle.spawn_to_end("projects", async move { projects::run(stores, around, sockets, serving).await });

        let token = identity.token("operator:*:admin");
        let program = Program::connected(&Identity::start_giving(token).await, &at_directory).with("ATLAS_PROJECTS", &at_projects);
        let (directory, projects) = (of_directory.pool().await, of_projects.pool().await);
        let world =
            Self { program, directory, projects, folder: TempDir::new().unwrap(), _kept: (of_directory, of_projects, broker, lifecycle) };
        let register = world.program.run_beside(&["import", "reference", "--json"]).await;
        assert_eq!((register.code, &register.json()["left_out"]), (0, &json!(0)), "{register:?}");
        world
    }
}
