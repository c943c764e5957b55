//! `atlasctl import`: reads the files, sends them in batches, and says what became of every record.

pub mod batches;
pub mod message;
pub mod progress;
pub mod stream;

use std::{sync::Arc, time::Instant};

use serde::Serialize;

use crate::{
    Exit,
    arguments::{Import, ImportOfficialAddresses, ImportReference, Options, Service},
    connection::Connection,
    failure::Failure,
    output::Output,
    reference::{FileFault, Reference, official},
    twinnings,
};
use batches::{Batch, Plan};
use message::Told;
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
    /// For a service whose address is not known.
    left_out: usize,
    /// How often the stream was cut off and taken up again.
    resumed: u32,
    dry_run: bool,
    seconds: f64,
}

/// Imports what the files say.
pub async fn run(command: Import, options: &Options, output: &Output) -> Result<Exit, Failure> {
    let started = Instant::now();
    let (plan, dry_run) = match command {
        Import::Twinnings(command) => return twinnings::run(command, options, output).await,
        Import::Reference(ImportReference { from, dry_run }) => {
            let reference = from.map_or_else(Reference::shipped, |folder| Reference::read(&folder))?;
            (batches::plan(reference), dry_run)
        }
        Import::OfficialAddresses(ImportOfficialAddresses { file, dry_run, .. }) => {
            let addresses = file.map_or_else(official::invented, |file| official::read(&file))?;
            (batches::of_addresses(addresses), dry_run)
        }
    };
    let Plan { directory, mut projects } = plan;
    let records = directory.iter().map(Batch::count).sum::<usize>() + projects.iter().map(Batch::count).sum::<usize>();
    let mut outcome = Outcome { records, dry_run, ..Outcome::default() };
    if !dry_run {
        let connection = Connection::open(options)?;
        if connection.targets(Service::Projects).is_none() {
            outcome.left_out = projects.iter().map(Batch::count).sum();
            outcome.records -= outcome.left_out;
            projects.clear();
        }
        let mut progress = Progress::start(outcome.records, output.is_json());
        let (directory, projects): (Arc<[_]>, Arc<[_]>) = (directory.into(), projects.into());
        let resumed = stream::send(&connection, &directory, &mut progress, &mut |batch, told| outcome.count(batch, &told)).await?;
        let again = stream::send(&connection, &projects, &mut progress, &mut |batch, told| outcome.count(batch, &told)).await?;
        outcome.resumed = resumed + again;
        progress.finish();
    }
    outcome.seconds = started.elapsed().as_secs_f64();
    output.say(&outcome, &text(&outcome));
    Ok(if outcome.refused.is_empty() { Exit::Fine } else { Exit::Wrong })
}

impl Outcome {
    fn count<M>(&mut self, batch: &Batch<M>, told: &Told) -> Result<(), String> {
        self.created += u64::from(told.created);
        self.updated += u64::from(told.updated);
        self.unchanged += u64::from(told.unchanged);
        for remark in &told.refused {
            let refusal = batch.fault(remark);
            let unsent = || format!("record {} of batch {} was refused and never sent", remark.index, told.batch);
            self.refused.push(refusal.ok_or_else(unsent)?);
        }
        Ok(())
    }
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
    if outcome.left_out > 0 {
        text.push_str(&format!("  {} themes were left out: ATLAS_PROJECTS does not say where projects is\n", outcome.left_out));
    }
    for refusal in refused.iter().take(SHOWN) {
        text.push_str(&format!("  refused: {refusal}\n"));
    }
    if refused.len() > SHOWN {
        text.push_str(&format!("  … and {} more; --json lists them all\n", refused.len() - SHOWN));
    }
    text
}
