//! The read model: everything the public pages show, in memory, followed from the services. Knows nothing of HTTP.

/// What projects tells.
pub mod cooperation;
/// The next generation in the making.
pub mod draft;
mod fold;
pub mod follow;
/// What is shown, at one moment.
pub mod generation;
/// Ids that services give.
pub mod id;
/// Ids in eight bytes.
pub mod key;
/// Lists that generations share.
pub mod listing;
pub mod search;
mod shards;
pub mod snapshot;
pub mod start;
/// What search finds.
pub mod subject;
pub mod tally;
pub mod world;

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, Guard};

pub use self::fold::fold;
use self::{
    draft::{Draft, Published},
    generation::Generation,
    search::Search,
    snapshot::{Mark, Position},
    subject::Subject,
};

/// The model: one generation that is shown, and the next one in the making.
#[derive(Debug)]
pub struct Model {
    shown: ArcSwap<Generation>,
    making: Mutex<Making>,
    search: Search,
    unread: Mutex<std::collections::BTreeSet<Subject>>,
}

/// What only the followers touch.
#[derive(Debug, Default)]
pub struct Making {
    /// The next generation.
    pub draft: Draft,
    /// Up to which event it is complete.
    pub position: Position,
}

impl Making {
    fn replace(&mut self, draft: Draft, position: Position) {
        let before = std::mem::replace(&mut self.draft, draft);
        self.draft.follow_on(before);
        self.position = position;
    }
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
        self.change(|making| making.replace(draft, position));
    }

    /// Puts what directory exported in the place of what it told before; what projects told stays.
    pub fn reload(&self, draft: Draft, mark: Option<Mark>) {
        self.change(|making| {
            let record = making.position.record;
            making.replace(draft, Position { mark, record, ..Position::default() });
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
