//! What is read: no locks, no facts.

pub mod journal;
pub mod mails;
