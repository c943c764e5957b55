//! `atlasctl import twinnings`: what a source says of twinnings and cooperations, partners first, then partnerships.

mod file;
mod mapping;
mod outcome;
mod partners;

use std::{collections::HashMap, io::Write as _, sync::Arc};

use atlas_proto::{
    directory::v1::ImportReferenceRequest,
    projects::v1::{ImportRecordRequest, ImportedPartnership, Partnership, Provenance},
};

use crate::{
    Exit,
    arguments::{ImportTwinnings, Options},
    connection::Connection,
    failure::Failure,
    import::{batches, progress::Progress, stream},
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

    let keys: Vec<String> = partners.iter().map(|(key, _)| key.clone()).collect();
    let mut batches = Vec::new();
    let entries = partners.into_iter().map(|(_, entry)| entry).collect();
    batches::cut(&mut batches, entries, |partners| ImportReferenceRequest { partners, ..Default::default() });
    let mut known: HashMap<String, Result<String, String>> = HashMap::new();
    let mut key = keys.into_iter();
    stream::send(&connection, &Arc::from(batches), &mut progress, &mut |batch, told| {
        outcome.partners.count(&told);
        let refused: HashMap<usize, &str> = told.refused.iter().map(|remark| (remark.index, remark.reason.as_str())).collect();
        for index in 0..batch.count() {
            let id = told.ids.get(index).filter(|id| !id.is_empty()).cloned();
            let answer = id.ok_or_else(|| refused.get(&index).copied().unwrap_or("directory gave it no id").to_owned());
            known.insert(key.next().ok_or("more answers than partners")?, answer);
        }
        Ok(())
    })
    .await?;

    let mut batches = Vec::new();
    let mut given = Vec::new();
    for row in rows {
        match &known[&row.record.partner_key] {
            Ok(id) => given.push((partnership(&row.record, id, mapping), row)),
            Err(reason) => outcome.refused.push(row.place.fault(&mapping.columns.partner, reason)),
        }
    }
    let entries = given.iter().map(|(record, row)| Entry { record: record.clone(), place: row.place.clone() }).collect();
    batches::cut(&mut batches, entries, |partnerships| ImportRecordRequest { partnerships, ..Default::default() });
    let mut gone = Vec::new();
    let mut before = 0;
    stream::send(&connection, &Arc::from(batches), &mut progress, &mut |batch, told| {
        outcome.partnerships.count(&told);
        for remark in &told.refused {
            gone.push(before + remark.index);
            outcome.refused.push(batch.fault(remark).ok_or("a record was refused that was never sent")?);
        }
        for remark in &told.warned {
            outcome.warned.push(batch.fault(remark).ok_or("a record was warned of that was never sent")?);
        }
        before += batch.count();
        Ok(())
    })
    .await?;
    progress.finish();
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
