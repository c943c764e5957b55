use std::{str::FromStr, sync::Arc};

use super::{Entry, Faults, FileFault, Place};

/// One line of a file: reads cells, and notes every one that cannot be.
pub struct Row<'a> {
    place: Place,
    faults: &'a mut Faults,
    faulty: bool,
}

/// What a file must have, and how a line of it becomes a record.
pub struct Layout<T> {
    /// By their names in the first line.
    pub columns: &'static [&'static str],
    /// What a line says, or nothing once its faults are noted.
    pub record: fn(&mut Row<'_>) -> Option<T>,
}

impl Row<'_> {
    /// What a cell says, without the space around it.
    pub fn text(&self, column: &str) -> &str {
        self.place.cell(column).trim()
    }

    /// The line of the file, from 1.
    pub fn line(&self) -> i32 {
        i32::try_from(self.place.line).unwrap_or(i32::MAX)
    }

    /// What a cell says, when it is 1 to `most` characters long.
    pub fn name(&mut self, column: &'static str, most: usize) -> Option<String> {
        let text = self.text(column).to_owned();
        let ok = (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        self.check(column, ok, &format!("1 to {most} characters")).then_some(text)
    }

    /// Reads a cell that may be empty; the outer `None` means that it could not be read.
    pub fn optional<T: FromStr>(&mut self, column: &'static str, valid: fn(&T) -> bool, expected: &str) -> Option<Option<T>> {
        let text = self.text(column);
        if text.is_empty() {
            return Some(None);
        }
        let value = text.parse().ok().filter(valid);
        self.check(column, value.is_some(), expected).then_some(value)
    }

    /// Notes it when `ok` is false, and says whether it was.
    pub fn check(&mut self, column: &'static str, ok: bool, expected: &str) -> bool {
        if !ok {
            self.faulty = true;
            self.faults.note(self.place.fault(column, expected));
        }
        ok
    }
}

impl Place {
    /// What the line says in a column; nothing for a column that is not there.
    #[must_use]
    pub fn cell(&self, column: &str) -> &str {
        self.header.iter().position(|name| name == column).and_then(|at| self.cells.get(at)).unwrap_or_default()
    }

    /// Whether the file has a column of this name.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.header.iter().any(|name| name == column)
    }

    /// A fault of this line.
    #[must_use]
    pub fn fault(&self, column: &str, expected: &str) -> FileFault {
        let value = self.cell(column).chars().take(120).collect();
        FileFault { file: self.file.to_string(), line: self.line, column: column.to_owned(), value, expected: expected.to_owned() }
    }
}

/// The lines of a file that has these columns; a line that is none is noted, and the reading goes on behind it.
pub fn places(file: &str, text: &[u8], faults: &mut Faults, columns: &[&str]) -> Vec<Place> {
    let mut reader = csv::Reader::from_reader(text);
    let Some(header) = header(file, &mut reader, faults, columns) else { return Vec::new() };
    let (mut places, name) = (Vec::new(), Arc::from(file));
    for record in reader.records() {
        match record {
            Ok(cells) => {
                let line = cells.position().map_or(0, csv::Position::line);
                places.push(Place { file: Arc::clone(&name), line, header: Arc::clone(&header), cells });
            }
            Err(error) => faults.note(whole_line(file, &error)),
        }
    }
    places
}

/// Reads a file line by line; a line with a fault gives no record, and the reading goes on behind it.
pub fn read<T>(file: &str, text: Option<&Vec<u8>>, faults: &mut Faults, layout: Layout<T>) -> Vec<Entry<T>> {
    let Some(text) = text else { return Vec::new() };
    let places = places(file, text, faults, layout.columns);
    places.into_iter().filter_map(|place| entry(place, faults, layout.record)).collect()
}

fn entry<T>(place: Place, faults: &mut Faults, parse: fn(&mut Row<'_>) -> Option<T>) -> Option<Entry<T>> {
    let mut row = Row { place, faults, faulty: false };
    let record = parse(&mut row).filter(|_| !row.faulty)?;
    Some(Entry { record, place: row.place })
}

fn header(file: &str, reader: &mut csv::Reader<&[u8]>, faults: &mut Faults, columns: &[&str]) -> Option<Arc<csv::StringRecord>> {
    let fault = |expected| FileFault { file: file.to_owned(), line: 1, column: String::new(), value: String::new(), expected };
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            faults.note(whole_line(file, &error));
            return None;
        }
    };
    let missing: Vec<_> = columns.iter().copied().filter(|column| !header.iter().any(|found| found == *column)).collect();
    if missing.is_empty() {
        return Some(Arc::new(header));
    }
    let hint = if header.len() == 1 && header[0].contains(';') { " (separated by commas, not semicolons)" } else { "" };
    faults.note(fault(format!("the columns {}{hint}; missing: {}", columns.join(","), missing.join(", "))));
    None
}

/// A line that is not a record at all.
fn whole_line(file: &str, error: &csv::Error) -> FileFault {
    let line = error.position().map_or(1, csv::Position::line);
    let expected = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => format!("{expected_len} fields, found {len}"),
        csv::ErrorKind::Utf8 { .. } => "text in UTF-8".to_owned(),
        _ => format!("a line of CSV ({error})"),
    };
    FileFault { file: file.to_owned(), line, column: String::new(), value: String::new(), expected }
}
