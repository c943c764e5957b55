//! Journeys of people: accounts, and the mails they are written. Two replicas of everything, each a process of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod crowd;
mod hang_ups;
mod killed;
mod neutral;
mod secrets;
mod storm;

/// Real communes: their SIREN.
const HELLEAN: &str = "215600503";
const QUIMPER: &str = "212902324";
