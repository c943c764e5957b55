use std::collections::{BTreeMap, HashMap};

use atlas_proto::directory::v1::{Country, Partner, PartnerLevel, Point};

use super::french;
use crate::reference::{Entry, Faults, Refused, files, table};

/// Countries that small communes look to: the neighbours, and the rest of Europe.
const NEAR: [&str; 40] = [
    "DE", "GB", "IT", "ES", "PL", "BE", "PT", "RO", "IE", "CZ", "CH", "HU", "AT", "GR", "NL", "SK", "HR", "LU", "SI", "BG", "LT", "LV",
    "SE", "RS", "MT", "DK", "EE", "CY", "IS", "FI", "BA", "ME", "MK", "NO", "AL", "JE", "MD", "XK", "CA", "US",
];

/// A real place, and the partner that the demonstration makes of it.
pub struct PartnerPlace {
    /// Its number at geonames.org, which is what the partner is known by.
    pub number: String,
    /// What is said to directory.
    pub partner: Entry<Partner>,
    /// « au Mali ».
    pub within: String,
    /// In Europe or North America.
    pub is_near: bool,
    /// It stands for the first-level division that it lies in.
    pub is_wide: bool,
}

impl PartnerPlace {
    /// Its country.
    pub fn country(&self) -> &str {
        &self.partner.record.country_iso2
    }
}

/// Reads the shipped places, ordered by country, then as the file has them (the largest first).
pub fn shipped(countries: &[Entry<Country>]) -> Result<Vec<PartnerPlace>, Refused> {
    let text = files::shipped_places()?;
    let mut faults = Faults::default();
    let columns = ["geonameid", "pays", "nom", "admin1", "lat", "lon", "population"];
    let lines = table::places(files::PLACES, &text, &mut faults, &columns);
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    let names: HashMap<&str, &str> = countries.iter().map(|one| (one.record.iso2.as_str(), one.record.name_fr.as_str())).collect();
    let mut divisions: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut places = Vec::with_capacity(lines.len());
    for place in lines {
        let cell = |column: &str| place.cell(column).trim().to_owned();
        let (country, division) = (cell("pays"), cell("admin1"));
        let seen = divisions.entry((country.clone(), division.clone())).or_default();
        *seen += 1;
        let within = french::within(&country, names.get(country.as_str()).copied().unwrap_or(&country));
        let (is_near, number) = (NEAR.contains(&country.as_str()), cell("geonameid"));
        // the second largest: the largest is a partner of its own
        let is_wide = *seen == 2 && !division.is_empty() && !is_near;
        let record = partner(&cell, is_wide);
        places.push(PartnerPlace { number, partner: Entry { record, place }, within, is_near, is_wide });
    }
    places.sort_by(|one, other| one.country().cmp(other.country()));
    Ok(places)
}

fn partner(cell: &impl Fn(&str) -> String, is_wide: bool) -> Partner {
    let degrees = |column: &str| cell(column).parse::<f64>().ok();
    let (level, name, place) = if is_wide {
        (PartnerLevel::Region, cell("admin1"), cell("nom"))
    } else {
        (PartnerLevel::Municipality, cell("nom"), String::new())
    };
    Partner {
        country_iso2: cell("pays"),
        level: level.into(),
        name,
        place,
        division: cell("admin1"),
        geonames_id: cell("geonameid").parse().ok(),
        point: degrees("lat").zip(degrees("lon")).map(|(latitude, longitude)| Point { latitude, longitude }),
        population: if is_wide { None } else { cell("population").parse().ok() },
        origin: "demo".to_owned(),
        ..Partner::default()
    }
}
