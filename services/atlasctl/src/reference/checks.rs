//! What no line can say alone: nothing twice, and every code named elsewhere is there.

use std::{
    collections::{HashMap, HashSet, hash_map},
    hash::Hash,
};

use atlas_proto::directory::v1::{CollectiviteType, TerritoryKind};

use super::{Faults, Place, Reference, collectivites::is_grouping};

/// Notes what does not fit together. What a file that was not given would have to hold is left to the server.
pub fn check(reference: &Reference, faults: &mut Faults) {
    once(reference.territories.iter().map(|entry| ((entry.record.kind, entry.record.code.as_str()), "code", &entry.place)), faults);
    once(reference.countries.iter().map(|entry| (entry.record.iso2.as_str(), "iso2", &entry.place)), faults);
    once(reference.themes.iter().map(|entry| (entry.record.code.as_str(), "code", &entry.place)), faults);
    once(reference.networks.iter().map(|entry| (entry.record.name.as_str(), "nom", &entry.place)), faults);
    let named_by = |siren: &str| if siren.is_empty() { "code" } else { "siren" };
    once(
        reference.collectivites.iter().map(|entry| (entry.record.collectivite_id.as_str(), named_by(&entry.record.siren), &entry.place)),
        faults,
    );
    if !reference.territories.is_empty() {
        territories_resolve(reference, faults);
    }
    groupings_resolve(reference, faults);
}

/// Notes the second of two lines with one key; the column is the one that makes the key.
fn once<'a, K: Hash + Eq>(entries: impl Iterator<Item = (K, &'static str, &'a Place)>, faults: &mut Faults) {
    let mut seen = HashMap::new();
    for (key, column, place) in entries {
        match seen.entry(key) {
            hash_map::Entry::Vacant(free) => {
                free.insert(place.line);
            }
            hash_map::Entry::Occupied(first) => {
                faults.note(place.fault(column, &format!("each only once; line {} has the same", first.get())));
            }
        }
    }
}

fn territories_resolve(reference: &Reference, faults: &mut Faults) {
    let of_kind = |kind: TerritoryKind| reference.territories.iter().filter(move |entry| entry.record.kind() == kind);
    let regions: HashSet<_> = of_kind(TerritoryKind::Region).map(|entry| entry.record.code.as_str()).collect();
    let departments: HashMap<_, _> =
        of_kind(TerritoryKind::Department).map(|entry| (entry.record.code.as_str(), entry.record.region_code.as_str())).collect();

    for entry in of_kind(TerritoryKind::Department).filter(|entry| !regions.contains(entry.record.region_code.as_str())) {
        faults.note(entry.place.fault("region", "a région that territories.csv names"));
    }
    for entry in &reference.collectivites {
        let (department, region) = (entry.record.department_code.as_str(), entry.record.region_code.as_str());
        if !regions.contains(region) {
            faults.note(entry.place.fault("region", "a région that territories.csv names"));
        }
        match departments.get(department) {
            _ if department.is_empty() => {}
            None => faults.note(entry.place.fault("departement", "a département that territories.csv names")),
            Some(home) if *home != region => {
                faults.note(entry.place.fault("region", &format!("{home}, the région of département {department}")));
            }
            Some(_) => {}
        }
    }
}

fn groupings_resolve(reference: &Reference, faults: &mut Faults) {
    let groupings: HashSet<_> = reference
        .collectivites
        .iter()
        .filter(|entry| is_grouping(entry.record.r#type()) && entry.record.r#type() != CollectiviteType::Ept)
        .map(|entry| entry.record.collectivite_id.as_str())
        .collect();
    let named = reference.collectivites.iter().filter(|entry| !entry.record.epci_id.is_empty());
    for entry in named.filter(|entry| !groupings.contains(entry.record.epci_id.as_str())) {
        faults.note(entry.place.fault("epci", "the SIREN of a grouping in the same file, or nothing"));
    }
}
