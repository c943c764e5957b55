//! Words to types: everything that is wrong with a request, at once.

use atlas_proto::directory::v1 as pb;
use kernel::{CollectiviteId, Etag, Fields, PageSize, PageToken, RequestId, Violations};
use serde::de::DeserializeOwned;

use super::convert;
use crate::{
    commands::{cards, contacts, networks, successions},
    domain::{CardEdit, ContactEdit, ContactId, ContactKind, NetworkEdit, NewContact, RelationChoice, Succession, Text, Visibility},
    store::{collectivites::Filter, history::EntryId},
};

/// A page to be read: how much, and after which key.
pub struct Page<Key> {
    /// Rows.
    pub size: i64,
    /// The key to go on after; none for the first page.
    pub after: Option<Key>,
}

/// Reads `page_size` and `page_token`.
pub fn page<Key: DeserializeOwned>(fields: &mut Fields, size: i32, token: &str, default: i64, max: i64) -> Option<Page<Key>> {
    let size = PageSize::read(fields, size, default, max);
    let after = PageToken::read(token).map_err(|error| fields.note("page_token", error.to_string())).ok();
    Some(Page { size: size?.0, after: after? })
}

/// Reads the id of a collectivité and nothing else.
pub fn collectivite_id(text: &str) -> Result<CollectiviteId, Violations> {
    let mut fields = Fields::default();
    let id = fields.parse("collectivite_id", text);
    fields.finish(id)
}

/// Reads a list's filter and page.
pub fn list(request: pb::ListCollectivitesRequest) -> Result<(Filter, i64), Violations> {
    let mut fields = Fields::default();
    let kind = convert::collectivite_type(request.r#type);
    fields.check("type", kind.is_some() || request.r#type == 0, "expected a type of this contract, or none");
    for (field, code) in [("region_code", &request.region_code), ("department_code", &request.department_code)] {
        fields.check(
            field,
            code.len() <= 3 && code.bytes().all(|b| b.is_ascii_alphanumeric()),
            "expected an INSEE code of at most 3 characters",
        );
    }
    let page: Option<Page<String>> = page(&mut fields, request.page_size, &request.page_token, 100, 1000);
    let pb::ListCollectivitesRequest { region_code, department_code, .. } = request;
    let parsed = page.map(|page| (Filter { after: page.after.unwrap_or_default(), region_code, department_code, kind }, page.size));
    fields.finish(parsed)
}

/// Reads what was typed into a search, and how many answers are wanted.
pub fn search(request: &pb::SearchCollectivitesRequest) -> Result<(&str, i64), Violations> {
    let mut fields = Fields::default();
    let query = request.query.trim();
    fields.check("query", (2..=200).contains(&query.chars().count()), "expected 2 to 200 characters");
    let limit = match i64::from(request.limit) {
        0 => 10,
        limit => limit,
    };
    fields.check("limit", (1..=50).contains(&limit), "expected 1 to 50, or 0 for 10");
    fields.finish(Some((query, limit)))
}

/// Reads a page of networks; the key is the name, as names are compared.
pub fn networks_page(request: &pb::ListNetworksRequest) -> Result<Page<String>, Violations> {
    let mut fields = Fields::default();
    let page = page(&mut fields, request.page_size, &request.page_token, 100, 1000);
    fields.finish(page)
}

/// Reads whose history is asked for, and which page of it.
pub fn history(request: &pb::ListHistoryRequest) -> Result<(CollectiviteId, Page<EntryId>), Violations> {
    let mut fields = Fields::default();
    let id = fields.parse("collectivite_id", &request.collectivite_id);
    let page = page(&mut fields, request.page_size, &request.page_token, 50, 200);
    fields.finish(id.zip(page))
}

/// The parts that every write carries.
pub(super) fn request_id(fields: &mut Fields, text: &str) -> Option<RequestId> {
    let id = text.parse().ok();
    fields.check("request_id", id.is_some(), "expected a UUID chosen for this request");
    id
}

/// Which paths an update mask names; all of them when it is absent. A path that is not one of `known` is noted.
pub(super) fn masked<'a>(fields: &mut Fields, mask: Option<&'a prost_types::FieldMask>, known: &[&'a str]) -> Vec<&'a str> {
    let Some(mask) = mask else { return known.to_vec() };
    for path in &mask.paths {
        fields.check("update_mask", known.contains(&path.as_str()), &format!("{path}: expected paths among {}", known.join(", ")));
    }
    mask.paths.iter().map(String::as_str).collect()
}

/// Reads a field that the mask names.
fn edit<T: std::str::FromStr<Err: std::fmt::Display>>(
    fields: &mut Fields,
    paths: &[&str],
    prefix: &str,
    path: &str,
    text: &str,
) -> Option<T> {
    if paths.contains(&path) { fields.parse(&format!("{prefix}.{path}"), text) } else { None }
}

/// Reads an edit of an identity card.
pub fn update_card(request: &pb::UpdateIdentityCardRequest) -> Result<(RequestId, cards::Update), Violations> {
    let mut fields = Fields::default();
    let card = request.identity_card.clone().unwrap_or_default();
    fields.check("identity_card", request.identity_card.is_some(), "expected the card with its etag");
    let collectivite = fields.parse("collectivite_id", &request.collectivite_id);
    let seen: Option<Etag> = fields.parse("identity_card.etag", &card.etag);
    let id = request_id(&mut fields, &request.request_id);
    let paths = masked(&mut fields, request.update_mask.as_ref(), &["website", "email", "telephone", "service"]);
    let edit = CardEdit {
        website: edit(&mut fields, &paths, "identity_card", "website", &card.website),
        email: edit(&mut fields, &paths, "identity_card", "email", &card.email),
        telephone: edit(&mut fields, &paths, "identity_card", "telephone", &card.telephone),
        service: edit(&mut fields, &paths, "identity_card", "service", &card.service),
    };
    let parsed = collectivite.zip(seen).zip(id).map(|((collectivite, seen), id)| (id, cards::Update { collectivite, seen, edit }));
    fields.finish(parsed)
}

/// Reads a contact to be added.
pub fn create_contact(request: &pb::CreateContactRequest) -> Result<(RequestId, contacts::Add), Violations> {
    let mut fields = Fields::default();
    let contact = request.contact.clone().unwrap_or_default();
    fields.check("contact", request.contact.is_some(), "expected a contact");
    let new = new_contact(&mut fields, &contact);
    let id = request_id(&mut fields, &request.request_id);
    fields.finish(id.zip(new).map(|(id, new)| (id, contacts::Add(new))))
}

/// Reads what is said of somebody.
pub(super) fn new_contact(fields: &mut Fields, contact: &pb::Contact) -> Option<NewContact> {
    let collectivite = fields.parse("contact.collectivite_id", &contact.collectivite_id);
    let kind = contact_kind(fields, contact.kind);
    let first_name = fields.parse("contact.first_name", &contact.first_name);
    let last_name = last_name(fields, &contact.last_name);
    let title = fields.parse("contact.title", &contact.title);
    let email = fields.parse("contact.email", &contact.email);
    Some(NewContact {
        collectivite: collectivite?,
        kind: kind?,
        first_name: first_name?,
        last_name: last_name?,
        title: title?,
        email: email?,
        visibility: visibility(contact.visibility),
    })
}

/// Reads an edit of a contact.
pub fn update_contact(request: &pb::UpdateContactRequest) -> Result<(RequestId, contacts::Update), Violations> {
    let mut fields = Fields::default();
    let contact = request.contact.clone().unwrap_or_default();
    fields.check("contact", request.contact.is_some(), "expected the contact with its etag");
    let which: Option<ContactId> = fields.parse("contact.contact_id", &contact.contact_id);
    let seen: Option<Etag> = fields.parse("contact.etag", &contact.etag);
    let id = request_id(&mut fields, &request.request_id);
    let paths = masked(&mut fields, request.update_mask.as_ref(), &["kind", "first_name", "last_name", "title", "email", "visibility"]);
    let named = |path: &str| paths.contains(&path);
    let edit = ContactEdit {
        kind: if named("kind") { contact_kind(&mut fields, contact.kind) } else { None },
        first_name: edit(&mut fields, &paths, "contact", "first_name", &contact.first_name),
        last_name: if named("last_name") { last_name(&mut fields, &contact.last_name) } else { None },
        title: edit(&mut fields, &paths, "contact", "title", &contact.title),
        email: edit(&mut fields, &paths, "contact", "email", &contact.email),
        visibility: named("visibility").then(|| visibility(contact.visibility)),
    };
    let parsed = which.zip(seen).zip(id).map(|((contact, seen), id)| (id, contacts::Update { contact, seen, edit }));
    fields.finish(parsed)
}

/// Reads which contact is to go.
pub fn delete_contact(request: &pb::DeleteContactRequest) -> Result<(RequestId, contacts::Remove), Violations> {
    let mut fields = Fields::default();
    let contact = fields.parse("contact_id", &request.contact_id);
    let seen = fields.parse("etag", &request.etag);
    let id = request_id(&mut fields, &request.request_id);
    fields.finish(contact.zip(seen).zip(id).map(|((contact, seen), id)| (id, contacts::Remove { contact, seen })))
}

fn contact_kind(fields: &mut Fields, wire: i32) -> Option<ContactKind> {
    match pb::ContactKind::try_from(wire) {
        Ok(pb::ContactKind::Elected) => Some(ContactKind::Elected),
        Ok(pb::ContactKind::Officer) => Some(ContactKind::Officer),
        _ => {
            fields.note("contact.kind", "expected ELECTED or OFFICER");
            None
        }
    }
}

fn last_name(fields: &mut Fields, text: &str) -> Option<Text<100>> {
    let name: Option<Text<100>> = fields.parse("contact.last_name", text);
    fields.check("contact.last_name", name.as_ref().is_none_or(|name| !name.is_empty()), "expected a last name");
    name
}

fn visibility(wire: Option<pb::ContactVisibility>) -> Visibility {
    let pb::ContactVisibility { public, first_name, email } = wire.unwrap_or_default();
    Visibility { public, first_name, email }
}

/// Reads a network to be added.
pub fn create_network(request: &pb::CreateNetworkRequest) -> Result<(RequestId, networks::Add), Violations> {
    let mut fields = Fields::default();
    fields.check("network", request.network.is_some(), "expected a network");
    let id = request_id(&mut fields, &request.request_id);
    let edit = network_edit(&mut fields, &request.network.clone().unwrap_or_default(), &["acronym", "name", "kind", "scope"]);
    fields.finish(id.map(|id| (id, networks::Add(edit))))
}

/// Reads an edit of a network.
pub fn update_network(request: &pb::UpdateNetworkRequest) -> Result<(RequestId, networks::Update), Violations> {
    let mut fields = Fields::default();
    let network = request.network.clone().unwrap_or_default();
    fields.check("network", request.network.is_some(), "expected the network with its etag");
    let which = fields.parse("network.network_id", &network.network_id);
    let seen = fields.parse("network.etag", &network.etag);
    let id = request_id(&mut fields, &request.request_id);
    let paths = masked(&mut fields, request.update_mask.as_ref(), &["acronym", "name", "kind", "scope"]);
    let edit = network_edit(&mut fields, &network, &paths);
    fields.finish(which.zip(seen).zip(id).map(|((network, seen), id)| (id, networks::Update { network, seen, edit })))
}

fn network_edit(fields: &mut Fields, network: &pb::Network, paths: &[&str]) -> NetworkEdit {
    let name: Option<Text<200>> = edit(fields, paths, "network", "name", &network.name);
    fields.check("network.name", name.as_ref().is_none_or(|name| !name.is_empty()), "expected a name");
    NetworkEdit {
        acronym: edit(fields, paths, "network", "acronym", &network.acronym),
        name,
        kind: edit(fields, paths, "network", "kind", &network.kind),
        scope: edit(fields, paths, "network", "scope", &network.scope),
    }
}

/// Reads the networks a collectivité is a member of, or uses.
pub fn set_networks(request: &pb::SetNetworkRelationsRequest) -> Result<(RequestId, networks::Set), Violations> {
    let mut fields = Fields::default();
    let collectivite = fields.parse("collectivite_id", &request.collectivite_id);
    let seen = fields.parse("etag", &request.etag);
    let id = request_id(&mut fields, &request.request_id);
    fields.check("networks", request.networks.len() <= 200, "expected at most 200 networks");
    let mut choices: Vec<RelationChoice> = Vec::new();
    for (place, relation) in request.networks.iter().enumerate().take(200) {
        let field = format!("networks[{place}]");
        fields.check(&field, relation.member || relation.uses, "expected member, uses or both");
        if let Some(network) = fields.parse(&format!("{field}.network_id"), &relation.network_id) {
            fields.check(&field, choices.iter().all(|other| other.network != network), "named twice");
            choices.push(RelationChoice { network, member: relation.member, uses: relation.uses });
        }
    }
    let parsed = collectivite.zip(seen).zip(id).map(|((collectivite, seen), id)| (id, networks::Set { collectivite, seen, choices }));
    fields.finish(parsed)
}

/// Reads a succession.
pub fn record_succession(request: &pb::RecordSuccessionRequest) -> Result<(RequestId, successions::Record), Violations> {
    let mut fields = Fields::default();
    let predecessors = ids(&mut fields, "predecessor_ids", &request.predecessor_ids);
    let successors = ids(&mut fields, "successor_ids", &request.successor_ids);
    let effective_on = request.effective_on.parse().ok();
    fields.check("effective_on", effective_on.is_some(), "expected a day, as 2026-01-01");
    let id = request_id(&mut fields, &request.request_id);
    let parsed =
        effective_on.zip(id).map(|(effective_on, id)| (id, successions::Record(Succession { predecessors, successors, effective_on })));
    fields.finish(parsed)
}

fn ids(fields: &mut Fields, field: &str, texts: &[String]) -> Vec<CollectiviteId> {
    fields.check(field, (1..=100).contains(&texts.len()), "expected 1 to 100 ids");
    let mut ids: Vec<CollectiviteId> =
        texts.iter().take(100).enumerate().filter_map(|(place, text)| fields.parse(&format!("{field}[{place}]"), text)).collect();
    ids.sort();
    ids.dedup();
    ids
}
