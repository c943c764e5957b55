use std::{pin::Pin, sync::Arc};

use atlas_proto::directory::v1::{self as pb, export_service_server::ExportService};
use futures_util::{Stream, StreamExt, stream};
use kernel::{Epoch, Fields};
use sqlx::{PgConnection, PgPool};
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::convert;
use crate::{
    domain::{Collectivite, Contact, ContactId},
    error::Error,
    store::{self, collectivites::Filter},
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

type Part = Result<pb::ExportDirectoryResponse, Status>;

#[tonic::async_trait]
impl ExportService for Export {
    type ExportDirectoryStream = Pin<Box<dyn Stream<Item = Part> + Send>>;

    async fn export_directory(&self, _: Request<pb::ExportDirectoryRequest>) -> Result<Response<Self::ExportDirectoryStream>, Status> {
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

    async fn batch_get_public_contacts(
        &self,
        request: Request<pb::BatchGetPublicContactsRequest>,
    ) -> Result<Response<pb::BatchGetPublicContactsResponse>, Status> {
        let ids = &request.get_ref().contact_ids;
        let mut fields = Fields::default();
        fields.check("contact_ids", (1..=500).contains(&ids.len()), "expected 1 to 500 ids");
        let ids: Vec<ContactId> =
            ids.iter().take(500).enumerate().filter_map(|(place, id)| fields.parse(&format!("contact_ids[{place}]"), id)).collect();
        let ids = fields.finish(Some(ids)).map_err(Error::from)?;
        let read = async |tx: &mut PgConnection| -> Result<_, Error> {
            let epoch = events::outbox::epoch(tx).await?;
            Ok((epoch, store::contacts::find_many(tx, &ids).await?))
        };
        let (epoch, found) = database::snapshot(&self.pool, read).await?;
        Ok(Response::new(pb::BatchGetPublicContactsResponse { contacts: public(epoch, found) }))
    }
}

/// Sends the header, then everything, in batches. A receiver that is gone ends it without an error.
async fn export(tx: &mut PgConnection, sender: &mpsc::Sender<Part>) -> Result<(), Error> {
    let epoch = events::outbox::epoch(tx).await?;
    let (territories, countries) = (store::territories::all(tx).await?, store::countries::all(tx).await?);
    let counted = store::collectivites::count(tx).await?
        + store::networks::count(tx).await?
        + store::partners::count(tx).await?
        + store::contacts::count_public(tx).await?;
    let tombstones = events::outbox::tombstones(tx).await?;
    let header = pb::ExportHeader {
        epoch: epoch.wire(),
        record_count: counted.unsigned_abs() + (territories.len() + countries.len()) as u64,
        tombstones: tombstones
            .into_iter()
            .map(|gone| pb::Tombstone { key: format!("{}/{}", gone.resource, gone.key), version: gone.version.wire() })
            .collect(),
    };
    let mut open = send(sender, pb::export_directory_response::Part::Header(header)).await;
    let territories = territories.iter().map(|one| pb::TerritoryEvent {
        epoch: epoch.wire(),
        version: one.version.wire(),
        territory: Some(convert::territory(one)),
    });
    open = open && batch(sender, pb::ExportBatch { territories: territories.collect(), ..Default::default() }).await;
    let countries = countries.iter().map(|one| pb::CountryEvent {
        epoch: epoch.wire(),
        version: one.version.wire(),
        country: Some(super::partners::convert::country(one)),
    });
    open = open && batch(sender, pb::ExportBatch { countries: countries.collect(), ..Default::default() }).await;
    if open && networks(tx, epoch, sender).await? && collectivites(tx, epoch, sender).await? && partners(tx, epoch, sender).await? {
        contacts(tx, epoch, sender).await?;
    }
    Ok(())
}

async fn networks(tx: &mut PgConnection, epoch: Epoch, sender: &mpsc::Sender<Part>) -> Result<bool, Error> {
    let mut after = None;
    loop {
        let found = store::networks::list_by_id(tx, after, BATCH).await?;
        let Some(last) = found.last() else { return Ok(true) };
        after = Some(last.id);
        let networks = found.iter().map(|one| pb::NetworkEvent {
            epoch: epoch.wire(),
            version: one.version.wire(),
            network: Some(convert::network(one)),
        });
        if !batch(sender, pb::ExportBatch { networks: networks.collect(), ..Default::default() }).await {
            return Ok(false);
        }
    }
}

async fn collectivites(tx: &mut PgConnection, epoch: Epoch, sender: &mpsc::Sender<Part>) -> Result<bool, Error> {
    let mut filter = Filter::default();
    loop {
        let found = store::collectivites::list(tx, &filter, BATCH).await?;
        let Some(last) = found.last() else { return Ok(true) };
        filter.after = last.id().to_string();
        let event = |one: &Collectivite| pb::CollectiviteEvent {
            epoch: epoch.wire(),
            version: one.version.wire(),
            collectivite: Some(convert::collectivite(one)),
        };
        if !batch(sender, pb::ExportBatch { collectivites: found.iter().map(event).collect(), ..Default::default() }).await {
            return Ok(false);
        }
    }
}

async fn partners(tx: &mut PgConnection, epoch: Epoch, sender: &mpsc::Sender<Part>) -> Result<bool, Error> {
    let mut after = None;
    loop {
        let found = store::partners::list_by_id(tx, after, BATCH).await?;
        let Some(last) = found.last() else { return Ok(true) };
        after = Some(last.id);
        let told = found.iter().map(|one| pb::PartnerEvent {
            epoch: epoch.wire(),
            version: one.version.wire(),
            partner_id: one.id.to_string(),
            partner: Some(super::partners::convert::partner(one)),
        });
        let mut told: Vec<_> = told.collect();
        while !told.is_empty() {
            let partners = told.drain(..runtime::fitting(&told)).collect();
            if !batch(sender, pb::ExportBatch { partners, ..Default::default() }).await {
                return Ok(false);
            }
        }
    }
}

async fn contacts(tx: &mut PgConnection, epoch: Epoch, sender: &mpsc::Sender<Part>) -> Result<bool, Error> {
    let mut after = None;
    loop {
        let found = store::contacts::list_by_id(tx, after, BATCH).await?;
        let Some(last) = found.last() else { return Ok(true) };
        after = Some(last.id);
        if !batch(sender, pb::ExportBatch { contacts: public(epoch, found), ..Default::default() }).await {
            return Ok(false);
        }
    }
}

fn public(epoch: Epoch, contacts: Vec<Contact>) -> Vec<pb::PublicContact> {
    let shown = contacts.into_iter().filter_map(Contact::public);
    shown
        .map(|contact| pb::PublicContact {
            epoch: epoch.wire(),
            version: contact.version.wire(),
            contact: Some(convert::contact(&contact)),
        })
        .collect()
}

async fn batch(sender: &mpsc::Sender<Part>, batch: pb::ExportBatch) -> bool {
    send(sender, pb::export_directory_response::Part::Batch(batch)).await
}

async fn send(sender: &mpsc::Sender<Part>, part: pb::export_directory_response::Part) -> bool {
    sender.send(Ok(pb::ExportDirectoryResponse { part: Some(part) })).await.is_ok()
}
