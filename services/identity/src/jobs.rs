//! What happens later, by kind.

use events::{
    Failure,
    jobs::{Job, Work},
};
use sqlx::PgConnection;

/// Does identity's jobs.
#[derive(Clone)]
pub struct Jobs {}

impl Work for Jobs {
    async fn work(&self, _: &mut PgConnection, job: &Job) -> Result<(), Failure> {
        match job.kind.as_str() {
            unknown => Err(Failure::give_up(anyhow::anyhow!("no job of the kind {unknown}"))),
        }
    }
}
