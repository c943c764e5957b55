use tantivy::{
    Term,
    schema::{Field, IndexRecordOption, NumericOptions, SchemaBuilder, TextFieldIndexing, TextOptions},
};

use super::typos::Words;
use crate::model::{id::Id, key::Key, subject::Subject};

/// Longer beginnings than this are not indexed: the whole word is.
pub const LONGEST_BEGINNING: usize = 12;

/// The fields of one kind of thing.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// Which one it is: the lower half of its number.
    pub low: Field,
    /// The upper half; 0 for what has a short number.
    pub high: Field,
    /// Orders what matches equally: larger first.
    pub order: Field,
    /// The words of the name.
    pub word: Field,
    /// Postal codes, INSEE code, SIREN.
    pub code: Field,
    /// The beginnings of those words and codes.
    pub beginning: Field,
    /// The beginnings of the name's first word.
    pub first: Field,
    /// The whole name.
    pub whole: Field,
    /// The words of where it is.
    pub place: Field,
}

/// Where one kind of thing is in the index.
#[derive(Debug)]
pub struct Shelf {
    /// Its fields.
    pub fields: Fields,
    /// The words of its names.
    pub words: Words,
    /// The names of the fields that are read for what was found.
    pub low: String,
    /// With `low`.
    pub high: String,
    /// With `low`.
    pub order: String,
}

/// What the index keeps as a number of two halves.
pub trait Numbered: Copy + PartialEq {
    /// From the halves that the index kept.
    fn from_numbers(high: u64, low: u64) -> Self;
}

impl Numbered for Key {
    fn from_numbers(_: u64, low: u64) -> Self {
        Self::from_number(low)
    }
}

impl Numbered for Id {
    fn from_numbers(high: u64, low: u64) -> Self {
        Self::from_halves(high, low)
    }
}

impl Shelf {
    /// The fields of a kind of thing.
    pub fn new(schema: &mut SchemaBuilder, kind: &str) -> Self {
        let words = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default().set_tokenizer("whitespace").set_index_option(IndexRecordOption::Basic).set_fieldnorms(false),
        );
        let number = || NumericOptions::default().set_fast();
        let name = |field: &str| format!("{kind}_{field}");
        let fields = Fields {
            low: schema.add_u64_field(&name("low"), number().set_indexed()),
            high: schema.add_u64_field(&name("high"), number()),
            order: schema.add_u64_field(&name("order"), number()),
            word: schema.add_text_field(&name("word"), words.clone()),
            code: schema.add_text_field(&name("code"), words.clone()),
            beginning: schema.add_text_field(&name("beginning"), words.clone()),
            first: schema.add_text_field(&name("first"), words.clone()),
            whole: schema.add_text_field(&name("whole"), raw(&words)),
            place: schema.add_text_field(&name("place"), words),
        };
        Self { fields, words: Words::default(), low: name("low"), high: name("high"), order: name("order") }
    }

    /// What the document of a thing is deleted by.
    pub fn term(&self, subject: Subject) -> Term {
        Term::from_field_u64(self.fields.low, numbers(subject).1)
    }
}

/// The halves of a thing's number.
pub fn numbers(subject: Subject) -> (u64, u64) {
    match subject {
        Subject::Collectivite(key) => (0, key.number()),
        Subject::Partner(id) | Subject::Project(id) => id.halves(),
    }
}

fn raw(words: &TextOptions) -> TextOptions {
    let whole = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::Basic).set_fieldnorms(false);
    words.clone().set_indexing_options(whole)
}
