use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use kernel::CollectiviteId;

use super::Refusal;

/// That some collectivités were succeeded by others on a day (merger, split, dissolution).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// What ends.
    pub predecessors: Vec<CollectiviteId>,
    /// What takes its place.
    pub successors: Vec<CollectiviteId>,
    /// The day it takes effect.
    pub effective_on: NaiveDate,
}

/// Refuses a succession by which a collectivité would, over any number of links, succeed itself.
///
/// `existing` holds the links known so far, predecessor to successors.
///
/// # Errors
/// [`Refusal::SuccessionCycle`].
pub fn refuse_cycles(existing: &HashMap<CollectiviteId, Vec<CollectiviteId>>, new: &Succession) -> Result<(), Refusal> {
    let ended: HashSet<&CollectiviteId> = new.predecessors.iter().collect();
    let mut waiting: Vec<&CollectiviteId> = new.successors.iter().collect();
    let mut seen = HashSet::new();
    while let Some(id) = waiting.pop() {
        if ended.contains(id) {
            return Err(Refusal::SuccessionCycle);
        }
        if seen.insert(id) {
            waiting.extend(existing.get(id).into_iter().flatten());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(code: &str) -> CollectiviteId {
        format!("insee-{code}").parse().unwrap()
    }

    fn succession(from: &str, to: &str) -> Succession {
        Succession { predecessors: vec![id(from)], successors: vec![id(to)], effective_on: NaiveDate::default() }
    }

    #[test]
    fn nothing_succeeds_itself() {
        let existing = HashMap::from([(id("002"), vec![id("003")]), (id("003"), vec![id("004")])]);
        assert!(refuse_cycles(&existing, &succession("001", "002")).is_ok());
        assert!(refuse_cycles(&existing, &succession("001", "001")).is_err());
        assert!(refuse_cycles(&existing, &succession("004", "002")).is_err());
    }
}
