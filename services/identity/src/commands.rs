//! What is done: one function a write, each within one transaction with its line in the journal.

pub mod clients;
pub mod mails;
pub mod sessions;
pub mod throttles;
pub mod tokens;
