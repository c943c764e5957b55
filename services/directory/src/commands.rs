//! What is done: one function a write, each within one transaction with its history, its facts and its stored answer.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use events::{
    answers::{self, Asked},
    outbox,
};
use kernel::{Caller, Clock, CollectiviteId, RequestId, RightKind, Role};
use prost::Message;
use sqlx::{PgConnection, PgPool};

use crate::{
    domain::Collectivite,
    error::Error,
    facts,
    store::{self, history},
};

/// Identity cards.
pub mod cards;
/// Contacts.
pub mod contacts;
/// What is invented for demonstration, taken away again.
pub mod demo;
/// The register, brought in by batches.
pub mod imports;
/// Networks, and who is a member of them.
pub mod networks;
/// Foreign partners.
pub mod partners;
/// What takes the place of what.
pub mod successions;

/// The writing side of directory.
#[derive(Clone)]
pub struct Directory {
    /// Its database.
    pub pool: PgPool,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    /// Wakes the relay after a commit.
    pub signal: outbox::Signal,
}

/// A write as it goes on: who does it, when, in which transaction.
pub struct Act<'a> {
    /// The transaction.
    pub tx: &'a mut PgConnection,
    /// Who does it.
    pub caller: &'a Caller,
    /// The time.
    pub clock: &'a dyn Clock,
}

/// A write: what it does within its transaction.
pub trait Command: Send {
    /// The method of the contract, by which repeats are known.
    const METHOD: &'static str;
    /// What it leaves.
    type Done;

    /// Locks, decides, saves, tells.
    fn run(self, act: &mut Act<'_>) -> impl Future<Output = Result<Self::Done, Error>> + Send;
}

impl Directory {
    /// Does a command in one transaction, once for each `request_id` of the caller: the same request again gets the stored answer.
    pub async fn write<C: Command, Answer: Message + Default + From<C::Done>>(
        &self,
        caller: &Caller,
        request_id: RequestId,
        request: &impl Message,
        command: C,
    ) -> Result<Answer, Error> {
        let request = request.encode_to_vec();
        let asked = Asked { caller: &caller.subject, method: C::METHOD, request_id, request: &request };
        let answer = database::transact(&self.pool, async |tx| {
            if let Some(answer) = answers::recall(tx, asked).await? {
                return answer.map_err(Error::from);
            }
            let answer = Answer::from(command.run(&mut Act { tx, caller, clock: &*self.clock }).await?);
            answers::keep(tx, asked, &answer).await?;
            Ok(answer)
        })
        .await?;
        self.signal.wake();
        Ok(answer)
    }
}

impl Act<'_> {
    /// The time as the database keeps it, to the microsecond: what is answered is what is read later.
    fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(6)
    }

    /// Holds a collectivité that the caller may change, until the transaction ends.
    ///
    /// One that is not the caller's is answered like one that does not exist.
    async fn lock_own(&mut self, id: &CollectiviteId) -> Result<Collectivite, Error> {
        self.require(id)?;
        store::collectivites::lock(self.tx, id).await?.ok_or_else(|| Error::CollectiviteNotFound(id.clone()))
    }

    /// Refuses who may not change this collectivité.
    fn require(&self, id: &CollectiviteId) -> Result<(), Error> {
        let over = |role| {
            self.caller.holds(RightKind::Collectivite, id.as_str(), role)
                || self.caller.right.kind == RightKind::National && self.caller.right.role >= role
        };
        match (over(Role::Editor), over(Role::Reader)) {
            (true, _) => Ok(()),
            (false, true) => Err(Error::RoleTooLow),
            (false, false) => Err(Error::CollectiviteNotFound(id.clone())),
        }
    }

    /// Writes down who changed what.
    async fn remember(&mut self, collectivite: &CollectiviteId, section: &str, change: &str, fields: &[&str]) -> Result<(), Error> {
        let at = self.now();
        let entry = history::Entry {
            id: history::EntryId::made(at),
            changed_at: at,
            changed_by: self.caller.subject.clone(),
            section: section.to_owned(),
            change: change.to_owned(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        };
        Ok(history::insert(self.tx, collectivite, &entry).await?)
    }

    /// Reads a collectivité as it now stands, and tells it.
    async fn tell(&mut self, id: &CollectiviteId, change: &'static str) -> Result<Collectivite, Error> {
        let collectivite = store::collectivites::find(self.tx, id).await?.ok_or_else(|| Error::CollectiviteNotFound(id.clone()))?;
        outbox::append(self.tx, self.clock, &facts::collectivite(&collectivite, change)).await?;
        Ok(collectivite)
    }
}
