//! Search by name (accents, capitals, beginnings, one typo), postal code, INSEE code and SIREN; in memory.

mod query;
mod typos;

use std::sync::Mutex;

use atlas_proto::directory::v1::Collectivite;
use tantivy::{
    DocId, Index, IndexReader, IndexWriter, ReloadPolicy, Score, SegmentReader, TantivyDocument, Term,
    collector::{Count, TopDocs},
    schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions},
};

use super::{
    fold::fold,
    generation::{Generation, Rank, lives},
    key::Key,
};

/// What the index may hold before it is written: the smallest that tantivy takes.
const ARENA_BYTES: usize = 15_000_000;
/// Longer beginnings than this are not indexed: the whole word is.
const LONGEST_BEGINNING: usize = 12;

/// With fewer than this found for one word, what is spelled nearly so is offered too.
const FEW: usize = 5;
/// How many of those are offered.
const MOST_NEARLY: usize = 10;

/// The names of the fields, and what is in them.
#[derive(Debug, Clone, Copy)]
struct Fields {
    /// The collectivité, as the number of its key.
    key: Field,
    /// Orders what matches equally: larger first.
    order: Field,
    /// The words of the name.
    word: Field,
    /// Postal codes, INSEE code, SIREN.
    code: Field,
    /// The beginnings of those words and codes.
    beginning: Field,
    /// The beginnings of the name's first word.
    first: Field,
    /// The whole name.
    whole: Field,
    /// The words of where it is.
    place: Field,
}

/// The index.
pub struct Search {
    fields: Fields,
    words: typos::Words,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Best first.
    pub keys: Vec<Key>,
    /// How many there are in all.
    pub total: usize,
    /// What is spelled nearly so, where little or nothing is spelled so.
    pub nearly: Vec<Key>,
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
        let words = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default().set_tokenizer("whitespace").set_index_option(IndexRecordOption::Basic).set_fieldnorms(false),
        );
        let number = || NumericOptions::default().set_fast();
        let fields = Fields {
            key: schema.add_u64_field("key", number().set_indexed()),
            order: schema.add_u64_field("order", number()),
            word: schema.add_text_field("word", words.clone()),
            code: schema.add_text_field("code", words.clone()),
            beginning: schema.add_text_field("beginning", words.clone()),
            first: schema.add_text_field("first", words.clone()),
            whole: schema.add_text_field("whole", raw(&words)),
            place: schema.add_text_field("place", words),
        };
        let index = Index::create_in_ram(schema.build());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let writer = Mutex::new(index.writer_with_num_threads(1, ARENA_BYTES)?);
        Ok(Self { fields, words: typos::Words::default(), reader, writer })
    }

    /// Reads these collectivités again, then shows what it read.
    ///
    /// # Errors
    /// When the index cannot be written; it is in memory, so only when memory is short.
    pub fn read(&self, generation: &Generation, keys: impl Iterator<Item = Key>) -> tantivy::Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let fresh = self.reader.searcher().num_docs() == 0;
        for key in keys {
            if !fresh {
                writer.delete_term(Term::from_field_u64(self.fields.key, key.number()));
            }
            if let Some(record) = generation.collectivite(key) {
                let name = fold(&record.value.name);
                self.words.learn(&name);
                writer.add_document(self.document(generation, key, &record.value, name))?;
            }
        }
        writer.commit()?;
        self.reader.reload()
    }

    fn document(&self, generation: &Generation, key: Key, it: &Collectivite, name: String) -> TantivyDocument {
        let Fields { word, code, beginning, first, whole, place, .. } = self.fields;
        let short: Vec<String> = std::iter::once(&it.insee_code)
            .chain(&it.postal_codes)
            .filter(|code| !code.is_empty())
            .map(|code| code.to_lowercase())
            .collect();
        let words = name.split(' ').chain(short.iter().map(String::as_str));
        let mut document = TantivyDocument::new();
        document.add_u64(self.fields.key, key.number());
        document.add_u64(self.fields.order, order(key, it));
        // Nobody knows the beginning of a SIREN.
        document.add_text(beginning, words.map(beginnings).chain([it.siren.clone()]).collect::<String>());
        document.add_text(word, &name);
        document.add_text(code, format!("{} {}", it.siren, short.join(" ")));
        document.add_text(first, name.split(' ').next().map(beginnings).unwrap_or_default());
        document.add_text(whole, name);
        document.add_text(place, place_words(generation, it));
        document
    }

    /// Finds what was typed; `skip` and `limit` cut the page.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn find(&self, typed: &str, skip: usize, limit: usize) -> tantivy::Result<Found> {
        let words = query::words(typed);
        if words.is_empty() {
            return Ok(Found::default());
        }
        let mut found = self.collect(&*query::exact(&self.fields, &words), skip, limit)?;
        if found.total == 0 {
            found = self.collect(&*query::with_place(&self.fields, &words), skip, limit)?;
        }
        if found.total == 0 || (words.len() == 1 && found.total < FEW) {
            for meant in [query::Last::Whole, query::Last::Beginning] {
                let mut nearly = self.collect(&*query::nearly(&self.fields, &self.words, &words, meant), 0, MOST_NEARLY)?.keys;
                nearly.retain(|key| !found.keys.contains(key));
                found.nearly = nearly;
                if !found.nearly.is_empty() {
                    break;
                }
            }
        }
        Ok(found)
    }

    fn collect(&self, query: &dyn tantivy::query::Query, skip: usize, limit: usize) -> tantivy::Result<Found> {
        let top = TopDocs::with_limit(limit.max(1)).and_offset(skip).tweak_score(|segment: &SegmentReader| {
            let order = segment.fast_fields().u64("order").map(|column| column.first_or_default_col(0)).ok();
            move |doc: DocId, score: Score| (score, order.as_ref().map_or(0, |order| order.get_val(doc)))
        });
        let searcher = self.reader.searcher();
        let (best, total) = searcher.search(query, &(top, Count))?;
        let mut keys = Vec::with_capacity(best.len());
        for (_, found) in best {
            let column = searcher.segment_reader(found.segment_ord).fast_fields().u64("key")?;
            keys.extend(column.first(found.doc_id).map(Key::from_number));
        }
        Ok(Found { keys, total, nearly: Vec::new() })
    }
}

fn raw(words: &TextOptions) -> TextOptions {
    let whole = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::Basic).set_fieldnorms(false);
    words.clone().set_indexing_options(whole)
}

/// The living before the ended, then by how many people live there; the last bits are the key's, so that every replica has
/// one order. One number, because it is read for everything that matches.
fn order(key: Key, it: &Collectivite) -> u64 {
    let population = it.population.and_then(|people| u64::try_from(people).ok()).unwrap_or_default().min((1 << 25) - 1);
    let council = u64::from(Rank::of(it.r#type()) == Rank::Council);
    u64::from(lives(it)) << 58 | population << 33 | council << 32 | (key.number() & 0xffff_ffff)
}

/// The beginnings of a word.
fn beginnings(word: &str) -> String {
    let mut all = String::new();
    for (end, c) in word.char_indices().take(LONGEST_BEGINNING) {
        all.push_str(&word[..end + c.len_utf8()]);
        all.push(' ');
    }
    all
}

fn place_words(generation: &Generation, it: &Collectivite) -> String {
    let name = |place: Option<&super::generation::Place>| {
        place.and_then(|place| place.territory.as_ref()).map(|(_, territory)| fold(&territory.name)).unwrap_or_default()
    };
    let (department, region) = (name(generation.department(&it.department_code)), name(generation.region(&it.region_code)));
    format!("{} {department} {region}", it.department_code.to_lowercase())
}
