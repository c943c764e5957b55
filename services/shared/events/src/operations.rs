use atlas_proto::operations::v1::{self as pb, operations_service_server::OperationsService};
use chrono::{DateTime, Utc};
use kernel::{Caller, Code, Fault, Fields, PageSize, PageToken, RequestId, Violation, Violations};
use prost::Message as _;
use prost_types::Timestamp;
use sqlx::{PgPool, migrate::Migrator, types::Uuid};
use tonic::{Request, Response, Status};

use crate::{
    Broker,
    answers::{self, Asked},
    dead_letters::{self, DeadLetter},
    resync,
};

/// Where a page of dead letters ends.
type Key = (DateTime<Utc>, Uuid);

/// What an operator asks of a service: how it stands, resync, dead letters.
#[derive(Debug, Clone)]
pub struct Operations {
    /// The name of the service.
    pub service: &'static str,
    /// Its database.
    pub pool: PgPool,
    /// Its broker.
    pub broker: Broker,
    /// Its own migrations.
    pub schema: &'static Migrator,
    /// Who calls: `runtime::caller`.
    pub caller: fn(&Request<pb::RetryDeadLettersRequest>) -> Result<Caller, Status>,
    /// How an error becomes a status: `runtime::status`.
    pub status: fn(&OperationsError) -> Status,
}

/// Why an operator's request is refused.
#[derive(Debug, thiserror::Error)]
pub enum OperationsError {
    /// The request is malformed.
    #[error(transparent)]
    Invalid(#[from] Violations),
    /// A dead letter is not there.
    #[error("one of these dead letters is not there; none was put back")]
    NotFound,
    /// The `request_id` was used for another request.
    #[error(transparent)]
    Reused(#[from] answers::ReusedRequestId),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl Fault for OperationsError {
    fn code(&self) -> (Code, &'static str) {
        match self {
            Self::Invalid(_) => (Code::InvalidArgument, "INVALID_REQUEST"),
            Self::NotFound => (Code::NotFound, "DEAD_LETTER_NOT_FOUND"),
            Self::Reused(reused) => reused.code(),
            Self::Database(error) if database::is_away(error) => (Code::Unavailable, "DATABASE_AWAY"),
            Self::Database(_) => (Code::Internal, "INTERNAL"),
        }
    }

    fn violations(&self) -> &[Violation] {
        if let Self::Invalid(violations) = self { &violations.0 } else { &[] }
    }
}

#[tonic::async_trait]
impl OperationsService for Operations {
    async fn get_status(&self, _: Request<pb::GetStatusRequest>) -> Result<Response<pb::GetStatusResponse>, Status> {
        self.stand().await.map(Response::new).map_err(|error| (self.status)(&error))
    }

    async fn resync(&self, _: Request<pb::ResyncRequest>) -> Result<Response<pb::ResyncResponse>, Status> {
        let epoch = resync::start(&self.pool).await.map_err(|error| (self.status)(&error.into()))?;
        Ok(Response::new(pb::ResyncResponse { epoch: epoch.wire() }))
    }

    async fn list_dead_letters(
        &self,
        request: Request<pb::ListDeadLettersRequest>,
    ) -> Result<Response<pb::ListDeadLettersResponse>, Status> {
        self.list(&request.into_inner()).await.map(Response::new).map_err(|error| (self.status)(&error))
    }

    async fn retry_dead_letters(
        &self,
        request: Request<pb::RetryDeadLettersRequest>,
    ) -> Result<Response<pb::RetryDeadLettersResponse>, Status> {
        let caller = (self.caller)(&request)?;
        self.retry(&caller, &request.into_inner()).await.map(Response::new).map_err(|error| (self.status)(&error))
    }
}

impl Operations {
    async fn stand(&self) -> Result<pb::GetStatusResponse, OperationsError> {
        let mut conn = self.pool.acquire().await?;
        let log = sqlx::query!(
            r#"select epoch, sequenced, position,
                      coalesce(extract(epoch from now() - least(
                          (select created_at from outbox where position is null order by resync, number limit 1),
                          (select created_at from outbox where outbox.position > c.position order by outbox.position limit 1)
                      )) * 1000, 0)::bigint as "age!",
                      (select count(*) from dead_letters where retry_at is null) as "dead!"
               from outbox_state, outbox_cursor c"#
        );
        let log = log.fetch_one(&mut *conn).await?;
        Ok(pb::GetStatusResponse {
            service: self.service.to_owned(),
            epoch: log.epoch.unsigned_abs(),
            last_position: log.sequenced.unsigned_abs(),
            published_position: log.position.unsigned_abs(),
            oldest_unpublished_ms: u64::try_from(log.age).unwrap_or_default(),
            dead_letter_count: log.dead.unsigned_abs(),
            broker_connected: self.broker.is_connected(),
            schema_version: database::schema_version(&mut conn, self.schema).await?,
        })
    }

    async fn list(&self, request: &pb::ListDeadLettersRequest) -> Result<pb::ListDeadLettersResponse, OperationsError> {
        let mut fields = Fields::default();
        let size = PageSize::read(&mut fields, request.page_size, 100, 1000);
        let after = PageToken::read::<Key>(&request.page_token).map_err(|error| fields.note("page_token", error.to_string())).ok();
        let (PageSize(size), after) = fields.finish(size.zip(after))?;
        let mut conn = self.pool.acquire().await?;
        let mut letters = dead_letters::list(&mut conn, after, size + 1).await?;
        let more = i64::try_from(letters.len()).is_ok_and(|count| count > size);
        if more {
            letters.pop();
        }
        let last = letters.last().filter(|_| more);
        let next_page_token = last.map(|last| PageToken::write(&(last.given_up_at, last.id))).unwrap_or_default();
        Ok(pb::ListDeadLettersResponse { dead_letters: letters.into_iter().map(Into::into).collect(), next_page_token })
    }

    async fn retry(&self, caller: &Caller, request: &pb::RetryDeadLettersRequest) -> Result<pb::RetryDeadLettersResponse, OperationsError> {
        let mut fields = Fields::default();
        let request_id: Option<RequestId> = fields.parse("request_id", &request.request_id);
        fields.check("dead_letter_ids", request.dead_letter_ids.len() <= 1000, "expected at most 1000");
        let ids: Vec<Uuid> = request.dead_letter_ids.iter().filter_map(|id| fields.parse("dead_letter_ids", id)).collect();
        let request_id = fields.finish(request_id)?;
        let body = request.encode_to_vec();
        let asked = Asked { caller: &caller.subject, method: "RetryDeadLetters", request_id, request: &body };
        database::transact(&self.pool, async |tx| {
            answers::once(tx, asked, async |tx| {
                let retried_count = dead_letters::retry(tx, &ids).await?;
                let complete = ids.is_empty() || usize::try_from(retried_count).is_ok_and(|count| count == ids.len());
                if complete { Ok(pb::RetryDeadLettersResponse { retried_count }) } else { Err(OperationsError::NotFound) }
            })
            .await
        })
        .await
    }
}

impl From<DeadLetter> for pb::DeadLetter {
    fn from(letter: DeadLetter) -> Self {
        Self {
            dead_letter_id: letter.id.to_string(),
            consumer: letter.consumer,
            subject: letter.subject,
            reason: letter.reason,
            attempts: letter.attempts,
            given_up_at: Some(Timestamp {
                seconds: letter.given_up_at.timestamp(),
                nanos: i32::try_from(letter.given_up_at.timestamp_subsec_nanos()).unwrap_or_default(),
            }),
        }
    }
}
