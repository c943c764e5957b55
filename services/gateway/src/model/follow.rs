//! Follows directory, and projects beside it: a whole export, then every event; fetches what events do not say.

mod record;

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use atlas_proto::directory::v1::{
    BatchGetPublicContactsRequest, CollectiviteEvent, ContactEvent, CountryEvent, ExportDirectoryRequest, NetworkEvent, PartnerEvent,
    TerritoryEvent, export_directory_response::Part, export_service_client::ExportServiceClient,
};
use events::follow::{Follower, Heard, Mark};
use prost::Message as _;
use runtime::{Condition, Wire};
use tokio::{sync::Notify, time::sleep};

pub use self::record::Projects;
use super::{Model, draft::Draft, snapshot};

/// The resources of directory that the public pages show.
pub const DIRECTORY: [&str; 6] = ["collectivite", "contact", "country", "network", "partner", "territory"];
/// Those of projects.
pub const PROJECTS: [&str; 3] = ["partnership", "project", "theme"];

/// The most that one fetch asks for.
const FETCHED_AT_ONCE: usize = 500;
/// A whole export may take this long.
const EXPORT_WITHIN: Duration = Duration::from_secs(120);

/// Wakes the tasks that work for the model.
#[derive(Debug, Default)]
pub struct Bells {
    /// Something is to be shown.
    pub changed: Notify,
    /// A contact is to be fetched.
    pub wanted: Notify,
    /// Something was shown that is not saved.
    pub unsaved: Notify,
    /// Somebody was removed: save at once.
    pub removed: Notify,
    /// Something was shown that search has not read.
    pub unread: Notify,
}

/// The model as a follower of directory.
pub struct Directory {
    /// What it fills.
    pub model: Arc<Model>,
    /// Where it asks.
    pub client: ExportServiceClient<Wire>,
    /// Whom it wakes.
    pub bells: Arc<Bells>,
    /// Holds once there is something to show.
    pub loaded: Condition,
}

impl Follower for Directory {
    async fn export(&mut self, mark: Option<Mark>) -> anyhow::Result<()> {
        let mut client = self.client.clone();
        let call = client.export_directory(ExportDirectoryRequest {});
        let load = async {
            let mut parts = call.await.context("directory gives no export")?.into_inner();
            let Some(Part::Header(header)) = parts.message().await?.and_then(|message| message.part) else {
                bail!("an export without a header");
            };
            let mut draft = Draft::begin(&header, self.model.number());
            while let Some(message) = parts.message().await.context("the export broke off")? {
                if let Some(Part::Batch(batch)) = message.part {
                    draft.take(batch);
                }
            }
            Ok(draft)
        };
        let draft = tokio::time::timeout(EXPORT_WITHIN, load).await.context("the export took too long")??;
        self.model.reload(draft, mark.map(snapshot::Mark::from));
        self.bells.changed.notify_one();
        Ok(())
    }

    async fn apply(&mut self, heard: Heard) -> anyhow::Result<()> {
        let mark = snapshot::Mark::from(heard.mark);
        let epoch = heard.epoch.wire();
        let event = Event::read(&heard)?;
        self.model.change(|making| {
            match event {
                Event::Collectivite(event) => making.draft.collectivite(event),
                Event::Network(event) => making.draft.network(event),
                Event::Territory(event) => making.draft.territory(event),
                Event::Country(event) => making.draft.country(event),
                Event::Partner(event) => making.draft.partner(event),
                Event::Contact(event) if event.removed => {
                    making.position.wanted.remove(&event.contact_id);
                    if let Ok(home) = event.collectivite_id.parse() {
                        making.draft.drop_contact(home, &event.contact_id, (event.epoch, event.version));
                    }
                }
                Event::Contact(event) => making.want(event, &self.bells.wanted),
                Event::ResyncEnded => making.draft.forget_before(epoch, &making.position.wanted),
                Event::Unknown => {}
            }
            making.position.mark = Some(mark);
        });
        self.bells.changed.notify_one();
        Ok(())
    }

    async fn caught_up(&mut self) -> anyhow::Result<()> {
        self.model.change(|making| {
            making.position.as_of = None;
            making.is_of_now();
        });
        self.bells.changed.notify_one();
        self.loaded.set(true);
        tracing::info!(collectivites = self.model.now().len(), "the model has caught up with directory");
        Ok(())
    }
}

/// What directory tells of.
enum Event {
    Collectivite(CollectiviteEvent),
    Contact(ContactEvent),
    Network(NetworkEvent),
    Territory(TerritoryEvent),
    Country(CountryEvent),
    Partner(PartnerEvent),
    ResyncEnded,
    /// Of a kind that a later version tells of.
    Unknown,
}

impl Event {
    fn read(heard: &Heard) -> anyhow::Result<Self> {
        let payload = heard.payload.as_ref();
        Ok(match heard.resource.as_str() {
            _ if heard.ends_resync() => Self::ResyncEnded,
            "collectivite" => Self::Collectivite(CollectiviteEvent::decode(payload)?),
            "contact" => Self::Contact(ContactEvent::decode(payload)?),
            "network" => Self::Network(NetworkEvent::decode(payload)?),
            "territory" => Self::Territory(TerritoryEvent::decode(payload)?),
            "country" => Self::Country(CountryEvent::decode(payload)?),
            "partner" => Self::Partner(PartnerEvent::decode(payload)?),
            _ => Self::Unknown,
        })
    }
}

impl super::Making {
    /// What was told has been heard to its end: nothing is old any more, unless another service is still behind.
    fn is_of_now(&mut self) {
        if self.position.since().is_none() {
            self.draft.age(None);
        }
    }

    /// Notes a contact that changed: the event does not say what is public of it.
    fn want(&mut self, event: ContactEvent, wanted: &Notify) {
        let ContactEvent { epoch, version, contact_id, collectivite_id, .. } = event;
        let want = snapshot::Wanted { contact_id: contact_id.clone(), collectivite_id, epoch, version };
        let newer = self.position.wanted.get(&contact_id).is_none_or(|known| (known.epoch, known.version) < (epoch, version));
        if newer {
            self.position.wanted.insert(contact_id, want);
            wanted.notify_one();
        }
    }
}

/// Fetches what is public of the contacts that events named, for as long as the process lives.
///
/// # Errors
/// Never; directory may be away for a while.
pub async fn fetch_contacts(model: Arc<Model>, mut client: ExportServiceClient<Wire>, bells: Arc<Bells>) -> anyhow::Result<()> {
    loop {
        let asked: Vec<snapshot::Wanted> = model.change(|making| making.position.wanted.values().take(FETCHED_AT_ONCE).cloned().collect());
        if asked.is_empty() {
            bells.wanted.notified().await;
            continue;
        }
        let contact_ids = asked.iter().map(|it| it.contact_id.clone()).collect();
        match client.batch_get_public_contacts(BatchGetPublicContactsRequest { contact_ids }).await {
            Ok(answer) => {
                model.change(|making| making.fetched(&asked, answer.into_inner().contacts));
                bells.changed.notify_one();
            }
            Err(status) => {
                tracing::warn!(code = ?status.code(), "cannot fetch contacts; will try again");
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

impl super::Making {
    fn fetched(&mut self, asked: &[snapshot::Wanted], contacts: Vec<atlas_proto::directory::v1::PublicContact>) {
        for want in asked {
            if self.position.wanted.get(&want.contact_id) == Some(want) {
                self.position.wanted.remove(&want.contact_id);
            }
            let found = |it: &&atlas_proto::directory::v1::PublicContact| {
                it.contact.as_ref().is_some_and(|contact| contact.contact_id == want.contact_id)
            };
            match (contacts.iter().find(found), want.collectivite_id.parse()) {
                (Some(contact), _) => self.draft.contact(contact.clone()),
                (None, Ok(home)) => self.draft.drop_contact(home, &want.contact_id, (want.epoch, want.version)),
                (None, Err(_)) => {}
            }
        }
    }
}
