use std::{
    pin::{Pin, pin},
    time::Duration,
};

use futures_util::{Stream, StreamExt as _, stream::BoxStream};
use kernel::{Code, Fault};
use tokio_util::sync::CancellationToken;
use tonic::Status;

use super::{Admission, Verifier};
use crate::fault::status;

/// How often a silent stream looks whether its token is still good.
const LOOK: Duration = Duration::from_secs(1);

/// Why a stream ends though nothing is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Ending {
    /// The process stops: ask another replica.
    #[error("this replica is stopping: connect again")]
    Draining,
}

impl Fault for Ending {
    fn code(&self) -> (Code, &'static str) {
        (Code::Unavailable, "DRAINING")
    }

    fn retry_after(&self) -> Option<Duration> {
        Some(Duration::ZERO)
    }
}

/// A stream of answers that ends when its token does (UNAUTHENTICATED / TOKEN_EXPIRED or TOKEN_VOID),
/// and when the process stops (UNAVAILABLE / DRAINING).
pub fn guarded<T: Send + 'static>(
    answers: impl Stream<Item = Result<T, Status>> + Send + 'static,
    admission: Admission,
    verifier: Verifier,
    stop: CancellationToken,
) -> BoxStream<'static, Result<T, Status>> {
    let guard = (Some(Box::pin(answers)), admission, verifier, stop);
    let stream = futures_util::stream::unfold(guard, async |(answers, admission, verifier, stop)| {
        let mut answers = answers?;
        let answer = next(answers.as_mut(), &admission, &verifier, &stop).await?;
        let more = answer.is_ok().then_some(answers);
        Some((answer, (more, admission, verifier, stop)))
    });
    stream.boxed()
}

async fn next<T>(
    mut answers: Pin<&mut (impl Stream<Item = Result<T, Status>> + ?Sized)>,
    admission: &Admission,
    verifier: &Verifier,
    stop: &CancellationToken,
) -> Option<Result<T, Status>> {
    loop {
        let look = pin!(tokio::time::sleep(LOOK));
        tokio::select! {
            biased;
            () = stop.cancelled() => return Some(Err(status(&Ending::Draining))),
            answer = answers.next() => {
                let answer = answer?;
                return Some(verifier.still_good(admission).map_err(|refused| status(&refused)).and(answer));
            }
            () = look => {
                if let Err(refused) = verifier.still_good(admission) {
                    return Some(Err(status(&refused)));
                }
            }
        }
    }
}
