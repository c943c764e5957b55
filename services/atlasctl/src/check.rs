//! `atlasctl check`: looks at every replica of every service, and at every gateway.

mod gateways;

use std::{net::SocketAddr, time::Duration};

use atlas_proto::{
    identity::v1::{ListKeysRequest, token_service_client::TokenServiceClient},
    operations::v1::{GetStatusRequest, GetStatusResponse, operations_service_client::OperationsServiceClient},
};
use futures_util::future::join_all;
use runtime::{Targets, Wire};
use serde::Serialize;
use tonic::{Code, Status};

use crate::{
    Exit,
    arguments::{Check, Options, Service},
    connection::Connection,
    failure::{Failure, exit},
    output::{Output, columns},
};

/// How long a replica may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Serialize)]
struct Checked {
    ok: bool,
    replicas: Vec<Replica>,
    /// What nobody said the addresses of.
    not_looked_at: Vec<&'static str>,
}

/// What was found at one address.
#[derive(Serialize)]
struct Replica {
    service: &'static str,
    address: String,
    reachable: bool,
    log: Option<Log>,
    /// What is wrong; nothing when all is well.
    problems: Vec<String>,
    #[serde(skip)]
    exit: Exit,
}

/// How the log of a service stands.
#[derive(Serialize)]
struct Log {
    schema: i64,
    epoch: u64,
    last_position: u64,
    published_position: u64,
    oldest_unpublished_ms: u64,
    broker_connected: bool,
    dead_letters: u64,
}

/// Looks at all of them at once; ends with the worst that was found.
pub async fn run(check: Check, options: &Options, output: &Output) -> Result<Exit, Failure> {
    let connection = Connection::open(options)?;
    let services = join_all(connection.known().into_iter().map(async |service| {
        let look_at = |address| look_at(service, address, &connection, &check);
        match connection.targets(service) {
            Some(targets) => at_each_address(service.name(), targets, look_at).await,
            None => Vec::new(),
        }
    }));
    let gateways = async {
        match connection.gateways() {
            Some(targets) => at_each_address(gateways::NAME, targets, gateways::look_at).await,
            None => Vec::new(),
        }
    };
    let (services, gateways) = tokio::join!(services, gateways);
    let replicas: Vec<Replica> = services.into_iter().flatten().chain(gateways).collect();
    let worst = replicas.iter().map(|replica| replica.exit).max().unwrap_or(Exit::Fine);
    let not_looked_at = if connection.gateways().is_none() { vec![gateways::NAME] } else { Vec::new() };
    let text = table(&replicas, &not_looked_at);
    output.say(&Checked { ok: worst == Exit::Fine, replicas, not_looked_at }, &text);
    Ok(worst)
}

/// Looks at every address that these names have.
async fn at_each_address<F: Future<Output = Replica>>(
    name: &'static str,
    targets: &Targets,
    look_at: impl Fn(SocketAddr) -> F,
) -> Vec<Replica> {
    let (mut addresses, mut replicas) = (Vec::new(), Vec::new());
    for target in targets.to_string().split(',') {
        match tokio::net::lookup_host(target).await {
            Ok(found) => addresses.extend(found),
            Err(error) => replicas.push(Replica::unreachable(name, target, format!("the name cannot be resolved: {error}"))),
        }
    }
    addresses.sort();
    addresses.dedup();
    replicas.extend(join_all(addresses.into_iter().map(look_at)).await);
    replicas
}

async fn look_at(service: Service, address: SocketAddr, connection: &Connection, check: &Check) -> Replica {
    let address = address.to_string();
    let Ok(targets) = address.parse() else { return Replica::unreachable(service.name(), &address, "not an address".to_owned()) };
    let wire = connection.wire_to(service, targets).within(PATIENCE);
    match OperationsServiceClient::new(wire.clone()).get_status(GetStatusRequest {}).await {
        Ok(status) => Replica::of(service, address, &status.into_inner(), check),
        Err(status) if status.code() == Code::Unimplemented && !service.keeps_log() => look_at_keys(service, address, wire).await,
        Err(status) => Replica::refusing(service, address, &status),
    }
}

/// A service without a log says nothing of itself; that it reads its keys shows that its database is there.
async fn look_at_keys(service: Service, address: String, wire: Wire) -> Replica {
    match TokenServiceClient::new(wire).list_keys(ListKeysRequest {}).await {
        Ok(listed) if listed.get_ref().keys.is_empty() => {
            Replica::found(service.name(), address, vec!["it has no key to sign tokens with".to_owned()])
        }
        Ok(_) => Replica::found(service.name(), address, Vec::new()),
        Err(status) => Replica::refusing(service, address, &status),
    }
}

impl Replica {
    fn of(service: Service, address: String, status: &GetStatusResponse, check: &Check) -> Self {
        let mut problems = Vec::new();
        if !status.broker_connected {
            problems.push("the broker (NATS) does not answer: writes are taken and told later".to_owned());
        }
        if status.oldest_unpublished_ms > check.max_lag * 1000 {
            problems.push(format!("an event has been waiting for {} s to be published", status.oldest_unpublished_ms / 1000));
        }
        if status.dead_letter_count > 0 {
            problems.push(format!("{} dead letters: atlasctl dead-letters list {}", status.dead_letter_count, service.name()));
        }
        if status.service != service.name() {
            problems.push(format!("this is {}: {} names the wrong address", status.service, service.variable()));
        }
        Self { log: Some(Log::of(status)), ..Self::found(service.name(), address, problems) }
    }

    /// It answered; this is wrong with it.
    const fn found(service: &'static str, address: String, problems: Vec<String>) -> Self {
        let exit = if problems.is_empty() { Exit::Fine } else { Exit::Wrong };
        Self { service, address, reachable: true, log: None, problems, exit }
    }

    fn refusing(service: Service, address: String, status: &Status) -> Self {
        let reason = runtime::reason(status).unwrap_or_else(|| format!("{:?}", status.code()));
        let exit = exit(status.code());
        let problems = vec![format!("{} ({reason})", status.message())];
        Self { service: service.name(), address, reachable: exit != Exit::Unavailable, log: None, problems, exit }
    }

    fn unreachable(service: &'static str, address: &str, why: String) -> Self {
        Self { service, address: address.to_owned(), reachable: false, log: None, problems: vec![why], exit: Exit::Unavailable }
    }

    fn cells(&self) -> Vec<String> {
        let mut cells = vec![self.service.to_owned(), self.address.clone(), (if self.reachable { "yes" } else { "NO" }).to_owned()];
        match &self.log {
            Some(log) => cells.extend([
                log.schema.to_string(),
                log.epoch.to_string(),
                (if log.broker_connected { "connected" } else { "AWAY" }).to_owned(),
                format!("{} ({} ms)", log.last_position.saturating_sub(log.published_position), log.oldest_unpublished_ms),
                log.dead_letters.to_string(),
            ]),
            None => cells.extend(std::iter::repeat_n("–".to_owned(), 5)),
        }
        cells
    }
}

impl Log {
    const fn of(status: &GetStatusResponse) -> Self {
        Self {
            schema: status.schema_version,
            epoch: status.epoch,
            last_position: status.last_position,
            published_position: status.published_position,
            oldest_unpublished_ms: status.oldest_unpublished_ms,
            broker_connected: status.broker_connected,
            dead_letters: status.dead_letter_count,
        }
    }
}

/// A line for each replica, and below them what is wrong.
fn table(replicas: &[Replica], not_looked_at: &[&str]) -> String {
    let head = ["SERVICE", "ADDRESS", "REACHABLE", "SCHEMA", "EPOCH", "BROKER", "UNPUBLISHED", "DEAD LETTERS"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(replicas.iter().map(Replica::cells));
    let mut text = columns(&rows);
    for replica in replicas {
        for problem in &replica.problems {
            text.push_str(&format!("{} {}: {problem}\n", replica.service, replica.address));
        }
    }
    for name in not_looked_at {
        text.push_str(&format!("{name}: not looked at, ATLAS_GATEWAYS does not say where\n"));
    }
    text
}
