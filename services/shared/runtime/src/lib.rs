#![doc = include_str!("../README.md")]

pub mod access;
pub mod channel;
pub mod claims;
mod environment;
mod fault;
pub mod health;
pub mod identity;
pub mod keys;
pub mod lifecycle;
pub mod listen;
mod page;
mod process;
mod readiness;
mod secret;
mod server;
pub mod telemetry;

pub use access::{Admission, Refused, Timing, Verifier, Void, admission, caller, guarded};
pub use channel::{Targets, Wire};
pub use environment::{Configuration, Environment, Misconfigured};
pub use fault::{reason, refuse, status};
pub use identity::{Credentials, Identity, Tokens};
pub use keys::{PrivateKey, PublicKey};
pub use lifecycle::{Lifecycle, Patience};
pub use page::{fitting, page};
pub use process::{Service, Sockets, Usage, main, run};
pub use readiness::{Condition, Readiness};
pub use secret::{Secret, random};
pub use server::{Access, InvalidPurpose, Limits, MESSAGE_SIZE, Purpose, Server, server};
