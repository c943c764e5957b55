use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::watch;

/// Whether the process can serve: all its named conditions hold, and nobody asked it to stop.
///
/// It says "I can serve", not "everything I depend on is up".
#[derive(Debug, Clone)]
pub struct Readiness(Arc<watch::Sender<BTreeMap<&'static str, bool>>>);

/// One thing without which the process cannot serve.
#[derive(Debug, Clone)]
pub struct Condition {
    name: &'static str,
    readiness: Readiness,
}

impl Default for Readiness {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(BTreeMap::new())))
    }
}

impl Readiness {
    /// A condition that does not hold yet.
    #[must_use]
    pub fn condition(&self, name: &'static str) -> Condition {
        let condition = Condition { name, readiness: self.clone() };
        condition.set(false);
        condition
    }

    /// Whether all conditions hold.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.0.borrow().values().all(|holds| *holds)
    }

    /// The names of the conditions that do not hold.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        self.0.borrow().iter().filter(|(_, holds)| !**holds).map(|(name, _)| *name).collect()
    }

    /// Waits until all conditions hold.
    pub async fn ready(&self) {
        // The sender is in `self`: it cannot be gone.
        let _ = self.0.subscribe().wait_for(|conditions| conditions.values().all(|holds| *holds)).await;
    }

    /// Tells of every change from now on.
    #[must_use]
    pub(crate) fn changes(&self) -> watch::Receiver<BTreeMap<&'static str, bool>> {
        self.0.subscribe()
    }
}

impl Condition {
    /// Says whether it holds.
    pub fn set(&self, holds: bool) {
        self.readiness.0.send_if_modified(|conditions| conditions.insert(self.name, holds) != Some(holds));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ready_when_every_condition_holds() {
        let readiness = Readiness::default();
        let (model, database) = (readiness.condition("model"), readiness.condition("database"));

        model.set(true);
        assert_eq!(readiness.missing(), ["database"]);
        database.set(true);
        readiness.ready().await;

        model.set(false);
        assert!(!readiness.is_ready());
    }
}
