use atlas_proto::{
    directory::v1::{ImportReferenceRequest, OfficialAddress},
    projects::v1::ImportRecordRequest,
};

use super::message::{Message, Remark};
use crate::reference::{Entry, FileFault, Place, Reference};

/// As many records as a service takes at once.
const SIZE: usize = 1000;

/// One transaction's worth of records, of one kind, and where each was read.
#[derive(Debug)]
pub struct Batch<M> {
    /// What is sent.
    pub request: M,
    /// Where each record was read, in their order.
    pub places: Vec<Place>,
}

/// What is sent to whom.
#[derive(Debug, Default)]
pub struct Plan {
    /// To directory.
    pub directory: Vec<Batch<ImportReferenceRequest>>,
    /// To projects.
    pub projects: Vec<Batch<ImportRecordRequest>>,
}

/// Cuts the data into batches, in the order that the services ask for.
pub fn plan(reference: Reference) -> Plan {
    let Reference { territories, countries, networks, collectivites, themes } = reference;
    let mut plan = Plan::default();
    cut(&mut plan.directory, territories, |territories| ImportReferenceRequest { territories, ..Default::default() });
    cut(&mut plan.directory, countries, |countries| ImportReferenceRequest { countries, ..Default::default() });
    cut(&mut plan.directory, networks, |networks| ImportReferenceRequest { networks, ..Default::default() });
    cut(&mut plan.directory, collectivites, |collectivites| ImportReferenceRequest { collectivites, ..Default::default() });
    cut(&mut plan.projects, themes, |themes| ImportRecordRequest { themes, ..Default::default() });
    plan
}

/// Cuts official addresses into batches.
pub fn of_addresses(addresses: Vec<Entry<OfficialAddress>>) -> Plan {
    let mut plan = Plan::default();
    cut(&mut plan.directory, addresses, |official_addresses| ImportReferenceRequest { official_addresses, ..Default::default() });
    plan
}

/// Cuts records of one kind into batches, numbered on from those that are there.
pub fn cut<T, M: Message>(batches: &mut Vec<Batch<M>>, entries: Vec<Entry<T>>, request: fn(Vec<T>) -> M) {
    let mut entries = entries.into_iter().peekable();
    while entries.peek().is_some() {
        let (records, places) = entries.by_ref().take(SIZE).map(|entry| (entry.record, entry.place)).unzip();
        let mut request = request(records);
        request.set_number(batches.len() as u64 + 1);
        batches.push(Batch { request, places });
    }
}

impl<M> Batch<M> {
    /// How many records it holds.
    pub const fn count(&self) -> usize {
        self.places.len()
    }

    /// What is said of a record, where it was read; none when the answer names one that was not sent.
    pub fn fault(&self, remark: &Remark) -> Option<FileFault> {
        let place = self.places.get(remark.index)?;
        let mut fault = place.fault(column(place, &remark.field), "");
        fault.expected.clone_from(&remark.reason);
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
        "name_fr" => "nom_fr",
        "name_en" => "nom_en",
        "parent_code" => "au_dessus",
        "dac_sectors" => "cad3",
        "dac_code" => "code_cad",
        "sdgs" => "odd",
        "department_code" => "departement",
        "region_code" => "region",
        "epci_id" => "epci",
        "postal_codes" => "codes_postaux",
        "latitude" | "point" | "capital" => "lat",
        "longitude" => "lon",
        "insee_code" => "code",
        "collectivite_id" if place.cell("siren").is_empty() => "code",
        "collectivite_id" => "siren",
        // The column of networks is called type, that of territories kind.
        "kind" if place.has("type") => "type",
        other => other,
    }
}
