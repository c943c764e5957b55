//! Directory through the wire: two replicas, on real PostgreSQL and NATS.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also in its own functions")]

mod access;
mod cards;
mod changes;
mod contacts;
mod export;
mod import;
mod networks;
mod official;
mod reading;
mod successions;
mod world;
