use atlas_proto::directory::v1::{ImportReferenceRequest, OfficialAddress, RefusedRecord};

use crate::reference::{Entry, FileFault, Place, Reference};

/// As many records as directory takes at once.
const SIZE: usize = 1000;

/// One transaction's worth of records, of one kind, and where each was read.
#[derive(Debug)]
pub struct Batch {
    /// What is sent.
    pub request: ImportReferenceRequest,
    places: Vec<Place>,
}

/// Cuts the data into batches, numbered from 1, in the order that directory asks for.
pub fn plan(reference: Reference) -> Vec<Batch> {
    let Reference { territories, networks, collectivites } = reference;
    let mut batches = Vec::new();
    cut(&mut batches, territories, |territories| ImportReferenceRequest { territories, ..Default::default() });
    cut(&mut batches, networks, |networks| ImportReferenceRequest { networks, ..Default::default() });
    cut(&mut batches, collectivites, |collectivites| ImportReferenceRequest { collectivites, ..Default::default() });
    numbered(batches)
}

/// Cuts official addresses into batches.
pub fn of_addresses(addresses: Vec<Entry<OfficialAddress>>) -> Vec<Batch> {
    let mut batches = Vec::new();
    cut(&mut batches, addresses, |official_addresses| ImportReferenceRequest { official_addresses, ..Default::default() });
    numbered(batches)
}

fn numbered(mut batches: Vec<Batch>) -> Vec<Batch> {
    for (number, batch) in (1..).zip(&mut batches) {
        batch.request.batch = number;
    }
    batches
}

fn cut<T>(batches: &mut Vec<Batch>, entries: Vec<Entry<T>>, request: fn(Vec<T>) -> ImportReferenceRequest) {
    let mut entries = entries.into_iter().peekable();
    while entries.peek().is_some() {
        let (records, places) = entries.by_ref().take(SIZE).map(|entry| (entry.record, entry.place)).unzip();
        batches.push(Batch { request: request(records), places });
    }
}

impl Batch {
    /// How many records it holds.
    pub const fn count(&self) -> usize {
        self.places.len()
    }

    /// Where a refused record was read; none when the answer names one that was not sent.
    pub fn refusal(&self, refused: &RefusedRecord) -> Option<FileFault> {
        let place = self.places.get(usize::try_from(refused.index).ok()?)?;
        let mut fault = place.fault(column(place, &refused.field), "");
        fault.expected.clone_from(&refused.reason);
        Some(fault)
    }
}

/// The column that a field of a record was read from; the field itself where there is none.
fn column<'a>(place: &Place, field: &'a str) -> &'a str {
    let field = field.rsplit('.').next().unwrap_or(field);
    match field {
        field if place.has(field) => field,
        "acronym" => "sigle",
        "scope" => "perimetre",
        "name" => "nom",
        "department_code" => "departement",
        "region_code" => "region",
        "epci_id" => "epci",
        "postal_codes" => "codes_postaux",
        "latitude" | "point" => "lat",
        "longitude" => "lon",
        "insee_code" => "code",
        "collectivite_id" if place.cell("siren").is_empty() => "code",
        "collectivite_id" => "siren",
        // The column of networks is called type, that of territories kind.
        "kind" if place.has("type") => "type",
        other => other,
    }
}
