use lettre::message::Mailbox;
use runtime::{Configuration, Environment, Purpose, Secret, Targets, identity};

use crate::{
    domain::Keys,
    letter::Sender,
    smtp::{Relay, Security, Smtp, Timing},
};

/// What notifications must know before it starts.
#[derive(Clone)]
pub struct Config {
    /// What it stores in, and hears and tells by.
    pub stores: Stores,
    /// How mails go out.
    pub mail: Mail,
    /// Identity, and who this process is there.
    pub identity: identity::Settings,
    /// Where directory is.
    pub directory: Targets,
}

/// Where notifications keeps things, and where it hears and tells them.
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

/// How mails go out.
#[derive(Clone)]
pub struct Mail {
    /// The way to the relay.
    pub smtp: Smtp,
    /// Whose mails they are.
    pub sender: Sender,
    /// What links begin with: the public origin.
    pub origin: String,
}

impl Configuration for Config {
    fn read(environment: &mut Environment) -> Option<Self> {
        let stores = Stores::read(environment);
        let mail = Mail::read(environment);
        let identity = identity::Settings::read(environment);
        let directory = environment.required("ATLAS_DIRECTORY");
        Some(Self { stores: stores?, mail: mail?, identity: identity?, directory: directory? })
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

impl Configuration for Mail {
    fn read(environment: &mut Environment) -> Option<Self> {
        let smtp = smtp(environment);
        let from: Option<Mailbox> = environment.required("ATLAS_MAIL_FROM");
        let return_domain = return_domain(environment);
        let keys = environment.secret("ATLAS_MAIL_KEY").and_then(|key| match key.reveal().parse::<Keys>() {
            Ok(keys) => Some(keys),
            Err(error) => environment.fault("ATLAS_MAIL_KEY", format!("is not a key: {error}")),
        });
        let origin = match environment.required::<url::Url>("ATLAS_PUBLIC_ORIGIN").map(|url| url.origin()) {
            Some(origin) if origin.is_tuple() => Some(origin.ascii_serialization()),
            Some(_) => environment.fault("ATLAS_PUBLIC_ORIGIN", "has no host: expected https://…"),
            None => None,
        };
        let sender = Sender { from: from?, return_domain: return_domain?, keys: keys? };
        Some(Self { smtp: smtp?, sender, origin: origin? })
    }
}

/// The relay; without encryption only on this machine, or in development.
fn smtp(environment: &mut Environment) -> Option<Smtp> {
    let url = environment.secret("ATLAS_SMTP_URL");
    let authority = environment.maybe_secret("ATLAS_SMTP_CA");
    let purpose = environment.optional("ATLAS_ENVIRONMENT", Purpose::default())?;
    let relay: Relay = match url?.reveal().parse() {
        Ok(relay) => relay,
        Err(error) => return environment.fault("ATLAS_SMTP_URL", format!("is no relay: {error}")),
    };
    if relay.security == Security::None && !relay.is_loopback() && purpose != Purpose::Development {
        return environment.fault("ATLAS_SMTP_URL", "is not encrypted: use smtps://… or smtp://…?tls=required");
    }
    match relay.tls(authority?.as_ref().map(Secret::reveal)) {
        Ok(tls) => Some(Smtp::new(relay, tls, Timing::default())),
        Err(error) => environment.fault("ATLAS_SMTP_CA", format!("is no certificate authority: {error}")),
    }
}

fn return_domain(environment: &mut Environment) -> Option<String> {
    let domain: String = environment.required("ATLAS_MAIL_RETURN_DOMAIN")?;
    if format!("bounce@{domain}").parse::<lettre::Address>().is_ok() {
        Some(domain.to_ascii_lowercase())
    } else {
        environment.fault("ATLAS_MAIL_RETURN_DOMAIN", format!("is {domain:?}: expected a domain"))
    }
}
