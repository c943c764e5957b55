//! How often something may be tried: by one state and one function for all rules.

use chrono::{DateTime, TimeDelta, Utc};

/// What is known of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Tries in a row that did not succeed.
    pub streak: i32,
    /// Tries since `since`.
    pub counted: i32,
    /// When counting began.
    pub since: DateTime<Utc>,
    /// No try before that.
    pub free_at: DateTime<Utc>,
}

/// How often a bucket may be taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Guesses of a secret: after `free` in a row each waits twice as long, at most `cap`; so many a day; so many in a row.
    Guesses {
        /// Tries in a row that wait for nothing.
        free: i32,
        /// The longest wait between two.
        cap: TimeDelta,
        /// Tries in 24 hours.
        daily: i32,
        /// Tries in a row, ever (NIST SP 800-63B §3.2.2).
        in_row: i32,
    },
    /// A steady rate, and how much may come at once.
    Rate {
        /// Between two tries, on average.
        every: TimeDelta,
        /// So many at once.
        burst: i32,
    },
    /// So many in a span of time.
    Quota {
        /// How many.
        count: i32,
        /// In how long.
        span: TimeDelta,
    },
}

/// The bucket is empty: how long until it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("tried too often: wait {} seconds", .0.num_seconds())]
pub struct Wait(pub TimeDelta);

const DAY: TimeDelta = TimeDelta::hours(24);

impl State {
    /// A bucket that nobody took from.
    #[must_use]
    pub const fn fresh(now: DateTime<Utc>) -> Self {
        Self { streak: 0, counted: 0, since: now, free_at: now }
    }

    /// Takes one try: it counts as failed until it is told that it succeeded.
    ///
    /// # Errors
    /// How long to wait.
    pub fn take(self, rule: Rule, now: DateTime<Utc>) -> Result<Self, Wait> {
        match rule {
            Rule::Guesses { free, cap, daily, in_row } => self.guess(now, (free, cap, daily, in_row)),
            Rule::Rate { every, burst } => {
                // Generic cell rate algorithm: `free_at` is when the next one is due at the steady rate.
                let due = self.free_at.max(now);
                let early = due - now;
                let slack = every * (burst - 1).max(0);
                if early > slack { Err(Wait(early - slack)) } else { Ok(Self { free_at: due + every, ..self }) }
            }
            Rule::Quota { count, span } => {
                let state = self.counting(now, span);
                if state.counted >= count { Err(Wait(state.since + span - now)) } else { Ok(Self { counted: state.counted + 1, ..state }) }
            }
        }
    }

    fn guess(self, now: DateTime<Utc>, (free, cap, daily, in_row): (i32, TimeDelta, i32, i32)) -> Result<Self, Wait> {
        if self.streak >= in_row {
            return Err(Wait(DAY));
        }
        if now < self.free_at {
            return Err(Wait(self.free_at - now));
        }
        let state = self.counting(now, DAY);
        if state.counted >= daily {
            return Err(Wait(state.since + DAY - now));
        }
        let streak = state.streak + 1;
        let doublings = u32::try_from(streak - free).ok().map(|over| over.min(20));
        let wait = doublings.map_or(TimeDelta::zero(), |over| TimeDelta::seconds(1_i64 << over).min(cap));
        Ok(Self { streak, counted: state.counted + 1, since: state.since, free_at: now + wait })
    }

    /// The count of the present span.
    fn counting(self, now: DateTime<Utc>, span: TimeDelta) -> Self {
        if now - self.since >= span { Self { counted: 0, since: now, ..self } } else { self }
    }

    /// The last try succeeded: of guesses, what was in a row is forgotten, and the next waits for nothing.
    #[must_use]
    pub const fn succeeded(self, rule: Rule, now: DateTime<Utc>) -> Self {
        match rule {
            Rule::Guesses { .. } => Self { streak: 0, free_at: now, ..self },
            Rule::Rate { .. } | Rule::Quota { .. } => self,
        }
    }

    /// The last try was not made after all.
    #[must_use]
    pub fn given_back(self, rule: Rule, now: DateTime<Utc>) -> Self {
        let counted = (self.counted - 1).max(0);
        match rule {
            Rule::Guesses { .. } => Self { streak: (self.streak - 1).max(0), counted, free_at: now, ..self },
            Rule::Quota { .. } => Self { counted, ..self },
            Rule::Rate { .. } => self,
        }
    }

    /// From when on the bucket is as good as fresh, and need not be kept.
    #[must_use]
    pub fn idle_at(&self, rule: Rule) -> DateTime<Utc> {
        match rule {
            // What is in a row is kept long: it is what a patient guesser is stopped by.
            Rule::Guesses { .. } if self.streak > 0 => self.free_at.max(self.since) + TimeDelta::days(90),
            Rule::Guesses { .. } => self.since + DAY,
            Rule::Rate { .. } => self.free_at,
            Rule::Quota { span, .. } => self.since + span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUESSES: Rule = Rule::Guesses { free: 5, cap: TimeDelta::minutes(15), daily: 25, in_row: 100 };

    fn start() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }

    #[test]
    fn after_five_guesses_each_waits_twice_as_long() {
        let (mut state, mut now, mut waits) = (State::fresh(start()), start(), Vec::new());
        for _ in 0..20 {
            match state.take(GUESSES, now) {
                Ok(next) => {
                    state = next;
                    waits.push((state.free_at - now).num_seconds());
                    now = state.free_at;
                }
                Err(wait) => panic!("{wait}"),
            }
        }
        assert_eq!(waits[..9], [0, 0, 0, 0, 1, 2, 4, 8, 16]);
        assert!(waits[15..].iter().all(|wait| *wait == 900), "{waits:?}");
    }

    #[test]
    fn a_patient_guesser_has_25_tries_a_day_and_100_in_all() {
        let (mut state, mut now, mut tries, mut per_day) = (State::fresh(start()), start(), 0, [0; 30]);
        while now < start() + TimeDelta::days(30) {
            if let Ok(next) = state.take(GUESSES, now) {
                state = next;
                tries += 1;
                per_day[usize::try_from((now - start()).num_days()).unwrap()] += 1;
            }
            now += TimeDelta::minutes(1);
        }
        assert_eq!(tries, 100);
        assert!(per_day.iter().all(|count| *count <= 25), "{per_day:?}");
    }

    #[test]
    fn success_forgets_what_was_in_a_row_but_not_the_day() {
        let mut state = State::fresh(start());
        for _ in 0..25 {
            state = state.take(GUESSES, start()).unwrap().succeeded(GUESSES, start());
        }
        assert_eq!((state.streak, state.counted), (0, 25));
        assert!(state.take(GUESSES, start()).is_err());
    }

    #[test]
    fn an_office_of_300_signs_in_at_once_and_a_flood_does_not() {
        let rule = Rule::Rate { every: TimeDelta::milliseconds(33), burst: 300 };
        let mut state = State::fresh(start());
        for n in 0..300 {
            state = state.take(rule, start()).unwrap_or_else(|wait| panic!("{n}: {wait}"));
        }
        let wait = state.take(rule, start()).unwrap_err();
        assert!(wait.0 <= TimeDelta::milliseconds(33));
        assert!(state.take(rule, start() + wait.0).is_ok());
        assert!(state.idle_at(rule) <= start() + TimeDelta::seconds(10));
    }

    #[test]
    fn a_quota_is_whole_again_after_its_span() {
        let rule = Rule::Quota { count: 2, span: TimeDelta::hours(24) };
        let state = State::fresh(start()).take(rule, start()).unwrap().take(rule, start()).unwrap();
        assert_eq!(state.take(rule, start() + TimeDelta::hours(1)), Err(Wait(TimeDelta::hours(23))));
        assert!(state.take(rule, start() + TimeDelta::hours(24)).is_ok());
    }
}
