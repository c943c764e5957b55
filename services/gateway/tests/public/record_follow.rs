//! Following projects beside directory: a fake of its export, and events on a stream of its own.

use std::sync::{Arc, Mutex};

use atlas_proto::{
    directory::v1::PartnerState,
    events::v1::ResyncEndedEvent,
    projects::v1::{
        ExportBatch, ExportHeader, ExportProjectsRequest, ExportProjectsResponse, PartnershipEvent, ProjectEvent,
        export_projects_response::Part,
        export_service_client::ExportServiceClient,
        export_service_server::{ExportService, ExportServiceServer},
    },
};
use gateway::model::Model;
use runtime::{Lifecycle, Wire};
use tonic::{Request, Response, Status};

use crate::{
    abroad::{
        ERLANGEN, OF_HELLEAN, SEGOU, TWINNING, UNKNOWN, WATER, partner, partner_event, partnership, partnership_event, record, water,
    },
    fixture::{HELLEAN, RENNES},
    follow::World,
};

/// Projects as far as a follower sees it: what it exports, and how often it did.
#[derive(Clone)]
pub struct FakeProjects(Arc<Mutex<(ExportBatch, usize)>>);

impl Default for FakeProjects {
    fn default() -> Self {
        Self(Arc::new(Mutex::new((record(), 0))))
    }
}

impl FakeProjects {
    pub async fn serve(&self, lifecycle: &Lifecycle) -> ExportServiceClient<Wire> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let target = listener.local_addr().unwrap().to_string();
        let service = tonic::transport::Server::builder().add_service(ExportServiceServer::new(self.clone()));
        let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
        lifecycle.spawn("fake projects", async move { Ok(service.serve_with_incoming(incoming).await?) });
        ExportServiceClient::new(Wire::open(target.parse().unwrap(), lifecycle))
    }

    fn exports(&self) -> usize {
        self.0.lock().unwrap().1
    }
}

#[tonic::async_trait]
impl ExportService for FakeProjects {
    type ExportProjectsStream = tokio_stream::Iter<std::vec::IntoIter<Result<ExportProjectsResponse, Status>>>;

    async fn export_projects(&self, _: Request<ExportProjectsRequest>) -> Result<Response<Self::ExportProjectsStream>, Status> {
        let mut kept = self.0.lock().unwrap();
        kept.1 += 1;
        let header = Part::Header(ExportHeader { epoch: 1, ..ExportHeader::default() });
        let parts = [header, Part::Batch(kept.0.clone())].map(|part| Ok(ExportProjectsResponse { part: Some(part) }));
        Ok(Response::new(tokio_stream::iter(parts.to_vec())))
    }
}

fn since(model: &Model, id: &str) -> Option<i32> {
    model.now().partnership(id.parse().unwrap())?.value.start_year
}

fn told(epoch: u64, version: u64, year: i32) -> PartnershipEvent {
    let it = atlas_proto::projects::v1::Partnership { start_year: Some(year), version, ..partnership(OF_HELLEAN, HELLEAN, SEGOU) };
    PartnershipEvent { epoch, ..partnership_event(it) }
}

#[tokio::test]
async fn it_is_ready_when_both_have_been_heard() {
    let world = World::before_streams().await;
    world.make_stream("directory").await;
    world.until("directory is shown", |model| model.is_loaded()).await;
    assert!(!world.is_ready(), "it does not know yet what is done abroad");
    world.make_stream("projects").await;
    world.until("projects is heard too", |_| world.is_ready()).await;
    world.lifecycle.finish().await.unwrap();
}

#[tokio::test]
async fn a_partnership_s_change_is_shown_and_an_older_one_is_not() {
    let world = World::start().await;
    let tell = async |event: &PartnershipEvent| world.tell_of("projects", "partnership", OF_HELLEAN, event, None).await;
    tell(&told(1, 3, 2003)).await;
    tell(&told(1, 2, 2002)).await;
    let removed = PartnershipEvent { epoch: 1, version: 2, partnership_id: TWINNING.into(), partnership: None };
    world.tell_of("projects", "partnership", TWINNING, &removed, None).await;
    world.until("the last event", |model| model.now().partnership(TWINNING.parse().unwrap()).is_none()).await;
    assert_eq!(since(&world.visit.model, OF_HELLEAN), Some(2003));
    let page = world.visit.get(&format!("/collectivites/{HELLEAN}")).await.text();
    assert!(page.contains("depuis 2003"), "{page}");
    assert!(!world.visit.get(&format!("/collectivites/{RENNES}")).await.text().contains(ERLANGEN));

    let again = PartnershipEvent { version: 1, ..partnership_event(partnership(TWINNING, RENNES, ERLANGEN)) };
    world.tell_of("projects", "partnership", TWINNING, &again, None).await;
    tell(&told(1, 4, 2004)).await;
    world.until("what follows", |model| since(model, OF_HELLEAN) == Some(2004)).await;
    assert!(world.visit.model.now().partnership(TWINNING.parse().unwrap()).is_none(), "an older state brought it back");
    world.lifecycle.finish().await.unwrap();
}

#[tokio::test]
async fn a_resync_of_projects_forgets_what_it_did_not_name_and_nothing_of_directory() {
    let world = World::start().await;
    world.tell_of("projects", "partnership", OF_HELLEAN, &told(2, 1, 1990), Some(2)).await;
    let project = ProjectEvent { epoch: 2, version: 1, project_id: WATER.into(), project: Some(water()) };
    world.tell_of("projects", "project", WATER, &project, Some(2)).await;
    let end = ResyncEndedEvent { epoch: 2, version: 1, resource_count: 2 };
    world.tell_of("projects", "resync", "2", &end, Some(2)).await;
    world.until("the others are forgotten", |model| model.now().projects().count() == 1).await;
    assert_eq!(since(&world.visit.model, OF_HELLEAN), Some(1990));
    let rennes = world.visit.get(&format!("/collectivites/{RENNES}")).await.text();
    assert!(rennes.contains("Aucune action extérieure"), "{rennes}");
    assert!(world.visit.get(&format!("/partenaires/{ERLANGEN}")).await.text().contains("Aucune collectivité française"));
    assert_eq!(world.visit.get("/themes/educ").await.status, 404, "a theme that was not named");
    world.until("search too", |model| model.search().find_projects("lycees", 0, 1).unwrap().total == 0).await;
    world.lifecycle.finish().await.unwrap();
}

#[tokio::test]
async fn a_resync_of_directory_forgets_partners_and_nothing_of_projects() {
    let world = World::start().await;
    let partner = partner_event(partner(SEGOU, "ML", "Ségou seul", ""));
    world.tell_of("directory", "partner", SEGOU, &atlas_proto::directory::v1::PartnerEvent { epoch: 2, ..partner }, Some(2)).await;
    let end = ResyncEndedEvent { epoch: 2, version: 1, resource_count: 1 };
    world.tell_of("directory", "resync", "2", &end, Some(2)).await;
    world.until("the others are forgotten", |model| model.now().is_empty()).await;
    let now = world.visit.model.now();
    assert!(now.partner(ERLANGEN.parse().unwrap()).is_none() && now.country("ML").is_none());
    assert_eq!(now.partner(SEGOU.parse().unwrap()).unwrap().value.name, "Ségou seul");
    assert!(now.partnership(TWINNING.parse().unwrap()).is_some() && now.projects().count() == 2);
    world.lifecycle.finish().await.unwrap();
}

#[tokio::test]
async fn a_stream_of_projects_that_is_lost_reloads_projects_alone() {
    let world = World::start().await;
    let number = |model: &Model| model.now().collectivite(RENNES.parse().unwrap()).unwrap().changed;
    let before = number(&world.visit.model);
    world.projects.0.lock().unwrap().0.partnerships = vec![told(1, 1, 1977)];
    world.broker.lose("projects").await;
    world.make_stream("projects").await;
    world.until("the new export", |model| since(model, OF_HELLEAN) == Some(1977)).await;
    assert!(world.visit.model.now().partnership(TWINNING.parse().unwrap()).is_none());
    assert_eq!((number(&world.visit.model), world.projects.exports()), (before, 2), "directory was loaded again");
    world.tell_of("projects", "partnership", OF_HELLEAN, &told(1, 2, 1978), None).await;
    world.until("what follows it", |model| since(model, OF_HELLEAN) == Some(1978)).await;
    world.lifecycle.finish().await.unwrap();
}

#[tokio::test]
async fn a_stream_of_directory_that_is_lost_leaves_projects_as_it_was() {
    let world = World::start().await;
    world.fake.0.lock().unwrap().0.partners.clear();
    world.broker.lose("directory").await;
    world.make_stream("directory").await;
    world.until("the new export", |model| model.now().partner(ERLANGEN.parse().unwrap()).is_none()).await;
    assert_eq!(world.projects.exports(), 1, "projects was asked again");
    assert!(world.visit.model.now().partnership(TWINNING.parse().unwrap()).is_some());
    world.tell_of("projects", "partnership", OF_HELLEAN, &told(1, 2, 1978), None).await;
    world.until("what projects tells goes on", |model| since(model, OF_HELLEAN) == Some(1978)).await;
    world.lifecycle.finish().await.unwrap();
}

#[tokio::test]
async fn what_refers_to_something_unknown_is_shown_when_that_comes_and_gone_with_a_merge() {
    let world = World::start().await;
    let page = format!("/collectivites/{RENNES}");
    assert!(!world.visit.get(&page).await.text().contains("Nulle-Part"));
    world.tell_of("directory", "partner", UNKNOWN, &partner_event(partner(UNKNOWN, "ML", "Nulle-Part", "")), None).await;
    world.until("it comes", |model| model.now().partner(UNKNOWN.parse().unwrap()).is_some()).await;
    assert!(world.visit.get(&page).await.text().contains("Nulle-Part"), "the page that was kept is still sent");

    let mut merged = partner(UNKNOWN, "ML", "Nulle-Part", "");
    (merged.state, merged.merged_into, merged.version) = (PartnerState::Merged.into(), SEGOU.into(), 2);
    world.tell_of("directory", "partner", UNKNOWN, &partner_event(merged), None).await;
    let stands = |model: &Model| model.now().nation("ML").unwrap().members.len() == 2;
    world.until("it is merged", |model| !stands(model)).await;
    let moved = world.visit.get(&format!("/en/partenaires/{UNKNOWN}")).await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (301, format!("/en/partenaires/{SEGOU}").as_str()));
    assert!(!world.visit.get(&page).await.text().contains("Nulle-Part"));
    world.lifecycle.finish().await.unwrap();
}
