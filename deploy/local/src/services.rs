use crate::{
    ClientKey, Output, Ports,
    process::Spec,
    secrets,
    settings::{program, repository},
};
use rustix::process::Signal;
use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    time::Duration,
};

/// How long a process may take to end.
pub const GRACE_SECONDS: u64 = 10;

/// Each service that has a database.
pub(crate) const WITH_DATABASE: [&str; 4] = ["identity", "directory", "projects", "notifications"];

/// A system that is registered when the platform starts.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// Its id.
    pub id: &'static str,
    /// kind:key:role.
    pub rights: &'static [&'static str],
    /// The services its tokens are for.
    pub audiences: &'static [&'static str],
}

/// The Atlas's own processes and its first operator: the roots of trust.
pub(crate) const ROOTS: &[Client] = &[
    Client { id: "atlas-identity", rights: &["service:identity:reader"], audiences: &["identity", "directory"] },
    Client { id: "atlas-directory", rights: &["service:directory:reader"], audiences: &["identity"] },
    Client { id: "atlas-projects", rights: &["service:projects:reader"], audiences: &["identity", "directory"] },
    Client { id: "atlas-notifications", rights: &["service:notifications:reader"], audiences: &["identity", "directory"] },
    Client { id: "atlas-gateway", rights: &["service:gateway:reader"], audiences: &["identity", "directory", "projects"] },
    Client { id: "atlas-operator", rights: &["operator:*:admin"], audiences: &["identity", "directory", "projects", "notifications"] },
];

/// What the environment of every process is made of.
pub(crate) struct Place<'a> {
    pub data: &'a Path,
    pub ports: Ports,
    pub replicas: u16,
    pub nats_url: &'a str,
    pub output: Output,
    pub collector: Option<&'a str>,
}

impl Place<'_> {
    /// One replica (from 1) of a service, to serve.
    pub fn replica(&self, service: &str, replica: u16, database_url: Option<&str>) -> anyhow::Result<Spec> {
        let mut spec = self.command(service, &["serve"], database_url)?;
        spec.name = format!("{service}-{replica}");
        spec.environment.extend(owned([
            ("ATLAS_LISTEN", self.at(self.ports.service(service, replica))),
            ("ATLAS_HEALTH_LISTEN", self.at(self.ports.health(service, replica))),
        ]));
        if service == "gateway" {
            spec.environment.extend(self.gateway(replica));
        }
        spec.environment.extend(self.collector.map(|address| ("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), address.to_owned())));
        Ok(spec)
    }

    /// A command of a service that ends by itself.
    pub fn command(&self, service: &str, arguments: &[&str], database_url: Option<&str>) -> anyhow::Result<Spec> {
        let secrets = self.data.join("secrets");
        let client = if service == "atlasctl" { "atlas-operator".to_owned() } else { format!("atlas-{service}") };
        let key = ClientKey::kept(&secrets, &client)?;
        let mut environment = owned([
            ("ATLAS_NATS_URL", self.nats_url.to_owned()),
            ("ATLAS_IDENTITY", self.targets("identity")),
            ("ATLAS_DIRECTORY", self.targets("directory")),
            ("ATLAS_PROJECTS", self.targets("projects")),
            ("ATLAS_NOTIFICATIONS", self.targets("notifications")),
            ("ATLAS_GATEWAYS", self.health_of("gateway").join(",")),
            ("ATLAS_CLIENT_ID", client),
            ("ATLAS_CLIENT_KEY_FILE", key.private.display().to_string()),
            ("ATLAS_ISSUER", self.origin()),
            ("ATLAS_KEY_ENCRYPTION_KEY_FILE", secrets::key_encryption_key(&secrets)?.display().to_string()),
            ("ATLAS_ENVIRONMENT", "development".into()),
            ("ATLAS_GRACE_SECONDS", (GRACE_SECONDS - 2).to_string()),
        ]);
        if service == "notifications" {
            environment.extend(self.mail(&secrets)?);
        }
        environment.extend(database_url.map(|url| ("ATLAS_DATABASE_URL".to_owned(), url.to_owned())));
        Ok(Spec {
            name: format!("{service} {}", arguments.join(" ")),
            program: program(service)?,
            arguments: arguments.iter().map(Into::into).collect(),
            environment,
            user: None,
            stop: Signal::TERM,
            folder: self.data.to_owned(),
            output: self.output,
        })
    }

    /// Mails go to the catcher, from a domain that nobody has.
    fn mail(&self, secrets: &Path) -> anyhow::Result<Vec<(String, String)>> {
        Ok(owned([
            ("ATLAS_PUBLIC_ORIGIN", self.origin()),
            ("ATLAS_SMTP_URL", format!("smtp://{}", self.at(self.ports.smtp()))),
            ("ATLAS_MAIL_FROM", "Atlas <ne-pas-repondre@atlas.example>".into()),
            ("ATLAS_MAIL_RETURN_DOMAIN", "retour.atlas.example".into()),
            ("ATLAS_MAIL_KEY_FILE", secrets::mail_key(secrets)?.display().to_string()),
        ]))
    }

    fn gateway(&self, replica: u16) -> Vec<(String, String)> {
        let mut peers = self.health_of("gateway");
        peers.remove(usize::from(replica) - 1);
        owned([
            ("ATLAS_PUBLIC_ORIGIN", self.origin()),
            // everybody here has the one address of this machine
            ("ATLAS_ADDRESS_RATE", "100000".into()),
            ("ATLAS_SNAPSHOT_DIR", self.snapshots(replica).display().to_string()),
            ("ATLAS_PEERS", peers.join(",")),
            ("ATLAS_ASSETS_DIR", repository().join("services/gateway/web/dist").display().to_string()),
        ])
    }

    /// Where each replica of a service says how it is.
    fn health_of(&self, service: &str) -> Vec<String> {
        (1..=self.replicas).map(|replica| self.at(self.ports.health(service, replica))).collect()
    }

    /// Where a gateway keeps its saved snapshot.
    pub fn snapshots(&self, replica: u16) -> PathBuf {
        self.data.join("snapshots").join(format!("gateway-{replica}"))
    }

    /// The public origin: the first gateway.
    pub fn origin(&self) -> String {
        format!("http://{}", self.at(self.ports.service("gateway", 1)))
    }

    /// All replicas of a service, as its clients are told.
    pub fn targets(&self, service: &str) -> String {
        let all = (1..=self.replicas).map(|replica| self.at(self.ports.service(service, replica)));
        all.collect::<Vec<_>>().join(",")
    }

    fn at(&self, port: u16) -> String {
        format!("127.0.0.1:{port}")
    }
}

/// Says whether an HTTP server of this machine answers a path with 200.
pub(crate) fn answers(port: u16, path: &str) -> bool {
    ask(port, path).is_ok_and(|answer| answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.0 200"))
}

fn ask(port: u16, path: &str) -> std::io::Result<String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: text/html\r\nconnection: close\r\n\r\n")?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn owned<const N: usize>(pairs: [(&str, String); N]) -> Vec<(String, String)> {
    pairs.map(|(name, value)| (name.to_owned(), value)).into()
}
