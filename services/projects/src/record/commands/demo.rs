use events::outbox;
use uuid::Uuid;

use super::Record;
use crate::{
    error::Error,
    record::{
        facts,
        store::{
            demo::{self, Counts},
            import_keys,
        },
    },
};

/// What one transaction removed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dropped {
    /// Partnerships.
    pub partnerships: usize,
    /// Projects.
    pub projects: usize,
    /// There is more.
    pub more: bool,
    /// Partnerships of demonstration that stay; counted once there is no more.
    pub kept: u64,
    /// The partners that are named still; told once there is no more.
    pub in_use: Vec<Uuid>,
}

/// How many go in one transaction.
const AT_ONCE: i64 = 5000;

impl Record {
    /// Counts what is of demonstration, and what is not.
    pub async fn count_demo(&self) -> Result<Counts, Error> {
        Ok(demo::count(&mut *self.pool.acquire().await?).await?)
    }

    /// Removes what is of demonstration, projects before what they are done under, and tells that it is gone.
    pub async fn drop_demo(&self) -> Result<Dropped, Error> {
        let dropped = database::transact(&self.pool, async |tx| {
            import_keys::one_at_a_time(tx).await?;
            let projects = demo::drop_projects(tx, AT_ONCE).await?;
            let partnerships = if projects.is_empty() { demo::drop_partnerships(tx, AT_ONCE).await? } else { Vec::new() };
            let gone = projects.iter().map(|(id, version)| facts::project_gone(*id, *version));
            let gone = gone.chain(partnerships.iter().map(|(id, version)| facts::partnership_gone(*id, *version)));
            let told: Vec<_> = gone.collect();
            outbox::append_bulk(tx, &*self.clock, &told).await?;
            let mut dropped = Dropped { partnerships: partnerships.len(), projects: projects.len(), ..Dropped::default() };
            dropped.more = !told.is_empty();
            if !dropped.more {
                dropped.kept = demo::count(tx).await?.demo_partnerships.unsigned_abs();
                dropped.in_use = demo::partners_in_use(tx).await?;
            }
            Ok::<_, Error>(dropped)
        })
        .await?;
        self.signal.wake();
        Ok(dropped)
    }
}
