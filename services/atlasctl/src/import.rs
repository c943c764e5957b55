//! `atlasctl import reference`: reads the files, sends them in batches, and says what became of every record.

mod batches;
mod progress;
mod stream;

use std::{sync::Arc, time::Instant};

use serde::Serialize;

use crate::{
    Exit,
    arguments::{Import, ImportReference, Options},
    connection::Connection,
    failure::Failure,
    output::Output,
    reference::{FileFault, Reference},
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
pub async fn run(Import::Reference(command): Import, options: &Options, output: &Output) -> Result<Exit, Failure> {
    let started = Instant::now();
    let reference = read(&command)?;
    let mut outcome = Outcome { records: reference.count(), dry_run: command.dry_run, ..Outcome::default() };
    if !command.dry_run {
        let connection = Connection::open(options)?;
        let batches: Arc<[Batch]> = batches::plan(reference).into();
        let mut progress = Progress::start(outcome.records, output.is_json());
        stream::send(&connection, &batches, &mut progress, &mut outcome).await?;
        progress.finish();
    }
    outcome.seconds = started.elapsed().as_secs_f64();
    output.say(&outcome, &text(&outcome));
    Ok(if outcome.refused.is_empty() { Exit::Fine } else { Exit::Wrong })
}

fn read(command: &ImportReference) -> Result<Reference, Failure> {
    let reference = match &command.from {
        Some(folder) => Reference::read(folder)?,
        None => Reference::shipped()?,
    };
    Ok(reference)
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
