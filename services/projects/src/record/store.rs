//! SQL: plain functions over one connection, one file per table; what they read was checked when it was written.
//!
//! Rows are written as a set, one statement for one row or a thousand: as JSON, that PostgreSQL reads by the table's own types.

/// What is invented for demonstration.
pub mod demo;
/// Who changed what.
pub mod history;
/// What imports brought.
pub mod import_keys;
/// Partnerships, each with who takes part.
pub mod partnerships;
/// Projects, each with its partnerships and themes.
pub mod projects;
/// Themes.
pub mod themes;

use chrono::{DateTime, Utc};

use super::domain::{Capacity, Line, Origin, Provenance};

/// Where a row comes from, as it is stored.
fn provenance(origin: Origin, source: String, to_confirm: bool, at: Option<DateTime<Utc>>, by: &str) -> Provenance {
    Provenance { origin, source: Line::stored(source), to_confirm, verified: at.zip(Capacity::named(by)) }
}
