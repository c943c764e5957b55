//! The rules, pure: what a client is, when a key signs, which assertion is good.

pub mod assertion;
pub mod client;
pub mod signing;
