/// Contacts and ties to networks, for demonstration.
pub mod invented;
/// Partners.
pub mod partners;

use std::collections::HashMap;

use events::outbox::{self, Event};
use kernel::CollectiviteId;
use sqlx::PgConnection;

use super::Directory;
use crate::{
    domain::{Country, Network, NetworkId, OfficialAddress, PartnerId, Registered, Territory},
    error::Error,
    facts,
    store::{self, history, invented::Tie, official, register},
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
    /// Countries.
    pub countries: Vec<Country>,
    /// Partners, each natural key once.
    pub partners: Vec<partners::Given>,
    /// Where collectivités are officially reached.
    pub official: Vec<(CollectiviteId, OfficialAddress)>,
    /// Invented contacts.
    pub contacts: Vec<invented::Given<invented::Person>>,
    /// Invented ties to networks.
    pub ties: Vec<invented::Given<Tie>>,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Were not there.
    pub created: usize,
    /// Were there, and differed.
    pub updated: usize,
    /// Were there, and equal.
    pub unchanged: usize,
    /// Collectivités that an official address was given for, and that do not exist.
    pub unknown: Vec<CollectiviteId>,
    /// The id of each partner; none where its country does not exist.
    pub partner_ids: Vec<Option<PartnerId>>,
    /// What is invented of collectivités or networks that do not exist.
    pub strange: Vec<invented::Strange>,
}

/// So few records are a correction that somebody waits to see; more are told when nothing else is to be told.
const FEW: usize = 20;

impl Directory {
    /// Takes a batch in one transaction, and tells what differed from what was there. The same batch again changes nothing.
    pub async fn import(&self, by: &str, batch: Batch) -> Result<Outcome, Error> {
        let outcome = database::transact(&self.pool, async |tx| {
            let mut told = territories(tx, &batch).await?;
            told.extend(countries(tx, &batch).await?);
            told.extend(networks(tx, &batch).await?);
            told.extend(collectivites(tx, &batch).await?);
            let partners = partners::take(tx, by, &batch.partners, self.clock.now()).await?;
            told.extend(partners.told);
            let written: Vec<Event> = told.iter().map(|(event, _)| event.clone()).collect();
            let written = [written, moved_contacts(tx, &told).await?].concat();
            if written.len() <= FEW {
                outbox::append_all(tx, &*self.clock, &written).await?;
            } else {
                outbox::append_bulk(tx, &*self.clock, &written).await?;
            }
            let there = partners.ids.iter().flatten().count();
            let asked = batch.territories.len() + batch.countries.len() + batch.networks.len() + batch.collectivites.len() + there;
            let created = told.iter().filter(|(_, created)| *created).count();
            let (updated, unchanged) = (told.len() - created, asked - told.len());
            let reference = Outcome { created, updated, unchanged, partner_ids: partners.ids, ..Outcome::default() };
            let addresses = self.official(tx, by, batch.official).await?;
            let invented = self.invented(tx, batch.contacts, batch.ties).await?;
            Ok::<_, Error>(reference.and(addresses).and(invented))
        })
        .await?;
        self.signal.wake();
        Ok(outcome)
    }

    /// Takes official addresses. That one changed is in the history, for who wonders how somebody came in; nothing is told.
    async fn official(&self, tx: &mut PgConnection, by: &str, batch: Vec<(CollectiviteId, OfficialAddress)>) -> Result<Outcome, Error> {
        let ids: Vec<String> = batch.iter().map(|(id, _)| id.to_string()).collect();
        let known = official::known(tx, &ids).await?;
        let (batch, strange): (Vec<_>, Vec<_>) = batch.into_iter().partition(|(id, _)| known.contains(id));
        let taken = official::take(tx, &batch).await?;
        let at = self.clock.now();
        let entry = history::Entry {
            id: history::EntryId::made(at),
            changed_at: at,
            changed_by: by.to_owned(),
            section: "register".to_owned(),
            change: "imported".to_owned(),
            fields: vec!["official_address".to_owned()],
        };
        history::insert_all(tx, taken.iter().map(|taken| &taken.key), &entry).await?;
        let created = taken.iter().filter(|taken| taken.created).count();
        let unknown = strange.into_iter().map(|(id, _)| id).collect();
        let (updated, unchanged) = (taken.len() - created, batch.len() - taken.len());
        Ok(Outcome { created, updated, unchanged, unknown, ..Outcome::default() })
    }
}

impl Outcome {
    fn and(self, other: Self) -> Self {
        Self {
            created: self.created + other.created,
            updated: self.updated + other.updated,
            unchanged: self.unchanged + other.unchanged,
            unknown: [self.unknown, other.unknown].concat(),
            partner_ids: self.partner_ids,
            strange: [self.strange, other.strange].concat(),
        }
    }
}

/// What is to be told of a record, and whether it is new.
type Told = (Event, bool);

async fn territories(tx: &mut PgConnection, batch: &Batch) -> Result<Vec<Told>, Error> {
    let taken = register::take_territories(tx, &batch.territories).await?;
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let created: HashMap<&str, bool> = taken.iter().map(|taken| (taken.key.as_str(), taken.created)).collect();
    let events = store::territories::all(tx).await?.into_iter().map(|one| facts::territory(&one, "registered"));
    Ok(events.filter_map(|event| created.get(event.key.as_str()).map(|created| (event.clone(), *created))).collect())
}

async fn countries(tx: &mut PgConnection, batch: &Batch) -> Result<Vec<Told>, Error> {
    let taken = store::countries::take(tx, &batch.countries).await?;
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let created: HashMap<_, bool> = taken.into_iter().map(|taken| (taken.key, taken.created)).collect();
    let now = store::countries::all(tx).await?;
    let told = |created: bool| if created { "registered" } else { "updated" };
    Ok(now.iter().filter_map(|one| created.get(&one.iso2).map(|created| (facts::country(one, told(*created)), *created))).collect())
}

async fn networks(tx: &mut PgConnection, batch: &Batch) -> Result<Vec<Told>, Error> {
    let taken = register::take_networks(tx, &batch.networks).await?;
    let created: HashMap<NetworkId, bool> = taken.iter().map(|taken| (taken.key, taken.created)).collect();
    let ids: Vec<NetworkId> = taken.iter().map(|taken| taken.key).collect();
    let now = store::networks::find_many(tx, &ids).await?;
    Ok(now.iter().map(|one| (facts::network(one, "registered"), created.get(&one.id).copied().unwrap_or_default())).collect())
}

async fn collectivites(tx: &mut PgConnection, batch: &Batch) -> Result<Vec<Told>, Error> {
    let taken = register::take_collectivites(tx, &batch.collectivites).await?;
    let ids: Vec<String> = taken.iter().map(|taken| taken.key.to_string()).collect();
    let now = store::collectivites::find_many(tx, &ids).await?;
    Ok(now.iter().zip(&taken).map(|(one, taken)| (facts::collectivite(one, change(taken.created, taken.moved)), taken.created)).collect())
}

/// Contacts go where their collectivité goes: who may see them changes with it, so they are told again.
async fn moved_contacts(tx: &mut PgConnection, told: &[Told]) -> Result<Vec<Event>, Error> {
    let moved: Vec<String> = told.iter().filter(|(event, _)| event.change == MOVED).map(|(event, _)| event.key.clone()).collect();
    if moved.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store::contacts::touch(tx, &moved).await?.iter().map(|contact| facts::contact(contact, MOVED)).collect())
}

/// The change of what lies in another région or département than before.
const MOVED: &str = "moved";

/// A change of région or département is a change of who may see it: followers of the old place are told.
const fn change(created: bool, moved: bool) -> &'static str {
    match (created, moved) {
        (true, _) => "registered",
        (false, true) => MOVED,
        (false, false) => "updated",
    }
}
