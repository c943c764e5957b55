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
mod partner_imports;
mod partner_merges;
mod partner_proposals;
mod partner_search;
mod partners;
mod projects;
mod reading;
mod successions;
mod world;
