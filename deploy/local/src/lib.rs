#![doc = include_str!("../README.md")]

mod fault;
mod guard;
mod mail;
mod nats;
mod platform;
mod ports;
mod postgres;
mod process;
mod secrets;
mod services;
mod settings;
mod stores;
mod wait;

pub use fault::Fault;
pub use platform::Platform;
pub use ports::Ports;
pub use process::{Crash, Output};
pub use secrets::ClientKey;
pub use services::{Client, GRACE_SECONDS};
pub use settings::{Durability, Settings};
pub use stores::Stores;
pub use wait::{Stop, until};
