use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::claims::Claims;

/// Longer than any token lives: what was voided before that voids nothing any more.
const KEPT: TimeDelta = TimeDelta::minutes(7);

/// Tokens that are refused though they have not expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Void {
    /// Every token of this session.
    Session(String),
    /// Every token of this subject below a generation.
    Generation {
        /// The account or client.
        subject: String,
        /// The first generation that is good.
        below: u64,
    },
}

/// The voids of the last minutes.
#[derive(Debug, Default)]
pub(super) struct Voids {
    sessions: HashMap<String, DateTime<Utc>>,
    generations: HashMap<String, (u64, DateTime<Utc>)>,
}

impl Voids {
    /// Remembers a void; one that is told again, or late, changes nothing.
    pub fn note(&mut self, void: Void, now: DateTime<Utc>) {
        match void {
            Void::Session(sid) => {
                self.sessions.insert(sid, now);
            }
            Void::Generation { subject, below } => {
                let known = self.generations.entry(subject).or_insert((below, now));
                *known = (known.0.max(below), now);
            }
        }
        if self.sessions.len() + self.generations.len() > 1_000 {
            self.sessions.retain(|_, noted| now - *noted < KEPT);
            self.generations.retain(|_, (_, noted)| now - *noted < KEPT);
        }
    }

    /// Whether a token was ended before its time.
    pub fn cover(&self, claims: &Claims) -> bool {
        let generation = self.generations.get(&claims.sub);
        self.sessions.contains_key(&claims.sid) || generation.is_some_and(|(below, _)| claims.generation < *below)
    }
}
