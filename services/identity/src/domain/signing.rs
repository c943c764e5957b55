use chrono::{DateTime, TimeDelta, Utc};
use runtime::{PrivateKey, PublicKey};

/// How long a key signs.
pub const SIGNS_FOR: TimeDelta = TimeDelta::hours(24);
/// How long before its use the next key is published; more than an hour, so that every cache has met it.
pub const PUBLISHED_BEFORE: TimeDelta = TimeDelta::hours(2);
/// How long after its use a key is kept.
pub const KEPT_AFTER: TimeDelta = TimeDelta::hours(1);

/// When a key signs, and until when what it signed is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Signs from then on.
    pub from: DateTime<Utc>,
    /// No longer signs from then on.
    pub until: DateTime<Utc>,
    /// Tokens it signed are refused from then on.
    pub valid_until: DateTime<Utc>,
}

/// A key that signs, has signed, or will sign access tokens.
#[derive(Debug, Clone)]
pub struct SigningKey {
    /// When.
    pub span: Span,
    /// What others check with.
    pub public: PublicKey,
    /// What we sign with.
    pub private: PrivateKey,
}

impl Span {
    /// A span that begins then.
    #[must_use]
    pub fn beginning(from: DateTime<Utc>) -> Self {
        let until = from + SIGNS_FOR;
        Self { from, until, valid_until: until + KEPT_AFTER }
    }

    /// Whether a key of this span signs now.
    #[must_use]
    pub fn signs(&self, now: DateTime<Utc>) -> bool {
        self.from <= now && now < self.until
    }
}

/// The span of the key that is to be made now: none while the last one has time; the present if there is none that signs.
#[must_use]
pub fn due(spans: &[Span], now: DateTime<Utc>) -> Option<Span> {
    match spans.iter().map(|span| span.until).max() {
        Some(last) if now < last - PUBLISHED_BEFORE => None,
        Some(last) if now < last => Some(Span::beginning(last)),
        _ => Some(Span::beginning(now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_key_is_there_before_it_signs_and_the_last_one_stays_after() {
        let start = DateTime::UNIX_EPOCH;
        let first = due(&[], start).unwrap();
        let mut spans = vec![first];
        let mut now = start;
        while now < start + TimeDelta::days(10) {
            spans.extend(due(&spans, now));
            let signing: Vec<_> = spans.iter().filter(|span| span.signs(now)).collect();
            assert_eq!(signing.len(), 1, "at {now}");
            assert!(signing[0].valid_until >= now + TimeDelta::hours(1));
            now += TimeDelta::minutes(7);
        }
        assert!(spans.iter().skip(1).all(|span| spans.iter().any(|before| before.until == span.from)));
        assert_eq!(spans.len(), 11);
    }

    #[test]
    fn after_a_long_stop_a_key_signs_at_once() {
        let first = Span::beginning(DateTime::UNIX_EPOCH);
        let late = first.until + TimeDelta::days(3);
        assert!(due(&[first], late).unwrap().signs(late));
    }
}
