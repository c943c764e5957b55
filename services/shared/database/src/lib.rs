#![doc = include_str!("../README.md")]

mod faults;
mod pool;
mod schema;
mod transaction;

pub use faults::{is_away, is_deadlock, violated};
pub use pool::{Settings, connect};
pub use schema::{migrate, schema_version};
pub use transaction::{snapshot, transact};
