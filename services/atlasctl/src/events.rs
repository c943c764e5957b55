//! `atlasctl events resync`.

use atlas_proto::operations::v1::ResyncRequest;
use serde::Serialize;
use tonic::Code;

use crate::{
    Exit,
    arguments::{Chosen, Events, Options, Service},
    connection::Connection,
    failure::Failure,
    output::Output,
};

#[derive(Serialize)]
struct Resyncs {
    resyncs: Vec<Resync>,
}

#[derive(Serialize)]
struct Resync {
    service: &'static str,
    epoch: u64,
}

/// Has services tell everything again; those that keep no log are passed over when all are asked.
pub async fn run(Events::Resync(chosen): Events, options: &Options, output: &Output) -> Result<Exit, Failure> {
    let connection = Connection::open(options)?;
    let mut resyncs = Vec::new();
    for service in services(&chosen, &connection) {
        match connection.operations(service)?.resync(ResyncRequest {}).await {
            Ok(answer) => resyncs.push(Resync { service: service.name(), epoch: answer.into_inner().epoch }),
            Err(status) if chosen.all && status.code() == Code::Unimplemented && !service.keeps_log() => {}
            Err(status) => return Err(connection.failed(service, status)),
        }
    }
    let text: String = resyncs.iter().map(|r| format!("{}: everything is being told again, as epoch {}\n", r.service, r.epoch)).collect();
    output.say(&Resyncs { resyncs }, &text);
    Ok(Exit::Fine)
}

fn services(chosen: &Chosen, connection: &Connection) -> Vec<Service> {
    chosen.service.map_or_else(|| connection.known(), |service| vec![service])
}
