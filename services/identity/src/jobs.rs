//! What happens later, by kind.

use events::{
    Failure,
    jobs::{Job, Work},
};
use sqlx::PgConnection;

use crate::commands::accounts::{Accounts, FLOW_MAIL};

/// Does identity's jobs.
#[derive(Clone)]
pub struct Jobs {
    /// The mails of flows.
    pub accounts: Accounts,
}

impl Work for Jobs {
    async fn work(&self, tx: &mut PgConnection, job: &Job) -> Result<(), Failure> {
        match job.kind.as_str() {
            FLOW_MAIL => {
                let flow = job.key.parse().map_err(Failure::give_up)?;
                Ok(self.accounts.mail_flow(tx, flow).await?)
            }
            unknown => Err(Failure::give_up(anyhow::anyhow!("no job of the kind {unknown}"))),
        }
    }
}
