#![doc = include_str!("../README.md")]
#![expect(clippy::unwrap_used, reason = "a journey that cannot go on has failed; only tests use this")]

mod actor;
mod browser;
mod collector;
mod relay;
mod stage;

pub use actor::{Actor, reason};
pub use browser::{Answer, Browser, request};
pub use collector::Collector;
pub use relay::{Moment, Relay, Taken};
pub use stage::{Page, Stage, collector, eventually, get, long, password, peopled, stage};
