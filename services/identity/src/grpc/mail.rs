use atlas_proto::mail::v1::{self as pb, cause_service_server::CauseService, recipient_service_server::RecipientService};
use tonic::{Request, Response, Status};

use crate::{
    error::{Error, accounts::Refused},
    queries::mails::MailQueries,
};

/// What a mail of ours says, and to whom it goes.
#[derive(Clone)]
pub struct MailGrpc(pub MailQueries);

#[tonic::async_trait]
impl CauseService for MailGrpc {
    async fn prepare_mail(&self, request: Request<pb::PrepareMailRequest>) -> Result<Response<pb::PrepareMailResponse>, Status> {
        sender(&request)?;
        let prepared = self.0.prepare(&request.into_inner().intent_id).await?;
        Ok(Response::new(prepared))
    }
}

#[tonic::async_trait]
impl RecipientService for MailGrpc {
    async fn resolve_recipient(
        &self,
        request: Request<pb::ResolveRecipientRequest>,
    ) -> Result<Response<pb::ResolveRecipientResponse>, Status> {
        sender(&request)?;
        let resolved = self.0.resolve(&request.into_inner().recipient).await?;
        Ok(Response::new(resolved))
    }
}

/// Refuses whoever does not send mails: links and addresses are for that alone.
fn sender<T>(request: &Request<T>) -> Result<(), Status> {
    let right = runtime::caller(request)?.right;
    if right.key == "notifications" { Ok(()) } else { Err(Error::from(Refused::NotNotifications).into()) }
}
