use std::collections::HashMap;

use serde::Serialize;

use super::Row;
use crate::{
    import::message::Told,
    reference::{Entry, FileFault},
};

/// More than that are not printed as text; JSON has them all.
const SHOWN: usize = 100;

/// What became of the records of one kind.
#[derive(Debug, Default, Serialize)]
pub struct Counts {
    created: u64,
    updated: u64,
    unchanged: u64,
    /// Differ, and somebody changed them here.
    kept: u64,
}

/// What became of a file.
#[derive(Debug, Default, Serialize)]
pub struct Outcome {
    /// In the file.
    pub rows: usize,
    /// Taken as right.
    pub accepted: usize,
    /// Taken, and somebody is to say that they are right.
    pub to_confirm: usize,
    /// Of the accepted, those with something to look at.
    pub accepted_with_warning: usize,
    /// What is to be looked at.
    pub warned: Vec<FileFault>,
    /// Not taken, and why.
    pub refused: Vec<FileFault>,
    /// What became of the partners.
    pub partners: Counts,
    /// What became of the partnerships.
    pub partnerships: Counts,
    /// Nothing was sent.
    pub dry_run: bool,
}

impl Counts {
    /// Adds an answer.
    pub fn count(&mut self, told: &Told) {
        self.created += u64::from(told.created);
        self.updated += u64::from(told.updated);
        self.unchanged += u64::from(told.unchanged);
        self.kept += u64::from(told.kept);
    }

    fn text(&self, what: &str) -> String {
        let Self { created, updated, unchanged, kept } = self;
        format!("  {what}: {created} created, {updated} updated, {unchanged} unchanged, {kept} kept as agents changed them\n")
    }
}

impl Outcome {
    /// Counts what was taken.
    pub fn standing(&mut self, rows: &[Entry<Row>]) {
        self.to_confirm = rows.iter().filter(|row| row.record.to_confirm).count();
        self.accepted = rows.len() - self.to_confirm;
    }

    /// Warns of rows of one collectivité that name one partner, which was found at two places: all but the first by key.
    pub fn warn_of_same(&mut self, rows: &[Entry<Row>]) {
        let mut seen: HashMap<&str, u64> = HashMap::new();
        for row in rows.iter().filter(|row| !row.record.to_confirm) {
            let Some(same) = row.record.same_partner.as_deref() else { continue };
            if let Some(first) = seen.get(same) {
                let reason = format!("another partner than line {first}, which has the same name for the same collectivité");
                self.warned.push(row.place.fault("", &reason));
            } else {
                seen.insert(same, row.place.line);
            }
        }
        let accepted: HashMap<u64, bool> = rows.iter().map(|row| (row.place.line, row.record.to_confirm)).collect();
        let mut lines: Vec<u64> = self.warned.iter().map(|fault| fault.line).collect();
        lines.sort_unstable();
        lines.dedup();
        self.accepted_with_warning = lines.iter().filter(|line| accepted.get(line) == Some(&false)).count();
        self.warned.sort_by_key(|fault| fault.line);
        self.refused.sort_by_key(|fault| fault.line);
    }

    /// For people.
    pub fn text(&self) -> String {
        let Self { rows, accepted, accepted_with_warning, to_confirm, refused, .. } = self;
        let mut text = format!(
            "{rows} rows: {accepted} accepted ({accepted_with_warning} with a warning), {to_confirm} to be confirmed, {} refused\n",
            refused.len()
        );
        if self.dry_run {
            text.push_str("  nothing was sent\n");
        } else {
            text.push_str(&self.partners.text("partners"));
            text.push_str(&self.partnerships.text("partnerships"));
        }
        for (word, faults) in [("warning", &self.warned), ("refused", refused)] {
            for fault in faults.iter().take(SHOWN) {
                text.push_str(&format!("  {word}: {fault}\n"));
            }
            if faults.len() > SHOWN {
                text.push_str(&format!("  … and {} more; --json lists them all\n", faults.len() - SHOWN));
            }
        }
        text
    }
}
