//! Identity through the wire: two replicas on one database.

#![expect(clippy::unwrap_used, reason = "what a test builds on either works or ends it")]

mod access;
mod assertions;
mod authenticator;
mod clients;
mod command_line;
mod email_change;
mod keys;
mod mails;
mod neutral;
mod overload;
mod passkeys;
mod people;
mod recovery;
mod second_factor;
mod secrets;
mod sessions;
mod sign_in;
mod sign_up;
mod teams;
mod voids;
mod walks;
mod world;
