/// Types to words.
pub mod convert;
/// Words to types.
pub mod parse;

use atlas_proto::directory::v1::{self as pb, partner_service_server::PartnerService};
use kernel::{PageToken, RightKind};
use runtime::caller;
use tonic::{Request, Response, Status};

use crate::{commands::Directory, domain::Proposal, error::Error, queries, store::proposals};

/// What agents, the State and its systems ask and change of partners.
pub struct Partners(pub Directory);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl PartnerService for Partners {
    async fn list_countries(&self, _: Request<pb::ListCountriesRequest>) -> Answer<pb::ListCountriesResponse> {
        let found = queries::partners::countries(&self.0.pool).await?;
        Ok(Response::new(pb::ListCountriesResponse { countries: found.iter().map(convert::country).collect() }))
    }

    async fn get_partner(&self, request: Request<pb::GetPartnerRequest>) -> Answer<pb::GetPartnerResponse> {
        let id = parse::partner_id(&request.get_ref().partner_id).map_err(Error::from)?;
        let found = queries::partners::standing(&self.0.pool, id).await?;
        Ok(Response::new(pb::GetPartnerResponse { partner: Some(convert::partner(&found)) }))
    }

    async fn batch_get_partners(&self, request: Request<pb::BatchGetPartnersRequest>) -> Answer<pb::BatchGetPartnersResponse> {
        let ids = parse::ids("partner_ids", &request.get_ref().partner_ids, 500).map_err(Error::from)?;
        let found = queries::partners::many(&self.0.pool, &ids).await?;
        Ok(Response::new(pb::BatchGetPartnersResponse { partners: found.iter().map(convert::partner).collect() }))
    }

    async fn search_partners(&self, request: Request<pb::SearchPartnersRequest>) -> Answer<pb::SearchPartnersResponse> {
        let search = parse::search(request.get_ref()).map_err(Error::from)?;
        let found = queries::partners::search(&self.0.pool, &search).await?;
        Ok(Response::new(pb::SearchPartnersResponse { partners: found.iter().map(convert::partner).collect() }))
    }

    async fn create_partner(&self, request: Request<pb::CreatePartnerRequest>) -> Answer<pb::CreatePartnerResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::create(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.0.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn update_partner(&self, request: Request<pb::UpdatePartnerRequest>) -> Answer<pb::UpdatePartnerResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::update(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.0.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn propose_partner_change(&self, request: Request<pb::ProposePartnerChangeRequest>) -> Answer<pb::ProposePartnerChangeResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::propose(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.0.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn list_partner_proposals(&self, request: Request<pb::ListPartnerProposalsRequest>) -> Answer<pb::ListPartnerProposalsResponse> {
        let caller = caller(&request)?;
        let asked = parse::proposals(request.get_ref()).map_err(Error::from)?;
        let own = caller.right.kind == RightKind::Collectivite;
        let filter =
            proposals::Filter { after: asked.after, collectivite: own.then_some(caller.right.key), open_only: request.get_ref().open_only };
        let mut conn = self.0.pool.acquire().await.map_err(Error::from)?;
        let found = proposals::list(&mut conn, &filter, asked.size).await.map_err(Error::from)?;
        let written = found.iter().map(convert::proposal).collect();
        let (proposals, next_page_token) = runtime::page(&found, asked.size, written, |last: &Proposal| PageToken::write(&last.id));
        Ok(Response::new(pb::ListPartnerProposalsResponse { proposals, next_page_token }))
    }

    async fn decide_partner_proposal(
        &self,
        request: Request<pb::DecidePartnerProposalRequest>,
    ) -> Answer<pb::DecidePartnerProposalResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::decide(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.0.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn merge_partners(&self, request: Request<pb::MergePartnersRequest>) -> Answer<pb::MergePartnersResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::merge(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.0.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn undo_partner_merge(&self, request: Request<pb::UndoPartnerMergeRequest>) -> Answer<pb::UndoPartnerMergeResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::undo(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.0.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn list_partner_history(&self, request: Request<pb::ListPartnerHistoryRequest>) -> Answer<pb::ListPartnerHistoryResponse> {
        let (id, asked) = parse::history(request.get_ref()).map_err(Error::from)?;
        let found = queries::partners::history(&self.0.pool, id, asked.after, asked.size).await?;
        let ids: Vec<_> = found.iter().map(|entry| entry.id).collect();
        let written = found.into_iter().map(convert::entry).collect();
        let (entries, next_page_token) = runtime::page(&ids, asked.size, written, PageToken::write);
        Ok(Response::new(pb::ListPartnerHistoryResponse { entries, next_page_token }))
    }
}
