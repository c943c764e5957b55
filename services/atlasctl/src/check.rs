//! `atlasctl check`: looks at every replica of every service.

use std::{net::SocketAddr, time::Duration};

use atlas_proto::operations::v1::{GetStatusRequest, GetStatusResponse, operations_service_client::OperationsServiceClient};
use futures_util::future::join_all;
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
    let found = join_all(connection.known().into_iter().map(|service| look_at_service(service, &connection, &check))).await;
    let replicas: Vec<Replica> = found.into_iter().flatten().collect();
    let worst = replicas.iter().map(|replica| replica.exit).max().unwrap_or(Exit::Fine);
    let text = table(&replicas);
    output.say(&Checked { ok: worst == Exit::Fine, replicas }, &text);
    Ok(worst)
}

async fn look_at_service(service: Service, connection: &Connection, check: &Check) -> Vec<Replica> {
    let (mut addresses, mut replicas) = (Vec::new(), Vec::new());
    let targets = connection.targets(service).map(ToString::to_string).unwrap_or_default();
    for target in targets.split(',') {
        match tokio::net::lookup_host(target).await {
            Ok(found) => addresses.extend(found),
            Err(error) => replicas.push(Replica::unreachable(service, target, format!("the name cannot be resolved: {error}"))),
        }
    }
    addresses.sort();
    addresses.dedup();
    replicas.extend(join_all(addresses.into_iter().map(|address| look_at(service, address, connection, check))).await);
    replicas
}

async fn look_at(service: Service, address: SocketAddr, connection: &Connection, check: &Check) -> Replica {
    let address = address.to_string();
    let Ok(targets) = address.parse() else { return Replica::unreachable(service, &address, "not an address".to_owned()) };
    let wire = connection.wire_to(service, targets).within(PATIENCE);
    match OperationsServiceClient::new(wire).get_status(GetStatusRequest {}).await {
        Ok(status) => Replica::of(service, address, &status.into_inner(), check),
        // A service without a log has nothing more to say: it answered.
        Err(status) if status.code() == Code::Unimplemented && !service.keeps_log() => {
            Replica { service: service.name(), address, reachable: true, log: None, problems: Vec::new(), exit: Exit::Fine }
        }
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
        let exit = if problems.is_empty() { Exit::Fine } else { Exit::Wrong };
        Self { service: service.name(), address, reachable: true, log: Some(Log::of(status)), problems, exit }
    }

    fn refusing(service: Service, address: String, status: &Status) -> Self {
        let reason = runtime::reason(status).unwrap_or_else(|| format!("{:?}", status.code()));
        let exit = exit(status.code());
        let problems = vec![format!("{} ({reason})", status.message())];
        Self { service: service.name(), address, reachable: exit != Exit::Unavailable, log: None, problems, exit }
    }

    fn unreachable(service: Service, address: &str, why: String) -> Self {
        let (service, address) = (service.name(), address.to_owned());
        Self { service, address, reachable: false, log: None, problems: vec![why], exit: Exit::Unavailable }
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
fn table(replicas: &[Replica]) -> String {
    let head = ["SERVICE", "ADDRESS", "REACHABLE", "SCHEMA", "EPOCH", "BROKER", "UNPUBLISHED", "DEAD LETTERS"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(replicas.iter().map(Replica::cells));
    let mut text = columns(&rows);
    for replica in replicas {
        for problem in &replica.problems {
            text.push_str(&format!("{} {}: {problem}\n", replica.service, replica.address));
        }
    }
    text
}
