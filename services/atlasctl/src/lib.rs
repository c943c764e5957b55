//! The operator's command line.

pub mod reference;
