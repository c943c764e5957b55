/// What is invented for demonstration.
mod invented;
/// Partners, and countries.
mod partners;

use std::pin::Pin;

use atlas_proto::directory::v1::{self as pb, import_service_server::ImportService};
use chrono::DateTime;
use futures_util::{Stream, StreamExt};
use kernel::{CollectiviteId, Fields, Version, Violation, Violations};
use runtime::Purpose;
use tonic::{Request, Response, Status, Streaming};

use super::convert;
use crate::{
    commands::{Directory, imports::Batch},
    domain::{Domains, Network, NetworkId, OfficialAddress, Origin, Point, Registered, Territory, TerritoryKind, Text},
    error::Error,
};

/// Brings reference data in.
pub struct Import {
    directory: Directory,
    domains: Domains,
}

impl Import {
    /// Brings it into this directory; the purpose of the installation decides which official addresses it takes.
    #[must_use]
    pub const fn new(directory: Directory, purpose: Purpose) -> Self {
        let domains = if matches!(purpose, Purpose::Production) { Domains::Real } else { Domains::Reserved };
        Self { directory, domains }
    }
}

/// How many records a batch may have.
const LIMIT: usize = 1000;

#[tonic::async_trait]
impl ImportService for Import {
    type ImportReferenceStream = Pin<Box<dyn Stream<Item = Result<pb::ImportReferenceResponse, Status>> + Send>>;

    async fn import_reference(
        &self,
        request: Request<Streaming<pb::ImportReferenceRequest>>,
    ) -> Result<Response<Self::ImportReferenceStream>, Status> {
        let by = runtime::caller(&request)?.subject;
        let (directory, domains) = (self.directory.clone(), self.domains);
        // one batch at a time: the answer to one is sent before the next is read, so the sender's window bounds what waits
        let answers = request.into_inner().then(move |batch| {
            let (directory, by) = (directory.clone(), by.clone());
            async move { take(&directory, domains, &by, batch?).await }
        });
        Ok(Response::new(Box::pin(answers)))
    }
}

async fn take(
    directory: &Directory,
    domains: Domains,
    by: &str,
    request: pb::ImportReferenceRequest,
) -> Result<pb::ImportReferenceResponse, Status> {
    let records = request.territories.len()
        + request.countries.len()
        + request.networks.len()
        + request.collectivites.len()
        + request.partners.len()
        + request.official_addresses.len()
        + request.contacts.len()
        + request.network_relations.len();
    if records > LIMIT {
        let violation = Violation {
            field: "collectivites".into(),
            description: format!("expected at most {LIMIT} records in a batch, found {records}"),
        };
        return Err(Error::from(Violations(vec![violation])).into());
    }
    let number = request.batch;
    let named: Vec<String> = request.official_addresses.iter().map(|address| address.collectivite_id.clone()).collect();
    let (batch, ids, mut refused) = sift(request, domains);
    let outcome = directory.import(by, batch).await?;
    let partner_ids = ids.told(&outcome.partner_ids, &mut refused);
    refused.extend(outcome.unknown.iter().filter_map(|unknown| {
        let index = named.iter().rposition(|named| named == unknown.as_str())?;
        Some(strange(index))
    }));
    refused.extend(outcome.strange.iter().map(invented::strange));
    let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
    Ok(pb::ImportReferenceResponse {
        batch: number,
        created_count: count(outcome.created),
        updated_count: count(outcome.updated),
        unchanged_count: count(outcome.unchanged),
        refused,
        partner_ids,
    })
}

/// An official address of a collectivité that does not exist.
fn strange(index: usize) -> pb::RefusedRecord {
    pb::RefusedRecord {
        resource: "official_address".to_owned(),
        index: u32::try_from(index).unwrap_or(u32::MAX),
        field: "collectivite_id".to_owned(),
        reason: "expected a collectivité of the register".to_owned(),
    }
}

/// Keeps the records that can be read; the others are listed with what is wrong. Of two with one key, the last counts.
fn sift(request: pb::ImportReferenceRequest, domains: Domains) -> (Batch, partners::Ids, Vec<pb::RefusedRecord>) {
    let mut refused = Vec::new();
    let mut territories = readable("territory", request.territories, territory, &mut refused);
    let mut countries = readable("country", request.countries, partners::country, &mut refused);
    let mut networks = readable("network", request.networks, network, &mut refused);
    let mut collectivites = readable("collectivite", request.collectivites, registered, &mut refused);
    let (partners, ids) = partners::sift(request.partners, &mut refused).parted();
    let mut official = readable("official_address", request.official_addresses, |one| official(one, domains), &mut refused);
    let (contacts, ties) = invented::sift(&request.contacts, &request.network_relations, &mut refused);
    keep_last(&mut territories, |one| (one.kind.word(), one.code.clone()));
    keep_last(&mut countries, |one| one.iso2.clone());
    keep_last(&mut networks, Network::natural_key);
    keep_last(&mut collectivites, |one| one.id.clone());
    keep_last(&mut official, |(id, _)| id.clone());
    (Batch { territories, countries, networks, collectivites, partners, official, contacts, ties }, ids, refused)
}

fn readable<Wire, T>(
    resource: &str,
    records: Vec<Wire>,
    read: impl Fn(Wire) -> Result<T, Violations>,
    refused: &mut Vec<pb::RefusedRecord>,
) -> Vec<T> {
    let mut kept = Vec::with_capacity(records.len());
    for (index, record) in records.into_iter().enumerate() {
        match read(record) {
            Ok(record) => kept.push(record),
            Err(Violations(violations)) => refused.extend(violations.into_iter().map(|violation| pb::RefusedRecord {
                resource: resource.to_owned(),
                index: u32::try_from(index).unwrap_or(u32::MAX),
                field: violation.field,
                reason: violation.description,
            })),
        }
    }
    kept
}

fn keep_last<T, Key: std::hash::Hash + Eq>(records: &mut Vec<T>, key: impl Fn(&T) -> Key) {
    let mut seen = std::collections::HashSet::new();
    records.reverse();
    records.retain(|record| seen.insert(key(record)));
    records.reverse();
}

fn territory(wire: pb::Territory) -> Result<Territory, Violations> {
    let mut fields = Fields::default();
    let kind = match wire.kind() {
        pb::TerritoryKind::Region => Some(TerritoryKind::Region),
        pb::TerritoryKind::Department => Some(TerritoryKind::Department),
        pb::TerritoryKind::Unspecified => None,
    };
    fields.check("kind", kind.is_some(), "expected REGION or DEPARTMENT");
    code(&mut fields, "code", &wire.code, false);
    code(&mut fields, "region_code", &wire.region_code, kind == Some(TerritoryKind::Region));
    let name: Option<Text<200>> = fields.parse("name", &wire.name);
    let parsed = kind.zip(name).map(|(kind, name)| Territory {
        kind,
        code: wire.code,
        name: name.to_string(),
        region_code: wire.region_code,
        version: Version(1),
    });
    fields.finish(parsed)
}

fn network(wire: pb::Network) -> Result<Network, Violations> {
    let mut fields = Fields::default();
    let name: Option<Text<200>> = fields.parse("name", &wire.name);
    fields.check("name", name.as_ref().is_none_or(|name| !name.is_empty()), "expected a name");
    let (acronym, kind, scope) =
        (fields.parse("acronym", &wire.acronym), fields.parse("kind", &wire.kind), fields.parse("scope", &wire.scope));
    let origin = origin(&mut fields, &wire.origin);
    let parsed = (|| {
        let id = NetworkId::made(DateTime::UNIX_EPOCH); // the store gives the id that follows from the name
        Some(Network { id, acronym: acronym?, name: name?, kind: kind?, scope: scope?, origin: origin?, version: Version(1) })
    })();
    fields.finish(parsed)
}

fn registered(wire: pb::Collectivite) -> Result<Registered, Violations> {
    let mut fields = Fields::default();
    let id: Option<CollectiviteId> = fields.parse("collectivite_id", &wire.collectivite_id);
    let kind = convert::collectivite_type(wire.r#type);
    fields.check("type", kind.is_some(), "expected a type of this contract");
    let name: Option<Text<200>> = fields.parse("name", &wire.name);
    fields.check("name", name.as_ref().is_none_or(|name| !name.is_empty()), "expected a name");
    fields.check(
        "siren",
        wire.siren.is_empty() || wire.siren == wire.collectivite_id,
        "expected the same number as collectivite_id, or none",
    );
    fields.check(
        "insee_code",
        wire.insee_code.len() <= 5 && wire.insee_code.bytes().all(|b| b.is_ascii_alphanumeric()),
        "expected at most 5 letters and digits",
    );
    let postal = |code: &String| code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit());
    fields.check("postal_codes", wire.postal_codes.iter().all(postal), "expected five digits each");
    code(&mut fields, "department_code", &wire.department_code, true);
    code(&mut fields, "region_code", &wire.region_code, true);
    fields.check("epci_id", wire.epci_id.is_empty() || wire.epci_id.parse::<CollectiviteId>().is_ok(), "expected a SIREN, or none");
    fields.check("population", wire.population.is_none_or(|population| population >= 0), "expected 0 or more");
    let point = wire.point.map(|point| Point { latitude: point.latitude, longitude: point.longitude });
    let on_earth = |point: Point| point.latitude.abs() <= 90.0 && point.longitude.abs() <= 180.0;
    fields.check("point", point.is_none_or(on_earth), "expected degrees: latitude −90 to 90, longitude −180 to 180");
    let origin = origin(&mut fields, &wire.origin);
    let parsed = (|| {
        Some(Registered {
            id: id?,
            kind: kind?,
            name: name?,
            siren: wire.siren,
            insee_code: wire.insee_code,
            postal_codes: wire.postal_codes,
            department_code: wire.department_code,
            region_code: wire.region_code,
            epci_id: wire.epci_id,
            population: wire.population,
            point,
            origin: origin?,
        })
    })();
    fields.finish(parsed)
}

fn official(wire: pb::OfficialAddress, domains: Domains) -> Result<(CollectiviteId, OfficialAddress), Violations> {
    let mut fields = Fields::default();
    let id = fields.parse("collectivite_id", &wire.collectivite_id);
    let address = OfficialAddress::read(&wire.email, domains).map_err(|unfit| fields.note("email", unfit.to_string())).ok();
    fields.finish(id.zip(address))
}

fn code(fields: &mut Fields, field: &str, code: &str, may_be_empty: bool) {
    let valid = (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    fields.check(field, valid || (may_be_empty && code.is_empty()), "expected an INSEE code of 2 or 3 characters");
}

fn origin(fields: &mut Fields, word: &str) -> Option<Origin> {
    let found = [Origin::Officiel, Origin::Wikipedia, Origin::Demo].into_iter().find(|origin| convert::origin(*origin) == word);
    fields.check("origin", found.is_some(), "expected officiel, wikipedia or demo");
    found
}
