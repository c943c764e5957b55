//! SQL: plain functions over one connection, one file per table; what they read was checked when it was written.

/// Tries.
pub mod deliveries;
/// Lists of mails, for people.
pub mod lists;
/// Mails.
pub mod messages;
/// Mails on their way: who sends which.
pub mod queue;
