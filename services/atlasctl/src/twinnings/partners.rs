use std::collections::BTreeMap;

use atlas_proto::directory::v1::{Partner, PartnerLevel, PartnerName, Point};

use super::{Row, mapping::Mapping};
use crate::reference::{Entry, Place};

/// As many other names as a partner may have.
const OTHER_NAMES: usize = 20;

/// The partners that rows name, each once, by what they are known by. What the first row by key says of one is what is sent;
/// what others call it is added.
pub fn of(rows: &[Entry<Row>], mapping: &Mapping) -> Vec<(String, Entry<Partner>)> {
    let mut partners: BTreeMap<String, Entry<Partner>> = BTreeMap::new();
    for row in rows {
        let partner = partners
            .entry(row.record.partner_key.clone())
            .or_insert_with(|| Entry { record: partner(&row.place, mapping), place: row.place.clone() });
        let names = [Some(&mapping.columns.partner), mapping.columns.source_name.as_ref()];
        for name in names.into_iter().flatten().map(|column| row.place.cell(column).trim()) {
            add(&mut partner.record, name);
        }
    }
    for partner in partners.values_mut() {
        partner.record.other_names.sort_by(|one, other| one.name.cmp(&other.name));
        partner.record.other_names.truncate(OTHER_NAMES);
    }
    partners.into_iter().collect()
}

fn add(partner: &mut Partner, name: &str) {
    let is_there = partner.name == name || partner.other_names.iter().any(|other| other.name == name);
    if !is_there && !name.is_empty() {
        partner.other_names.push(PartnerName { name: name.to_owned(), language: String::new() });
    }
}

fn partner(place: &Place, mapping: &Mapping) -> Partner {
    let columns = &mapping.columns;
    let cell = |column: &Option<String>| column.as_deref().map(|column| place.cell(column).trim()).unwrap_or_default();
    let degrees = |column| cell(column).parse::<f64>().ok();
    let point = degrees(&columns.latitude).zip(degrees(&columns.longitude));
    Partner {
        country_iso2: place.cell(&columns.country).trim().to_owned(),
        level: PartnerLevel::Municipality.into(),
        name: place.cell(&columns.partner).trim().to_owned(),
        division: cell(&columns.division).to_owned(),
        geonames_id: cell(&columns.geonames_id).parse().ok(),
        point: point.map(|(latitude, longitude)| Point { latitude, longitude }),
        population: cell(&columns.population).parse().ok(),
        origin: mapping.origin.clone(),
        ..Partner::default()
    }
}
