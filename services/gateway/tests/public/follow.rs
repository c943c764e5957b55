//! Following directory: a fake of its export, and events on a real broker.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_nats::jetstream::stream;
use atlas_proto::{
    directory::v1::{
        BatchGetPublicContactsRequest, BatchGetPublicContactsResponse, CollectiviteEvent, ContactEvent, ExportBatch,
        ExportDirectoryRequest, ExportDirectoryResponse, ExportHeader, PublicContact,
        export_directory_response::Part,
        export_service_client::ExportServiceClient,
        export_service_server::{ExportService, ExportServiceServer},
    },
    events::v1::ResyncEndedEvent,
    subjects,
};
use gateway::model::{
    Model,
    follow::{Bells, Directory, Projects, fetch_contacts},
    start,
};
use prost::Message;
use runtime::{Lifecycle, Wire};
use testkit::TestBroker;
use tonic::{Request, Response, Status};

use crate::{
    abroad::TWINNING,
    fixture::{CONTACT, HELLEAN, RENNES, Visit, commune, contact, france},
    record_follow::FakeProjects,
};

/// Directory as far as a follower sees it: what it exports, and which contacts are public.
#[derive(Clone, Default)]
pub struct Fake(pub Arc<Mutex<(ExportBatch, Vec<PublicContact>)>>);

#[tonic::async_trait]
impl ExportService for Fake {
    type ExportDirectoryStream = tokio_stream::Iter<std::vec::IntoIter<Result<ExportDirectoryResponse, Status>>>;

    async fn export_directory(&self, _: Request<ExportDirectoryRequest>) -> Result<Response<Self::ExportDirectoryStream>, Status> {
        let header = Part::Header(ExportHeader { epoch: 1, ..ExportHeader::default() });
        let parts = [header, Part::Batch(self.0.lock().unwrap().0.clone())].map(|part| Ok(ExportDirectoryResponse { part: Some(part) }));
        Ok(Response::new(tokio_stream::iter(parts.to_vec())))
    }

    async fn batch_get_public_contacts(
        &self,
        request: Request<BatchGetPublicContactsRequest>,
    ) -> Result<Response<BatchGetPublicContactsResponse>, Status> {
        let asked = request.into_inner().contact_ids;
        let public = self.0.lock().unwrap().1.clone();
        let contacts = public.into_iter().filter(|it| asked.contains(&it.contact.as_ref().unwrap().contact_id)).collect();
        Ok(Response::new(BatchGetPublicContactsResponse { contacts }))
    }
}

/// A gateway's model that follows the fakes.
pub struct World {
    pub fake: Fake,
    pub projects: FakeProjects,
    pub broker: TestBroker,
    pub visit: Visit,
    pub lifecycle: Lifecycle,
    sent: Mutex<u64>,
}

impl World {
    pub async fn start() -> Self {
        let world = Self::new().await;
        world.make_stream("directory").await;
        world.make_stream("projects").await;
        world.follow().await;
        let shown = |model: &Model| model.is_loaded() && model.now().partnership(TWINNING.parse().unwrap()).is_some();
        world.until("both exports are shown", |model| shown(model) && world.is_ready()).await;
        world
    }

    /// It follows, and neither service has a stream yet.
    pub async fn before_streams() -> Self {
        let world = Self::new().await;
        world.follow().await;
        world
    }

    async fn new() -> Self {
        let (fake, broker, lifecycle) = (Fake::default(), TestBroker::start().await, Lifecycle::default());
        fake.0.lock().unwrap().0 = france();
        let (projects, visit) = (FakeProjects::default(), Visit::of(Arc::new(Model::start().unwrap())));
        Self { fake, projects, broker, visit, lifecycle, sent: Mutex::default() }
    }

    pub fn is_ready(&self) -> bool {
        self.lifecycle.readiness().is_ready()
    }

    pub async fn make_stream(&self, service: &str) {
        let broker = &self.broker.broker;
        let config = stream::Config { name: broker.stream(service), subjects: vec![broker.subjects(service)], ..Default::default() };
        broker.jetstream.create_stream(config).await.unwrap();
    }

    async fn follow(&self) {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let target = listener.local_addr().unwrap().to_string();
        let service = tonic::transport::Server::builder().add_service(ExportServiceServer::new(self.fake.clone()));
        let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
        self.lifecycle.spawn("fake directory", async move { Ok(service.serve_with_incoming(incoming).await?) });
        let client = ExportServiceClient::new(Wire::open(target.parse().unwrap(), &self.lifecycle));
        let (model, bells) = (Arc::clone(&self.visit.model), Arc::new(Bells::default()));
        let loaded = self.lifecycle.readiness().condition("model");
        self.lifecycle.spawn("publish", start::publish(Arc::clone(&model), Arc::clone(&bells)));
        self.lifecycle.spawn("index", start::index(Arc::clone(&model), Arc::clone(&bells)));
        self.lifecycle.spawn("contacts", fetch_contacts(Arc::clone(&model), client.clone(), Arc::clone(&bells)));
        let client_of_projects = self.projects.serve(&self.lifecycle).await;
        let loaded_projects = self.lifecycle.readiness().condition("record");
        let mut projects =
            Projects { model: Arc::clone(&model), client: client_of_projects, bells: Arc::clone(&bells), loaded: loaded_projects };
        let broker = self.broker.another().await;
        self.lifecycle.spawn("projects", async move { events::follow::run(&broker, "projects", &[], None, &mut projects).await });
        let (mut directory, broker) = (Directory { model, client, bells, loaded }, self.broker.another().await);
        self.lifecycle.spawn("directory", async move { events::follow::run(&broker, "directory", &[], None, &mut directory).await });
    }

    async fn tell(&self, resource: &str, key: &str, event: &impl Message, resync: Option<u64>) {
        self.tell_of("directory", resource, key, event, resync).await;
    }

    pub async fn tell_of(&self, service: &str, resource: &str, key: &str, event: &impl Message, resync: Option<u64>) {
        let mut headers = async_nats::HeaderMap::new();
        *self.sent.lock().unwrap() += 1;
        headers.insert(subjects::MESSAGE_ID, uuid::Uuid::new_v4().to_string());
        if let Some(epoch) = resync {
            headers.insert(subjects::RESYNC, epoch.to_string());
        }
        let subject = self.broker.broker.subject(service, resource, key);
        let sent = self.broker.broker.jetstream.publish_with_headers(subject, headers, event.encode_to_vec().into()).await.unwrap();
        sent.await.unwrap();
    }

    pub async fn until(&self, what: &str, holds: impl Fn(&Model) -> bool) {
        let wait = async {
            while !holds(&self.visit.model) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait).await.unwrap_or_else(|_| panic!("never: {what}"));
    }

    fn name(model: &Model, id: &str) -> Option<String> {
        model.now().collectivite(id.parse().unwrap()).map(|it| it.value.name.clone())
    }
}

fn renamed(epoch: u64, version: u64, name: &str) -> CollectiviteEvent {
    let collectivite = commune(HELLEAN, name, "56", "53", 900);
    CollectiviteEvent { epoch, version, collectivite: Some(atlas_proto::directory::v1::Collectivite { version, ..collectivite }) }
}

#[tokio::test]
async fn a_change_is_shown_and_an_older_one_is_not() {
    let world = World::start().await;
    world.tell("collectivite", HELLEAN, &renamed(1, 3, "Troisième"), None).await;
    world.tell("collectivite", HELLEAN, &renamed(1, 2, "Deuxième"), None).await;
    world
        .tell(
            "collectivite",
            RENNES,
            &CollectiviteEvent { epoch: 1, version: 9, collectivite: Some(commune(RENNES, "Fin", "35", "53", 1)) },
            None,
        )
        .await;
    world.until("the last event", |model| World::name(model, RENNES).as_deref() == Some("Fin")).await;
    assert_eq!(World::name(&world.visit.model, HELLEAN).as_deref(), Some("Troisième"));
    world.until("search has read it", |model| model.search().find("troisieme", 0, 1).unwrap().total == 1).await;
    world.lifecycle.finish().await.unwrap();
}

#[tokio::test]
async fn a_contact_is_fetched_when_an_event_names_it_and_goes_at_once_when_it_is_removed() {
    let world = World::start().await;
    let event = |version, removed| ContactEvent { epoch: 1, version, contact_id: CONTACT.into(), collectivite_id: RENNES.into(), removed };
    let shown = |name: &'static str| {
        move |model: &Model| {
            model
                .now()
                .contacts(RENNES.parse().unwrap())
                .is_some_and(|of| of.list.values().any(|it| it.contact.as_ref().unwrap().last_name == name))
        }
    };
    world.fake.0.lock().unwrap().1 = vec![contact(2, |it| it.last_name = "Le Goff".into())];
    world.tell("contact", CONTACT, &event(2, false), None).await;
    world.until("the new name", shown("Le Goff")).await;

    world.fake.0.lock().unwrap().1.clear();
    world.tell("contact", CONTACT, &event(3, false), None).await;
    world.until("no longer public", |model| !shown("Le Goff")(model)).await;

    world.fake.0.lock().unwrap().1 = vec![contact(4, |it| it.last_name = "Encore".into())];
    world.tell("contact", CONTACT, &event(4, false), None).await;
    world.until("public again", shown("Encore")).await;
    world.tell("contact", CONTACT, &event(5, true), None).await;
    world.until("removed", |model| !shown("Encore")(model)).await;
    world.lifecycle.finish().await.unwrap();
}

#[tokio::test]
async fn a_resync_forgets_what_it_did_not_name() {
    let world = World::start().await;
    world.tell("collectivite", HELLEAN, &renamed(2, 1, "Restée"), Some(2)).await;
    world.tell("resync", "2", &ResyncEndedEvent { epoch: 2, version: 1, resource_count: 1 }, Some(2)).await;
    world.until("the others are forgotten", |model| model.now().len() == 1).await;
    assert_eq!(World::name(&world.visit.model, HELLEAN).as_deref(), Some("Restée"));
    assert_eq!(world.visit.get(&format!("/collectivites/{RENNES}")).await.status, 404);
    world.until("search too", |model| model.search().find("rennes", 0, 1).unwrap().total == 0).await;
    world.lifecycle.finish().await.unwrap();
}

#[tokio::test]
async fn a_broker_that_lost_everything_is_followed_from_a_new_export() {
    let world = World::start().await;
    world.broker.lose("directory").await;
    world.fake.0.lock().unwrap().0.collectivites = vec![renamed(1, 8, "Après")];
    world.make_stream("directory").await;
    world.until("the new export", |model| World::name(model, HELLEAN).as_deref() == Some("Après")).await;
    assert_eq!(world.visit.model.now().len(), 1);
    world.tell("collectivite", HELLEAN, &renamed(1, 9, "Suite"), None).await;
    world.until("what follows it", |model| World::name(model, HELLEAN).as_deref() == Some("Suite")).await;
    world.lifecycle.finish().await.unwrap();
}
