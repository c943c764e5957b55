/// Begins what is set in bold; no keyboard has it, and what is typed is freed of it.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it says.
    pub text: String,
    /// It is set in bold.
    pub strong: bool,
}

/// A text with parts in bold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rich {
    /// Its parts.
    pub pieces: Vec<Piece>,
}

/// Marks a value, so that it is set in bold wherever the words around it put it.
#[must_use]
pub fn strong(value: &str) -> String {
    format!("{OPEN}{}{CLOSE}", value.replace([OPEN, CLOSE], ""))
}

impl<T: AsRef<str>> From<T> for Rich {
    fn from(text: T) -> Self {
        let mut pieces = Vec::new();
        for (n, part) in text.as_ref().split([OPEN, CLOSE]).enumerate() {
            if !part.is_empty() {
                pieces.push(Piece { text: part.to_owned(), strong: n % 2 == 1 });
            }
        }
        Self { pieces }
    }
}
