//! The record, brought in by batches: natural keys, what an agent changed stays, nothing is deleted.

mod partnerships;
mod projects;
mod themes;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use events::outbox::{self, Event};
use kernel::Version;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Record, now};
use crate::{
    directory::Names,
    error::Error,
    record::{
        domain::{Provenance, Terms, Theme, Work},
        store::{history, import_keys},
    },
};

/// One batch, already read.
#[derive(Debug, Default)]
pub struct Batch {
    /// Themes.
    pub themes: Vec<Given<Theme>>,
    /// Partnerships.
    pub partnerships: Vec<Given<Sourced<Terms>>>,
    /// Projects; what they are done under is a text of the source.
    pub projects: Vec<Given<Sourced<NamedWork>>>,
    /// Nothing is to be written.
    pub dry_run: bool,
}

/// A record, and its place in the list of the batch.
#[derive(Debug)]
pub struct Given<T> {
    /// From 0.
    pub index: usize,
    /// What it says.
    pub record: T,
}

/// What a source says, under the name that it has for it.
#[derive(Debug)]
pub struct Sourced<T> {
    /// Unique within the source.
    pub natural_key: String,
    /// Names the source.
    pub provenance: Provenance,
    /// What is said.
    pub content: T,
}

/// A project as a source has it.
#[derive(Debug)]
pub struct NamedWork {
    /// Its number in the former Atlas.
    pub legacy_id: Option<i64>,
    /// What it is done under: ids, or natural keys of the same source.
    pub partnerships: Vec<String>,
    /// The rest of it.
    pub work: Work,
}

/// What became of a batch.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Were not there.
    pub created: usize,
    /// Were there, and differed.
    pub updated: usize,
    /// Were there, and equal.
    pub unchanged: usize,
    /// Differed, and somebody changed them since they were imported.
    pub kept: usize,
    /// Were not taken.
    pub refused: Vec<Remark>,
    /// Were taken, with something to look at.
    pub warned: Vec<Remark>,
}

/// What is to be said of a record.
#[derive(Debug)]
pub struct Remark {
    /// theme, partnership or project.
    pub resource: &'static str,
    /// Its place in the list of the batch.
    pub index: usize,
    /// What it is about.
    pub field: String,
    /// In English.
    pub reason: String,
}

/// What a batch is taken with.
struct Taking<'a> {
    tx: &'a mut PgConnection,
    by: &'a str,
    at: DateTime<Utc>,
    outcome: Outcome,
    entries: Vec<history::Entry>,
    events: Vec<Event>,
}

/// So few records are a correction that somebody waits to see; more are told when nothing else is to be told.
const FEW: usize = 20;

/// Why a batch is not committed.
enum Stop {
    /// It was to be looked at only.
    Dry(Outcome),
    /// It could not be taken.
    Failed(Error),
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl Record {
    /// Takes a batch in one transaction, and tells what differed from what was there. The same batch again changes nothing.
    pub async fn import(&self, by: &str, batch: Batch) -> Result<Outcome, Error> {
        self.directory.learn(&names(&batch)).await?;
        let taken = database::transact(&self.pool, async |tx| {
            import_keys::one_at_a_time(tx).await?;
            let dry_run = batch.dry_run;
            let at = now(&*self.clock);
            let mut taking = Taking { tx, by, at, outcome: Outcome::default(), entries: Vec::new(), events: Vec::new() };
            taking.themes(batch.themes).await?;
            taking.partnerships(batch.partnerships).await?;
            taking.projects(batch.projects).await?;
            let Taking { tx, outcome, entries, events, .. } = taking;
            if dry_run {
                return Err(Stop::Dry(outcome));
            }
            history::insert(tx, &entries).await?;
            if events.len() <= FEW {
                outbox::append_all(tx, &*self.clock, &events).await?;
            } else {
                outbox::append_bulk(tx, &*self.clock, &events).await?;
            }
            Ok(outcome)
        });
        match taken.await {
            Ok(outcome) => {
                self.signal.wake();
                Ok(outcome)
            }
            Err(Stop::Dry(outcome)) => Ok(outcome),
            Err(Stop::Failed(error)) => Err(error),
        }
    }
}

impl Taking<'_> {
    fn refuse(&mut self, resource: &'static str, index: usize, field: &str, reason: impl Into<String>) {
        self.outcome.refused.push(Remark { resource, index, field: field.to_owned(), reason: reason.into() });
    }

    fn warn(&mut self, resource: &'static str, index: usize, field: &str, reason: impl Into<String>) {
        self.outcome.warned.push(Remark { resource, index, field: field.to_owned(), reason: reason.into() });
    }
}

/// What a batch names of directory's.
fn names(batch: &Batch) -> Names {
    let terms = || batch.partnerships.iter().map(|given| &given.record.content);
    let mut collectivites: Vec<_> = terms().flat_map(|terms| terms.participants.iter().cloned()).collect();
    collectivites.sort();
    collectivites.dedup();
    let mut partners: Vec<_> = terms().map(|terms| terms.partner).collect();
    partners.sort();
    partners.dedup();
    Names { collectivites, partners }
}

impl<T> Sourced<T> {
    fn key(&self) -> import_keys::Key {
        (self.provenance.source.to_string(), self.natural_key.clone())
    }
}

/// The id of what a source has under a name: it follows from both, so that two imports on two machines agree.
fn id_of(resource: &str, key: &import_keys::Key) -> Uuid {
    let digest = Sha256::digest(format!("{resource}\n{}\n{}", key.0, key.1));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// What an import says, in short: another hash is another content.
fn hash(message: &impl prost::Message) -> Vec<u8> {
    Sha256::digest(message.encode_to_vec()).to_vec()
}

/// The versions at which those of these went that were there once: what comes back begins after it, or nobody would hear of it.
async fn gone(tx: &mut PgConnection, resource: &str, ids: Vec<Uuid>) -> sqlx::Result<HashMap<Uuid, Version>> {
    let keys: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let gone = outbox::buried(tx, resource, &keys).await?;
    Ok(gone.into_iter().filter_map(|(key, version)| Some((key.parse().ok()?, version))).collect())
}
