#![doc = include_str!("../README.md")]
#![expect(clippy::unwrap_used, reason = "a journey that cannot go on has failed; only tests use this")]

mod actor;
mod stage;

pub use actor::{Actor, reason};
pub use stage::{Page, Stage, eventually, get, stage};
