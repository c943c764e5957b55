use atlas_proto::directory::v1 as pb;
use kernel::{Fields, Violations};

use crate::{
    commands::imports::invented::{Given, Person, Strange},
    domain::{Domains, OfficialAddress, Text, folded},
    grpc::parse,
    store::invented::Tie,
};

type Ties = Vec<Given<Tie>>;

/// Keeps what can be read; the rest is listed with what is wrong.
pub fn sift(
    contacts: &[pb::ImportedContact],
    relations: &[pb::ImportedNetworkRelation],
    refused: &mut Vec<pb::RefusedRecord>,
) -> (Vec<Given<Person>>, Ties) {
    (readable("contact", contacts, person, refused), readable("network_relation", relations, tie, refused))
}

/// What is invented of something that does not exist.
pub fn strange(of: &Strange) -> pb::RefusedRecord {
    let reason = if of.field == "network" { "expected a network by its name" } else { "expected a collectivité of the register" };
    let index = u32::try_from(of.index).unwrap_or(u32::MAX);
    pb::RefusedRecord { resource: of.resource.to_owned(), index, field: of.field.to_owned(), reason: reason.to_owned() }
}

fn readable<Wire, T>(
    resource: &str,
    records: &[Wire],
    read: fn(&Wire) -> Result<T, Violations>,
    refused: &mut Vec<pb::RefusedRecord>,
) -> Vec<Given<T>> {
    let mut kept = Vec::with_capacity(records.len());
    for (index, record) in records.iter().enumerate() {
        match read(record) {
            Ok(record) => kept.push(Given { index, record }),
            Err(Violations(violations)) => refused.extend(violations.into_iter().map(|it| pb::RefusedRecord {
                resource: resource.to_owned(),
                index: u32::try_from(index).unwrap_or(u32::MAX),
                field: it.field,
                reason: it.description,
            })),
        }
    }
    kept
}

/// Reads somebody invented: nobody may be written to, and what is real does not come this way.
fn person(wire: &pb::ImportedContact) -> Result<Person, Violations> {
    let mut fields = Fields::default();
    let key: Option<Text<500>> = fields.parse("natural_key", &wire.natural_key);
    fields.check("natural_key", key.as_ref().is_none_or(|key| !key.is_empty()), "expected 1 to 500 characters");
    let contact = wire.contact.clone().unwrap_or_default();
    fields.check("contact.origin", contact.origin == "demo", "expected demo: real people are named by their collectivité");
    let reserved = contact.email.is_empty() || OfficialAddress::read(&contact.email, Domains::Reserved).is_ok();
    fields.check("contact.email", reserved, "expected a reserved domain (.example, .test, .invalid, example.org)");
    let new = parse::new_contact(&mut fields, &contact);
    fields.finish(key.zip(new).map(|(key, contact)| Person { natural_key: key.to_string(), contact }))
}

fn tie(wire: &pb::ImportedNetworkRelation) -> Result<Tie, Violations> {
    let mut fields = Fields::default();
    let collectivite = fields.parse("collectivite_id", &wire.collectivite_id);
    fields.check("member", wire.member || wire.uses, "expected member, uses or both");
    let (member, uses) = (wire.member, wire.uses);
    fields.finish(collectivite.map(|collectivite_id| Tie { collectivite_id, network: folded(&wire.network), member, uses }))
}
