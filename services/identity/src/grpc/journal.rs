use atlas_proto::identity::v1::{self as pb, journal_service_server::JournalService};
use chrono::{DateTime, Utc};
use kernel::{Fields, PageSize, PageToken, Violations};
use prost_types::Timestamp;
use tonic::{Request, Response, Status};

use super::{team_words::cut, words};
use crate::{
    error::Error,
    queries::journal::{Journal, Verified},
    store::chain::Wanted,
};

/// Who was, did what, and when: for those who answer for it.
pub struct JournalGrpc(pub Journal);

#[tonic::async_trait]
impl JournalService for JournalGrpc {
    async fn list_entries(&self, request: Request<pb::ListEntriesRequest>) -> Result<Response<pb::ListEntriesResponse>, Status> {
        let caller = runtime::caller(&request)?;
        let wanted = wanted(request.into_inner()).map_err(Error::from)?;
        let size = wanted.limit - 1;
        let mut found = self.0.entries(&caller, wanted).await?;
        let next_page_token = cut(&mut found, size, |last| PageToken::write(&last.position));
        Ok(Response::new(pb::ListEntriesResponse { entries: found.into_iter().map(words::entry).collect(), next_page_token }))
    }

    async fn verify_chain(&self, request: Request<pb::VerifyChainRequest>) -> Result<Response<pb::VerifyChainResponse>, Status> {
        let caller = runtime::caller(&request)?;
        let Verified { checked, broken, next, head } = self.0.verify(&caller, request.get_ref().from_entry_id).await?;
        Ok(Response::new(pb::VerifyChainResponse { checked, broken_entry_id: broken, next_entry_id: next, head: head.into() }))
    }
}

fn wanted(request: pb::ListEntriesRequest) -> Result<Wanted, Violations> {
    let mut fields = Fields::default();
    let size = PageSize::read(&mut fields, request.page_size, 50, 200);
    let before = PageToken::read::<i64>(&request.page_token).map_err(|error| fields.note("page_token", error.to_string())).ok();
    let since = moment(&mut fields, "since", request.since);
    let until = moment(&mut fields, "until", request.until);
    let parsed = (|| {
        Some(Wanted {
            actor: request.actor,
            act: request.act,
            subject: request.subject,
            scope: request.scope,
            region: String::new(),
            since: since?,
            until: until?,
            before: before?,
            limit: size?.0 + 1,
        })
    })();
    fields.finish(parsed)
}

/// Reads a point in time that may be left out; the outer option says whether it could be read.
fn moment(fields: &mut Fields, field: &str, at: Option<Timestamp>) -> Option<Option<DateTime<Utc>>> {
    let Some(at) = at else { return Some(None) };
    let read = DateTime::from_timestamp(at.seconds, at.nanos.unsigned_abs());
    fields.check(field, read.is_some(), "expected a point in time");
    read.map(Some)
}
