#![doc = include_str!("../README.md")]

pub mod answers;
mod broker;
mod failure;
pub mod feed;
pub mod follow;
mod heard;
pub mod outbox;
pub mod resync;
mod sabotage;
mod trace;

pub use broker::Broker;
pub use failure::Failure;
pub use heard::{Heard, Mark};
#[doc(hidden)]
pub use sabotage::Sabotage;

/// The tables of the log, the inbox, the jobs and the stored answers; every service with a database has them.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
