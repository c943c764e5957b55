//! Search by name (accents, capitals, beginnings, one typo), postal code, INSEE code and SIREN; in memory.

mod documents;
mod query;
mod shelf;
mod typos;

use std::sync::Mutex;

use tantivy::{
    DocId, Index, IndexReader, IndexWriter, ReloadPolicy, Score, SegmentReader,
    collector::{Count, TopDocs},
    schema::Schema,
};

use self::shelf::{Numbered, Shelf};
use super::{generation::Generation, id::Id, key::Key, subject::Subject};

/// What the index may hold before it is written: the smallest that tantivy takes.
const ARENA_BYTES: usize = 15_000_000;
/// With fewer than this found for one word, what is spelled nearly so is offered too.
const FEW: usize = 5;
/// How many of those are offered.
const MOST_NEARLY: usize = 10;

/// The index: each kind of thing on a shelf of its own, so that none is in the way of another.
pub struct Search {
    collectivites: Shelf,
    partners: Shelf,
    projects: Shelf,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<K = Key> {
    /// Best first.
    pub keys: Vec<K>,
    /// How many there are in all.
    pub total: usize,
    /// What is spelled nearly so, where little or nothing is spelled so.
    pub nearly: Vec<K>,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").finish_non_exhaustive()
    }
}

impl Search {
    /// An empty index.
    ///
    /// # Errors
    /// When it cannot start its thread.
    pub fn start() -> tantivy::Result<Self> {
        let mut schema = Schema::builder();
        let (collectivites, partners, projects) =
            (Shelf::new(&mut schema, "collectivite"), Shelf::new(&mut schema, "partner"), Shelf::new(&mut schema, "project"));
        let index = Index::create_in_ram(schema.build());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let writer = Mutex::new(index.writer_with_num_threads(1, ARENA_BYTES)?);
        Ok(Self { collectivites, partners, projects, reader, writer })
    }

    /// Reads these again, then shows what it read.
    ///
    /// # Errors
    /// When the index cannot be written; it is in memory, so only when memory is short.
    pub fn read(&self, generation: &Generation, subjects: impl Iterator<Item = Subject>) -> tantivy::Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let fresh = self.reader.searcher().num_docs() == 0;
        for subject in subjects {
            let (shelf, document) = match subject {
                Subject::Collectivite(key) => (&self.collectivites, documents::collectivite(&self.collectivites, generation, key)),
                Subject::Partner(id) => (&self.partners, documents::partner(&self.partners, generation, id)),
                Subject::Project(id) => (&self.projects, documents::project(&self.projects, generation, id)),
            };
            if !fresh {
                writer.delete_term(shelf.term(subject));
            }
            if let Some(document) = document {
                writer.add_document(document)?;
            }
        }
        writer.commit()?;
        self.reader.reload()
    }

    /// Finds collectivités by what was typed; `skip` and `limit` cut the page.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn find(&self, typed: &str, skip: usize, limit: usize) -> tantivy::Result<Found> {
        self.look(&self.collectivites, typed, skip, limit)
    }

    /// Finds foreign partners, by any of their names.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn find_partners(&self, typed: &str, skip: usize, limit: usize) -> tantivy::Result<Found<Id>> {
        self.look(&self.partners, typed, skip, limit)
    }

    /// Finds projects by words of their title.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn find_projects(&self, typed: &str, skip: usize, limit: usize) -> tantivy::Result<Found<Id>> {
        self.look(&self.projects, typed, skip, limit)
    }

    fn look<K: Numbered>(&self, shelf: &Shelf, typed: &str, skip: usize, limit: usize) -> tantivy::Result<Found<K>> {
        let words = query::words(typed);
        if words.is_empty() {
            return Ok(Found { keys: Vec::new(), total: 0, nearly: Vec::new() });
        }
        let mut found = self.collect(shelf, &*query::exact(&shelf.fields, &words), skip, limit)?;
        if found.total == 0 {
            found = self.collect(shelf, &*query::with_place(&shelf.fields, &words), skip, limit)?;
        }
        if found.total == 0 || (words.len() == 1 && found.total < FEW) {
            for meant in [query::Last::Whole, query::Last::Beginning] {
                let near = query::nearly(&shelf.fields, &shelf.words, &words, meant);
                let mut nearly = self.collect(shelf, &*near, 0, MOST_NEARLY)?.keys;
                nearly.retain(|key| !found.keys.contains(key));
                found.nearly = nearly;
                if !found.nearly.is_empty() {
                    break;
                }
            }
        }
        Ok(found)
    }

    fn collect<K: Numbered>(
        &self,
        shelf: &Shelf,
        query: &dyn tantivy::query::Query,
        skip: usize,
        limit: usize,
    ) -> tantivy::Result<Found<K>> {
        let name = shelf.order.clone();
        let top = TopDocs::with_limit(limit.max(1)).and_offset(skip).tweak_score(move |segment: &SegmentReader| {
            let order = segment.fast_fields().u64(&name).map(|column| column.first_or_default_col(0)).ok();
            move |doc: DocId, score: Score| (score, order.as_ref().map_or(0, |order| order.get_val(doc)))
        });
        let searcher = self.reader.searcher();
        let (best, total) = searcher.search(query, &(top, Count))?;
        let mut keys = Vec::with_capacity(best.len());
        for (_, found) in best {
            let columns = searcher.segment_reader(found.segment_ord).fast_fields();
            let part = |name: &str| Ok::<_, tantivy::TantivyError>(columns.u64(name)?.first(found.doc_id));
            keys.extend(part(&shelf.low)?.zip(part(&shelf.high)?).map(|(low, high)| K::from_numbers(high, low)));
        }
        Ok(Found { keys, total, nearly: Vec::new() })
    }
}
