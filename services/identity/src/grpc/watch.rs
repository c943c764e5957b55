use std::{pin::Pin, sync::Arc};

use atlas_proto::identity::v1::WatchVoidsResponse;
use futures_util::{Stream, StreamExt as _};
use kernel::{Code, Fault};
use runtime::{Admission, Verifier};
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::voids::Voids;

/// Tells who listens what is void.
#[derive(Clone)]
pub struct Watch {
    /// What is void.
    pub voids: Voids,
    /// Whether the listener's token is still good.
    pub verifier: Verifier,
    /// When the process stops.
    pub stop: CancellationToken,
}

/// Why a listener has to connect again.
#[derive(Debug, Clone, Copy, thiserror::Error)]
enum Interrupted {
    #[error("what is void has not been read yet: connect again")]
    NotRead,
    #[error("the listener is too slow: connect again")]
    TooSlow,
}

impl Fault for Interrupted {
    fn code(&self) -> (Code, &'static str) {
        match self {
            Self::NotRead => (Code::Unavailable, "VOIDS_NOT_READ"),
            Self::TooSlow => (Code::Unavailable, "TOO_SLOW"),
        }
    }
}

/// The answers of `WatchVoids`.
pub type Words = Pin<Box<dyn Stream<Item = Result<WatchVoidsResponse, Status>> + Send>>;

impl Watch {
    /// What is void, then what becomes so, until the listener's token ends.
    ///
    /// # Errors
    /// The database has not been read yet.
    pub fn words(&self, admission: Admission) -> Result<Words, Status> {
        let (first, rest) = self.voids.listen().ok_or_else(|| runtime::status(&Interrupted::NotRead))?;
        let rest = BroadcastStream::new(rest).map(|word| word.map_err(|_| runtime::status(&Interrupted::TooSlow)));
        let words = futures_util::stream::once(async { Ok(first) }).chain(rest).map(|word| word.map(Arc::unwrap_or_clone));
        Ok(runtime::guarded(words, admission, self.verifier.clone(), self.stop.clone()))
    }
}
