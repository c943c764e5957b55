//! Codes that are written on paper or in a mail, and typed by hand.

use kernel::CollectiviteId;
use sha2::{Digest as _, Sha256};

/// Crockford's base 32: no I, L, O, U, so that nothing is mistaken for a digit, or read as a word.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many characters the code of a circular has: 60 bits, for it is good for months.
pub const CIRCULAR: usize = 12;
/// How many characters the code of an official address has: 40 bits, for it is good for days.
pub const OFFICIAL: usize = 8;

/// A code as it is compared: without spaces and hyphens, in capitals, what looks like a digit being one.
#[derive(Clone, PartialEq, Eq)]
pub struct JoinCode(String);

impl JoinCode {
    /// Draws the code of a circular.
    #[must_use]
    pub fn drawn() -> Self {
        Self::of(&runtime::random::<CIRCULAR>())
    }

    /// Makes a code of bytes that nobody can guess, one character of each.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
    }

    /// Reads what somebody typed; none when it cannot be a code.
    #[must_use]
    pub fn read(typed: &str) -> Option<Self> {
        let plain = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '–' | '.'));
        let code: String = plain
            .take(CIRCULAR + 1)
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            })
            .collect();
        let known = code.bytes().all(|byte| ALPHABET.contains(&byte));
        (known && [OFFICIAL, CIRCULAR].contains(&code.len())).then_some(Self(code))
    }

    /// As it is printed: in groups of four.
    #[must_use]
    pub fn printed(&self) -> String {
        let groups: Vec<&str> = (0..self.0.len()).step_by(4).filter_map(|at| self.0.get(at..at + 4)).collect();
        groups.join("-")
    }

    /// Whether it has the length of a circular's.
    #[must_use]
    pub const fn is_circular(&self) -> bool {
        self.0.len() == CIRCULAR
    }

    /// What is kept of it, for one collectivité: from this nobody finds the code again.
    #[must_use]
    pub fn hash(&self, collectivite: &CollectiviteId) -> [u8; 32] {
        Sha256::digest(format!("circular:{collectivite}:{}", self.0)).into()
    }

    /// Whether it is this one; it takes the same time whichever character differs.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let differences = self.0.bytes().zip(other.0.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
        self.0.len() == other.0.len() && differences == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = JoinCode::read("7F3K-92QD-10AB").unwrap();
        for typed in ["7f3k92qd10ab", " 7F3K 92QD 10AB ", "7F3K–92QD–IOAB", "7f3k-92qd-l0ab"] {
            assert!(JoinCode::read(typed).unwrap().is(&code), "{typed}");
        }
        assert_eq!(code.printed(), "7F3K-92QD-10AB");
        for bad in ["", "7F3K", "7F3K-92QD-10A", "7F3K-92QD-10AB-1", "7F3K-92QD-10AU", "7F3K-92QD-10Aé"] {
            assert!(JoinCode::read(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_drawn_code_has_neither_o_nor_i_and_is_read_again() {
        for _ in 0..200 {
            let code = JoinCode::drawn();
            assert!(!code.printed().contains(['O', 'I', 'L', 'U']) && code.is_circular());
            assert!(JoinCode::read(&code.printed()).unwrap().is(&code));
        }
    }

    #[test]
    fn one_code_is_kept_differently_for_each_collectivite() {
        let code = JoinCode::drawn();
        let (one, other) = ("215600503".parse().unwrap(), "210100012".parse().unwrap());
        assert_ne!(code.hash(&one), code.hash(&other));
    }
}
