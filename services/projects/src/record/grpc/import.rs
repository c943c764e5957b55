use std::{collections::HashSet, hash::Hash, pin::Pin};

use atlas_proto::projects::v1::{self as pb, import_service_server::ImportService};
use futures_util::{Stream, StreamExt};
use kernel::{Role, Violation, Violations};
use tonic::{Request, Response, Status, Streaming};

use super::{next_year, parse};
use crate::{
    error::Error,
    record::{
        commands::{
            Record,
            imports::{Batch, Given, Outcome, Remark, Sourced},
        },
        domain::Year,
        facts,
    },
};

/// Brings the record in.
pub struct Import(pub Record);

/// How many records a batch may have.
const LIMIT: usize = 1000;

#[tonic::async_trait]
impl ImportService for Import {
    type ImportRecordStream = Pin<Box<dyn Stream<Item = Result<pb::ImportRecordResponse, Status>> + Send>>;

    async fn import_record(
        &self,
        request: Request<Streaming<pb::ImportRecordRequest>>,
    ) -> Result<Response<Self::ImportRecordStream>, Status> {
        let caller = runtime::caller(&request)?;
        if caller.right.role < Role::Editor {
            return Err(Error::RoleTooLow.into());
        }
        let by = caller.subject;
        let record = self.0.clone();
        // one batch at a time: the answer to one is sent before the next is read, so the sender's window bounds what waits
        let answers = request.into_inner().then(move |batch| {
            let (record, by) = (record.clone(), by.clone());
            async move { take(&record, &by, batch?).await }
        });
        Ok(Response::new(Box::pin(answers)))
    }
}

async fn take(record: &Record, by: &str, request: pb::ImportRecordRequest) -> Result<pb::ImportRecordResponse, Status> {
    let records = request.themes.len() + request.partnerships.len() + request.projects.len();
    if records > LIMIT {
        let description = format!("expected at most {LIMIT} records in a batch, found {records}");
        let field = "partnerships".to_owned();
        return Err(Error::from(Violations(vec![Violation { field, description }])).into());
    }
    let number = request.batch;
    let (batch, mut refused) = sift(&request, next_year(&*record.clock));
    let outcome: Outcome = record.import(by, batch).await?;
    refused.extend(outcome.refused.into_iter().map(remark));
    let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
    Ok(pb::ImportRecordResponse {
        batch: number,
        created_count: count(outcome.created),
        updated_count: count(outcome.updated),
        unchanged_count: count(outcome.unchanged),
        kept_count: count(outcome.kept),
        refused,
        warned: outcome.warned.into_iter().map(remark).collect(),
    })
}

fn remark(from: Remark) -> pb::RefusedRecord {
    let index = u32::try_from(from.index).unwrap_or(u32::MAX);
    pb::RefusedRecord { resource: from.resource.to_owned(), index, field: from.field, reason: from.reason }
}

/// Keeps the records that can be read; the others are listed with what is wrong. Of two with one key, the last counts.
fn sift(request: &pb::ImportRecordRequest, next_year: Year) -> (Batch, Vec<pb::RefusedRecord>) {
    let mut refused = Vec::new();
    let mut themes = readable(facts::THEME, &request.themes, parse::themes::imported, &mut refused);
    let partnership = |wire: &_| parse::partnerships::imported(wire, next_year);
    let mut partnerships = readable(facts::PARTNERSHIP, &request.partnerships, partnership, &mut refused);
    let mut projects = readable(facts::PROJECT, &request.projects, parse::projects::imported, &mut refused);
    keep_last(&mut themes, |theme| theme.code.clone());
    keep_last(&mut partnerships, key);
    keep_last(&mut projects, key);
    (Batch { themes, partnerships, projects, dry_run: request.dry_run }, refused)
}

fn key<T>(of: &Sourced<T>) -> (String, String) {
    (of.provenance.source.to_string(), of.natural_key.clone())
}

fn readable<Wire, T>(
    resource: &'static str,
    records: &[Wire],
    read: impl Fn(&Wire) -> Result<T, Violations>,
    refused: &mut Vec<pb::RefusedRecord>,
) -> Vec<Given<T>> {
    let mut kept = Vec::with_capacity(records.len());
    for (index, record) in records.iter().enumerate() {
        match read(record) {
            Ok(record) => kept.push(Given { index, record }),
            Err(Violations(violations)) => {
                let wrong = |it: Violation| remark(Remark { resource, index, field: it.field, reason: it.description });
                refused.extend(violations.into_iter().map(wrong));
            }
        }
    }
    kept
}

fn keep_last<T, Key: Hash + Eq>(records: &mut Vec<Given<T>>, key: impl Fn(&T) -> Key) {
    let mut seen = HashSet::new();
    records.reverse();
    records.retain(|given| seen.insert(key(&given.record)));
    records.reverse();
}
