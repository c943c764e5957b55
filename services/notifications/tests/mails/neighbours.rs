//! Services that ask for mails and know addresses, as identity and directory do.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use atlas_proto::{
    access::ACCESS,
    mail::v1::{
        self as pb,
        cause_service_server::{CauseService, CauseServiceServer},
        recipient_service_server::{RecipientService, RecipientServiceServer},
    },
};
use runtime::{Lifecycle, Purpose, Sockets, served};
use testkit::TestIdentity;
use tonic::{Request, Response, Status};

/// What the neighbours know.
#[derive(Default)]
pub struct Known {
    pub causes: HashMap<String, pb::PrepareMailResponse>,
    pub recipients: HashMap<String, pb::ResolveRecipientResponse>,
    /// How often each intent was asked for.
    pub asked: HashMap<String, u32>,
    /// Answers nothing but that it cannot.
    pub away: bool,
}

#[derive(Clone, Default)]
pub struct Neighbours(pub Arc<Mutex<Known>>);

#[tonic::async_trait]
impl CauseService for Neighbours {
    async fn prepare_mail(&self, request: Request<pb::PrepareMailRequest>) -> Result<Response<pb::PrepareMailResponse>, Status> {
        let id = request.into_inner().intent_id;
        let mut known = self.0.lock().unwrap();
        *known.asked.entry(id.clone()).or_default() += 1;
        if known.away {
            return Err(Status::unavailable("away"));
        }
        known.causes.get(&id).cloned().map(Response::new).ok_or_else(|| Status::not_found("no such intent"))
    }
}

#[tonic::async_trait]
impl RecipientService for Neighbours {
    async fn resolve_recipient(
        &self,
        request: Request<pb::ResolveRecipientRequest>,
    ) -> Result<Response<pb::ResolveRecipientResponse>, Status> {
        let known = self.0.lock().unwrap();
        let found = known.recipients.get(&request.into_inner().recipient);
        found.cloned().map(Response::new).ok_or_else(|| Status::not_found("nobody"))
    }
}

impl Neighbours {
    /// Serves, and says where.
    pub async fn serve(&self, identity: &TestIdentity, lifecycle: &Lifecycle) -> String {
        let sockets = Sockets::loopback().await.unwrap();
        let address = sockets.grpc.local_addr().unwrap().to_string();
        let server = runtime::server(lifecycle, identity.verifier("identity"), Purpose::Development)
            .access(ACCESS)
            .add(served!(CauseServiceServer::new(self.clone())))
            .add(served!(RecipientServiceServer::new(self.clone())));
        lifecycle.spawn_to_end("neighbours", async move { server.serve(sockets).await });
        address
    }
}
