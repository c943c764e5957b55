//! What makes a process, through the wire: replicas in this process, a service that does what the test says.

#![expect(clippy::unwrap_used, reason = "what a test builds on either works or ends it")]

mod balance;
mod bounds;
mod replica;
mod stop;
mod tokens;
