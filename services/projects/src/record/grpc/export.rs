use std::{pin::Pin, sync::Arc};

use atlas_proto::projects::v1::{self as pb, export_service_server::ExportService};
use futures_util::{Stream, StreamExt, stream};
use kernel::Epoch;
use sqlx::{PgConnection, PgPool};
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::convert;
use crate::{
    error::Error,
    record::{
        domain::{Partnership, Project, Theme},
        store,
    },
};

/// How many exports may run at once: each holds a connection and a snapshot.
const AT_ONCE: usize = 4;
/// Records in a batch.
const BATCH: i64 = 500;

/// Whole-table reads for processes that keep a copy.
pub struct Export {
    pool: PgPool,
    running: Arc<Semaphore>,
}

impl Export {
    /// Reads from this database.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self { pool, running: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

type Part = Result<pb::ExportProjectsResponse, Status>;

#[tonic::async_trait]
impl ExportService for Export {
    type ExportProjectsStream = Pin<Box<dyn Stream<Item = Part> + Send>>;

    async fn export_projects(&self, _: Request<pb::ExportProjectsRequest>) -> Result<Response<Self::ExportProjectsStream>, Status> {
        let place = Arc::clone(&self.running).try_acquire_owned().map_err(|_| Error::TooManyExports)?;
        let pool = self.pool.clone();
        let (sender, receiver) = mpsc::channel(2);
        let reading = async move {
            let read = database::snapshot(&pool, async |tx| export(tx, &sender).await).await;
            drop(place);
            read.err().map(|error| Err(error.into()))
        };
        // the reader runs as part of the stream: a caller that goes away ends the snapshot at once
        let failed = stream::once(reading).filter_map(async |failed| failed);
        Ok(Response::new(Box::pin(stream::select(ReceiverStream::new(receiver), failed))))
    }
}

/// Sends the header, then everything, in batches. A receiver that is gone ends it without an error.
async fn export(tx: &mut PgConnection, sender: &mpsc::Sender<Part>) -> Result<(), Error> {
    let epoch = events::outbox::epoch(tx).await?;
    let themes = store::themes::all(tx).await?;
    let counted = store::partnerships::count(tx).await? + store::projects::count(tx).await?;
    let tombstones = events::outbox::tombstones(tx).await?;
    let header = pb::ExportHeader {
        epoch: epoch.wire(),
        record_count: counted.unsigned_abs() + themes.len() as u64,
        tombstones: tombstones
            .into_iter()
            .map(|gone| pb::Tombstone { key: format!("{}/{}", gone.resource, gone.key), version: gone.version.wire() })
            .collect(),
    };
    let open = send(sender, pb::export_projects_response::Part::Header(header)).await;
    let themes = pb::ExportBatch { themes: themes.iter().map(|one| theme(epoch, one)).collect(), ..Default::default() };
    if open && batch(sender, themes).await && partnerships(tx, epoch, sender).await? {
        projects(tx, epoch, sender).await?;
    }
    Ok(())
}

async fn partnerships(tx: &mut PgConnection, epoch: Epoch, sender: &mpsc::Sender<Part>) -> Result<bool, Error> {
    let mut filter = store::partnerships::Filter::default();
    loop {
        let found = store::partnerships::list(tx, &filter, BATCH).await?;
        let Some(last) = found.last() else { return Ok(true) };
        filter.after = Some(last.id);
        let mut told: Vec<_> = found.iter().map(|one| partnership(epoch, one)).collect();
        while !told.is_empty() {
            let partnerships = told.drain(..runtime::fitting(&told)).collect();
            if !batch(sender, pb::ExportBatch { partnerships, ..Default::default() }).await {
                return Ok(false);
            }
        }
    }
}

async fn projects(tx: &mut PgConnection, epoch: Epoch, sender: &mpsc::Sender<Part>) -> Result<bool, Error> {
    let mut filter = store::projects::Filter::default();
    loop {
        let found = store::projects::list(tx, &filter, BATCH).await?;
        let Some(last) = found.last() else { return Ok(true) };
        filter.after = Some(last.id);
        let mut told: Vec<_> = found.iter().map(|one| project(epoch, one)).collect();
        while !told.is_empty() {
            let projects = told.drain(..runtime::fitting(&told)).collect();
            if !batch(sender, pb::ExportBatch { projects, ..Default::default() }).await {
                return Ok(false);
            }
        }
    }
}

fn theme(epoch: Epoch, of: &Theme) -> pb::ThemeEvent {
    pb::ThemeEvent { epoch: epoch.wire(), version: of.version.wire(), theme: Some(convert::theme(of)) }
}

fn partnership(epoch: Epoch, of: &Partnership) -> pb::PartnershipEvent {
    let partnership = Some(convert::partnership(of));
    pb::PartnershipEvent { epoch: epoch.wire(), version: of.version.wire(), partnership_id: of.id.to_string(), partnership }
}

fn project(epoch: Epoch, of: &Project) -> pb::ProjectEvent {
    let project = Some(convert::project(of));
    pb::ProjectEvent { epoch: epoch.wire(), version: of.version.wire(), project_id: of.id.to_string(), project }
}

async fn batch(sender: &mpsc::Sender<Part>, batch: pb::ExportBatch) -> bool {
    send(sender, pb::export_projects_response::Part::Batch(batch)).await
}

async fn send(sender: &mpsc::Sender<Part>, part: pb::export_projects_response::Part) -> bool {
    sender.send(Ok(pb::ExportProjectsResponse { part: Some(part) })).await.is_ok()
}
