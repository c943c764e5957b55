//! What is done: one function a write, each within one transaction with its history, its facts and its stored answer.

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, SubsecRound as _, Utc};
use events::{
    answers::{self, Asked},
    outbox,
};
use kernel::{Caller, Clock, CollectiviteId, RequestId, RightKind, Role};
use prost::Message;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{
    domain::{Capacity, Partnership, Project},
    facts,
    grpc::convert,
    store::history,
};
use crate::{
    directory::{Directory, Names},
    error::Error,
    store::collectivites,
};

/// What is invented for demonstration, taken away again.
pub mod demo;
/// The record, brought in by batches.
pub mod imports;
/// What lies elsewhere than before.
pub mod moves;
/// Partnerships.
pub mod partnerships;
/// Projects.
pub mod projects;
/// Themes.
pub mod themes;

/// The writing side of the record.
#[derive(Clone)]
pub struct Record {
    /// Its database.
    pub pool: PgPool,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    /// Wakes the relay after a commit.
    pub signal: outbox::Signal,
    /// What directory knows.
    pub directory: Directory,
}

/// A write as it goes on: who does it, when, in which transaction.
pub struct Act<'a> {
    /// The transaction.
    pub tx: &'a mut PgConnection,
    /// Who does it.
    pub caller: &'a Caller,
    /// The time.
    pub clock: &'a dyn Clock,
    /// The collectivités that the caller acts for: its own, and those that it took the place of. Empty for the ministry.
    pub mine: HashSet<String>,
}

/// A write: what it does within its transaction.
pub trait Command: Send {
    /// The method of the contract, by which repeats are known.
    const METHOD: &'static str;
    /// What it leaves.
    type Done;

    /// What it names of directory's: asked for before the transaction where it is not here.
    fn names(&self) -> Names {
        Names::default()
    }

    /// Locks, decides, saves, tells.
    fn run(self, act: &mut Act<'_>) -> impl Future<Output = Result<Self::Done, Error>> + Send;
}

impl Record {
    /// Does a command in one transaction, once for each `request_id` of the caller: the same request again gets the stored answer.
    pub async fn write<C: Command, Answer: Message + Default + From<C::Done>>(
        &self,
        caller: &Caller,
        request_id: RequestId,
        request: &impl Message,
        command: C,
    ) -> Result<Answer, Error> {
        self.directory.learn(&command.names()).await?;
        let request = request.encode_to_vec();
        let asked = Asked { caller: &caller.subject, method: C::METHOD, request_id, request: &request };
        let answer = database::transact(&self.pool, async |tx| {
            if let Some(answer) = answers::recall(tx, asked).await? {
                return answer.map_err(Error::from);
            }
            let mine = mine(tx, caller).await?;
            let answer = Answer::from(command.run(&mut Act { tx, caller, clock: &*self.clock, mine }).await?);
            answers::keep(tx, asked, &answer).await?;
            Ok(answer)
        })
        .await?;
        self.signal.wake();
        Ok(answer)
    }
}

/// The time as the database keeps it, to the microsecond: what is answered is what is read later.
fn now(clock: &dyn Clock) -> DateTime<Utc> {
    clock.now().trunc_subsecs(6)
}

/// The collectivités that a caller acts for.
pub(super) async fn mine(conn: &mut PgConnection, caller: &Caller) -> sqlx::Result<HashSet<String>> {
    match caller.right.kind {
        RightKind::Collectivite => collectivites::with_predecessors(conn, &caller.right.key).await,
        _ => Ok(HashSet::new()),
    }
}

/// What a caller is to a partnership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It leads, or is the ministry.
    Leads,
    /// It takes part.
    TakesPart,
}

impl Act<'_> {
    fn now(&self) -> DateTime<Utc> {
        now(self.clock)
    }

    fn is_national(&self) -> bool {
        self.caller.right.kind == RightKind::National
    }

    /// In what capacity the caller says that something is right.
    fn capacity(&self) -> Capacity {
        if self.is_national() { Capacity::Ministere } else { Capacity::Agent }
    }

    /// What the caller is to a partnership; none when it is not the caller's.
    ///
    /// # Errors
    /// It is the caller's to read and not to change.
    fn part_in(&self, partnership: &Partnership) -> Result<Option<Part>, Error> {
        let terms = &partnership.terms;
        let part = match () {
            () if self.is_national() || self.mine.contains(terms.lead.as_str()) => Part::Leads,
            () if terms.participants.iter().any(|one| self.mine.contains(one.as_str())) => Part::TakesPart,
            () => return Ok(None),
        };
        self.require_editor().map(|()| Some(part))
    }

    /// Refuses who may read and not change what is theirs.
    fn require_editor(&self) -> Result<(), Error> {
        if self.caller.right.role >= Role::Editor { Ok(()) } else { Err(Error::RoleTooLow) }
    }

    /// Refuses collectivités that do not exist, and those that others took the place of.
    async fn require_living(&mut self, named: &[CollectiviteId]) -> Result<(), Error> {
        let texts: Vec<String> = named.iter().map(ToString::to_string).collect();
        let known = collectivites::known(self.tx, &texts).await?;
        for id in named {
            match known.get(id.as_str()) {
                None => return Err(Error::CollectiviteNotFound(id.clone())),
                Some(true) => return Err(Error::CollectiviteEnded(id.clone())),
                Some(false) => {}
            }
        }
        Ok(())
    }
}

/// Who did what, when, to what: the part of an entry that is the same for partnerships and projects.
#[derive(Clone, Copy)]
struct Deed<'a> {
    at: DateTime<Utc>,
    by: &'a str,
    change: &'a str,
    fields: &'a [&'static str],
}

impl Deed<'_> {
    /// Of a partnership; it is in the record of all who take part, or did.
    fn to_partnership(self, before: Option<&Partnership>, after: &Partnership) -> history::Entry {
        let taking_part = before.into_iter().chain([after]).flat_map(|one| &one.terms.participants);
        let message = before.map(|before| convert::partnership(before).encode_to_vec());
        self.to(facts::PARTNERSHIP, after.id.0, message, taking_part.map(ToString::to_string).collect())
    }

    /// Of a project; it is in the record of these collectivités.
    fn to_project(self, before: Option<&Project>, after: &Project, taking_part: Vec<String>) -> history::Entry {
        let message = before.map(|before| convert::project(before).encode_to_vec());
        self.to(facts::PROJECT, after.id.0, message, taking_part)
    }

    fn to(self, resource: &str, resource_id: Uuid, before: Option<Vec<u8>>, mut collectivites: Vec<String>) -> history::Entry {
        collectivites.sort();
        collectivites.dedup();
        history::Entry {
            id: history::EntryId::made(self.at),
            changed_at: self.at,
            changed_by: self.by.to_owned(),
            change: self.change.to_owned(),
            fields: self.fields.iter().map(|field| (*field).to_owned()).collect(),
            resource: resource.to_owned(),
            resource_id,
            before,
            collectivites,
        }
    }
}
