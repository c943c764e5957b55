//! The public half of the gateway, through the real door and the real table of addresses, on small models.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also in its own functions")]

mod abroad;
mod crawl;
mod door;
mod fixture;
mod follow;
mod hostile;
mod kept;
mod pages;
mod peers;
mod record;
mod record_follow;
mod search;
mod snapshot;
mod trace;
mod words;
