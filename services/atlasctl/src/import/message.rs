use std::future::Future;

use atlas_proto::{directory::v1 as dir, projects::v1 as pro};
use futures_util::Stream;
use runtime::Wire;
use tonic::{Response, Status, Streaming};

use crate::arguments::Service;

/// A batch as one service takes it: over a stream, each answered by number.
pub trait Message: Clone + Send + Sync + 'static {
    /// What comes back.
    type Answer: Into<Told> + Send + 'static;
    /// Who takes it.
    const SERVICE: Service;

    /// Its number, from 1.
    fn number(&self) -> u64;
    /// Gives it one.
    fn set_number(&mut self, number: u64);
    /// Opens the stream.
    fn call(
        wire: Wire,
        requests: impl Stream<Item = Self> + Send + 'static,
    ) -> impl Future<Output = Result<Response<Streaming<Self::Answer>>, Status>> + Send;
}

/// What an answer says, whoever gave it.
#[derive(Debug, Default)]
pub struct Told {
    /// The number of the batch.
    pub batch: u64,
    /// Were not there.
    pub created: u32,
    /// Were there, and differed.
    pub updated: u32,
    /// Were there, and equal.
    pub unchanged: u32,
    /// Differ, and somebody changed them since they were imported.
    pub kept: u32,
    /// Were not taken.
    pub refused: Vec<Remark>,
    /// Were taken, with something to look at.
    pub warned: Vec<Remark>,
    /// The id of each record, where the service gives them.
    pub ids: Vec<String>,
}

/// What a service says of a record of a batch.
#[derive(Debug)]
pub struct Remark {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// The field it is about.
    pub field: String,
    /// What is expected, or why.
    pub reason: String,
}

impl Message for dir::ImportReferenceRequest {
    type Answer = dir::ImportReferenceResponse;
    const SERVICE: Service = Service::Directory;

    fn number(&self) -> u64 {
        self.batch
    }

    fn set_number(&mut self, number: u64) {
        self.batch = number;
    }

    async fn call(
        wire: Wire,
        requests: impl Stream<Item = Self> + Send + 'static,
    ) -> Result<Response<Streaming<dir::ImportReferenceResponse>>, Status> {
        dir::import_service_client::ImportServiceClient::new(wire).import_reference(requests).await
    }
}

impl Message for pro::ImportRecordRequest {
    type Answer = pro::ImportRecordResponse;
    const SERVICE: Service = Service::Projects;

    fn number(&self) -> u64 {
        self.batch
    }

    fn set_number(&mut self, number: u64) {
        self.batch = number;
    }

    async fn call(
        wire: Wire,
        requests: impl Stream<Item = Self> + Send + 'static,
    ) -> Result<Response<Streaming<pro::ImportRecordResponse>>, Status> {
        pro::import_service_client::ImportServiceClient::new(wire).import_record(requests).await
    }
}

impl From<dir::ImportReferenceResponse> for Told {
    fn from(answer: dir::ImportReferenceResponse) -> Self {
        let remark = |from: dir::RefusedRecord| Remark { index: index(from.index), field: from.field, reason: from.reason };
        Self {
            batch: answer.batch,
            created: answer.created_count,
            updated: answer.updated_count,
            unchanged: answer.unchanged_count,
            refused: answer.refused.into_iter().map(remark).collect(),
            ids: answer.partner_ids,
            ..Self::default()
        }
    }
}

impl From<pro::ImportRecordResponse> for Told {
    fn from(answer: pro::ImportRecordResponse) -> Self {
        let remark = |from: pro::RefusedRecord| Remark { index: index(from.index), field: from.field, reason: from.reason };
        Self {
            batch: answer.batch,
            created: answer.created_count,
            updated: answer.updated_count,
            unchanged: answer.unchanged_count,
            kept: answer.kept_count,
            refused: answer.refused.into_iter().map(remark).collect(),
            warned: answer.warned.into_iter().map(remark).collect(),
            ids: Vec::new(),
        }
    }
}

fn index(wire: u32) -> usize {
    usize::try_from(wire).unwrap_or(usize::MAX)
}
