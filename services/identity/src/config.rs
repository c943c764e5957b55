use std::time::Duration;

use runtime::{Access, Configuration, Environment, Purpose, Secret, Timing};

use crate::{
    directory,
    domain::passkey::Site,
    passwords::Cost,
    seal::{Seal, Seals},
};

/// What identity must know before it starts.
#[derive(Clone)]
pub struct Config {
    /// Its own database.
    pub database_url: Secret,
    /// The broker.
    pub nats_url: String,
    /// What comes before every subject and stream; empty outside tests.
    pub nats_prefix: String,
    /// The issuer of its tokens: the public origin.
    pub issuer: String,
    /// For which site passkeys are: that of the issuer.
    pub passkeys: Site,
    /// Directory, and who this process is there.
    pub directory: directory::Settings,
    /// What its signing keys are sealed with.
    pub seals: Seals,
    /// What the installation is for.
    pub purpose: Purpose,
    /// How long what was heard is trusted.
    pub timing: Timing,
    /// How often it looks at its database.
    pub pace: Pace,
    /// What hashing a password costs.
    pub passwords: Cost,
    /// Who may call what.
    pub access: Access,
}

/// How often identity looks at its database, where its replicas meet.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Between two looks at the voids.
    pub voids: Duration,
    /// Between two words to those who listen, when there is nothing to say.
    pub heartbeat: Duration,
    /// Between two looks at the keys.
    pub keys: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { voids: Duration::from_millis(250), heartbeat: Duration::from_secs(1), keys: Duration::from_secs(10) }
    }
}

impl Configuration for Config {
    fn read(environment: &mut Environment) -> Option<Self> {
        let database_url = environment.secret("ATLAS_DATABASE_URL");
        let nats_url = environment.required("ATLAS_NATS_URL");
        let nats_prefix = environment.optional("ATLAS_NATS_PREFIX", String::new());
        let issuer = environment.required::<String>("ATLAS_ISSUER");
        let passkeys = issuer.as_deref().and_then(|issuer| site(environment, issuer));
        let directory = directory::Settings::read(environment);
        let seals = seals(environment);
        let purpose = environment.optional("ATLAS_ENVIRONMENT", Purpose::default());
        Some(Self {
            database_url: database_url?,
            nats_url: nats_url?,
            nats_prefix: nats_prefix?,
            issuer: issuer?,
            passkeys: passkeys?,
            directory: directory?,
            seals: seals?,
            purpose: purpose?,
            timing: Timing::default(),
            pace: Pace::default(),
            passwords: Cost::default(),
            access: atlas_proto::access::ACCESS,
        })
    }
}

fn site(environment: &mut Environment, issuer: &str) -> Option<Site> {
    match issuer.parse::<Site>() {
        Ok(site) => Some(site),
        Err(error) => environment.fault("ATLAS_ISSUER", error),
    }
}

/// Reads what keys and links are made with.
pub fn seals(environment: &mut Environment) -> Option<Seals> {
    let present = seal(environment, "ATLAS_KEY_ENCRYPTION_KEY", true);
    let older = seal(environment, "ATLAS_KEY_ENCRYPTION_KEY_OLDER", false);
    Some(Seals { present: present??, older: older? })
}

/// Reads a key-encryption key; the outer option says whether it could be read, the inner one whether it is there.
fn seal(environment: &mut Environment, name: &str, required: bool) -> Option<Option<Seal>> {
    let secret = if required { environment.secret(name).map(Some)? } else { environment.maybe_secret(name)? };
    match secret.map(|secret| secret.reveal().parse()).transpose() {
        Ok(seal) => Some(seal),
        Err(error) => environment.fault(name, error),
    }
}
