//! What the program ships is what the sources say it is.

use std::collections::{BTreeMap, HashSet};

use atlas_proto::directory::v1::{CollectiviteType as Type, TerritoryKind};
use atlasctl::reference::Reference;
use kernel::CollectiviteId;

#[test]
fn as_many_collectivites_of_each_type_as_the_register_has() {
    let reference = Reference::shipped().unwrap();

    let mut counts = BTreeMap::<i32, usize>::new();
    for entry in &reference.collectivites {
        *counts.entry(entry.record.r#type).or_default() += 1;
    }

    let expected = [
        (Type::Commune, 34_969),
        (Type::Departement, 93),
        (Type::Region, 14),
        (Type::CommunauteCommunes, 989),
        (Type::CommunauteAgglomeration, 230),
        (Type::CommunauteUrbaine, 14),
        (Type::Metropole, 21),
        (Type::MetropoleLyon, 1),
        (Type::Ept, 11),
        (Type::CollectiviteUnique, 4),
        (Type::CollectiviteEuropeenne, 1),
        (Type::CollectiviteOutreMer, 6),
    ];
    assert_eq!(counts, expected.map(|(kind, count)| (kind.into(), count)).into());
    assert_eq!(reference.collectivites.len(), 36_353);
    assert_eq!((reference.networks.len(), reference.themes.len()), (35, 22));
    let eligible = reference.countries.iter().filter(|entry| entry.record.oda_eligible).count();
    assert_eq!((reference.countries.len(), eligible), (250, 141));
    assert_eq!(reference.collectivites.iter().filter(|entry| entry.record.siren.is_empty()).count(), 100);
    assert_eq!(reference.collectivites.iter().filter(|entry| entry.record.point.is_none()).count(), 64);
}

#[test]
fn every_id_is_one_and_none_comes_twice() {
    let reference = Reference::shipped().unwrap();

    let ids: HashSet<_> = reference.collectivites.iter().map(|entry| entry.record.collectivite_id.as_str()).collect();

    assert_eq!(ids.len(), reference.collectivites.len());
    for id in ids {
        assert!(id.parse::<CollectiviteId>().is_ok(), "{id}");
    }
}

#[test]
fn every_code_of_a_region_or_departement_is_a_territory() {
    let reference = Reference::shipped().unwrap();
    let codes = |kind: TerritoryKind| -> HashSet<_> {
        reference.territories.iter().filter(|entry| entry.record.kind() == kind).map(|entry| entry.record.code.as_str()).collect()
    };
    let (regions, departments) = (codes(TerritoryKind::Region), codes(TerritoryKind::Department));

    assert_eq!((regions.len(), departments.len()), (18 + 8, 101 + 8));
    for entry in &reference.collectivites {
        let record = &entry.record;
        assert!(regions.contains(record.region_code.as_str()), "{record:?}");
        assert!(record.department_code.is_empty() || departments.contains(record.department_code.as_str()), "{record:?}");
    }
}

#[test]
fn a_grouping_comes_before_the_communes_that_name_it() {
    let reference = Reference::shipped().unwrap();

    let mut seen = HashSet::new();
    for entry in &reference.collectivites {
        let record = &entry.record;
        assert!(record.epci_id.is_empty() || seen.contains(record.epci_id.as_str()), "{record:?}");
        seen.insert(record.collectivite_id.as_str());
    }
}

#[test]
fn a_commune_is_read_with_all_its_columns() {
    let reference = Reference::shipped().unwrap();

    let rennes = &reference.collectivites.iter().find(|entry| entry.record.insee_code == "35238").unwrap().record;

    assert_eq!((rennes.name.as_str(), rennes.siren.as_str(), rennes.collectivite_id.as_str()), ("Rennes", "213502388", "213502388"));
    assert_eq!((rennes.department_code.as_str(), rennes.region_code.as_str(), rennes.epci_id.as_str()), ("35", "53", "243500139"));
    assert_eq!(rennes.postal_codes, ["35000", "35200", "35700"]);
    assert!(rennes.population.unwrap() > 200_000);
    let point = rennes.point.unwrap();
    assert!((point.latitude - 48.11).abs() < 0.05 && (point.longitude + 1.68).abs() < 0.05, "{point:?}");
    assert_eq!(rennes.origin, "officiel");
}
