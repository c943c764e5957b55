//! Stored answers: a write that is repeated with its `request_id` gets the answer it got.

use kernel::{Code, Fault, RequestId};
use prost::Message;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

/// The `request_id` was used before, for another request: INVALID_ARGUMENT / REQUEST_ID_REUSED.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this request_id was used for another request")]
pub struct ReusedRequestId;

impl Fault for ReusedRequestId {
    fn code(&self) -> (Code, &'static str) {
        (Code::InvalidArgument, "REQUEST_ID_REUSED")
    }
}

/// A write as it was asked for: who asks, what for, and the caller's own id of the request.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The subject of the caller's token.
    pub caller: &'a str,
    /// The method.
    pub method: &'a str,
    /// Chosen by the caller.
    pub request_id: RequestId,
    /// The encoded request.
    pub request: &'a [u8],
}

/// Does `work` once for a `request_id` of a caller, and answers its repeats with what it answered; kept 24 hours.
///
/// Call it first in the write's transaction, before any lock and before the etag: a twin in flight waits here for the
/// other, then gets its answer, though the etag has moved on by then. A refusal leaves no trace, as the rest of its
/// transaction. Answers with secrets must not come here: they are stored.
///
/// # Errors
/// [`ReusedRequestId`], the database's, or those of `work`.
pub async fn once<R, E>(tx: &mut PgConnection, asked: Asked<'_>, work: impl AsyncFnOnce(&mut PgConnection) -> Result<R, E>) -> Result<R, E>
where
    R: Message + Default,
    E: From<sqlx::Error> + From<ReusedRequestId>,
{
    if let Some(answer) = recall(tx, asked).await? {
        return answer.map_err(E::from);
    }
    let answer = work(tx).await?;
    keep(tx, asked, &answer).await?;
    Ok(answer)
}

/// The first half of [`once`], for who cannot hand in a closure: the answer given before, or none when the work is to be done.
///
/// # Errors
/// The database's.
pub async fn recall<R: Message + Default>(tx: &mut PgConnection, asked: Asked<'_>) -> sqlx::Result<Option<Result<R, ReusedRequestId>>> {
    let Asked { caller, method, request_id, request } = asked;
    let request = Sha256::digest(request).to_vec();
    if is_first(tx, caller, method, request_id, &request).await? {
        return Ok(None);
    }
    let answer = stored(tx, caller, method, request_id, &request).await?;
    Ok(Some(answer.ok_or(ReusedRequestId)))
}

/// The second half of [`once`]: stores the answer, in the same transaction.
///
/// # Errors
/// The database's.
pub async fn keep(tx: &mut PgConnection, asked: Asked<'_>, answer: &impl Message) -> sqlx::Result<()> {
    let stored = sqlx::query!(
        "update answers set answer = $4 where caller = $1 and method = $2 and request_id = $3",
        asked.caller,
        asked.method,
        asked.request_id as _,
        answer.encode_to_vec(),
    );
    stored.execute(tx).await.map(drop)
}

/// Takes the id; who comes second waits until the first has committed or given it back.
async fn is_first(tx: &mut PgConnection, caller: &str, method: &str, request_id: RequestId, request: &[u8]) -> sqlx::Result<bool> {
    let taken = sqlx::query!(
        "insert into answers (caller, method, request_id, request) values ($1, $2, $3, $4) on conflict do nothing",
        caller,
        method,
        request_id as _,
        request,
    );
    Ok(taken.execute(tx).await?.rows_affected() == 1)
}

/// The stored answer; none when it was given to another request.
async fn stored<R: Message + Default>(
    tx: &mut PgConnection,
    caller: &str,
    method: &str,
    request_id: RequestId,
    request: &[u8],
) -> sqlx::Result<Option<R>> {
    let row = sqlx::query!(
        "select request, answer from answers where caller = $1 and method = $2 and request_id = $3",
        caller,
        method,
        request_id as _,
    );
    let row = row.fetch_one(tx).await?;
    if row.request != request {
        return Ok(None);
    }
    R::decode(row.answer.unwrap_or_default().as_slice()).map(Some).map_err(|error| sqlx::Error::Decode(error.into()))
}
