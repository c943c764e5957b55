//! Identity through the wire: two replicas on one database.

#![expect(clippy::unwrap_used, reason = "what a test builds on either works or ends it")]

mod access;
mod assertions;
mod clients;
mod command_line;
mod keys;
mod voids;
mod world;
