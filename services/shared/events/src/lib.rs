#![doc = include_str!("../README.md")]

pub mod answers;
mod broker;
pub mod consumers;
mod dead_letters;
mod failure;
pub mod feed;
pub mod follow;
mod heard;
pub mod jobs;
pub mod maintenance;
mod operations;
pub mod outbox;
pub mod resync;
mod sabotage;
pub mod trace;

pub use broker::Broker;
pub use failure::Failure;
pub use heard::{Heard, Mark};
pub use operations::{Operations, OperationsError};
#[doc(hidden)]
pub use sabotage::Sabotage;

/// The tables of the log, the inbox, the jobs and the stored answers; every service with a database has them.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
