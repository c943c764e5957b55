use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use events::outbox;
use kernel::Version;
use sqlx::PgConnection;

use super::Told;
use crate::{
    domain::{CountryCode, Origin, Partner, PartnerFields, PartnerId},
    error::Error,
    facts,
    store::{
        countries,
        partners::{
            self,
            batch::{self, Known},
            history,
        },
    },
};

/// A partner as an import gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// What is said of it.
    pub fields: PartnerFields,
    /// Where the row comes from.
    pub origin: Origin,
}

/// What became of the partners of a batch.
#[derive(Debug, Default)]
pub struct Taken {
    /// What is to be told, and whether it is new.
    pub told: Vec<Told>,
    /// The id of each, in the order they were given; none where its country is not there.
    pub ids: Vec<Option<PartnerId>>,
}

/// What an import means for partners that are there or not.
#[derive(Default)]
struct Plan {
    /// To be written, with what they were.
    put: Vec<(Partner, Option<Partner>)>,
    /// To stay as they are; what was given of them is remembered.
    noted: Vec<(PartnerId, PartnerFields)>,
}

/// Takes partners. What an agent changed stays as long as the import says what it said before; natural keys are given once each.
pub async fn take(tx: &mut PgConnection, by: &str, given: &[Given], at: DateTime<Utc>) -> Result<Taken, Error> {
    if given.is_empty() {
        return Ok(Taken::default());
    }
    let codes: Vec<String> = given.iter().map(|one| one.fields.country.to_string()).collect();
    let known: HashSet<CountryCode> = countries::known(tx, &codes).await?.into_iter().collect();
    let lies = |one: &&Given| known.contains(&one.fields.country);
    let taken: Vec<&Given> = given.iter().filter(lies).collect();

    partners::one_at_a_time(tx).await?;
    let fields: Vec<PartnerFields> = taken.iter().map(|one| one.fields.clone()).collect();
    let found = batch::look_up(tx, &fields).await?;
    let Plan { put, noted } = plan(tx, &taken, &found, at).await?;
    let (now, before): (Vec<Partner>, Vec<Option<Partner>>) = put.into_iter().unzip();
    batch::put(tx, &now, true).await?;
    batch::note(tx, &noted).await?;
    let changes: Vec<_> = now.iter().zip(&before).map(|(now, before)| (now.id, before.as_ref())).collect();
    history::insert(tx, &changes, at, by, "imported").await?;

    let mut ids = found.iter().map(|one| one.merged_into.unwrap_or(one.id));
    Ok(Taken {
        told: now.iter().zip(&before).map(|(now, before)| (facts::partner(now, "imported"), before.is_none())).collect(),
        ids: given.iter().map(|one| if known.contains(&one.fields.country) { ids.next() } else { None }).collect(),
    })
}

async fn plan(tx: &mut PgConnection, given: &[&Given], found: &[Known], at: DateTime<Utc>) -> Result<Plan, Error> {
    let becomes_real = |given: &Given, known: &Known| known.origin == Some(Origin::Demo) && given.origin != Origin::Demo;
    let changed =
        |given: &Given, known: &Known| known.imported.as_ref().is_some_and(|before| *before != given.fields) || becomes_real(given, known);
    // what came under another key and has got this one since is not this record's to change
    let theirs = |given: &Given, before: &PartnerFields| before.natural_key() != given.fields.natural_key();
    let there: Vec<PartnerId> = given.iter().zip(found).filter(|(given, known)| changed(given, known)).map(|(_, known)| known.id).collect();
    let mut there: HashMap<PartnerId, Partner> = partners::find_many(tx, &there).await?.into_iter().map(|one| (one.id, one)).collect();
    // what is invented changes nothing that is real
    let invents = |given: &Given, known: &Known| given.origin == Origin::Demo && known.origin.is_some_and(|origin| origin != Origin::Demo);
    let gone = gone(tx, found).await?;
    let mut plan = Plan::default();
    for (given, known) in given.iter().zip(found) {
        match (known.version, &known.imported, known.merged_into) {
            (None, ..) => plan.put.push((new(given, known.id, gone.get(&known.id), at), None)),
            _ if invents(given, known) => {}
            (Some(_), _, Some(_)) => {}
            (Some(_), Some(before), None) if theirs(given, before) => {}
            (Some(_), None, None) => plan.noted.push((known.id, given.fields.clone())),
            (Some(_), Some(_), None) => {
                let Some(before) = there.remove(&known.id) else { continue };
                let now = Partner { origin: given.origin, ..before.changed(given.fields.clone(), at) };
                // what an agent made of it may have left its key to another
                if (now.fields == before.fields && !becomes_real(given, known)) || partners::same(tx, &now).await?.is_some() {
                    plan.noted.push((known.id, given.fields.clone()));
                } else {
                    plan.put.push((now, Some(before)));
                }
            }
        }
    }
    Ok(plan)
}

/// The versions at which those went that are not there and once were.
async fn gone(tx: &mut PgConnection, found: &[Known]) -> Result<HashMap<PartnerId, Version>, Error> {
    let keys: Vec<String> = found.iter().filter(|known| known.version.is_none()).map(|known| known.id.to_string()).collect();
    let gone = outbox::buried(tx, facts::PARTNER, &keys).await?;
    Ok(gone.into_iter().filter_map(|(key, version)| Some((key.parse().ok()?, version))).collect())
}

fn new(given: &Given, id: PartnerId, gone: Option<&Version>, at: DateTime<Utc>) -> Partner {
    let (fields, origin, version) = (given.fields.clone(), given.origin, gone.map_or(Version(1), |gone| gone.next()));
    Partner { id, fields, origin, merged_into: None, added_by: None, version, updated_at: at }
}
