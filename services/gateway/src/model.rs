//! The read model: everything the public pages show, in memory, followed from the services. Knows nothing of HTTP.

/// The next generation in the making.
pub mod draft;
mod fold;
pub mod follow;
/// What is shown, at one moment.
pub mod generation;
/// Ids in eight bytes.
pub mod key;
pub mod search;
mod shards;
pub mod snapshot;
pub mod start;

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, Guard};

pub use self::fold::fold;
use self::{
    draft::{Draft, Published},
    generation::Generation,
    key::Key,
    search::Search,
    snapshot::Position,
};

/// The model: one generation that is shown, and the next one in the making.
#[derive(Debug)]
pub struct Model {
    shown: ArcSwap<Generation>,
    making: Mutex<Making>,
    search: Search,
    unread: Mutex<std::collections::BTreeSet<Key>>,
}

/// What only the followers touch.
#[derive(Debug, Default)]
pub struct Making {
    /// The next generation.
    pub draft: Draft,
    /// Up to which event it is complete.
    pub position: Position,
}

impl Model {
    /// A model that knows nothing yet.
    ///
    /// # Errors
    /// When the search index cannot start.
    pub fn start() -> anyhow::Result<Self> {
        Ok(Self { shown: ArcSwap::default(), making: Mutex::default(), search: Search::start()?, unread: Mutex::default() })
    }

    /// The generation that is shown now.
    pub fn now(&self) -> Guard<Arc<Generation>> {
        self.shown.load()
    }

    /// Whether there is anything to show.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        !self.now().is_empty()
    }

    /// Search by name and codes.
    #[must_use]
    pub const fn search(&self) -> &Search {
        &self.search
    }

    /// Changes the next generation.
    pub fn change<T>(&self, change: impl FnOnce(&mut Making) -> T) -> T {
        change(&mut self.making.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another draft in the place of the one in the making; what is shown stays until [`Model::publish`].
    pub fn replace(&self, draft: Draft, position: Position) {
        self.change(|making| {
            let before = std::mem::replace(&mut making.draft, draft);
            making.draft.follow_on(before);
            making.position = position;
        });
    }

    /// Shows what was changed; says what it was, none when nothing was.
    pub fn publish(&self) -> Option<Published> {
        let published = self.change(|making| making.draft.publish())?;
        self.shown.store(Arc::clone(&published.generation));
        self.unread.lock().unwrap_or_else(PoisonError::into_inner).extend(&published.touched);
        Some(published)
    }

    /// Lets search read what was shown since it last did.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn read(&self) -> anyhow::Result<()> {
        let unread = std::mem::take(&mut *self.unread.lock().unwrap_or_else(PoisonError::into_inner));
        if !unread.is_empty() {
            self.search.read(&self.now(), unread.into_iter())?;
        }
        Ok(())
    }

    /// The number of the generation that is shown.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.now().number
    }

    /// Everything that is shown, as a snapshot, with where it goes on.
    #[must_use]
    pub fn snapshot(&self, at: chrono::DateTime<chrono::Utc>) -> Vec<u8> {
        // What is in the making is not newer than `position` says: taken together, the mark is never ahead of the data.
        let (generation, position) = self.change(|making| (making.draft.peek(), making.position.clone()));
        snapshot::encode(&generation, &position, at)
    }
}
