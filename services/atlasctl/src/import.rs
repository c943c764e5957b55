//! `atlasctl import`: reads the files, sends them in batches, and says what became of every record.

mod batches;
mod progress;
mod stream;

use std::{sync::Arc, time::Instant};

use serde::Serialize;

use crate::{
    Exit,
    arguments::{Import, ImportOfficialAddresses, ImportReference, Options},
    connection::Connection,
    failure::Failure,
    output::Output,
    reference::{FileFault, Reference, official},
};
use batches::Batch;
use progress::Progress;

/// More refusals than that are not printed as text; JSON has them all.
const SHOWN: usize = 100;

/// What became of an import.
#[derive(Debug, Default, Serialize)]
struct Outcome {
    records: usize,
    created: u64,
    updated: u64,
    unchanged: u64,
    refused: Vec<FileFault>,
    /// How often the stream was cut off and taken up again.
    resumed: u32,
    dry_run: bool,
    seconds: f64,
}

/// Imports what the files say.
pub async fn run(command: Import, options: &Options, output: &Output) -> Result<Exit, Failure> {
    let started = Instant::now();
    let (batches, dry_run) = match command {
        Import::Reference(ImportReference { from, dry_run }) => {
            let reference = from.map_or_else(Reference::shipped, |folder| Reference::read(&folder))?;
            (batches::plan(reference), dry_run)
        }
        Import::OfficialAddresses(ImportOfficialAddresses { file, dry_run, .. }) => {
            let addresses = file.map_or_else(official::invented, |file| official::read(&file))?;
            (batches::of_addresses(addresses), dry_run)
        }
    };
    let batches: Arc<[Batch]> = batches.into();
    let mut outcome = Outcome { records: batches.iter().map(Batch::count).sum(), dry_run, ..Outcome::default() };
    if !dry_run {
        let connection = Connection::open(options)?;
        let mut progress = Progress::start(outcome.records, output.is_json());
        stream::send(&connection, &batches, &mut progress, &mut outcome).await?;
        progress.finish();
    }
    outcome.seconds = started.elapsed().as_secs_f64();
    output.say(&outcome, &text(&outcome));
    Ok(if outcome.refused.is_empty() { Exit::Fine } else { Exit::Wrong })
}

fn text(outcome: &Outcome) -> String {
    let Outcome { records, created, updated, unchanged, refused, seconds, .. } = outcome;
    if outcome.dry_run {
        return format!("{records} records are well-formed; nothing was sent");
    }
    let resumed = if outcome.resumed == 0 { String::new() } else { format!(", resumed {} times", outcome.resumed) };
    let mut text = format!(
        "{records} records: {created} created, {updated} updated, {unchanged} unchanged, {} refused, in {seconds:.1} s{resumed}\n",
        refused.len()
    );
    for refusal in refused.iter().take(SHOWN) {
        text.push_str(&format!("  refused: {refusal}\n"));
    }
    if refused.len() > SHOWN {
        text.push_str(&format!("  … and {} more; --json lists them all\n", refused.len() - SHOWN));
    }
    text
}
