//! What a mistyped word may have meant. All that is one typo away is made, and looked up among the words that are there: a few
//! hundred looks into a table, instead of a walk through the whole dictionary of the index.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
    sync::{PoisonError, RwLock},
};

use super::query::{Last, cut};

/// The letters of words, once they are folded.
const LETTERS: std::ops::RangeInclusive<char> = 'a'..='z';

/// The words of the index and their beginnings, as hashes. What is no longer in the index stays: it is meant, and finds nothing.
#[derive(Debug, Default)]
pub struct Words {
    hashes: RandomState,
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    words: HashSet<u64>,
    beginnings: HashSet<u64>,
}

impl Words {
    /// Learns the words of a name.
    pub fn learn(&self, name: &str) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for word in name.split(' ') {
            if known.words.insert(self.hashes.hash_one(word)) {
                let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
                known.beginnings.extend(ends.map(|end| self.hashes.hash_one(&word[..end])));
            }
        }
    }

    /// The words, or beginnings of words, that differ from what was typed by one letter missing, one too many, one wrong, or two
    /// that changed places.
    pub fn near(&self, typed: &str, meant: Last) -> Vec<String> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let typed: Vec<char> = if meant == Last::Beginning { cut(typed) } else { typed }.chars().collect();
        let among = if meant == Last::Beginning { &known.beginnings } else { &known.words };
        let mut near = Vec::new();
        let mut word = String::with_capacity(typed.len() + 1);
        for place in 0..=typed.len() {
            // no word begins so: the typo is before this place
            if place > 0 && !known.beginnings.contains(&self.hash(&mut word, &typed[..place])) {
                break;
            }
            each_typo_at(place, &typed, &mut word, |word| {
                if among.contains(&self.hashes.hash_one(word)) {
                    near.push(word.to_owned());
                }
            });
        }
        near.sort_unstable();
        near.dedup();
        near
    }

    fn hash(&self, word: &mut String, letters: &[char]) -> u64 {
        word.clear();
        word.extend(letters);
        self.hashes.hash_one(word.as_str())
    }
}

/// Every way to undo one typo at `place`, written into `word`.
fn each_typo_at(place: usize, typed: &[char], word: &mut String, mut see: impl FnMut(&str)) {
    let mut way = |middle: &[char], rest: usize| {
        word.clear();
        word.extend(&typed[..place]);
        word.extend(middle);
        word.extend(typed.get(rest..).unwrap_or_default());
        see(word);
    };
    for letter in LETTERS {
        way(&[letter], place);
    }
    if let Some(&here) = typed.get(place) {
        way(&[], place + 1);
        for letter in LETTERS {
            way(&[letter], place + 1);
        }
        if let Some(&next) = typed.get(place + 1) {
            way(&[next, here], place + 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let words = Words::default();
        ["marseille saint", "champagne", "montpellier"].iter().for_each(|name| words.learn(name));
        words
    }

    #[test]
    fn one_typo_of_each_kind_is_undone_wherever_it_is() {
        for (typed, meant) in [
            ("marseile", "marseille"),
            ("marseillle", "marseille"),
            ("marseilke", "marseille"),
            ("marsielle", "marseille"),
            ("marsseilel", ""),
            ("marseilel", "marseille"),
            ("arseille", "marseille"),
            ("amrseille", "marseille"),
            ("marseill", "marseille"),
            ("marseillee", "marseille"),
            ("sainr", "saint"),
            ("champange", "champagne"),
        ] {
            assert_eq!(words().near(typed, Last::Whole).concat(), meant, "{typed}");
        }
    }

    #[test]
    fn a_beginning_is_meant_too_and_cut_where_beginnings_are() {
        assert_eq!(words().near("chanp", Last::Beginning), ["champ"]);
        assert!(words().near("chanp", Last::Whole).is_empty());
        assert_eq!(words().near("montpelier", Last::Beginning), ["montpellier"]);
    }
}
