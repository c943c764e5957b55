use std::path::Path;

use serde::Deserialize;

use crate::reference::{Faults, FileFault, Place, Refused, files};

/// What the columns of a file mean, and which of its rows are not to be taken.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// officiel or wikipedia.
    pub origin: String,
    /// The source as it names itself: keys are unique within it.
    pub source: String,
    /// What it lists are twinnings.
    #[serde(default)]
    pub twinning: bool,
    /// Where each thing stands.
    pub columns: Columns,
    /// The columns that together make a row what it is: they must never repeat.
    pub natural_key: Vec<String>,
    /// The columns that are equal in two rows of one collectivité that name one partner; none where that cannot be told.
    #[serde(default)]
    pub same_partner: Vec<String>,
    /// Rows that are refused.
    #[serde(default)]
    pub refuse: Vec<Refuse>,
    /// Rows that somebody is to confirm.
    #[serde(default)]
    pub confirm: Vec<Confirm>,
}

/// The names of columns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// The SIREN of the collectivité; may be empty in a row that has its INSEE code.
    pub siren: String,
    /// Its INSEE code.
    pub insee: String,
    /// The partner as it is called here.
    pub partner: String,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: String,
    /// The partner as the source calls it.
    pub source_name: Option<String>,
    /// The first-level division of the country.
    pub division: Option<String>,
    /// Degrees.
    pub latitude: Option<String>,
    /// Degrees.
    pub longitude: Option<String>,
    /// The place's number at geonames.org.
    pub geonames_id: Option<String>,
    /// Of the partner.
    pub population: Option<String>,
}

/// A value that a row is refused for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// The column.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// What is told of the row.
    pub reason: String,
}

/// A value that makes a row doubtful.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The column.
    pub column: String,
    /// What stands there.
    pub value: String,
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// It cannot be read, or says what it must not; the line is named.
    pub fn read(path: &Path) -> Result<Self, Refused> {
        let text = files::read_file(path)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = String::from_utf8(text).map_err(|_| wrong(&name, 1, "text in UTF-8"))?;
        let mapping: Self = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.get(..at).unwrap_or_default().matches('\n').count() as u64 + 1;
            wrong(&name, line, error.message())
        })?;
        if mapping.natural_key.is_empty() {
            return Err(wrong(&name, 1, "natural_key with one column at least"));
        }
        Ok(mapping)
    }

    /// The column that a field of a partner or partnership was read from.
    pub fn column(&self, field: &str, place: &Place) -> &str {
        let columns = &self.columns;
        match field {
            "country_iso2" => &columns.country,
            "division" => columns.division.as_deref().unwrap_or(&columns.partner),
            "geonames_id" => columns.geonames_id.as_deref().unwrap_or(&columns.partner),
            "point" | "point.latitude" => columns.latitude.as_deref().unwrap_or(&columns.partner),
            "point.longitude" => columns.longitude.as_deref().unwrap_or(&columns.partner),
            "population" => columns.population.as_deref().unwrap_or(&columns.partner),
            "lead_collectivite_id" | "collectivite_ids" if place.cell(&columns.siren).trim().is_empty() => &columns.insee,
            "lead_collectivite_id" | "collectivite_ids" => &columns.siren,
            _ => &columns.partner,
        }
    }

    /// Every column that it names.
    pub fn named(&self) -> Vec<&str> {
        let Columns { siren, insee, partner, country, source_name, division, latitude, longitude, geonames_id, population } = &self.columns;
        let maybe = [source_name, division, latitude, longitude, geonames_id, population];
        let columns = [siren, insee, partner, country].into_iter().chain(maybe.into_iter().flatten());
        let keys = self.natural_key.iter().chain(&self.same_partner);
        let rules = self.refuse.iter().map(|rule| &rule.column).chain(self.confirm.iter().map(|rule| &rule.column));
        columns.chain(keys).chain(rules).map(String::as_str).collect()
    }
}

fn wrong(file: &str, line: u64, expected: &str) -> Refused {
    let mut faults = Faults::default();
    let (column, value) = (String::new(), String::new());
    faults.note(FileFault { file: file.to_owned(), line, column, value, expected: expected.to_owned() });
    Refused::Faults(faults)
}
