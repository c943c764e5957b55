use std::{fmt::Display, str::FromStr};

/// One thing that is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The path of the field in the request: `contact.email`.
    pub field: String,
    /// What is wrong and what is expected, in English.
    pub description: String,
}

/// Everything that is wrong with a request; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid request: {}", .0.iter().map(|v| format!("{}: {}", v.field, v.description)).collect::<Vec<_>>().join("; "))]
pub struct Violations(pub Vec<Violation>);

/// Collects what is wrong with a request, so that a form can show all of it at once.
#[derive(Debug, Default)]
pub struct Fields(Vec<Violation>);

impl Fields {
    /// Reads a field; what cannot be read is noted.
    pub fn parse<T: FromStr<Err: Display>>(&mut self, field: &str, text: &str) -> Option<T> {
        text.parse().map_err(|error: T::Err| self.note(field, error.to_string())).ok()
    }

    /// Reads a field that may be left empty.
    pub fn parse_optional<T: FromStr<Err: Display>>(&mut self, field: &str, text: &str) -> Option<T> {
        if text.is_empty() { None } else { self.parse(field, text) }
    }

    /// Notes what is wrong with a field.
    pub fn note(&mut self, field: &str, description: impl Into<String>) {
        self.0.push(Violation { field: field.to_owned(), description: description.into() });
    }

    /// Notes it when `ok` is false.
    pub fn check(&mut self, field: &str, ok: bool, description: &str) {
        if !ok {
            self.note(field, description);
        }
    }

    /// Takes the value when nothing was noted, else refuses with everything that was.
    ///
    /// # Errors
    /// The violations, when there are any.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Violations> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.refuse()),
        }
    }

    /// What was noted.
    #[must_use]
    pub fn refuse(self) -> Violations {
        Violations(self.0)
    }

    /// Whether nothing was noted.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_told_at_once() {
        let mut fields = Fields::default();
        let a: Option<u8> = fields.parse("a", "300");
        let b: Option<u8> = fields.parse("b", "x");
        let c: Option<u8> = fields.parse("c", "7");

        let refused = fields.finish(a.zip(b).zip(c)).unwrap_err();

        assert_eq!(refused.0.iter().map(|v| v.field.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }
}
