//! From options and environment to calls: who this client is, and where the services are.

use std::time::Duration;

use atlas_proto::operations::v1::operations_service_client::OperationsServiceClient;
use runtime::{Configuration, Credentials, Environment, Lifecycle, Misconfigured, Targets, Tokens, Wire};
use tonic::Status;

use crate::{
    arguments::{Options, Service},
    failure::Failure,
};

/// What has to be known before a service can be called.
struct Settings {
    identity: Targets,
    directory: Targets,
    /// None where nothing of the record is asked for.
    projects: Option<Targets>,
    /// None where nothing is asked about mail.
    notifications: Option<Targets>,
    gateways: Option<Targets>,
    credentials: Credentials,
}

/// The services, each with tokens of this client's own.
pub struct Connection {
    settings: Settings,
    tokens: Tokens,
    lifecycle: Lifecycle,
}

impl Configuration for Settings {
    fn read(environment: &mut Environment) -> Option<Self> {
        let (identity, directory) = (environment.required("ATLAS_IDENTITY"), environment.required("ATLAS_DIRECTORY"));
        let (projects, notifications) = (environment.maybe("ATLAS_PROJECTS"), environment.maybe("ATLAS_NOTIFICATIONS"));
        let gateways = environment.maybe("ATLAS_GATEWAYS");
        let credentials = Credentials::read(environment);
        Some(Self {
            identity: identity?,
            directory: directory?,
            projects: projects?,
            notifications: notifications?,
            gateways: gateways?,
            credentials: credentials?,
        })
    }
}

impl Connection {
    /// Reads options and environment; nothing is called yet.
    pub fn open(options: &Options) -> Result<Self, Failure> {
        let mut environment = environment(options);
        let settings = Settings::read(&mut environment);
        let settings = environment.finish(settings)?;
        let lifecycle = Lifecycle::default();
        let wire = Wire::open(settings.identity.clone(), &lifecycle);
        let tokens = Tokens::new(wire, settings.credentials.clone(), lifecycle.clock());
        Ok(Self { settings, tokens, lifecycle })
    }

    /// The way to a service, over all its replicas.
    pub fn wire(&self, service: Service) -> Result<Wire, Failure> {
        let targets = self.targets(service).ok_or_else(|| Misconfigured(vec![format!("{} is missing", service.variable())]))?;
        Ok(self.wire_to(service, targets.clone()))
    }

    /// The way to one address of a service.
    pub fn wire_to(&self, service: Service, targets: Targets) -> Wire {
        Wire::open(targets, &self.lifecycle).with_tokens(self.tokens.for_audience(service.name()))
    }

    /// What an operator may ask of a service.
    pub fn operations(&self, service: Service) -> Result<OperationsServiceClient<Wire>, Failure> {
        Ok(OperationsServiceClient::new(self.wire(service)?.within(Duration::from_secs(10))))
    }

    /// The services whose addresses are known.
    pub fn known(&self) -> Vec<Service> {
        Service::ALL.into_iter().filter(|service| self.targets(*service).is_some()).collect()
    }

    /// What became of a call, to be told.
    pub fn failed(&self, service: Service, status: Status) -> Failure {
        Failure::Call { service, targets: self.targets(service).map(ToString::to_string).unwrap_or_default(), status: Box::new(status) }
    }

    /// Where the gateways say how they are, when that is known.
    pub const fn gateways(&self) -> Option<&Targets> {
        self.settings.gateways.as_ref()
    }

    /// Where a service is.
    pub const fn targets(&self, service: Service) -> Option<&Targets> {
        match service {
            Service::Identity => Some(&self.settings.identity),
            Service::Directory => Some(&self.settings.directory),
            Service::Projects => self.settings.projects.as_ref(),
            Service::Notifications => self.settings.notifications.as_ref(),
        }
    }
}

/// The environment of the process, with the options in place of their variables.
fn environment(options: &Options) -> Environment {
    let given = [
        ("ATLAS_IDENTITY", &options.identity),
        ("ATLAS_DIRECTORY", &options.directory),
        ("ATLAS_PROJECTS", &options.projects),
        ("ATLAS_NOTIFICATIONS", &options.notifications),
        ("ATLAS_GATEWAYS", &options.gateways),
        ("ATLAS_ISSUER", &options.issuer),
        ("ATLAS_CLIENT_ID", &options.client_id),
        ("ATLAS_CLIENT_KEY_FILE", &options.client_key_file),
    ];
    let key_is_given = options.client_key_file.is_some();
    let inherited = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| !(key_is_given && name == "ATLAS_CLIENT_KEY"));
    let given = given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
    Environment::of(inherited.chain(given))
}
