//! One method a call: caller, parse, command, reply.

/// Types to words.
pub mod convert;
/// Words to types.
mod parse;

use std::sync::Arc;

use atlas_proto::notifications::v1::{self as pb, message_service_server::MessageService};
use kernel::PageToken;
use prost::Message as _;
use runtime::caller;
use tonic::{Request, Response, Status};

use crate::{error::Error, letter::Sender, messages::Messages};

/// What people call who look after mails.
pub struct Grpc {
    /// The mails.
    pub messages: Messages,
    /// Whose return addresses are ours.
    pub sender: Arc<Sender>,
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl MessageService for Grpc {
    async fn list_messages(&self, request: Request<pb::ListMessagesRequest>) -> Answer<pb::ListMessagesResponse> {
        let caller = caller(&request)?;
        let (filter, size) = parse::list(request.get_ref()).map_err(Error::from)?;
        let found = self.messages.list(&caller, filter, size).await?;
        let full = i64::try_from(found.len()).is_ok_and(|count| count == size);
        let next_page_token = found.last().filter(|_| full).map(|last| PageToken::write(&last.id)).unwrap_or_default();
        Ok(Response::new(pb::ListMessagesResponse { messages: found.iter().map(convert::message).collect(), next_page_token }))
    }

    async fn get_message(&self, request: Request<pb::GetMessageRequest>) -> Answer<pb::GetMessageResponse> {
        let caller = caller(&request)?;
        let id = parse::message_id(&request.get_ref().message_id).map_err(Error::from)?;
        let (message, tries) = self.messages.get(&caller, id).await?;
        let deliveries = tries.into_iter().map(convert::delivery).collect();
        Ok(Response::new(pb::GetMessageResponse { message: Some(convert::message(&message)), deliveries }))
    }

    async fn resend_message(&self, request: Request<pb::ResendMessageRequest>) -> Answer<pb::ResendMessageResponse> {
        let caller = caller(&request)?;
        let (id, request_id) = parse::resend(request.get_ref()).map_err(Error::from)?;
        let answer = self.messages.resend(&caller, id, request_id, &request.get_ref().encode_to_vec()).await?;
        Ok(Response::new(answer))
    }

    async fn report_bounce(&self, request: Request<pb::ReportBounceRequest>) -> Answer<pb::ReportBounceResponse> {
        let report = parse::bounce(request.get_ref(), &self.sender).map_err(Error::from)?;
        let message_id = self.messages.bounced(&report).await?.to_string();
        Ok(Response::new(pb::ReportBounceResponse { message_id }))
    }
}
