use tantivy::{
    Term,
    query::{BooleanQuery, ConstScoreQuery, Occur, Query, TermQuery},
    schema::{Field, IndexRecordOption},
};

use super::{
    shelf::{Fields, LONGEST_BEGINNING},
    typos::Words,
};
use crate::model::fold::fold;

/// More words than this say nothing more.
const MOST_WORDS: usize = 8;
/// A typo in a shorter word makes another word.
const SHORTEST_TYPO: usize = 4;

pub type Clause = Box<dyn Query>;

/// The words of what was typed; digits that are one number are put together (213 502 388), and short forms written out.
pub fn words(typed: &str) -> Vec<String> {
    let folded = fold(typed);
    let digits: String = folded.split(' ').collect();
    if matches!(digits.len(), 9 | 14) && digits.bytes().all(|b| b.is_ascii_digit()) {
        return vec![digits[..9].to_owned()]; // a SIRET begins with its SIREN
    }
    let mut words: Vec<String> = folded.split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).map(str::to_owned).collect();
    let last = words.len().saturating_sub(1);
    for (place, word) in words.iter_mut().enumerate() {
        match word.as_str() {
            "st" if place < last => "saint".clone_into(word),
            "ste" if place < last => "sainte".clone_into(word),
            _ => {}
        }
    }
    words
}

/// Every word as typed, the last as a beginning.
pub fn exact(fields: &Fields, words: &[String]) -> Clause {
    all(fields, words, |word, last| as_typed(fields, word, last))
}

/// The same, where words may also say where it is.
pub fn with_place(fields: &Fields, words: &[String]) -> Clause {
    all(fields, words, |word, last| any(vec![as_typed(fields, word, last), plain(term(fields.place, word))]))
}

/// How the last word may be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Last {
    /// As a word.
    Whole,
    /// As the beginning of one: dearer to look for.
    Beginning,
}

/// Every word with one typo at most.
pub fn nearly(fields: &Fields, known: &Words, words: &[String], meant: Last) -> Clause {
    all(fields, words, |word, last| {
        let mut ways = vec![as_typed(fields, word, last), plain(term(fields.place, word))];
        if word.chars().count() >= SHORTEST_TYPO && !word.bytes().any(|b| b.is_ascii_digit()) {
            let (meant, field) = if last && meant == Last::Beginning { (meant, fields.beginning) } else { (Last::Whole, fields.word) };
            ways.extend(known.near(word, meant).iter().map(|near| plain(term(field, near))));
        }
        any(ways)
    })
}

fn all(fields: &Fields, words: &[String], clause: impl Fn(&str, bool) -> Clause) -> Clause {
    let last = words.len().saturating_sub(1);
    let must = words.iter().enumerate().map(|(place, word)| (Occur::Must, clause(word, place == last)));
    let first = words.first().map_or("", |word| cut(word));
    let better = [(fields.whole, words.join(" "), 8.0), (fields.first, first.to_owned(), 4.0)];
    let better = better.map(|(field, text, score)| (Occur::Should, Box::new(ConstScoreQuery::new(term(field, &text), score)) as Clause));
    Box::new(BooleanQuery::new(must.chain(better).collect()))
}

/// Beginnings are indexed up to a length.
fn as_typed(fields: &Fields, word: &str, last: bool) -> Clause {
    match word.bytes().any(|b| b.is_ascii_digit()) {
        _ if last => plain(term(fields.beginning, cut(word))),
        true => plain(any(vec![term(fields.word, word), term(fields.code, word)])),
        false => plain(term(fields.word, word)),
    }
}

/// As much of a word as its beginnings go.
pub fn cut(word: &str) -> &str {
    word.char_indices().nth(LONGEST_BEGINNING).map_or(word, |(end, _)| &word[..end])
}

fn term(field: Field, word: &str) -> Clause {
    Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::Basic))
}

fn any(clauses: Vec<Clause>) -> Clause {
    Box::new(BooleanQuery::new(clauses.into_iter().map(|clause| (Occur::Should, clause)).collect()))
}

/// Matches, and says nothing about which is better.
fn plain(clause: Clause) -> Clause {
    Box::new(ConstScoreQuery::new(clause, 0.0))
}
