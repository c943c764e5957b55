//! The way to the relay: one SMTP server that takes all mails, and signs and delivers them.

mod pool;
mod relay;

pub use pool::{Reply, Smtp, Timing};
pub use relay::{InvalidRelay, Relay, Security};
