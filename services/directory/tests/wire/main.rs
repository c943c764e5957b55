//! Directory through the wire: two replicas, on real PostgreSQL and NATS.

mod access;
mod cards;
mod changes;
mod contacts;
mod export;
mod import;
mod networks;
mod reading;
mod successions;
mod world;
