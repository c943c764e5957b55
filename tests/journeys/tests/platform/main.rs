//! Journeys on one platform: two replicas of every service, each a process of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod crashes;
mod isolation;
mod losses;
mod public;
mod record;
mod revocation;
mod writes;

/// Real communes: their SIREN.
const NANTES: &str = "214401093";
const HELLEAN: &str = "215600503";
const QUIMPER: &str = "212902324";
const BORDEAUX: &str = "213300635";
const STRASBOURG: &str = "216704825";
