//! What passwords are compared with and made of; `words/README.md` says where it comes from.

use std::{collections::HashSet, sync::LazyLock};

use sha2::{Digest as _, Sha256};

use crate::domain::{
    password::{Known, Passphrase},
    person::Locale,
};

const BREACHED: &[u8] = include_bytes!("../words/breached.bin");
const KNOWN: &[u8] = include_bytes!("../words/known.txt.zst");
const FRENCH: &str = include_str!("../words/passphrase-fr.txt");
const ENGLISH: &str = include_str!("../words/passphrase-en.txt");

/// How many bytes of a hash are kept of a leaked password.
const PRINT: usize = 5;
/// How many words a passphrase has: 11 bits each.
const WORDS: usize = 5;

static WORDS_KNOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let text = zstd::decode_all(KNOWN).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text: &'static str = text.expect("a list that was compiled in").leak();
    text.lines().collect()
});

/// The lists that are compiled in.
#[derive(Debug, Clone, Copy)]
pub struct Lists;

impl Lists {
    /// Reads the lists, so that the first person does not wait for it.
    pub fn warm(self) {
        LazyLock::force(&WORDS_KNOWN);
    }
}

impl Known for Lists {
    fn is_breached(&self, plain: &str) -> bool {
        let print = &Sha256::digest(plain.as_bytes())[..PRINT];
        let (prints, _) = BREACHED.as_chunks::<PRINT>();
        prints.binary_search_by(|known| known.as_slice().cmp(print)).is_ok()
    }

    fn is_word(&self, word: &str) -> bool {
        WORDS_KNOWN.contains(word)
    }
}

/// Draws a passphrase.
#[must_use]
pub fn passphrase(locale: Locale) -> Passphrase {
    let words: Vec<&str> = match locale {
        Locale::Fr => FRENCH,
        Locale::En => ENGLISH,
    }
    .lines()
    .collect();
    // 2,048 words: eleven bits name one of them, each as likely as the others.
    let drawn: [[u8; 2]; WORDS] = std::array::from_fn(|_| runtime::random());
    let chosen: Vec<&str> = drawn.iter().map(|bytes| words[usize::from(u16::from_be_bytes(*bytes)) % words.len()]).collect();
    Passphrase(chosen.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::password::{Context, Password};

    #[test]
    fn the_lists_are_as_long_as_is_said() {
        assert!(BREACHED.len() / PRINT >= 100_000 && BREACHED.len().is_multiple_of(PRINT));
        assert!(WORDS_KNOWN.len() >= 120_000);
        for list in [FRENCH, ENGLISH] {
            assert_eq!(list.lines().collect::<HashSet<_>>().len(), 2048);
        }
    }

    #[test]
    fn every_passphrase_that_is_proposed_is_taken() {
        for n in 0..500 {
            let phrase = passphrase(if n % 2 == 0 { Locale::Fr } else { Locale::En });
            let taken = Password::chosen(&phrase.0, &Context::default(), &Lists);
            assert!(taken.is_ok(), "{}: {taken:?}", phrase.0);
            assert_eq!(phrase.0.split('-').count(), WORDS);
        }
    }
}
