use std::collections::HashSet;

use events::outbox;
use kernel::CollectiviteId;

use super::{Act, Command};
use crate::{
    domain::{Collectivite, Refusal, Succession, refuse_cycles},
    error::Error,
    facts,
    store::{collectivites, successions},
};

/// A succession to be written down.
pub struct Record(pub Succession);

/// What ended, as it now stands.
pub struct Ended(pub Vec<Collectivite>);

impl Command for Record {
    const METHOD: &'static str = "RecordSuccession";
    type Done = Ended;

    /// Ends the predecessors, links each to each successor, and tells all of them; the predecessors as they now stand.
    async fn run(self, act: &mut Act<'_>) -> Result<Ended, Error> {
        let Self(succession) = self;
        let graph = successions::lock_graph(act.tx).await?;
        let before = texts(&succession.predecessors);
        let after = texts(&succession.successors);
        let all: Vec<String> = [before.clone(), after.clone()].concat();
        let known = collectivites::find_many(act.tx, &all).await?;
        refuse_unknown(&succession, &known)?;
        if known.iter().any(|one| one.ended_on.is_some() && succession.predecessors.contains(one.id())) {
            return Err(Refusal::AlreadyEnded.into());
        }
        refuse_cycles(&graph, &succession)?;

        successions::insert(act.tx, &succession).await?;
        collectivites::end(act.tx, &before, succession.effective_on).await?;
        collectivites::touch(act.tx, &after).await?;
        for id in &succession.predecessors {
            act.remember(id, "register", "succeeded", &[]).await?;
        }
        let now = collectivites::find_many(act.tx, &all).await?;
        let told = |one: &Collectivite| facts::collectivite(one, if one.ended_on.is_some() { "ended" } else { "updated" });
        outbox::append_all(act.tx, act.clock, &now.iter().map(told).collect::<Vec<_>>()).await?;
        Ok(Ended(now.into_iter().filter(|one| succession.predecessors.contains(one.id())).collect()))
    }
}

fn texts(ids: &[CollectiviteId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

fn refuse_unknown(succession: &Succession, known: &[Collectivite]) -> Result<(), Error> {
    let known: HashSet<&CollectiviteId> = known.iter().map(Collectivite::id).collect();
    let missing = succession.predecessors.iter().chain(&succession.successors).find(|id| !known.contains(id));
    missing.map_or(Ok(()), |id| Err(Error::CollectiviteNotFound(id.clone())))
}
