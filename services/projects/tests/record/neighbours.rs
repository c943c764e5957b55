//! Directory, as far as projects asks and hears it.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Arc, Mutex},
};

use async_nats::{HeaderMap, jetstream::stream};
use atlas_proto::{
    access::ACCESS,
    directory::v1::{
        self as pb,
        directory_service_server::{DirectoryService, DirectoryServiceServer},
        partner_service_server::{PartnerService, PartnerServiceServer},
    },
    subjects,
};
use futures_util::Stream;
use prost::Message as _;
use runtime::{Lifecycle, Purpose, Sockets, served};
use testkit::{TestBroker, TestIdentity};
use tonic::{Request, Response, Status};
use uuid::Uuid;

/// What directory knows.
#[derive(Default)]
pub struct Known {
    pub collectivites: HashMap<String, pb::Collectivite>,
    pub partners: HashMap<String, pb::Partner>,
    /// How often anything was asked for.
    pub asked: u32,
    /// Answers nothing but that it cannot.
    pub away: bool,
}

#[derive(Clone, Default)]
pub struct Directory(pub Arc<Mutex<Known>>);

/// A service of which only some methods are asked for; the others say that they are not there.
macro_rules! partly {
    ($service:ident { $($real:tt)* } without { $($name:ident($request:ident) -> $answer:ident;)* }) => {
        #[tonic::async_trait]
        impl $service for Directory {
            $($real)*
            $(async fn $name(&self, _: Request<pb::$request>) -> Result<Response<pb::$answer>, Status> {
                Err(Status::unimplemented("not asked for"))
            })*
        }
    };
}

partly! {
    DirectoryService {
        async fn get_collectivite(
            &self,
            request: Request<pb::GetCollectiviteRequest>,
        ) -> Result<Response<pb::GetCollectiviteResponse>, Status> {
            let known = self.asked()?;
            let found = known.collectivites.get(&request.get_ref().collectivite_id).cloned();
            let collectivite = Some(found.ok_or_else(|| Status::not_found("no such collectivité"))?);
            Ok(Response::new(pb::GetCollectiviteResponse { collectivite }))
        }

        type ListChangesStream = Pin<Box<dyn Stream<Item = Result<pb::ListChangesResponse, Status>> + Send>>;

        async fn list_changes(&self, _: Request<pb::ListChangesRequest>) -> Result<Response<Self::ListChangesStream>, Status> {
            Err(Status::unimplemented("not asked for"))
        }
    } without {
        list_collectivites(ListCollectivitesRequest) -> ListCollectivitesResponse;
        search_collectivites(SearchCollectivitesRequest) -> SearchCollectivitesResponse;
        record_succession(RecordSuccessionRequest) -> RecordSuccessionResponse;
        update_identity_card(UpdateIdentityCardRequest) -> UpdateIdentityCardResponse;
        list_contacts(ListContactsRequest) -> ListContactsResponse;
        create_contact(CreateContactRequest) -> CreateContactResponse;
        update_contact(UpdateContactRequest) -> UpdateContactResponse;
        delete_contact(DeleteContactRequest) -> DeleteContactResponse;
        list_networks(ListNetworksRequest) -> ListNetworksResponse;
        create_network(CreateNetworkRequest) -> CreateNetworkResponse;
        update_network(UpdateNetworkRequest) -> UpdateNetworkResponse;
        set_network_relations(SetNetworkRelationsRequest) -> SetNetworkRelationsResponse;
        get_sections(GetSectionsRequest) -> GetSectionsResponse;
        list_history(ListHistoryRequest) -> ListHistoryResponse;
    }
}

partly! {
    PartnerService {
        async fn batch_get_partners(
            &self,
            request: Request<pb::BatchGetPartnersRequest>,
        ) -> Result<Response<pb::BatchGetPartnersResponse>, Status> {
            let known = self.asked()?;
            let partners = request.get_ref().partner_ids.iter().filter_map(|id| known.partners.get(id).cloned()).collect();
            Ok(Response::new(pb::BatchGetPartnersResponse { partners }))
        }
    } without {
        list_countries(ListCountriesRequest) -> ListCountriesResponse;
        get_partner(GetPartnerRequest) -> GetPartnerResponse;
        search_partners(SearchPartnersRequest) -> SearchPartnersResponse;
        create_partner(CreatePartnerRequest) -> CreatePartnerResponse;
        update_partner(UpdatePartnerRequest) -> UpdatePartnerResponse;
        propose_partner_change(ProposePartnerChangeRequest) -> ProposePartnerChangeResponse;
        list_partner_proposals(ListPartnerProposalsRequest) -> ListPartnerProposalsResponse;
        decide_partner_proposal(DecidePartnerProposalRequest) -> DecidePartnerProposalResponse;
        merge_partners(MergePartnersRequest) -> MergePartnersResponse;
        undo_partner_merge(UndoPartnerMergeRequest) -> UndoPartnerMergeResponse;
        list_partner_history(ListPartnerHistoryRequest) -> ListPartnerHistoryResponse;
    }
}

impl Directory {
    /// Serves, and says where.
    pub async fn serve(&self, identity: &TestIdentity, lifecycle: &Lifecycle) -> String {
        let sockets = Sockets::loopback().await.unwrap();
        let address = sockets.grpc.local_addr().unwrap().to_string();
        let server = runtime::server(lifecycle, identity.verifier("directory"), Purpose::Development)
            .access(ACCESS)
            .add(served!(DirectoryServiceServer::new(self.clone())))
            .add(served!(PartnerServiceServer::new(self.clone())));
        lifecycle.spawn_to_end("directory", async move { server.serve(sockets).await });
        address
    }

    pub fn set_away(&self, away: bool) {
        self.0.lock().unwrap().away = away;
    }

    /// How often it was asked for anything.
    pub fn times_asked(&self) -> u32 {
        self.0.lock().unwrap().asked
    }

    /// Knows a partner from now on, and has told nobody yet.
    pub fn add_partner(&self, id: &str, country: &str) {
        let partner = pb::Partner {
            partner_id: id.into(),
            country_iso2: country.into(),
            state: pb::PartnerState::Active.into(),
            ..Default::default()
        };
        self.0.lock().unwrap().partners.insert(id.into(), partner);
    }

    /// One partner took the place of another.
    pub fn merge_partner(&self, id: &str, into: &str) {
        let mut known = self.0.lock().unwrap();
        let partner = known.partners.get_mut(id).unwrap();
        partner.merged_into = into.into();
        partner.set_state(pb::PartnerState::Merged);
    }

    pub fn add_collectivite(&self, collectivite: pb::Collectivite) {
        self.0.lock().unwrap().collectivites.insert(collectivite.collectivite_id.clone(), collectivite);
    }

    /// Tells over the broker how a collectivité now is.
    pub async fn tell_collectivite(&self, broker: &TestBroker, id: &str, version: u64) {
        let collectivite = self.0.lock().unwrap().collectivites.get(id).cloned();
        let event = pb::CollectiviteEvent { epoch: 1, version, collectivite };
        publish(broker, "collectivite", id, event.encode_to_vec()).await;
    }

    /// Tells over the broker how a partner now is.
    pub async fn tell_partner(&self, broker: &TestBroker, id: &str, version: u64) {
        let partner = self.0.lock().unwrap().partners.get(id).cloned();
        publish(broker, "partner", id, pb::PartnerEvent { epoch: 1, version, partner, partner_id: String::new() }.encode_to_vec()).await;
    }

    fn asked(&self) -> Result<std::sync::MutexGuard<'_, Known>, Status> {
        let mut known = self.0.lock().unwrap();
        known.asked += 1;
        if known.away { Err(Status::unavailable("away")) } else { Ok(known) }
    }
}

async fn publish(broker: &TestBroker, resource: &str, key: &str, event: Vec<u8>) {
    let broker = &broker.broker;
    let config = stream::Config { name: broker.stream("directory"), subjects: vec![broker.subjects("directory")], ..Default::default() };
    broker.jetstream.get_or_create_stream(config).await.unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(subjects::MESSAGE_ID, Uuid::new_v4().to_string());
    headers.insert(subjects::CHANGE, "updated");
    let subject = broker.subject("directory", resource, key);
    broker.jetstream.publish_with_headers(subject, headers, event.into()).await.unwrap().await.unwrap();
}
