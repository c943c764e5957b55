use runtime::{Configuration, Environment, Purpose, Secret, Targets, identity};

/// What projects must know before it starts.
#[derive(Debug, Clone)]
pub struct Config {
    /// What it stores in, and tells by.
    pub stores: Stores,
    /// Identity, and who this process is there.
    pub identity: identity::Settings,
    /// Where directory is.
    pub directory: Targets,
}

/// Where projects keeps things, and where it tells them.
#[derive(Debug, Clone)]
pub struct Stores {
    /// Its own database.
    pub database_url: Secret,
    /// The broker.
    pub nats_url: String,
    /// What comes before every subject and stream; empty outside tests.
    pub nats_prefix: String,
    /// What the installation is for.
    pub purpose: Purpose,
}

impl Configuration for Config {
    fn read(environment: &mut Environment) -> Option<Self> {
        let stores = Stores::read(environment);
        let identity = identity::Settings::read(environment);
        let directory = environment.required("ATLAS_DIRECTORY");
        Some(Self { stores: stores?, identity: identity?, directory: directory? })
    }
}

impl Configuration for Stores {
    fn read(environment: &mut Environment) -> Option<Self> {
        let database_url = environment.secret("ATLAS_DATABASE_URL");
        let nats_url = environment.required("ATLAS_NATS_URL");
        let nats_prefix = environment.optional("ATLAS_NATS_PREFIX", String::new());
        let purpose = environment.optional("ATLAS_ENVIRONMENT", Purpose::default());
        Some(Self { database_url: database_url?, nats_url: nats_url?, nats_prefix: nats_prefix?, purpose: purpose? })
    }
}
