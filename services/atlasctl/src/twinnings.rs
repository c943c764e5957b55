//! `atlasctl import twinnings`: what a source says of twinnings and cooperations, partners first, then partnerships.

mod file;
mod mapping;
mod outcome;
mod partners;

use std::{
    collections::{HashMap, HashSet},
    io::Write as _,
    sync::Arc,
};

use atlas_proto::{
    directory::v1::{ImportReferenceRequest, Partner},
    projects::v1::{ImportRecordRequest, ImportedPartnership, Partnership, Provenance},
};

use crate::{
    Exit,
    arguments::{ImportTwinnings, Options},
    connection::Connection,
    failure::Failure,
    import::{batches, message::Remark, progress::Progress, stream},
    output::Output,
    reference::{Entry, Refused, files::Unreadable},
};
pub use file::Row;
use mapping::Mapping;
use outcome::Outcome;

/// Imports what the file says.
pub async fn run(command: ImportTwinnings, options: &Options, output: &Output) -> Result<Exit, Failure> {
    let mapping = Mapping::read(&command.mapping)?;
    let file::Read { rows, refused } = file::read(&command.file, &mapping)?;
    let mut outcome = Outcome { rows: rows.len() + refused.len(), refused, dry_run: command.dry_run, ..Outcome::default() };
    let rows = if command.dry_run { rows } else { send(rows, &mapping, options, output, &mut outcome).await? };
    outcome.standing(&rows);
    outcome.warn_of_same(&rows);
    if let Some(path) = &command.refused {
        write(path, &outcome).map_err(|error| Refused::Unreadable(Unreadable::Io(path.clone(), error)))?;
    }
    output.say(&outcome, &outcome.text());
    Ok(if outcome.refused.is_empty() { Exit::Fine } else { Exit::Wrong })
}

/// Sends partners, then partnerships; gives the rows that were taken.
async fn send(
    rows: Vec<Entry<Row>>,
    mapping: &Mapping,
    options: &Options,
    output: &Output,
    outcome: &mut Outcome,
) -> Result<Vec<Entry<Row>>, Failure> {
    let connection = Connection::open(options)?;
    let partners = partners::of(&rows, mapping);
    let mut progress = Progress::start(partners.len() + rows.len(), output.is_json());
    let known = send_partners(partners, &connection, &mut progress, outcome).await?;
    let mut given = Vec::new();
    for row in rows {
        match &known[&row.record.partner_key] {
            Ok(id) => given.push((partnership(&row.record, id, mapping), row)),
            Err((field, reason)) => outcome.refused.push(row.place.fault(mapping.column(field, &row.place), reason)),
        }
    }
    let kept = send_partnerships(given, mapping, &connection, &mut progress, outcome).await?;
    progress.finish();
    Ok(kept)
}

/// The id of each partner by its key, or the field that directory refused it for, and why.
type Known = HashMap<String, Result<String, (String, String)>>;

async fn send_partners(
    partners: Vec<(String, Entry<Partner>)>,
    connection: &Connection,
    progress: &mut Progress,
    outcome: &mut Outcome,
) -> Result<Known, Failure> {
    let (keys, entries): (Vec<String>, Vec<Entry<Partner>>) = partners.into_iter().unzip();
    let mut batches = Vec::new();
    batches::cut(&mut batches, entries, |partners| ImportReferenceRequest { partners, ..Default::default() });
    let (mut known, mut keys) = (Known::new(), keys.into_iter());
    stream::send(connection, &Arc::from(batches), progress, &mut |batch, told| {
        outcome.partners.count(&told);
        for index in 0..batch.count() {
            let id = told.ids.get(index).filter(|id| !id.is_empty()).cloned();
            let refused = told.refused.iter().find(|remark| remark.index == index);
            let why = || refused.map_or_else(Default::default, |remark| (remark.field.clone(), remark.reason.clone()));
            known.insert(keys.next().ok_or("more answers than partners")?, id.ok_or_else(why));
        }
        Ok(())
    })
    .await?;
    Ok(known)
}

async fn send_partnerships(
    given: Vec<(ImportedPartnership, Entry<Row>)>,
    mapping: &Mapping,
    connection: &Connection,
    progress: &mut Progress,
    outcome: &mut Outcome,
) -> Result<Vec<Entry<Row>>, Failure> {
    let entries = given.iter().map(|(record, row)| Entry { record: record.clone(), place: row.place.clone() }).collect();
    let mut batches = Vec::new();
    batches::cut(&mut batches, entries, |partnerships| ImportRecordRequest { partnerships, ..Default::default() });
    let (mut gone, mut before) = (HashSet::new(), 0);
    stream::send(connection, &Arc::from(batches), progress, &mut |batch, told| {
        outcome.partnerships.count(&told);
        let fault = |remark: &Remark| {
            let place = batch.places.get(remark.index).ok_or("an answer about a record that was never sent")?;
            Ok::<_, String>(place.fault(mapping.column(&remark.field, place), &remark.reason))
        };
        for remark in &told.refused {
            gone.insert(before + remark.index);
            outcome.refused.push(fault(remark)?);
        }
        for remark in &told.warned {
            outcome.warned.push(fault(remark)?);
        }
        before += batch.count();
        Ok(())
    })
    .await?;
    let kept = given.into_iter().enumerate().filter(|(index, _)| !gone.contains(index));
    Ok(kept.map(|(_, (_, row))| row).collect())
}

fn partnership(row: &Row, partner_id: &str, mapping: &Mapping) -> ImportedPartnership {
    ImportedPartnership {
        natural_key: row.natural_key.clone(),
        partnership: Some(Partnership {
            partner_id: partner_id.to_owned(),
            lead_collectivite_id: row.collectivite_id.clone(),
            collectivite_ids: vec![row.collectivite_id.clone()],
            twinning: mapping.twinning,
            provenance: Some(Provenance {
                origin: mapping.origin.clone(),
                source: mapping.source.clone(),
                to_confirm: row.to_confirm,
                ..Provenance::default()
            }),
            ..Partnership::default()
        }),
    }
}

/// The refused lines, for whoever corrects the file.
fn write(path: &std::path::Path, outcome: &Outcome) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let mut writer = csv::Writer::from_writer(&mut file);
    writer.write_record(["line", "column", "value", "reason"])?;
    for fault in &outcome.refused {
        writer.write_record([fault.line.to_string().as_str(), &fault.column, &neutral(&fault.value), &fault.expected])?;
    }
    writer.flush()?;
    drop(writer);
    file.flush()
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection): not by its first letter, nor by the first that counts.
fn neutral(cell: &str) -> String {
    let counts = cell.trim_start_matches(['\u{feff}', '"', '\'']).trim_start();
    let computes = counts.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || cell.starts_with(['\t', '\r']);
    if computes { format!("'{cell}") } else { cell.to_owned() }
}
