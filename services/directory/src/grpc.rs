//! One method a call: caller, parse, command, reply.

/// The change feed.
pub mod changes;
/// Types to words.
pub mod convert;
/// What is invented for demonstration.
pub mod demo;
/// Whole-table reads.
pub mod export;
/// Reference data.
pub mod import;
/// Official addresses.
pub mod official;
/// Words to types.
pub mod parse;
/// Foreign partners, and their countries.
pub mod partners;

use std::pin::Pin;

use atlas_proto::directory::v1::{self as pb, directory_service_server::DirectoryService};
use futures_util::Stream;
use kernel::{Etag, PageToken};
use runtime::{admission, caller};
use tonic::{Request, Response, Status};

use crate::{commands::Directory, error::Error, queries, store};

/// What agents, the State and its systems call.
pub struct Grpc {
    /// The writing side, and the database.
    pub directory: Directory,
    /// Where changes are read from.
    pub changes: changes::Changes,
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl DirectoryService for Grpc {
    async fn get_collectivite(&self, request: Request<pb::GetCollectiviteRequest>) -> Answer<pb::GetCollectiviteResponse> {
        let id = parse::collectivite_id(&request.get_ref().collectivite_id).map_err(Error::from)?;
        let found = queries::collectivite(&self.directory.pool, &id).await?;
        Ok(Response::new(pb::GetCollectiviteResponse { collectivite: Some(convert::collectivite(&found)) }))
    }

    async fn list_collectivites(&self, request: Request<pb::ListCollectivitesRequest>) -> Answer<pb::ListCollectivitesResponse> {
        let (filter, size) = parse::list(request.into_inner()).map_err(Error::from)?;
        let mut conn = self.directory.pool.acquire().await.map_err(Error::from)?;
        let found = store::collectivites::list(&mut conn, &filter, size).await.map_err(Error::from)?;
        let written = found.iter().map(convert::collectivite).collect();
        let (collectivites, next_page_token) = runtime::page(&found, size, written, |last| PageToken::write(last.id()));
        Ok(Response::new(pb::ListCollectivitesResponse { collectivites, next_page_token }))
    }

    async fn search_collectivites(&self, request: Request<pb::SearchCollectivitesRequest>) -> Answer<pb::SearchCollectivitesResponse> {
        let (query, limit) = parse::search(request.get_ref()).map_err(Error::from)?;
        let found = queries::search(&self.directory.pool, query, limit).await?;
        Ok(Response::new(pb::SearchCollectivitesResponse { collectivites: found.iter().map(convert::collectivite).collect() }))
    }

    async fn record_succession(&self, request: Request<pb::RecordSuccessionRequest>) -> Answer<pb::RecordSuccessionResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::record_succession(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.directory.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn update_identity_card(&self, request: Request<pb::UpdateIdentityCardRequest>) -> Answer<pb::UpdateIdentityCardResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::update_card(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.directory.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn list_contacts(&self, request: Request<pb::ListContactsRequest>) -> Answer<pb::ListContactsResponse> {
        let caller = caller(&request)?;
        let id = parse::collectivite_id(&request.get_ref().collectivite_id).map_err(Error::from)?;
        let (contacts, revision) = queries::contacts(&self.directory.pool, &caller, &id).await?;
        Ok(Response::new(pb::ListContactsResponse { contacts: contacts.iter().map(convert::contact).collect(), revision: revision.wire() }))
    }

    async fn create_contact(&self, request: Request<pb::CreateContactRequest>) -> Answer<pb::CreateContactResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::create_contact(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.directory.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn update_contact(&self, request: Request<pb::UpdateContactRequest>) -> Answer<pb::UpdateContactResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::update_contact(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.directory.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn delete_contact(&self, request: Request<pb::DeleteContactRequest>) -> Answer<pb::DeleteContactResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::delete_contact(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.directory.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn list_networks(&self, request: Request<pb::ListNetworksRequest>) -> Answer<pb::ListNetworksResponse> {
        let page = parse::networks_page(request.get_ref()).map_err(Error::from)?;
        let mut conn = self.directory.pool.acquire().await.map_err(Error::from)?;
        let after = page.after.unwrap_or_default();
        let found = store::networks::list(&mut conn, &after, page.size).await.map_err(Error::from)?;
        let written = found.iter().map(convert::network).collect();
        let (networks, next_page_token) = runtime::page(&found, page.size, written, |last| PageToken::write(&last.natural_key()));
        Ok(Response::new(pb::ListNetworksResponse { networks, next_page_token }))
    }

    async fn create_network(&self, request: Request<pb::CreateNetworkRequest>) -> Answer<pb::CreateNetworkResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::create_network(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.directory.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn update_network(&self, request: Request<pb::UpdateNetworkRequest>) -> Answer<pb::UpdateNetworkResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::update_network(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.directory.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn set_network_relations(&self, request: Request<pb::SetNetworkRelationsRequest>) -> Answer<pb::SetNetworkRelationsResponse> {
        let caller = caller(&request)?;
        let (id, command) = parse::set_networks(request.get_ref()).map_err(Error::from)?;
        Ok(Response::new(self.directory.write(&caller, id, request.get_ref(), command).await?))
    }

    async fn get_sections(&self, request: Request<pb::GetSectionsRequest>) -> Answer<pb::GetSectionsResponse> {
        let caller = caller(&request)?;
        let id = parse::collectivite_id(&request.get_ref().collectivite_id).map_err(Error::from)?;
        let sections = queries::sections(&self.directory.pool, &caller, &id).await?;
        let page = &sections.collectivite;
        Ok(Response::new(pb::GetSectionsResponse {
            collectivite: Some(convert::collectivite(page)),
            contacts: sections.contacts.iter().map(convert::contact).collect(),
            contacts_revision: page.contacts_revision.wire(),
            networks_revision: page.networks_revision.wire(),
            networks_etag: Etag(page.networks_revision).to_string(),
        }))
    }

    async fn list_history(&self, request: Request<pb::ListHistoryRequest>) -> Answer<pb::ListHistoryResponse> {
        let caller = caller(&request)?;
        let (id, page) = parse::history(request.get_ref()).map_err(Error::from)?;
        let mut conn = self.directory.pool.acquire().await.map_err(Error::from)?;
        queries::require_sight(&mut conn, &caller, &id).await?;
        let found = store::history::list(&mut conn, &id, page.after, page.size).await.map_err(Error::from)?;
        let ids: Vec<_> = found.iter().map(|entry| entry.id).collect();
        let written = found.into_iter().map(convert::history_entry).collect();
        let (entries, next_page_token) = runtime::page(&ids, page.size, written, PageToken::write);
        Ok(Response::new(pb::ListHistoryResponse { entries, next_page_token }))
    }

    type ListChangesStream = Pin<Box<dyn Stream<Item = Result<pb::ListChangesResponse, Status>> + Send>>;

    async fn list_changes(&self, request: Request<pb::ListChangesRequest>) -> Answer<Self::ListChangesStream> {
        let admission = admission(&request)?;
        Ok(Response::new(self.changes.follow(admission, &request.get_ref().cursor).await?))
    }
}
