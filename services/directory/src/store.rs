//! SQL: plain functions over one connection, one file per table; what they read was checked when it was written.

/// Collectivités, each with its networks and successions.
pub mod collectivites;
/// People in charge.
pub mod contacts;
/// Countries of the world.
pub mod countries;
/// Who changed what.
pub mod history;
/// What is invented for demonstration.
pub mod invented;
/// Networks and associations.
pub mod networks;
/// Where collectivités are officially reached: never told to anybody.
pub mod official;
/// Foreign partners.
pub mod partners;
/// Changes of partners that the ministry decides.
pub mod proposals;
pub mod register;
/// Which networks a collectivité is a member of, or uses.
pub mod relations;
/// What took the place of what.
pub mod successions;
/// Régions and départements.
pub mod territories;
/// Which collectivités use which partner.
pub mod uses;
