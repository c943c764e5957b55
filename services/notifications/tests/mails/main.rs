//! Notifications through the wire: two replicas, on real PostgreSQL and NATS, with an SMTP server that does what real ones do.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also in its own functions")]

mod access;
mod bounces;
mod catalogue;
mod content;
mod crashes;
mod forgetting;
mod lanes;
mod neighbours;
mod reading;
mod secrecy;
mod sending;
mod smtp;
mod tls;
mod world;
