//! Which passwords are taken (security goals S1 to S3): long, not guessable by rule, not known, not made of what is public.

use std::fmt;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Code points, at least.
const SHORTEST: usize = 15;
/// Code points, at most.
const LONGEST: usize = 256;
/// Bits, at least, if each character were drawn from those of its kind (CNIL, délibération 2022-100).
const BITS: f64 = 50.0;
/// Shorter context words say nothing.
const CONTEXT: usize = 3;
/// What everybody who knows the Atlas tries first.
const OURS: [&str; 6] = ["atlas", "cncd", "daect", "diplomatie", "cooperation", "collectivite"];

/// What passwords are compared with.
pub trait Known {
    /// Whether a whole password, in its plain form, is in a list of leaked ones.
    fn is_breached(&self, plain: &str) -> bool;
    /// Whether it is a word, or a short password that is in common use.
    fn is_word(&self, word: &str) -> bool;
}

/// A password, in the form that is hashed: NFKC, so that it is the same on every keyboard. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// A password that is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passphrase(pub String);

/// What is known about the person, and so guessed first.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The names of the collectivités.
    pub collectivites: Vec<String>,
    /// The address.
    pub email: String,
    /// First and last name.
    pub names: Vec<String>,
}

/// Why a password is not taken. The first word is for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Under 15 code points.
    #[error("TOO_SHORT: expected at least 15 characters")]
    TooShort,
    /// Over 256.
    #[error("TOO_LONG: expected at most 256 characters")]
    TooLong,
    /// Too few kinds of characters for its length.
    #[error("TOO_WEAK: expected more characters, or other kinds of them")]
    TooWeak,
    /// It was leaked, repeats itself, counts up, or is one or two common words.
    #[error("COMMON: it is among those that are tried first")]
    Common,
    /// Without what is public it is no password.
    #[error("CONTAINS_CONTEXT: it contains {0}")]
    ContainsContext(Public),
}

/// What a password contains that others know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Public {
    /// The name of the collectivité.
    Collectivite,
    /// A part of the address.
    Email,
    /// The person's name.
    Name,
    /// The name of this service.
    Service,
}

impl fmt::Display for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Collectivite => "COLLECTIVITE: the name of the collectivité",
            Self::Email => "EMAIL: a part of the address",
            Self::Name => "NAME: the person's name",
            Self::Service => "SERVICE: the name of this service",
        })
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Password {
    /// A password as somebody typed it to prove who they are: whatever it is, it is only compared.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        // What is longer is nobody's: it need not be hashed whole.
        Self(text.nfkc().take(LONGEST + 1).collect())
    }

    /// A password that somebody wants from now on.
    ///
    /// # Errors
    /// The first weakness.
    pub fn chosen(text: &str, context: &Context, known: &impl Known) -> Result<Self, Weakness> {
        let password = Self::typed(text);
        let length = password.0.chars().count();
        if length < SHORTEST {
            return Err(Weakness::TooShort);
        }
        if length > LONGEST {
            return Err(Weakness::TooLong);
        }
        if bits(&password.0) < BITS {
            return Err(Weakness::TooWeak);
        }
        let plain = password.0.to_lowercase();
        if let Some(public) = public(&folded(&plain), context) {
            return Err(Weakness::ContainsContext(public));
        }
        if is_common(&plain, known) { Err(Weakness::Common) } else { Ok(password) }
    }

    /// What is hashed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Whether a character is of a kind.
type Kind = fn(char) -> bool;

/// log2(alphabet ^ length), of the kinds of characters that occur.
fn bits(text: &str) -> f64 {
    let kinds: [(Kind, f64); 5] = [
        (|c| c.is_ascii_digit(), 10.0),
        (|c| c.is_ascii_lowercase(), 26.0),
        (|c| c.is_ascii_uppercase(), 26.0),
        (|c| c.is_ascii() && !c.is_ascii_alphanumeric(), 33.0),
        (|c| !c.is_ascii(), 100.0),
    ];
    let alphabet: f64 = kinds.iter().filter(|(is, _)| text.chars().any(is)).map(|(_, size)| size).sum();
    text.chars().map(|_| alphabet.log2()).sum()
}

/// Letters and digits alone, without accents.
fn folded(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c) && c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What is public in a password that would be too short without it.
fn public(folded_password: &str, context: &Context) -> Option<Public> {
    let (local, domain) = context.email.split_once('@').unwrap_or_default();
    let labels = domain.rsplit_once('.').map_or("", |(labels, _)| labels);
    let groups = [
        (Public::Collectivite, parts(context.collectivites.iter().map(String::as_str))),
        (Public::Name, parts(context.names.iter().map(String::as_str))),
        (Public::Email, parts([local, labels].into_iter())),
        (Public::Service, OURS.map(str::to_owned).to_vec()),
    ];
    let all: Vec<&String> = groups.iter().flat_map(|(_, words)| words).collect();
    let mut rest = folded_password.to_owned();
    all.iter().for_each(|word| rest = rest.replace(word.as_str(), ""));
    if rest.chars().count() >= SHORTEST || rest == *folded_password {
        return None;
    }
    groups.into_iter().find(|(_, words)| words.iter().any(|word| folded_password.contains(word.as_str()))).map(|(public, _)| public)
}

/// Whole texts and their words, folded; the longest first.
fn parts<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let words = texts.flat_map(|text| std::iter::once(text).chain(text.split(|c: char| !c.is_alphanumeric())));
    let mut words: Vec<String> = words.map(folded).filter(|word| word.chars().count() >= CONTEXT).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.dedup();
    words
}

fn is_common(plain: &str, known: &impl Known) -> bool {
    known.is_breached(plain)
        || repeats(plain)
        || counts(plain)
        || [plain.to_owned(), unleeted(plain)].iter().any(|form| is_two_words(form, known))
}

/// It is one shorter text again and again: « Lyon2026Lyon2026 ».
fn repeats(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    (1..SHORTEST.min(chars.len())).any(|unit| chars.iter().enumerate().skip(unit).all(|(n, c)| *c == chars[n % unit]))
}

/// Most of its characters follow the one before: « abcdefgh12345678 ».
fn counts(text: &str) -> bool {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let steps = codes.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) <= 1).count();
    steps * 5 >= (codes.len() - 1) * 4
}

/// Digits and signs that stand for letters, where they stand beside letters: « p@ssw0rd ».
fn unleeted(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_letter = |n: Option<usize>| n.and_then(|n| chars.get(n)).is_some_and(|c| c.is_alphabetic());
    let letter = |(n, c): (usize, &char)| match c {
        _ if !is_letter(n.checked_sub(1)) && !is_letter(Some(n + 1)) => *c,
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => *c,
    };
    chars.iter().enumerate().map(letter).collect()
}

/// Its letters are those of one or two known words; what else there is are at most eight digits and some signs.
fn is_two_words(text: &str, known: &impl Known) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let runs = text.split(|c: char| !c.is_alphabetic()).filter(|run| !run.is_empty());
    let mut words: Vec<&str> = runs.map(unrepeated).collect();
    words.sort_unstable();
    words.dedup();
    match words.as_slice() {
        _ if digits > 8 => false,
        [one] => known.is_word(one) || cuts(one).any(|(first, second)| known.is_word(first) && (first == second || known.is_word(second))),
        [one, two] => known.is_word(one) && known.is_word(two),
        _ => false,
    }
}

/// The shorter word that a word repeats; itself when it repeats none.
fn unrepeated(word: &str) -> &str {
    cuts(word).map(|(unit, _)| unit).find(|unit| word.replace(unit, "").is_empty()).unwrap_or(word)
}

fn cuts(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.char_indices().skip(1).map(|(at, _)| text.split_at(at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::Lists;

    fn refused(text: &str) -> Option<Weakness> {
        let context = Context {
            collectivites: vec!["Lyon".into(), "La Croix-Helléan".into()],
            email: "secretariat.general@mairie-croixhellean.example.org".into(),
            names: vec!["Anne".into(), "Martin-Canari".into()],
        };
        Password::chosen(text, &context, &Lists).err()
    }

    #[test]
    fn length_is_counted_in_code_points() {
        assert_eq!(refused("quatorze car.!"), Some(Weakness::TooShort));
        assert_eq!(refused("Lune-Verte-7x2q"), None);
        assert_eq!(refused("éèàùçïœ-βγδε-жш"), None);
        assert_eq!(refused(&"Ab3-éZ".repeat(43)[..]), Some(Weakness::TooLong));
        assert_eq!(refused(&format!("{}Zq", "correct cheval pile agrafe ".repeat(9))), None);
    }

    #[test]
    fn fifteen_digits_are_just_under_fifty_bits() {
        assert!(bits("123451234512345") < 50.0 && bits("1234512345123451") > 50.0);
        assert_eq!(refused("908172635445362"), Some(Weakness::TooWeak));
        assert_eq!(refused("9081726354453627"), None);
    }

    #[test]
    fn what_is_public_does_not_make_a_password() {
        for (text, public) in [
            ("Lyon2026Lyon2026", Public::Collectivite),
            ("LaCroixHellean56120", Public::Collectivite),
            ("la croix helléan 2026", Public::Collectivite),
            ("AnneMartin-1975!!", Public::Name),
            ("Canari-Canari-99", Public::Name),
            ("secretariat-2026-general", Public::Email),
            ("Atlas-CNCD-2026!!", Public::Service),
        ] {
            assert_eq!(refused(text), Some(Weakness::ContainsContext(public)), "{text}");
        }
        assert_eq!(refused("lyon brouette kumquat vernis"), None, "it would be one without the name");
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        let expected = |found| matches!(found, Some(Weakness::Common | Weakness::ContainsContext(_) | Weakness::TooWeak));
        let taken: Vec<&str> = BAD.lines().filter(|text| !expected(refused(text))).collect();
        assert_eq!(taken, Vec::<&str>::new());
        assert!(BAD.lines().count() >= 200);
    }

    #[test]
    fn good_ones_are_taken() {
        for text in
            ["brouette-kumquat-vernis-ailleurs", "Je bois du thé vert à 16 h 10 !", "tK9#vLq2$xWz8@mR", "correct horse battery staple"]
        {
            assert_eq!(refused(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_same_text_in_another_form_is_the_same_password(text in "\\PC{0,40}") {
            let forms: [String; 3] = [text.nfc().collect(), text.nfd().collect(), text.nfkc().collect()];
            prop_assert!(forms.iter().all(|form| Password::typed(form) == Password::typed(&text)));
        }

        #[test]
        fn no_text_breaks_the_policy_and_short_ones_are_refused(text in any::<String>()) {
            let taken = Password::chosen(&text, &Context::default(), &Lists);
            let length = text.nfkc().count();
            prop_assert!(taken.is_err() || (SHORTEST..=LONGEST).contains(&length));
        }
    }

    const BAD: &str = include_str!("../../words/bad-passwords.txt");
}
