use std::io::Write as _;

use serde::Serialize;

use crate::{failure::Failure, reference::Refused};

/// What is said on standard output: text for people, or one JSON object for programs. Progress and faults go to standard error.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
}

impl Output {
    /// Text, or JSON.
    pub const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether programs read it.
    pub const fn is_json(self) -> bool {
        self.json
    }

    /// Says a result.
    pub fn say(self, object: &impl Serialize, text: &str) {
        if self.json {
            print(&serde_json::to_string(object).unwrap_or_else(|error| format!("{{\"error\":{:?}}}", error.to_string())));
        } else {
            print(text.trim_end());
        }
    }

    /// Says why there is no result.
    pub fn failed(self, failure: &Failure) {
        let faults = match failure {
            Failure::Reference(Refused::Faults(faults)) => faults.shown(),
            _ => &[],
        };
        let way_out = failure.way_out();
        if self.json {
            let error = serde_json::json!({
                "reason": failure.reason(),
                "message": failure.to_string(),
                "way_out": way_out,
                "faults": faults,
                "exit": failure.exit() as u8,
            });
            print(&serde_json::json!({ "error": error }).to_string());
            return;
        }
        complain(&format!("atlasctl: {failure}"));
        for fault in faults {
            complain(&format!("  {fault}"));
        }
        if let Some(way_out) = way_out {
            complain(&format!("  {way_out}"));
        }
    }
}

/// Lines up cells in columns.
pub fn columns(rows: &[Vec<String>]) -> String {
    let wide = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(wide).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<_> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// A reader that went away (`| head`) is no failure of ours.
fn print(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
