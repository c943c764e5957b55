//! The same words asked of tantivy and nothing around it: the larger first, but no codes, no typos, no places, no whole name first.

use gateway::model::{Model, fold};
use tantivy::{
    Index, IndexReader, Order, TantivyDocument, Term,
    collector::{Count, TopDocs},
    query::{BooleanQuery, Query, TermQuery},
    schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
};

const ARENA_BYTES: usize = 50_000_000;
const LONGEST_BEGINNING: usize = 12;

/// An index of names: their words and the beginnings of those.
pub struct Bare {
    word: Field,
    beginning: Field,
    reader: IndexReader,
}

impl Bare {
    /// Indexes every name of the model.
    pub fn index(model: &Model) -> anyhow::Result<Self> {
        let indexing = TextFieldIndexing::default().set_tokenizer("whitespace").set_index_option(IndexRecordOption::Basic);
        let words = TextOptions::default().set_indexing_options(indexing.set_fieldnorms(false));
        let mut schema = Schema::builder();
        let (word, beginning) = (schema.add_text_field("word", words.clone()), schema.add_text_field("beginning", words));
        let people = schema.add_u64_field("people", FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, ARENA_BYTES)?;
        for (_, it) in model.now().all() {
            let name = fold(&it.name);
            let beginnings = name.split(' ').flat_map(|word| word.char_indices().map(|(at, c)| &word[..at + c.len_utf8()]));
            let beginnings: Vec<&str> = beginnings.filter(|text| text.chars().count() <= LONGEST_BEGINNING).collect();
            let mut document = TantivyDocument::new();
            document.add_u64(people, it.population.and_then(|people| u64::try_from(people).ok()).unwrap_or_default());
            document.add_text(word, &name);
            document.add_text(beginning, beginnings.join(" "));
            writer.add_document(document)?;
        }
        writer.commit()?;
        Ok(Self { word, beginning, reader: index.reader()? })
    }

    /// Finds names with all these words, the last as a beginning; says how many there are.
    pub fn find(&self, typed: &str) -> anyhow::Result<usize> {
        let folded = fold(typed);
        let words: Vec<&str> = folded.split(' ').collect();
        let term = |(place, word): (usize, &&str)| {
            let field = if place + 1 == words.len() { self.beginning } else { self.word };
            let cut: String = word.chars().take(if field == self.beginning { LONGEST_BEGINNING } else { usize::MAX }).collect();
            Box::new(TermQuery::new(Term::from_field_text(field, &cut), IndexRecordOption::Basic)) as Box<dyn Query>
        };
        let all = BooleanQuery::intersection(words.iter().enumerate().map(term).collect());
        let larger = TopDocs::with_limit(20).order_by_fast_field::<u64>("people", Order::Desc);
        Ok(self.reader.searcher().search(&all, &(larger, Count))?.1)
    }
}
