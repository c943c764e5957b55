//! Services that answer as a test wants, on a free port each.

use std::{
    collections::{BTreeMap, VecDeque},
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use atlas_proto::{
    directory::v1::{
        ImportReferenceRequest, ImportReferenceResponse, RefusedRecord,
        import_service_server::{ImportService, ImportServiceServer},
    },
    identity::v1::{
        IssueTokenRequest, IssueTokenResponse, ListKeysRequest, ListKeysResponse, RevokeTokenRequest, RevokeTokenResponse, SigningKey,
        WatchVoidsRequest, WatchVoidsResponse,
        token_service_server::{TokenService, TokenServiceServer},
    },
    operations::v1::{
        DeadLetter, GetStatusRequest, GetStatusResponse, ListDeadLettersRequest, ListDeadLettersResponse, ResyncRequest, ResyncResponse,
        RetryDeadLettersRequest, RetryDeadLettersResponse,
        operations_service_server::{OperationsService, OperationsServiceServer},
    },
};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Code, Request, Response, Status, Streaming, service::Routes, transport::Server};
use tonic_types::{ErrorDetails, StatusExt as _};

type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// Serves these as long as the test runs, and says where.
pub async fn serve(routes: Routes) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let serving = Server::builder().add_routes(routes).serve_with_incoming(TcpListenerStream::new(listener));
    #[expect(clippy::disallowed_methods, reason = "a fake ends with its test")]
    tokio::spawn(serving);
    address
}

/// An address where nobody listens.
pub async fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Gives a token to whoever brings an assertion, or to nobody.
pub struct Identity {
    known: bool,
    /// Always this one, instead of one that names its audiences.
    token: Option<String>,
    /// What it signs with.
    keys: Vec<SigningKey>,
}

impl Identity {
    /// One that knows every client.
    pub async fn start() -> String {
        Self::start_with(vec![SigningKey::default()]).await
    }

    /// One that has these keys.
    pub async fn start_with(keys: Vec<SigningKey>) -> String {
        serve(Routes::new(TokenServiceServer::new(Self { known: true, token: None, keys }))).await
    }

    /// One that gives this token to every client.
    pub async fn start_giving(token: String) -> String {
        serve(Routes::new(TokenServiceServer::new(Self { known: true, token: Some(token), keys: Vec::new() }))).await
    }

    /// One that knows none.
    pub async fn start_refusing() -> String {
        serve(Routes::new(TokenServiceServer::new(Self { known: false, token: None, keys: Vec::new() }))).await
    }
}

#[tonic::async_trait]
impl TokenService for Identity {
    type WatchVoidsStream = Answers<WatchVoidsResponse>;

    async fn issue_token(&self, request: Request<IssueTokenRequest>) -> Result<Response<IssueTokenResponse>, Status> {
        let request = request.into_inner();
        if !self.known || request.client_assertion.split('.').count() != 3 {
            let details = ErrorDetails::with_error_info("ASSERTION_REFUSED", "atlas", [] as [(String, String); 0]);
            return Err(Status::with_error_details(Code::Unauthenticated, "the assertion was refused", details));
        }
        let access_token = self.token.clone().unwrap_or_else(|| format!("for-{}", request.audiences.join("+")));
        Ok(Response::new(IssueTokenResponse { access_token, expires_in: 300, scope: "operator:*:admin".into() }))
    }

    async fn list_keys(&self, _: Request<ListKeysRequest>) -> Result<Response<ListKeysResponse>, Status> {
        Ok(Response::new(ListKeysResponse { keys: self.keys.clone(), ..Default::default() }))
    }

    async fn revoke_token(&self, _: Request<RevokeTokenRequest>) -> Result<Response<RevokeTokenResponse>, Status> {
        Err(Status::unimplemented("not faked"))
    }

    async fn watch_voids(&self, _: Request<WatchVoidsRequest>) -> Result<Response<Self::WatchVoidsStream>, Status> {
        Err(Status::unimplemented("not faked"))
    }
}

/// What a directory has been told, and how it misbehaves.
#[derive(Default)]
pub struct Told {
    /// Every record by resource and natural key.
    pub records: BTreeMap<String, Vec<u8>>,
    /// The batches of each stream, in the order they came.
    pub streams: Vec<Vec<u64>>,
    /// How many batches at most were there without an answer.
    pub most_waiting: usize,
    /// Streams to come break after so many batches: before writing the next one, or after writing and before answering.
    pub cuts: VecDeque<(u64, Cut)>,
    /// Names that are refused.
    pub refused_names: Vec<&'static str>,
}

/// Where a stream breaks.
#[derive(Clone, Copy)]
pub enum Cut {
    BeforeWriting,
    BeforeAnswering,
}

/// A directory that takes reference data.
#[derive(Clone, Default)]
pub struct Directory(pub Arc<Mutex<Told>>);

impl Directory {
    pub async fn start(&self) -> String {
        serve(Routes::new(ImportServiceServer::new(self.clone()))).await
    }

    pub fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.0.lock().unwrap()
    }
}

#[tonic::async_trait]
impl ImportService for Directory {
    type ImportReferenceStream = Answers<ImportReferenceResponse>;

    async fn import_reference(
        &self,
        request: Request<Streaming<ImportReferenceRequest>>,
    ) -> Result<Response<Self::ImportReferenceStream>, Status> {
        assert_eq!(request.metadata().get("authorization").unwrap(), "Bearer for-directory");
        let cut = {
            let mut told = self.told();
            told.streams.push(Vec::new());
            told.cuts.pop_front()
        };
        // Batches are taken in as they come and answered with a pause, so that a client that waits for nothing is found out.
        let waiting = request.into_inner().ready_chunks(16);
        let this = self.clone();
        let answers = waiting.flat_map(move |chunk| {
            let mut told = this.told();
            told.most_waiting = told.most_waiting.max(chunk.len());
            drop(told);
            let this = this.clone();
            stream::iter(chunk).then(move |batch| {
                let this = this.clone();
                async move { this.answer(batch?, cut) }
            })
        });
        Ok(Response::new(Box::pin(answers)))
    }
}

impl Directory {
    fn answer(&self, batch: ImportReferenceRequest, cut: Option<(u64, Cut)>) -> Result<ImportReferenceResponse, Status> {
        let mut told = self.told();
        told.streams.last_mut().unwrap().push(batch.batch);
        let breaks = cut.filter(|(after, _)| batch.batch > *after).map(|(_, cut)| cut);
        if matches!(breaks, Some(Cut::BeforeWriting)) {
            return Err(Status::unavailable("this replica goes away"));
        }
        let answer = told.write(&batch);
        if breaks.is_some() { Err(Status::unavailable("this replica goes away")) } else { Ok(answer) }
    }
}

impl Told {
    fn write(&mut self, batch: &ImportReferenceRequest) -> ImportReferenceResponse {
        let mut answer = ImportReferenceResponse { batch: batch.batch, ..Default::default() };
        let territories = batch.territories.iter().map(|t| (format!("territory/{}-{}", t.kind, t.code), t.name.as_str(), encoded(t)));
        let countries = batch.countries.iter().map(|c| (format!("country/{}", c.iso2), c.name_fr.as_str(), encoded(c)));
        let networks = batch.networks.iter().map(|n| (format!("network/{}", n.name), n.name.as_str(), encoded(n)));
        let collectivites =
            batch.collectivites.iter().map(|c| (format!("collectivite/{}", c.collectivite_id), c.name.as_str(), encoded(c)));
        for (index, (key, name, record)) in territories.chain(countries).chain(networks).chain(collectivites).enumerate() {
            if self.refused_names.contains(&name) {
                let resource = key.split('/').next().unwrap().to_owned();
                let (index, field, reason) = (index as u32, "name".to_owned(), "a name that is not refused".to_owned());
                answer.refused.push(RefusedRecord { resource, index, field, reason });
                continue;
            }
            match self.records.insert(key, record.clone()) {
                None => answer.created_count += 1,
                Some(before) if before == record => answer.unchanged_count += 1,
                Some(_) => answer.updated_count += 1,
            }
        }
        answer
    }
}

fn encoded(record: &impl prost::Message) -> Vec<u8> {
    record.encode_to_vec()
}

/// Waits for something that another task or process does.
pub async fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let waiting = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waiting).await.unwrap_or_else(|_| panic!("{what} did not happen"));
}

/// The log of a service, as an operator sees it.
#[derive(Clone, Default)]
pub struct Log {
    pub status: GetStatusResponse,
    pub letters: Arc<Mutex<Vec<DeadLetter>>>,
    /// The request ids of the retries.
    pub retries: Arc<Mutex<Vec<String>>>,
}

impl Log {
    /// A directory where all is well.
    pub fn well() -> Self {
        let status = GetStatusResponse {
            service: "directory".to_owned(),
            epoch: 2,
            last_position: 40_000,
            published_position: 39_990,
            oldest_unpublished_ms: 12,
            dead_letter_count: 0,
            broker_connected: true,
            schema_version: 7,
        };
        Self { status, ..Self::default() }
    }

    pub async fn start(&self) -> String {
        serve(Routes::new(OperationsServiceServer::new(self.clone()))).await
    }
}

#[tonic::async_trait]
impl OperationsService for Log {
    async fn get_status(&self, _: Request<GetStatusRequest>) -> Result<Response<GetStatusResponse>, Status> {
        Ok(Response::new(self.status.clone()))
    }

    async fn resync(&self, _: Request<ResyncRequest>) -> Result<Response<ResyncResponse>, Status> {
        Ok(Response::new(ResyncResponse { epoch: self.status.epoch + 1 }))
    }

    async fn list_dead_letters(&self, request: Request<ListDeadLettersRequest>) -> Result<Response<ListDeadLettersResponse>, Status> {
        // Pages of two, so that a client that reads but one is found out.
        let from: usize = request.into_inner().page_token.parse().unwrap_or(0);
        let letters = self.letters.lock().unwrap();
        let dead_letters: Vec<_> = letters.iter().skip(from).take(2).cloned().collect();
        let next = from + dead_letters.len();
        let next_page_token = if next < letters.len() { next.to_string() } else { String::new() };
        Ok(Response::new(ListDeadLettersResponse { dead_letters, next_page_token }))
    }

    async fn retry_dead_letters(&self, request: Request<RetryDeadLettersRequest>) -> Result<Response<RetryDeadLettersResponse>, Status> {
        let RetryDeadLettersRequest { dead_letter_ids, request_id } = request.into_inner();
        self.retries.lock().unwrap().push(request_id);
        let mut letters = self.letters.lock().unwrap();
        if dead_letter_ids.iter().any(|id| letters.iter().all(|letter| letter.dead_letter_id != *id)) {
            let details = ErrorDetails::with_error_info("DEAD_LETTER_NOT_FOUND", "atlas", [] as [(String, String); 0]);
            return Err(Status::with_error_details(Code::NotFound, "no such dead letter", details));
        }
        let before = letters.len();
        letters.retain(|letter| !dead_letter_ids.is_empty() && !dead_letter_ids.contains(&letter.dead_letter_id));
        Ok(Response::new(RetryDeadLettersResponse { retried_count: (before - letters.len()) as u64 }))
    }
}
