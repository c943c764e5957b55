//! The record through the wire: two replicas of projects, on real PostgreSQL and NATS, with a directory beside that answers and tells.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also in its own functions")]

mod access;
mod changes;
mod export;
mod history;
mod import;
mod neighbours;
mod partnerships;
mod projects;
mod rights;
mod themes;
mod world;
