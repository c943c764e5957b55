use atlas_proto::identity::v1::{self as pb, join_service_server::JoinService};
use kernel::{CollectiviteId, Fields, Violations};
use tonic::{Request, Response, Status};

use super::{
    gateway::visit,
    said::{self, line, prose},
    words,
};
use crate::{
    commands::teams::{Asks, Teams},
    domain::report::Reported,
    error::Error,
    voids::timestamp,
};

/// How people come to act for a collectivité, in a browser that the gateway speaks for.
pub struct JoinGrpc(pub Teams);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl JoinService for JoinGrpc {
    async fn get_standing(&self, request: Request<pb::GetStandingRequest>) -> Answer<pb::GetStandingResponse> {
        let visit = visit(&request)?;
        let request = request.into_inner();
        let id = collectivite(&request.collectivite_id).map_err(Error::from)?;
        let standing = self.0.standing(&visit, &request.session_secret, &id).await?;
        Ok(Response::new(words::standing(standing)))
    }

    async fn send_official_code(&self, request: Request<pb::SendOfficialCodeRequest>) -> Answer<pb::SendOfficialCodeResponse> {
        let visit = visit(&request)?;
        let request = request.into_inner();
        let id = collectivite(&request.collectivite_id).map_err(Error::from)?;
        let sent_at = self.0.send_official_code(&visit, &request.session_secret, &id).await?;
        Ok(Response::new(pb::SendOfficialCodeResponse { sent_at: Some(timestamp(sent_at)) }))
    }

    async fn enter_join_code(&self, request: Request<pb::EnterJoinCodeRequest>) -> Answer<pb::EnterJoinCodeResponse> {
        let visit = visit(&request)?;
        let request = request.into_inner();
        let id = collectivite(&request.collectivite_id).map_err(Error::from)?;
        let membership = self.0.enter_code(&visit, &request.session_secret, &id, &request.code).await?;
        Ok(Response::new(pb::EnterJoinCodeResponse { membership: Some((&membership).into()) }))
    }

    async fn request_membership(&self, request: Request<pb::RequestMembershipRequest>) -> Answer<pb::RequestMembershipResponse> {
        let visit = visit(&request)?;
        let request = request.into_inner();
        let asks = asks(&request).map_err(Error::from)?;
        let made = self.0.ask(&visit, &request.session_secret, asks).await?;
        Ok(Response::new(pb::RequestMembershipResponse { request: Some(words::request(&made, false)) }))
    }

    async fn list_own_requests(&self, request: Request<pb::ListOwnRequestsRequest>) -> Answer<pb::ListOwnRequestsResponse> {
        let visit = visit(&request)?;
        let found = self.0.own_requests(&visit, &request.into_inner().session_secret).await?;
        Ok(Response::new(pb::ListOwnRequestsResponse { requests: found.iter().map(|one| words::request(one, false)).collect() }))
    }

    async fn withdraw_request(&self, request: Request<pb::WithdrawRequestRequest>) -> Answer<pb::WithdrawRequestResponse> {
        let visit = visit(&request)?;
        let request = request.into_inner();
        let id = said::id("request_id", &request.request_id).map_err(Error::from)?;
        let withdrawn = self.0.withdraw_request(&visit, &request.session_secret, id).await?;
        Ok(Response::new(pb::WithdrawRequestResponse { request: Some(words::request(&withdrawn, false)) }))
    }

    async fn leave_collectivite(&self, request: Request<pb::LeaveCollectiviteRequest>) -> Answer<pb::LeaveCollectiviteResponse> {
        let visit = visit(&request)?;
        let request = request.into_inner();
        let id = said::id("membership_id", &request.membership_id).map_err(Error::from)?;
        self.0.leave(&visit, &request.session_secret, id).await?;
        Ok(Response::new(pb::LeaveCollectiviteResponse {}))
    }

    async fn get_invitation(&self, request: Request<pb::GetInvitationRequest>) -> Answer<pb::GetInvitationResponse> {
        visit(&request)?;
        let offered = self.0.invitation(&request.into_inner().link).await?;
        let said = words::invitation(&offered.invitation);
        Ok(Response::new(pb::GetInvitationResponse {
            right: said.right,
            name: offered.invitation.name,
            invited_by: said.invited_by,
            email: said.email,
            has_account: offered.has_account,
            expires_at: said.expires_at,
            delegate_of: said.delegate_of,
            until_day: said.until_day,
        }))
    }

    async fn accept_invitation(&self, request: Request<pb::AcceptInvitationRequest>) -> Answer<pb::AcceptInvitationResponse> {
        let visit = visit(&request)?;
        let request = request.into_inner();
        let membership = self.0.accept_invitation(&visit, &request.session_secret, &request.link).await?;
        Ok(Response::new(pb::AcceptInvitationResponse { membership: Some((&membership).into()) }))
    }

    async fn report_missing_collectivite(
        &self,
        request: Request<pb::ReportMissingCollectiviteRequest>,
    ) -> Answer<pb::ReportMissingCollectiviteResponse> {
        let visit = visit(&request)?;
        let reported = reported(request.get_ref()).map_err(Error::from)?;
        let receipt = self.0.report(&visit, reported).await?;
        Ok(Response::new(pb::ReportMissingCollectiviteResponse { receipt }))
    }
}

fn collectivite(text: &str) -> Result<CollectiviteId, Violations> {
    said::id("collectivite_id", text)
}

fn asks(request: &pb::RequestMembershipRequest) -> Result<Asks, Violations> {
    let mut fields = Fields::default();
    let collectivite = fields.parse("collectivite_id", &request.collectivite_id);
    let message = prose(&mut fields, "message", &request.message, 500, false);
    let replaces = optional(&mut fields, "replaces_membership_id", &request.replaces_membership_id);
    let delegate_of = line::<200>(&mut fields, "delegate_of", &request.delegate_of, false);
    let parsed = (|| Some(Asks { collectivite: collectivite?, message: message?, replaces: replaces?, delegate_of: delegate_of? }))();
    fields.finish(parsed)
}

/// Reads an id that may be left out; the outer option says whether it could be read.
fn optional<T: std::str::FromStr<Err: std::fmt::Display>>(fields: &mut Fields, field: &str, text: &str) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { fields.parse(field, text).map(Some) }
}

fn reported(request: &pb::ReportMissingCollectiviteRequest) -> Result<Reported, Violations> {
    let mut fields = Fields::default();
    let name = line::<200>(&mut fields, "name", &request.name, true);
    let place = line::<200>(&mut fields, "place", &request.place, true);
    let email = fields.parse("email", &request.email);
    let message = prose(&mut fields, "message", &request.message, 1000, false);
    let locale = fields.parse("locale", &request.locale);
    let parsed = (|| Some(Reported { name: name?, place: place?, email: email?, message: message?, locale: locale? }))();
    fields.finish(parsed)
}
