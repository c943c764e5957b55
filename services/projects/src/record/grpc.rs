//! One method a call: caller, parse, command, reply.

/// The change feed.
pub mod changes;
/// Types to words.
pub mod convert;
/// What is invented for demonstration.
pub mod demo;
/// Whole-table reads.
pub mod export;
/// The record, brought in.
pub mod import;
/// Words to types.
pub mod parse;

use std::pin::Pin;

use atlas_proto::projects::v1::{self as pb, record_service_server::RecordService};
use chrono::Datelike as _;
use futures_util::Stream;
use kernel::{Clock, PageToken};
use runtime::{admission, caller};
use tonic::{Request, Response, Status};

use super::{commands::Record, domain::Year, queries, store};
use crate::error::Error;

/// What agents, the State and its systems call.
pub struct Grpc {
    /// The writing side, and the database.
    pub record: Record,
    /// Where changes are read from.
    pub changes: changes::Changes,
}

type Answer<T> = Result<Response<T>, Status>;

/// A write: who calls, what the words mean, what is done.
macro_rules! written {
    ($grpc:ident, $request:ident, $parse:path $(, $extra:expr)?) => {{
        let caller = caller(&$request)?;
        let (id, command) = $parse($request.get_ref() $(, $extra)?).map_err(Error::from)?;
        Ok(Response::new($grpc.record.write(&caller, id, $request.get_ref(), command).await?))
    }};
}

#[tonic::async_trait]
impl RecordService for Grpc {
    async fn get_partnership(&self, request: Request<pb::GetPartnershipRequest>) -> Answer<pb::GetPartnershipResponse> {
        let id = parse::partnerships::id(&request.get_ref().partnership_id).map_err(Error::from)?;
        let found = queries::partnership(&self.record.pool, id).await?;
        Ok(Response::new(pb::GetPartnershipResponse { partnership: Some(convert::partnership(&found)) }))
    }

    async fn list_partnerships(&self, request: Request<pb::ListPartnershipsRequest>) -> Answer<pb::ListPartnershipsResponse> {
        let (filter, size) = parse::partnerships::list(request.into_inner()).map_err(Error::from)?;
        let mut conn = self.record.pool.acquire().await.map_err(Error::from)?;
        let found = store::partnerships::list(&mut conn, &filter, size).await.map_err(Error::from)?;
        let written = found.iter().map(convert::partnership).collect();
        let (partnerships, next_page_token) = runtime::page(&found, size, written, |last| PageToken::write(&last.id));
        Ok(Response::new(pb::ListPartnershipsResponse { partnerships, next_page_token }))
    }

    async fn create_partnership(&self, request: Request<pb::CreatePartnershipRequest>) -> Answer<pb::CreatePartnershipResponse> {
        written!(self, request, parse::partnerships::create, next_year(&*self.record.clock))
    }

    async fn update_partnership(&self, request: Request<pb::UpdatePartnershipRequest>) -> Answer<pb::UpdatePartnershipResponse> {
        written!(self, request, parse::partnerships::update, next_year(&*self.record.clock))
    }

    async fn requalify_partnership(&self, request: Request<pb::RequalifyPartnershipRequest>) -> Answer<pb::RequalifyPartnershipResponse> {
        written!(self, request, parse::partnerships::requalify)
    }

    async fn confirm_partnerships(&self, request: Request<pb::ConfirmPartnershipsRequest>) -> Answer<pb::ConfirmPartnershipsResponse> {
        written!(self, request, parse::partnerships::confirm)
    }

    async fn delete_partnership(&self, request: Request<pb::DeletePartnershipRequest>) -> Answer<pb::DeletePartnershipResponse> {
        written!(self, request, parse::partnerships::remove)
    }

    async fn get_project(&self, request: Request<pb::GetProjectRequest>) -> Answer<pb::GetProjectResponse> {
        let which = parse::projects::which(request.get_ref()).map_err(Error::from)?;
        let found = queries::project(&self.record.pool, which).await?;
        Ok(Response::new(pb::GetProjectResponse { project: Some(convert::project(&found)) }))
    }

    async fn list_projects(&self, request: Request<pb::ListProjectsRequest>) -> Answer<pb::ListProjectsResponse> {
        let (filter, size) = parse::projects::list(request.into_inner()).map_err(Error::from)?;
        let mut conn = self.record.pool.acquire().await.map_err(Error::from)?;
        let found = store::projects::list(&mut conn, &filter, size).await.map_err(Error::from)?;
        let written = found.iter().map(convert::project).collect();
        let (projects, next_page_token) = runtime::page(&found, size, written, |last| PageToken::write(&last.id));
        Ok(Response::new(pb::ListProjectsResponse { projects, next_page_token }))
    }

    async fn create_project(&self, request: Request<pb::CreateProjectRequest>) -> Answer<pb::CreateProjectResponse> {
        written!(self, request, parse::projects::create)
    }

    async fn update_project(&self, request: Request<pb::UpdateProjectRequest>) -> Answer<pb::UpdateProjectResponse> {
        written!(self, request, parse::projects::update)
    }

    async fn delete_project(&self, request: Request<pb::DeleteProjectRequest>) -> Answer<pb::DeleteProjectResponse> {
        written!(self, request, parse::projects::remove)
    }

    async fn list_themes(&self, _: Request<pb::ListThemesRequest>) -> Answer<pb::ListThemesResponse> {
        let themes = queries::all_themes(&self.record.pool).await?;
        Ok(Response::new(pb::ListThemesResponse { themes: themes.iter().map(convert::theme).collect() }))
    }

    async fn create_theme(&self, request: Request<pb::CreateThemeRequest>) -> Answer<pb::CreateThemeResponse> {
        written!(self, request, parse::themes::create)
    }

    async fn update_theme(&self, request: Request<pb::UpdateThemeRequest>) -> Answer<pb::UpdateThemeResponse> {
        written!(self, request, parse::themes::update)
    }

    async fn list_history(&self, request: Request<pb::ListHistoryRequest>) -> Answer<pb::ListHistoryResponse> {
        let caller = caller(&request)?;
        let (id, asked) = parse::history(request.get_ref()).map_err(Error::from)?;
        let found = queries::history(&self.record, &caller, &id, asked.after, asked.size).await?;
        let ids: Vec<_> = found.iter().map(|entry| entry.id).collect();
        let written = found.into_iter().map(convert::history_entry).collect::<Result<_, _>>()?;
        let (entries, next_page_token) = runtime::page(&ids, asked.size, written, PageToken::write);
        Ok(Response::new(pb::ListHistoryResponse { entries, next_page_token }))
    }

    type ListChangesStream = Pin<Box<dyn Stream<Item = Result<pb::ListChangesResponse, Status>> + Send>>;

    async fn list_changes(&self, request: Request<pb::ListChangesRequest>) -> Answer<Self::ListChangesStream> {
        let admission = admission(&request)?;
        Ok(Response::new(self.changes.follow(admission, &request.get_ref().cursor).await?))
    }
}

/// The last year that something may begin in.
fn next_year(clock: &dyn Clock) -> Year {
    clock.now().year() + 1
}
