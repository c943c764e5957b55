use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use atlas_proto::projects::v1::{
    ExportBatch, ExportHeader, ExportProjectsRequest, PartnershipEvent, ProjectEvent, ThemeEvent, export_projects_response::Part,
    export_service_client::ExportServiceClient,
};
use events::follow::{Follower, Heard, Mark};
use prost::Message as _;
use runtime::{Condition, Wire};

use super::Bells;
use crate::model::{Model, snapshot};

/// A whole export may take this long.
const EXPORT_WITHIN: Duration = Duration::from_secs(120);

/// The model as a follower of projects.
pub struct Projects {
    /// What it fills.
    pub model: Arc<Model>,
    /// Where it asks.
    pub client: ExportServiceClient<Wire>,
    /// Whom it wakes.
    pub bells: Arc<Bells>,
    /// Holds once what it tells can be shown.
    pub loaded: Condition,
}

impl Follower for Projects {
    async fn export(&mut self, mark: Option<Mark>) -> anyhow::Result<()> {
        let load = export(self.client.clone());
        let (header, batches) = tokio::time::timeout(EXPORT_WITHIN, load).await.context("the export took too long")??;
        self.model.change(|making| {
            making.draft.begin_record(&header);
            batches.into_iter().for_each(|batch| making.draft.take_record(batch));
            making.position.record = snapshot::Record { mark: mark.map(snapshot::Mark::from), as_of: None };
        });
        self.bells.changed.notify_one();
        Ok(())
    }

    async fn apply(&mut self, heard: Heard) -> anyhow::Result<()> {
        let (mark, payload) = (snapshot::Mark::from(heard.mark), heard.payload.as_ref());
        let event = match heard.resource.as_str() {
            _ if heard.ends_resync() => Event::ResyncEnded(heard.epoch.wire()),
            "partnership" => Event::Partnership(PartnershipEvent::decode(payload)?),
            "project" => Event::Project(ProjectEvent::decode(payload)?),
            "theme" => Event::Theme(ThemeEvent::decode(payload)?),
            _ => Event::Unknown,
        };
        self.model.change(|making| {
            match event {
                Event::Partnership(event) => making.draft.partnership(event),
                Event::Project(event) => making.draft.project(event),
                Event::Theme(event) => making.draft.theme(event),
                Event::ResyncEnded(epoch) => making.draft.forget_record_before(epoch),
                Event::Unknown => {}
            }
            making.position.record.mark = Some(mark);
        });
        self.bells.changed.notify_one();
        Ok(())
    }

    async fn caught_up(&mut self) -> anyhow::Result<()> {
        self.model.change(|making| {
            making.position.record.as_of = None;
            making.is_of_now();
        });
        self.bells.changed.notify_one();
        self.loaded.set(true);
        tracing::info!("the model has caught up with projects");
        Ok(())
    }
}

/// What projects tells of.
enum Event {
    Partnership(PartnershipEvent),
    Project(ProjectEvent),
    Theme(ThemeEvent),
    ResyncEnded(u64),
    /// Of a kind that a later version tells of.
    Unknown,
}

async fn export(mut client: ExportServiceClient<Wire>) -> anyhow::Result<(ExportHeader, Vec<ExportBatch>)> {
    let call = client.export_projects(ExportProjectsRequest {});
    let mut parts = call.await.context("projects gives no export")?.into_inner();
    let Some(Part::Header(header)) = parts.message().await?.and_then(|message| message.part) else {
        bail!("an export without a header");
    };
    let mut batches = Vec::new();
    while let Some(message) = parts.message().await.context("the export broke off")? {
        if let Some(Part::Batch(batch)) = message.part {
            batches.push(batch);
        }
    }
    Ok((header, batches))
}
