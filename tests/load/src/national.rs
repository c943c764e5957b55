//! The model of a gateway that knows the whole register, made from the reference data that the product ships, and as much external
//! action beside it as there is.

mod abroad;

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use atlas_proto::directory::v1::{
    Collectivite, CollectiviteEvent, CollectiviteState, CollectiviteType, ExportHeader, Territory, TerritoryEvent, TerritoryKind,
};
use gateway::model::{
    Model,
    draft::Draft,
    snapshot::{self, Position},
};
use kernel::{Clock as _, SystemClock};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Row {
    #[serde(rename = "type")]
    kind: String,
    code: String,
    siren: String,
    nom: String,
    departement: String,
    region: String,
    epci: String,
    population: Option<i64>,
    codes_postaux: String,
}

#[derive(Debug, Deserialize)]
struct Place {
    kind: String,
    code: String,
    nom: String,
    region: String,
}

/// The model, shown and searchable; `times` repeats the register under other ids, to see what grows with it.
pub fn model(times: usize) -> anyhow::Result<Model> {
    let model = Model::start()?;
    let mut draft = Draft::begin(&ExportHeader { epoch: 1, ..ExportHeader::default() }, 0);
    for place in read::<Place>("territories.csv.zst")? {
        draft.territory(TerritoryEvent { epoch: 1, version: 1, territory: Some(territory(place)) });
    }
    let mut ids = Vec::new();
    for row in read::<Row>("collectivites.csv.zst")? {
        for copy in 0..times {
            let collectivite = collectivite(&row, copy);
            ids.push(collectivite.collectivite_id.clone());
            draft.collectivite(CollectiviteEvent { epoch: 1, version: 1, collectivite: Some(collectivite) });
        }
    }
    abroad::fill(&mut draft, &ids, times);
    model.replace(draft, Position::default());
    model.publish();
    Ok(model)
}

/// Writes the model's snapshot, as a gateway does.
pub fn save(folder: &Path, times: usize) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    snapshot::save(folder, &model(times)?.snapshot(SystemClock.now()))
}

fn read<T: serde::de::DeserializeOwned>(name: &str) -> anyhow::Result<Vec<T>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../services/atlasctl/reference").join(name);
    let mut text = String::new();
    let file = std::fs::File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
    zstd::Decoder::new(file)?.read_to_string(&mut text)?;
    Ok(csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>()?)
}

fn territory(place: Place) -> Territory {
    let kind = if place.kind == "region" { TerritoryKind::Region } else { TerritoryKind::Department };
    Territory { kind: kind.into(), code: place.code, name: place.nom, region_code: place.region, version: 1 }
}

fn collectivite(row: &Row, copy: usize) -> Collectivite {
    let id = match (row.siren.as_str(), copy) {
        ("", 0) => format!("insee-{}", row.code),
        (siren, 0) => siren.to_owned(),
        (siren, copy) => other_siren(siren, &row.code, copy),
    };
    Collectivite {
        collectivite_id: id,
        r#type: kind(&row.kind).into(),
        name: row.nom.clone(),
        siren: row.siren.clone(),
        insee_code: row.code.clone(),
        postal_codes: row.codes_postaux.split(';').filter(|code| !code.is_empty()).map(str::to_owned).collect(),
        department_code: row.departement.clone(),
        region_code: row.region.clone(),
        epci_id: row.epci.clone(),
        population: row.population,
        state: CollectiviteState::Active.into(),
        origin: "officiel".to_owned(),
        version: 1,
        ..Collectivite::default()
    }
}

/// Another number with a right check digit; those of the register begin with 2, these with other digits.
fn other_siren(siren: &str, code: &str, copy: usize) -> String {
    let digits: String = if siren.is_empty() { format!("{code:0>8}") } else { siren.to_owned() };
    let stem = format!("{}{}", (copy + 2) % 10, digits.chars().filter(char::is_ascii_digit).skip(1).take(7).collect::<String>());
    let sum: u32 = stem
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, b)| {
            let value = u32::from(b - b'0') * if place % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    format!("{stem}{}", (10 - sum % 10) % 10)
}

fn kind(text: &str) -> CollectiviteType {
    CollectiviteType::from_str_name(&format!("COLLECTIVITE_TYPE_{}", text.to_uppercase())).unwrap_or_default()
}
