/// Why a consumer or a job did not do its work.
///
/// Made from any error by `?`, it is worth another try; what cannot get better says so with [`Failure::give_up`].
#[derive(Debug)]
pub enum Failure {
    /// It may go well later.
    Retry(anyhow::Error),
    /// It never will: an operator is to look at it.
    GiveUp(anyhow::Error),
}

impl Failure {
    /// A failure that no repetition mends.
    pub fn give_up(error: impl Into<anyhow::Error>) -> Self {
        Self::GiveUp(error.into())
    }

    pub(crate) const fn cause(&self) -> &anyhow::Error {
        match self {
            Self::Retry(error) | Self::GiveUp(error) => error,
        }
    }

    /// Whether it is the database that is away, and not the work that failed.
    pub(crate) fn is_away(&self) -> bool {
        self.cause().chain().filter_map(|cause| cause.downcast_ref::<sqlx::Error>()).any(database::is_away)
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Retry(error.into())
    }
}
