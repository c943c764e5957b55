//! The pages for people, through the real door and the real table of addresses, with services that answer as a test says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also in its own functions")]

#[path = "../public/abroad.rs"]
mod abroad;
mod account;
mod actions;
mod begin;
mod browser;
mod card;
mod clash;
mod cookies;
mod door;
mod fake;
#[path = "../public/fixture.rs"]
#[expect(dead_code, reason = "shared with the tests of the public pages")]
mod fixture;
mod hosts;
mod join;
mod office;
mod pages;
mod passkeys;
mod projects;
mod record;
mod recover;
mod samples;
mod session;
mod sign_in;
mod sign_up;
