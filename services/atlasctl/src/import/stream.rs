//! Sends batches over one stream, a few at a time; when it is cut off, takes it up again after the last answer.
//!
//! A batch that was written and whose answer was lost is sent again: records have natural keys, so it is found unchanged.

use std::{sync::Arc, time::Duration};

use futures_util::{Stream, stream};
use runtime::Wire;
use tokio::{sync::Semaphore, time::Instant};
use tonic::{Code, Response, Status, Streaming};

use super::{
    batches::Batch,
    message::{Message, Told},
    progress::Progress,
};
use crate::{connection::Connection, failure::Failure};

/// How many batches may be on their way without an answer.
const IN_FLIGHT: usize = 4;
/// How long a stream may take to open.
const OPENING: Duration = Duration::from_secs(10);
/// How long a batch may take to be answered.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long an import that has begun goes on trying without one answer; one that never began: as long as a stream may take to open.
const PERSEVERANCE: Duration = Duration::from_secs(60);
/// Between two tries, at most.
const PAUSE: Duration = Duration::from_secs(3);

/// Why a stream ended before its last answer.
enum Cut {
    Status(Status),
    Unexpected(String),
}

impl From<Status> for Cut {
    fn from(status: Status) -> Self {
        Self::Status(status)
    }
}

/// Sends all batches; each answer is heard once, in order. Says how often the stream was taken up again.
pub async fn send<M: Message>(
    connection: &Connection,
    batches: &Arc<[Batch<M>]>,
    progress: &mut Progress,
    hear: &mut impl FnMut(&Batch<M>, Told) -> Result<(), String>,
) -> Result<u32, Failure> {
    if batches.is_empty() {
        return Ok(0);
    }
    // A whole import goes over one call: its deadline bounds the opening, and each answer has one of its own.
    let wire = connection.wire(M::SERVICE)?.within(Duration::from_secs(3600));
    let (mut answered, mut resumed, mut since, mut pause) = (0, 0, Instant::now(), Duration::from_millis(200));
    loop {
        let before = answered;
        let status = match follow(&wire, batches, &mut answered, progress, hear).await {
            Ok(()) => return Ok(resumed),
            Err(Cut::Unexpected(what)) => return Err(Failure::Unexpected { service: M::SERVICE, what }),
            Err(Cut::Status(status)) => status,
        };
        if answered > before {
            (since, pause) = (Instant::now(), Duration::from_millis(200));
        }
        let patience = if answered == 0 { OPENING } else { PERSEVERANCE };
        if !passes(&status) || since.elapsed() > patience {
            return Err(connection.failed(M::SERVICE, status));
        }
        progress.note(&format!("cut off after batch {answered} of {} ({}); trying again", batches.len(), status.message()));
        tokio::time::sleep(jittered(pause)).await;
        pause = (pause * 2).min(PAUSE);
        resumed += 1;
    }
}

/// Opens a stream after the last answer, and follows it to its end.
async fn follow<M: Message>(
    wire: &Wire,
    batches: &Arc<[Batch<M>]>,
    answered: &mut usize,
    progress: &mut Progress,
    hear: &mut impl FnMut(&Batch<M>, Told) -> Result<(), String>,
) -> Result<(), Cut> {
    let slots = Arc::new(Semaphore::new(IN_FLIGHT));
    let requests = requests(Arc::clone(batches), *answered, Arc::clone(&slots));
    let mut answers = open(wire, requests).await?;
    while let Some(batch) = batches.get(*answered) {
        let told: Told = next(&mut answers).await?.into();
        if told.batch != batch.request.number() {
            return Err(Cut::Unexpected(format!("batch {} was answered in place of {}", told.batch, batch.request.number())));
        }
        hear(batch, told).map_err(Cut::Unexpected)?;
        slots.add_permits(1);
        *answered += 1;
        progress.advance(batch.count());
    }
    Ok(())
}

/// The batches from one on, each as soon as one of the slots is free.
fn requests<M: Message>(batches: Arc<[Batch<M>]>, from: usize, slots: Arc<Semaphore>) -> impl Stream<Item = M> + Send + 'static {
    stream::unfold(from, move |at| {
        let (batches, slots) = (Arc::clone(&batches), Arc::clone(&slots));
        async move {
            let request = batches.get(at)?.request.clone();
            slots.acquire().await.ok()?.forget();
            Some((request, at + 1))
        }
    })
}

async fn open<M: Message>(wire: &Wire, requests: impl Stream<Item = M> + Send + 'static) -> Result<Streaming<M::Answer>, Status> {
    match tokio::time::timeout(OPENING, M::call(wire.clone(), requests)).await {
        Ok(opened) => opened.map(Response::into_inner),
        Err(_) if wire.replicas() == 0 => Err(Status::unavailable("no replica can be reached")),
        Err(_) => Err(Status::deadline_exceeded(format!("no answer within {} s", OPENING.as_secs()))),
    }
}

async fn next<A>(answers: &mut Streaming<A>) -> Result<A, Status> {
    let answer = tokio::time::timeout(PATIENCE, answers.message()).await;
    let answer = answer.map_err(|_| Status::deadline_exceeded(format!("no answer within {} s", PATIENCE.as_secs())))??;
    answer.ok_or_else(|| Status::unavailable("the stream ended before its last answer"))
}

/// Whether a refusal is one that passes: a replica that goes away, a token that ended, a server that has too much to do.
fn passes(status: &Status) -> bool {
    use std::error::Error as _;
    let ended = status.code() == Code::Unauthenticated && runtime::reason(status).as_deref() == Some("TOKEN_EXPIRED");
    let broken = status.source().is_some(); // not an answer: the connection itself
    let code =
        matches!(status.code(), Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted | Code::Cancelled | Code::Unknown);
    ended || broken || code
}

/// Between half and all of a pause, so that many who were cut off together do not come back together.
fn jittered(pause: Duration) -> Duration {
    let [byte] = runtime::random::<1>();
    pause.mul_f64(0.5 + f64::from(byte) / 512.0)
}
