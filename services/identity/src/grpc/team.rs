use atlas_proto::identity::v1::{self as pb, team_service_server::TeamService};
use kernel::PageToken;
use tonic::{Request, Response, Status};

use super::{said, team_words as parse, words};
use crate::{
    commands::teams::{Teams, Write},
    domain::calendar,
    error::Error,
    store::found,
};

/// Who acts for whom: called with an access token.
pub struct TeamGrpc(pub Teams);

type Answer<T> = Result<Response<T>, Status>;

impl TeamGrpc {
    /// The day it is in Paris.
    fn today(&self) -> chrono::NaiveDate {
        calendar::day(self.0.mails.clock.now())
    }
}

#[tonic::async_trait]
impl TeamService for TeamGrpc {
    async fn list_members(&self, request: Request<pb::ListMembersRequest>) -> Answer<pb::ListMembersResponse> {
        let caller = runtime::caller(&request)?;
        let scope = said::id("scope", &request.get_ref().scope).map_err(Error::from)?;
        let (members, invitations) = self.0.members(&caller, &scope).await?;
        Ok(Response::new(pb::ListMembersResponse {
            members: members.iter().map(words::member).collect(),
            invitations: invitations.iter().map(words::invitation).collect(),
        }))
    }

    async fn invite_member(&self, request: Request<pb::InviteMemberRequest>) -> Answer<pb::InviteMemberResponse> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let (request_id, invite) = parse::invite(&request, self.today()).map_err(Error::from)?;
        let write = Write { caller: &caller, method: "InviteMember", request_id, request: &request };
        Ok(Response::new(self.0.invite(write, invite).await?))
    }

    async fn withdraw_invitation(&self, request: Request<pb::WithdrawInvitationRequest>) -> Answer<pb::WithdrawInvitationResponse> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let (request_id, id) = parse::named("invitation_id", &request.invitation_id, &request.request_id).map_err(Error::from)?;
        let write = Write { caller: &caller, method: "WithdrawInvitation", request_id, request: &request };
        Ok(Response::new(self.0.withdraw_invitation(write, id).await?))
    }

    async fn update_membership(&self, request: Request<pb::UpdateMembershipRequest>) -> Answer<pb::UpdateMembershipResponse> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let (request_id, edit) = parse::edit(&request, self.today()).map_err(Error::from)?;
        let write = Write { caller: &caller, method: "UpdateMembership", request_id, request: &request };
        Ok(Response::new(self.0.update_membership(write, edit).await?))
    }

    async fn end_membership(&self, request: Request<pb::EndMembershipRequest>) -> Answer<pb::EndMembershipResponse> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let ends = parse::seen("membership_id", (&request.membership_id, &request.etag), &request.request_id);
        let (request_id, id, etag) = ends.map_err(Error::from)?;
        let write = Write { caller: &caller, method: "EndMembership", request_id, request: &request };
        Ok(Response::new(self.0.end_membership(write, id, etag).await?))
    }

    async fn list_membership_requests(
        &self,
        request: Request<pb::ListMembershipRequestsRequest>,
    ) -> Answer<pb::ListMembershipRequestsResponse> {
        let caller = runtime::caller(&request)?;
        let (queue, size) = parse::queue(request.get_ref()).map_err(Error::from)?;
        let (mut found, open) = self.0.queue(&caller, queue).await?;
        let next_page_token = parse::cut(&mut found, size, |last| PageToken::write(&(last.asked_at, last.id)));
        Ok(Response::new(pb::ListMembershipRequestsResponse {
            requests: found.iter().map(|one| words::request(one, true)).collect(),
            next_page_token,
            open_count: i32::try_from(open).unwrap_or(i32::MAX),
        }))
    }

    async fn decide_membership_request(
        &self,
        request: Request<pb::DecideMembershipRequestRequest>,
    ) -> Answer<pb::DecideMembershipRequestResponse> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let (request_id, decision) = parse::decision(&request, self.today()).map_err(Error::from)?;
        let write = Write { caller: &caller, method: "DecideMembershipRequest", request_id, request: &request };
        Ok(Response::new(self.0.decide(write, decision).await?))
    }

    async fn create_circular_codes(&self, request: Request<pb::CreateCircularCodesRequest>) -> Answer<pb::CreateCircularCodesResponse> {
        let caller = runtime::caller(&request)?;
        let (ids, until) = parse::codes(request.get_ref(), self.today()).map_err(Error::from)?;
        let printed = self.0.make_codes(&caller, ids, until).await?;
        let codes = printed.into_iter().map(|one| pb::CircularCode {
            collectivite_id: one.collectivite.to_string(),
            name: one.name,
            code: one.code,
        });
        Ok(Response::new(pb::CreateCircularCodesResponse { codes: codes.collect() }))
    }

    async fn list_missing_reports(&self, request: Request<pb::ListMissingReportsRequest>) -> Answer<pb::ListMissingReportsResponse> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let (after, size) = parse::page(request.page_size, &request.page_token).map_err(Error::from)?;
        let mut found = self.0.reports(&caller, request.answered, after, size + 1).await?;
        let next_page_token = parse::cut(&mut found, size, |last| PageToken::write(&(last.reported_at, last.id)));
        Ok(Response::new(pb::ListMissingReportsResponse { reports: found.iter().map(words::report).collect(), next_page_token }))
    }

    async fn answer_missing_report(&self, request: Request<pb::AnswerMissingReportRequest>) -> Answer<pb::AnswerMissingReportResponse> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let (request_id, answer) = parse::answer(&request).map_err(Error::from)?;
        let write = Write { caller: &caller, method: "AnswerMissingReport", request_id, request: &request };
        Ok(Response::new(self.0.answer_report(write, answer).await?))
    }

    async fn list_accounts(&self, request: Request<pb::ListAccountsRequest>) -> Answer<pb::ListAccountsResponse> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let (after, size) = parse::page::<found::Key>(request.page_size, &request.page_token).map_err(Error::from)?;
        let query = parse::query(&request.query).map_err(Error::from)?;
        let mut found = self.0.accounts(&caller, &query, after, size + 1).await?;
        let next_page_token = parse::cut(&mut found, size, |last| {
            let person = &last.account.person;
            PageToken::write(&(person.last_name.as_str().to_lowercase(), person.first_name.as_str().to_lowercase(), last.account.id))
        });
        Ok(Response::new(pb::ListAccountsResponse { accounts: found.iter().map(words::found).collect(), next_page_token }))
    }

    async fn set_account_disabled(&self, request: Request<pb::SetAccountDisabledRequest>) -> Answer<pb::SetAccountDisabledResponse> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let (request_id, id, etag) =
            parse::seen("account_id", (&request.account_id, &request.etag), &request.request_id).map_err(Error::from)?;
        let reason = parse::reason(&request.reason).map_err(Error::from)?;
        let write = Write { caller: &caller, method: "SetAccountDisabled", request_id, request: &request };
        Ok(Response::new(self.0.set_disabled(write, id, etag, (request.disabled, reason)).await?))
    }

    async fn send_recovery(&self, request: Request<pb::SendRecoveryRequest>) -> Answer<pb::SendRecoveryResponse> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let (request_id, id) = parse::named("account_id", &request.account_id, &request.request_id).map_err(Error::from)?;
        let write = Write { caller: &caller, method: "SendRecovery", request_id, request: &request };
        Ok(Response::new(self.0.send_recovery(write, id).await?))
    }
}
