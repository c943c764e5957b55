use events::outbox::{self, Event};
use uuid::Uuid;

use super::Directory;
use crate::{
    error::Error,
    facts,
    store::{self, invented, partners},
};

/// What one transaction removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dropped {
    /// Contacts.
    pub contacts: usize,
    /// Ties to networks.
    pub ties: usize,
    /// Partners.
    pub partners: usize,
    /// There is more.
    pub more: bool,
    /// Partners that stay; counted once there is no more.
    pub kept_partners: u64,
}

/// How many of each kind go in one transaction.
const AT_ONCE: i64 = 5000;

impl Directory {
    /// Removes what is of demonstration, and tells that it is gone. The partners that are named stay.
    pub async fn drop_demo(&self, kept: Vec<Uuid>) -> Result<Dropped, Error> {
        let dropped = database::transact(&self.pool, async |tx| {
            partners::one_at_a_time(tx).await?;
            let contacts = invented::drop_contacts(tx, AT_ONCE).await?;
            let ties = invented::drop_ties(tx, AT_ONCE).await?;
            let gone = invented::drop_partners(tx, &kept, AT_ONCE).await?;
            let now = store::collectivites::find_many(tx, &ties).await?;
            let told: Vec<Event> = contacts
                .iter()
                .map(|(id, collectivite, version)| facts::contact_gone(*id, collectivite, *version))
                .chain(now.iter().map(|one| facts::collectivite(one, "networks-set")))
                .chain(gone.iter().map(|(id, version)| facts::partner_removed(*id, *version)))
                .collect();
            outbox::append_bulk(tx, &*self.clock, &told).await?;
            let more = !told.is_empty();
            let left = if more { 0 } else { invented::count_partners(tx).await?.unsigned_abs() };
            Ok::<_, Error>(Dropped { contacts: contacts.len(), ties: ties.len(), partners: gone.len(), more, kept_partners: left })
        })
        .await?;
        self.signal.wake();
        Ok(dropped)
    }
}
