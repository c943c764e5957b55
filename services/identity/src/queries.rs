//! What is read: no locks, no facts.

pub mod mails;
