use std::path::PathBuf;

use runtime::{Configuration, Environment, Targets, identity};

use crate::{page::Help, proxies::Network};

/// What the environment says to the gateway.
#[derive(Debug)]
pub struct Config {
    /// What the public pages need.
    pub public: Public,
    /// Where the snapshot is saved; none: it is not.
    pub snapshot_dir: Option<PathBuf>,
    /// Health addresses of the other gateways.
    pub peers: Vec<String>,
    /// Where directory is.
    pub directory: Targets,
    /// Where projects is; none: what collectivités do abroad is not shown.
    pub projects: Option<Targets>,
    /// Where the mails are.
    pub notifications: Targets,
    /// Where the broker is.
    pub nats_url: String,
    /// What comes before every subject; tests have one.
    pub nats_prefix: String,
    /// Where identity is, and who this process is there.
    pub identity: identity::Settings,
}

/// What the public pages need: no other process is in it.
#[derive(Debug, Clone)]
pub struct Public {
    /// `https://…` as visitors write it, without a slash at the end.
    pub origin: String,
    /// Other names it answers to.
    pub hosts: Vec<String>,
    /// Whose addresses in `X-Forwarded-For` are believed.
    pub trusted_proxies: Vec<Network>,
    /// Requests a second that one address may make; four times as many at once.
    pub address_rate: u32,
    /// The built `web/dist`.
    pub assets_dir: PathBuf,
    /// Whose site it is: lines of the brand block.
    pub brand: Vec<String>,
    /// Whether it is a site of the State, which alone may use its brand block and typeface.
    pub state_brand: bool,
    /// Who helps where nobody nearer is known.
    pub help: Help,
    /// Answers to every name of this machine.
    pub development: bool,
}

impl Configuration for Config {
    fn read(environment: &mut Environment) -> Option<Self> {
        let public = Public::read(environment);
        let snapshot_dir = environment.maybe("ATLAS_SNAPSHOT_DIR");
        let peers = environment.list("ATLAS_PEERS");
        let directory = environment.required("ATLAS_DIRECTORY");
        let projects = environment.maybe("ATLAS_PROJECTS");
        let notifications = environment.required("ATLAS_NOTIFICATIONS");
        let nats_url = environment.required("ATLAS_NATS_URL");
        let nats_prefix = environment.optional("ATLAS_NATS_PREFIX", String::new());
        let identity = identity::Settings::read(environment);
        Some(Self {
            public: public?,
            snapshot_dir: snapshot_dir?,
            peers: peers?,
            directory: directory?,
            projects: projects?,
            notifications: notifications?,
            nats_url: nats_url?,
            nats_prefix: nats_prefix?,
            identity: identity?,
        })
    }
}

impl Configuration for Public {
    fn read(environment: &mut Environment) -> Option<Self> {
        let origin = environment.required::<url::Url>("ATLAS_PUBLIC_ORIGIN");
        let hosts = environment.list("ATLAS_HOSTS");
        let trusted_proxies = environment.list("ATLAS_TRUSTED_PROXIES");
        let address_rate = environment.optional("ATLAS_ADDRESS_RATE", 50);
        let assets_dir = environment.required("ATLAS_ASSETS_DIR");
        let brand = environment.list("ATLAS_BRAND");
        let state_brand = environment.optional("ATLAS_STATE_BRAND", false);
        let name = environment.optional("ATLAS_HELP_NAME", String::new());
        let telephone = environment.optional("ATLAS_HELP_TELEPHONE", String::new());
        let email = environment.optional("ATLAS_HELP_EMAIL", String::new());
        let kind = environment.optional("ATLAS_ENVIRONMENT", "production".to_owned());
        let origin = origin?.origin();
        if !origin.is_tuple() {
            return environment.fault("ATLAS_PUBLIC_ORIGIN", "has no host: expected https://…");
        }
        Some(Self {
            origin: origin.ascii_serialization(),
            hosts: hosts?,
            trusted_proxies: trusted_proxies?,
            address_rate: address_rate?,
            assets_dir: assets_dir?,
            brand: brand?,
            state_brand: state_brand?,
            help: Help { name: name?, telephone: telephone?, email: email? },
            development: kind? == "development",
        })
    }
}
