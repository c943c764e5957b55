use std::{collections::HashMap, path::Path};

use kernel::CollectiviteId;

use super::mapping::Mapping;
use crate::reference::{Entry, Faults, FileFault, Place, Refused, files, table};

/// One row that can be sent.
#[derive(Debug, Clone)]
pub struct Row {
    /// What the source knows it by.
    pub natural_key: String,
    /// Whose it is.
    pub collectivite_id: String,
    /// What the partner is known by: the same for every row about it.
    pub partner_key: String,
    /// What is equal in two rows of a collectivité about one partner; none where that cannot be told.
    pub same_partner: Option<String>,
    /// Somebody is to say that it is right.
    pub to_confirm: bool,
}

/// What a file says.
pub struct Read {
    /// By natural key, whatever order the file has: the same file shuffled is the same import.
    pub rows: Vec<Entry<Row>>,
    /// The rows that are not taken, and why.
    pub refused: Vec<FileFault>,
}

/// Reads a file by its mapping.
///
/// # Errors
/// It cannot be read, lacks a column, or one key stands twice: then it is not what the mapping says, and nothing is sent.
pub fn read(path: &Path, mapping: &Mapping) -> Result<Read, Refused> {
    let text = files::read_file(path)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut faults = Faults::default();
    let places = table::places(&name, &text, &mut faults, &mapping.named());
    let mut read = Read { rows: Vec::new(), refused: Vec::new() };
    let mut seen: HashMap<String, u64> = HashMap::new();
    for place in places {
        let key = cells(&place, &mapping.natural_key);
        if let Some(first) = seen.insert(key.clone(), place.line) {
            faults.note(place.fault(&mapping.natural_key[0], &format!("each key only once; line {first} has the same")));
            continue;
        }
        match row(&place, key, mapping) {
            Ok(record) => read.rows.push(Entry { record, place }),
            Err(fault) => read.refused.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    read.rows.sort_by(|one, other| one.record.natural_key.cmp(&other.record.natural_key));
    read.refused.sort_by_key(|fault| fault.line);
    Ok(read)
}

fn row(place: &Place, natural_key: String, mapping: &Mapping) -> Result<Row, FileFault> {
    let cell = |column: &str| place.cell(column).trim();
    if let Some(rule) = mapping.refuse.iter().find(|rule| cell(&rule.column) == rule.value) {
        return Err(place.fault(&rule.column, &rule.reason));
    }
    let columns = &mapping.columns;
    let (siren, insee) = (cell(&columns.siren), cell(&columns.insee));
    let id = if siren.is_empty() { format!("insee-{insee}") } else { siren.to_owned() };
    let id: CollectiviteId = id.parse().map_err(|_| {
        let column = if siren.is_empty() { &columns.insee } else { &columns.siren };
        place.fault(column, "a SIREN (nine digits, the last a check digit), or an INSEE code")
    })?;
    if cell(&columns.partner).is_empty() {
        return Err(place.fault(&columns.partner, "the name of the partner"));
    }
    let country = cell(&columns.country);
    if country.len() != 2 {
        return Err(place.fault(&columns.country, "two letters (ISO 3166-1 alpha-2)"));
    }
    let known_as = columns.geonames_id.as_deref().map(cell).filter(|number| !number.is_empty());
    let division = columns.division.as_deref().map(cell).unwrap_or_default();
    let partner_key = known_as.map_or_else(
        || format!("{country} name {}/{}", division.to_lowercase(), cell(&columns.partner).to_lowercase()),
        |number| format!("{country} place {number}"),
    );
    let same = cells(place, &mapping.same_partner).to_lowercase();
    Ok(Row {
        natural_key,
        collectivite_id: id.to_string(),
        partner_key,
        same_partner: (!mapping.same_partner.is_empty()).then(|| format!("{id} {same}")),
        to_confirm: mapping.confirm.iter().any(|rule| cell(&rule.column) == rule.value),
    })
}

/// Cells, one after the other; what parts them stands in none.
fn cells(place: &Place, columns: &[String]) -> String {
    columns.iter().map(|column| place.cell(column).trim().replace('|', "/")).collect::<Vec<_>>().join("|")
}
