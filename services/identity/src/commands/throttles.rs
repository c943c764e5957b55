use std::time::Duration;

use database::transact;
use sqlx::PgPool;

use crate::{
    domain::throttle::Wait,
    error::{Error, accounts::Refused},
    store::{self, throttles::Bucket},
};

/// Takes a try from each bucket, and commits that before anything is looked at: of many guesses at once each counts.
///
/// Every method that checks a secret begins with it.
///
/// # Errors
/// TOO_MANY_ATTEMPTS, with how long to wait; the database's.
pub async fn take(pool: &PgPool, buckets: &[Bucket]) -> Result<(), Error> {
    let taken = transact(pool, async |tx| store::throttles::take(tx, buckets).await).await?;
    Ok(taken.map_err(Refused::from)?)
}

impl From<Wait> for Refused {
    /// Told in whole seconds, rounded up: who waits that long is let in.
    fn from(wait: Wait) -> Self {
        let seconds = u64::try_from((wait.0.num_milliseconds() + 999) / 1000).unwrap_or(0);
        Self::TooManyAttempts(Duration::from_secs(seconds.max(1)))
    }
}
