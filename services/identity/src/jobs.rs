//! What happens later, by kind.

use events::{
    Failure,
    jobs::{Job, Work},
};
use sqlx::PgConnection;

use crate::commands::{
    accounts::{Accounts, FLOW_MAIL},
    expiries, successions,
    teams::Teams,
};

/// Does identity's jobs.
#[derive(Clone)]
pub struct Jobs {
    /// The mails of flows.
    pub accounts: Accounts,
    /// What happens to teams when a day is over.
    pub teams: Teams,
}

impl Work for Jobs {
    async fn work(&self, tx: &mut PgConnection, job: &Job) -> Result<(), Failure> {
        let Job { kind, key, .. } = job;
        match kind.as_str() {
            FLOW_MAIL => self.accounts.mail_flow(tx, key.parse().map_err(Failure::give_up)?).await?,
            expiries::END => self.teams.expire(tx, key.parse().map_err(Failure::give_up)?).await?,
            expiries::ESCALATE => self.teams.escalate(tx, key.parse().map_err(Failure::give_up)?).await?,
            successions::FOLLOW => self.teams.follow(tx, &key.parse().map_err(Failure::give_up)?).await?,
            unknown => return Err(Failure::give_up(anyhow::anyhow!("no job of the kind {unknown}"))),
        }
        Ok(())
    }
}
