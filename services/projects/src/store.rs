//! Copies of what directory tells: plain functions over one connection.

/// Collectivités.
pub mod collectivites;
/// Partners.
pub mod partners;
