use atlas_proto::identity::v1::{self as pb, client_service_server::ClientService};
use kernel::{Fields, PageSize, PageToken, RequestId, Right, Violations};
use tonic::{Request, Response, Status};

use crate::{
    commands::clients::{Change, Clients, Create, Write},
    error::Error,
    store,
};

/// At most so many rights, or audiences, of one client.
const MOST: usize = 200;
/// Services that tokens may be for.
const AUDIENCES: [&str; 5] = ["identity", "directory", "projects", "notifications", "gateway"];

/// Systems that call by themselves.
pub struct ClientGrpc(pub Clients);

#[tonic::async_trait]
impl ClientService for ClientGrpc {
    async fn create_client(&self, request: Request<pb::CreateClientRequest>) -> Result<Response<pb::CreateClientResponse>, Status> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let (request_id, create) = create(&request).map_err(Error::from)?;
        let write = Write { caller: &caller, method: "CreateClient", request_id, request: &request };
        let client = self.0.create(write, create).await?;
        Ok(Response::new(pb::CreateClientResponse { client: Some(client) }))
    }

    async fn list_clients(&self, request: Request<pb::ListClientsRequest>) -> Result<Response<pb::ListClientsResponse>, Status> {
        runtime::caller(&request)?;
        let (after, PageSize(size)) = page(request.get_ref()).map_err(Error::from)?;
        let mut conn = self.0.pool.acquire().await.map_err(Error::from)?;
        let mut clients = store::clients::list(&mut conn, &after, size + 1).await.map_err(Error::from)?;
        let more = i64::try_from(clients.len()).unwrap_or(i64::MAX) > size;
        if more {
            clients.pop();
        }
        let last = clients.last().filter(|_| more).map(|client| PageToken::write(&client.id));
        let clients = clients.iter().map(pb::Client::from).collect();
        Ok(Response::new(pb::ListClientsResponse { clients, next_page_token: last.unwrap_or_default() }))
    }

    async fn add_client_key(&self, request: Request<pb::AddClientKeyRequest>) -> Result<Response<pb::AddClientKeyResponse>, Status> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let mut fields = Fields::default();
        let key = fields.parse("public_key_pem", &request.public_key_pem);
        let (common, key) = change(fields, &request.client_id, &request.etag, &request.request_id, key).map_err(Error::from)?;
        let (id, etag, request_id) = common;
        let write = Write { caller: &caller, method: "AddClientKey", request_id, request: &request };
        let client = self.0.change(write, id, etag, Change::AddKey(key)).await?;
        Ok(Response::new(pb::AddClientKeyResponse { client: Some(client) }))
    }

    async fn retire_client_key(
        &self,
        request: Request<pb::RetireClientKeyRequest>,
    ) -> Result<Response<pb::RetireClientKeyResponse>, Status> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let mut fields = Fields::default();
        fields.check("kid", !request.kid.is_empty(), "expected the thumbprint of a key");
        let kid = Some(request.kid.clone());
        let (common, kid) = change(fields, &request.client_id, &request.etag, &request.request_id, kid).map_err(Error::from)?;
        let (id, etag, request_id) = common;
        let write = Write { caller: &caller, method: "RetireClientKey", request_id, request: &request };
        let client = self.0.change(write, id, etag, Change::RetireKey(kid)).await?;
        Ok(Response::new(pb::RetireClientKeyResponse { client: Some(client) }))
    }

    async fn disable_client(&self, request: Request<pb::DisableClientRequest>) -> Result<Response<pb::DisableClientResponse>, Status> {
        let caller = runtime::caller(&request)?;
        let request = request.into_inner();
        let fields = Fields::default();
        let (common, ()) = change(fields, &request.client_id, &request.etag, &request.request_id, Some(())).map_err(Error::from)?;
        let (id, etag, request_id) = common;
        let write = Write { caller: &caller, method: "DisableClient", request_id, request: &request };
        let client = self.0.change(write, id, etag, Change::Disable).await?;
        Ok(Response::new(pb::DisableClientResponse { client: Some(client) }))
    }
}

fn create(request: &pb::CreateClientRequest) -> Result<(RequestId, Create), Violations> {
    let mut fields = Fields::default();
    let nothing = pb::Client::default();
    let client = request.client.as_ref().unwrap_or(&nothing);
    let id = fields.parse("client.client_id", &client.client_id);
    let description = fields.parse("client.description", &client.description);
    let rights = rights(&mut fields, "client.rights", &client.rights);
    let audiences = audiences(&mut fields, "client.audiences", &client.audiences);
    let key = fields.parse("public_key_pem", &request.public_key_pem);
    let request_id = fields.parse("request_id", &request.request_id);
    let read = (id, description, rights, audiences, key, request_id);
    let (Some(id), Some(description), Some(rights), Some(audiences), Some(key), Some(request_id)) = read else {
        return Err(fields.refuse());
    };
    Ok((request_id, Create { id, description, rights, audiences, key }))
}

/// Reads the rights of a client: at least one, none twice.
pub(crate) fn rights(fields: &mut Fields, field: &str, texts: &[String]) -> Option<Vec<Right>> {
    let rights: Vec<Option<Right>> = texts.iter().enumerate().map(|(n, text)| fields.parse(&format!("{field}[{n}]"), text)).collect();
    let rights: Vec<Right> = rights.into_iter().collect::<Option<_>>()?;
    let distinct = rights.iter().collect::<std::collections::HashSet<_>>().len() == rights.len();
    let valid = distinct && (1..=MOST).contains(&rights.len());
    fields.check(field, valid, "expected at least one right, each once");
    valid.then_some(rights)
}

/// Reads the audiences of a client: at least one, services of ours, none twice.
pub(crate) fn audiences(fields: &mut Fields, field: &str, texts: &[String]) -> Option<Vec<String>> {
    let distinct = texts.iter().collect::<std::collections::HashSet<_>>().len() == texts.len();
    let valid = distinct && !texts.is_empty() && texts.iter().all(|text| AUDIENCES.contains(&text.as_str()));
    fields.check(field, valid, "expected at least one service, each once: identity, directory, projects, notifications, gateway");
    valid.then(|| texts.to_vec())
}

fn page(request: &pb::ListClientsRequest) -> Result<(String, PageSize), Violations> {
    let mut fields = Fields::default();
    let size = PageSize::read(&mut fields, request.page_size, 100, 1000);
    let after = PageToken::read::<String>(&request.page_token).map_err(|error| fields.note("page_token", error.to_string())).ok();
    let (after, size) = fields.finish(after.zip(size))?;
    Ok((after.unwrap_or_default(), size))
}

type Common = (kernel::ClientId, kernel::Etag, RequestId);

/// Reads what every change of a client carries.
fn change<T>(mut fields: Fields, id: &str, etag: &str, request_id: &str, rest: Option<T>) -> Result<(Common, T), Violations> {
    let id = fields.parse("client_id", id);
    let etag = fields.parse("etag", etag);
    let request_id = fields.parse("request_id", request_id);
    let ((id, etag), (request_id, rest)) = fields.finish(id.zip(etag).zip(request_id.zip(rest)))?;
    Ok(((id, etag, request_id), rest))
}
