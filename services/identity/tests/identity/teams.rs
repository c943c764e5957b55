//! Who comes to act for whom, and who decides about it.

mod invitations;
mod joining;
mod journal;
mod members;
mod places;
mod reach;
mod reports;
mod requests;
mod stage;
