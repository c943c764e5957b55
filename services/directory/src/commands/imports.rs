use std::collections::HashSet;

use events::outbox::{self, Event};

use super::Directory;
use crate::{
    domain::{Network, NetworkId, Registered, Territory},
    error::Error,
    facts,
    store::{self, register},
};

/// One batch of reference data, already checked.
#[derive(Debug, Default)]
pub struct Batch {
    /// Territories.
    pub territories: Vec<Territory>,
    /// Networks; their ids and versions are not looked at.
    pub networks: Vec<Network>,
    /// Collectivités.
    pub collectivites: Vec<Registered>,
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Were not there.
    pub created: usize,
    /// Were there, and differed.
    pub updated: usize,
    /// Were there, and equal.
    pub unchanged: usize,
}

impl Directory {
    /// Takes a batch in one transaction, and tells what differed from what was there. The same batch again changes nothing.
    pub async fn import(&self, batch: &Batch) -> Result<Outcome, Error> {
        let outcome = database::transact(&self.pool, async |tx| {
            let mut told: Vec<Event> = Vec::new();
            let mut created = 0;
            let territories = register::take_territories(tx, &batch.territories).await?;
            created += territories.iter().filter(|taken| taken.created).count();
            if !territories.is_empty() {
                let keys: HashSet<&str> = territories.iter().map(|taken| taken.key.as_str()).collect();
                let all = store::territories::all(tx).await?;
                told.extend(all.iter().map(|one| facts::territory(one, "registered")).filter(|event| keys.contains(event.key.as_str())));
            }
            let networks = register::take_networks(tx, &batch.networks).await?;
            created += networks.iter().filter(|taken| taken.created).count();
            let ids: Vec<NetworkId> = networks.iter().map(|taken| taken.key).collect();
            told.extend(store::networks::find_many(tx, &ids).await?.iter().map(|one| facts::network(one, "registered")));

            let collectivites = register::take_collectivites(tx, &batch.collectivites).await?;
            created += collectivites.iter().filter(|taken| taken.created).count();
            let ids: Vec<String> = collectivites.iter().map(|taken| taken.key.to_string()).collect();
            let now = store::collectivites::find_many(tx, &ids).await?;
            told.extend(now.iter().zip(&collectivites).map(|(one, taken)| facts::collectivite(one, change(taken.created, taken.moved))));

            outbox::append_all(tx, &*self.clock, &told).await?;
            let asked = batch.territories.len() + batch.networks.len() + batch.collectivites.len();
            Ok::<_, Error>(Outcome { created, updated: told.len() - created, unchanged: asked - told.len() })
        })
        .await?;
        self.signal.wake();
        Ok(outcome)
    }
}

/// A change of région or département is a change of who may see it: followers of the old place are told.
const fn change(created: bool, moved: bool) -> &'static str {
    match (created, moved) {
        (true, _) => "registered",
        (false, true) => "moved",
        (false, false) => "updated",
    }
}
