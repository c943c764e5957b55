use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How fast this worker sends what is not security mail: as fast as it can, until the relay asks for fewer; then half as fast as it
/// went, and slowly faster again. So the relay has room for what is urgent, whatever waits.
#[derive(Debug)]
pub(super) struct Pace(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Mails a second; none: as fast as it goes.
    rate: Option<f64>,
    /// What may be sent now.
    budget: f64,
    counted: Instant,
    /// What was accepted since then: how fast it went.
    accepted: u32,
    since: Instant,
    /// Nothing before that.
    rest: Instant,
}

const SLOWEST: f64 = 1.0;
/// Faster than any relay is no limit any more.
const NO_LIMIT: f64 = 500.0;
/// How long the relay is left alone after it asked for fewer.
const REST: Duration = Duration::from_secs(1);

impl Default for Pace {
    fn default() -> Self {
        let now = Instant::now();
        Self(Mutex::new(State { rate: None, budget: 0.0, counted: now, accepted: 0, since: now, rest: now }))
    }
}

impl Pace {
    /// How many mails may be taken up now.
    pub fn room(&self) -> usize {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if now < state.rest {
            return 0;
        }
        let Some(rate) = state.rate else { return usize::MAX };
        state.budget = (state.budget + rate * now.duration_since(state.counted).as_secs_f64()).min(rate.max(1.0));
        state.counted = now;
        state.budget as usize
    }

    /// So many were taken up.
    pub fn spend(&self, count: usize) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.budget -= count as f64;
    }

    /// The relay took a mail over.
    pub fn accepted(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.accepted += 1;
        state.rate = state.rate.map(|rate| rate + 0.2).filter(|rate| *rate < NO_LIMIT);
    }

    /// The relay is away, or asks for fewer mails.
    pub fn slow_down(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if now < state.rest {
            return; // all that were under way hear the same
        }
        let went = f64::from(state.accepted) / now.duration_since(state.since).as_secs_f64().max(1.0);
        state.rate = Some((state.rate.unwrap_or(NO_LIMIT).min(went) / 2.0).max(SLOWEST));
        (state.budget, state.counted, state.accepted, state.since) = (0.0, now + REST, 0, now + REST);
        state.rest = now + REST;
        tracing::info!(rate = state.rate, "the relay asks for fewer mails, or is away");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_as_fast_as_it_can_until_it_is_asked_not_to() {
        let pace = Pace::default();
        assert_eq!(pace.room(), usize::MAX);
        for _ in 0..100 {
            pace.accepted();
        }

        pace.slow_down();

        assert_eq!(pace.room(), 0, "it rests");
        let rate = pace.0.lock().unwrap().rate.unwrap();
        assert!((SLOWEST..=50.0).contains(&rate), "{rate}");
        pace.accepted();
        assert!(pace.0.lock().unwrap().rate.unwrap() > rate, "and goes faster again");
    }
}
