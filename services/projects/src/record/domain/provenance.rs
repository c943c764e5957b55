use chrono::{DateTime, Utc};

use super::Line;

/// Where a row comes from, and who last said that it is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// What kind of source it has.
    pub origin: Origin,
    /// The source as it names itself; empty for what an agent typed.
    pub source: Line<200>,
    /// The source is old or doubtful.
    pub to_confirm: bool,
    /// When somebody last said that it is right, and in what capacity.
    pub verified: Option<(DateTime<Utc>, Capacity)>,
}

/// Where a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A public register, or the collectivité itself.
    Officiel,
    /// Wikipedia's contributors.
    Wikipedia,
    /// Invented, for demonstration.
    Demo,
}

/// In what capacity somebody says that something is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    /// For the collectivité.
    Agent,
    /// For the préfet de région.
    Sgar,
    /// For the ministry.
    Ministere,
}

impl Capacity {
    const WORDS: [(Self, &str); 3] = [(Self::Agent, "agent"), (Self::Sgar, "sgar"), (Self::Ministere, "ministere")];

    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(capacity, _)| *capacity == self).map_or("", |(_, word)| word)
    }

    /// The capacity of that word; none for no word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, ours)| *ours == word).map(|(capacity, _)| *capacity)
    }
}

impl Provenance {
    /// Of what somebody types: they say that it is right.
    #[must_use]
    pub fn typed(at: DateTime<Utc>, by: Capacity) -> Self {
        Self { origin: Origin::Officiel, source: Line::default(), to_confirm: false, verified: Some((at, by)) }
    }

    /// After somebody said that it is right.
    #[must_use]
    pub fn confirmed(self, at: DateTime<Utc>, by: Capacity) -> Self {
        Self { to_confirm: false, verified: Some((at, by)), ..self }
    }
}
