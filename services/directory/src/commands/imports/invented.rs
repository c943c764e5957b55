use std::collections::HashSet;

use chrono::{DateTime, Utc};
use events::outbox;
use kernel::{CollectiviteId, Version};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Outcome;
use crate::{
    commands::Directory,
    domain::{Contact, ContactId, NewContact, Origin, folded},
    error::Error,
    facts,
    store::{self, invented, invented::Tie, official},
};

/// A record, and its place in the list of the batch.
#[derive(Debug, Clone)]
pub struct Given<T> {
    /// From 0.
    pub index: usize,
    /// What it says.
    pub record: T,
}

/// Somebody who does not exist.
#[derive(Debug, Clone)]
pub struct Person {
    /// The same each time.
    pub natural_key: String,
    /// What is said of them.
    pub contact: NewContact,
}

/// What is invented of something that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strange {
    /// contact or network_relation.
    pub resource: &'static str,
    /// Its place in that list of the batch.
    pub index: usize,
    /// What it names.
    pub field: &'static str,
}

impl Directory {
    /// Takes what is invented for demonstration. What is there stays as it is; nothing of it is in the history of a page.
    pub(super) async fn invented(
        &self,
        tx: &mut PgConnection,
        people: Vec<Given<Person>>,
        ties: Vec<Given<Tie>>,
    ) -> Result<Outcome, Error> {
        if people.is_empty() && ties.is_empty() {
            return Ok(Outcome::default());
        }
        let (mut strange, asked) = (Vec::new(), people.len() + ties.len());
        let people = known(tx, facts::CONTACT, people, |one| &one.contact.collectivite, &mut strange).await?;
        let ties = known(tx, "network_relation", ties, |one| &one.collectivite_id, &mut strange).await?;
        let ties = of_networks(tx, ties, &mut strange).await?;
        let created = self.people(tx, people.into_iter().map(|one| one.record).collect()).await? + self.ties(tx, &ties).await?;
        let unchanged = asked - strange.len() - created;
        Ok(Outcome { created, unchanged, strange, ..Outcome::default() })
    }

    async fn people(&self, tx: &mut PgConnection, people: Vec<Person>) -> Result<usize, Error> {
        let ids: Vec<Uuid> = people.iter().map(|one| id_of(&one.natural_key)).collect();
        let new: HashSet<Uuid> = invented::new_contacts(tx, &ids).await?.into_iter().collect();
        let keys: Vec<String> = new.iter().map(ToString::to_string).collect();
        let gone = outbox::buried(tx, facts::CONTACT, &keys).await?;
        let at = self.clock.now();
        let mut seen = HashSet::new();
        let added = |(id, person): (Uuid, Person)| {
            let version = gone.get(&id.to_string()).map_or(Version(1), |gone| gone.next());
            (new.contains(&id) && seen.insert(id)).then(|| contact(id, person.contact, version, at))
        };
        let added: Vec<Contact> = ids.into_iter().zip(people).filter_map(added).collect();
        if added.is_empty() {
            return Ok(0);
        }
        invented::put_contacts(tx, &added).await?;
        let told: Vec<_> = added.iter().map(|one| facts::contact(one, "added")).collect();
        outbox::append_bulk(tx, &*self.clock, &told).await?;
        Ok(added.len())
    }

    async fn ties(&self, tx: &mut PgConnection, ties: &[Tie]) -> Result<usize, Error> {
        let whose = invented::put_ties(tx, ties).await?;
        let now = store::collectivites::find_many(tx, &whose).await?;
        let told: Vec<_> = now.iter().map(|one| facts::collectivite(one, "networks-set")).collect();
        outbox::append_bulk(tx, &*self.clock, &told).await?;
        Ok(whose.len())
    }
}

fn contact(id: Uuid, new: NewContact, version: Version, at: DateTime<Utc>) -> Contact {
    Contact { id: ContactId(id), origin: Origin::Demo, version, ..Contact::added(new, at) }
}

/// The id follows from the natural key, so that two imports on two machines agree.
fn id_of(natural_key: &str) -> Uuid {
    let digest = Sha256::digest(format!("contact {natural_key}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Those whose collectivités are of the register.
async fn known<T>(
    tx: &mut PgConnection,
    resource: &'static str,
    given: Vec<Given<T>>,
    of: impl Fn(&T) -> &CollectiviteId,
    strange: &mut Vec<Strange>,
) -> Result<Vec<Given<T>>, Error> {
    let ids: Vec<String> = given.iter().map(|one| of(&one.record).to_string()).collect();
    let known = official::known(tx, &ids).await?;
    let (kept, left): (Vec<_>, Vec<_>) = given.into_iter().partition(|one| known.contains(of(&one.record)));
    strange.extend(left.iter().map(|one| Strange { resource, index: one.index, field: "collectivite_id" }));
    Ok(kept)
}

/// Those whose networks are there.
async fn of_networks(tx: &mut PgConnection, given: Vec<Given<Tie>>, strange: &mut Vec<Strange>) -> Result<Vec<Tie>, Error> {
    let networks = store::networks::list(tx, "", 1000).await?;
    let names: HashSet<String> = networks.iter().map(|one| folded(one.name.as_str())).collect();
    let (kept, left): (Vec<_>, Vec<_>) = given.into_iter().partition(|one| names.contains(&one.record.network));
    strange.extend(left.iter().map(|one| Strange { resource: "network_relation", index: one.index, field: "network" }));
    Ok(kept.into_iter().map(|one| one.record).collect())
}
