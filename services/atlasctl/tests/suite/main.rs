//! The program, run as an operator runs it: against services that are faked here, and against real ones.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also in its own functions")]

mod check;
mod dead_letters;
mod demo;
mod fakes;
mod files;
mod import;
mod program;
mod real;
mod record;
mod shipped;
mod twinnings;
