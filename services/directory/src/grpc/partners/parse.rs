use atlas_proto::directory::v1 as pb;
use kernel::{Etag, Fields, RequestId, Violations};

use super::convert;
use crate::{
    commands::partners::{Add, Decide, Merge, Propose, Undo, Update},
    domain::{CountryCode, Decision, OtherName, PartnerEdit, PartnerFields, PartnerId, PartnerLevel, Point, ProposalId, Text, folded},
    grpc::parse::{Page, masked, page, request_id},
    queries::partners::Search,
    store::partners::history::PartnerEntryId,
};

/// What of a partner may be changed.
const PATHS: [&str; 9] = ["country_iso2", "level", "name", "other_names", "division", "place", "geonames_id", "point", "population"];

/// Reads the id of a partner and nothing else.
pub fn partner_id(text: &str) -> Result<PartnerId, Violations> {
    let mut fields = Fields::default();
    let id = fields.parse("partner_id", text);
    fields.finish(id)
}

/// Reads a list of ids of partners and nothing else.
pub fn ids(field: &str, texts: &[String], most: usize) -> Result<Vec<PartnerId>, Violations> {
    let mut fields = Fields::default();
    let ids = ids_in(&mut fields, field, texts, most);
    fields.finish(Some(ids))
}

fn ids_in(fields: &mut Fields, field: &str, texts: &[String], most: usize) -> Vec<PartnerId> {
    fields.check(field, (1..=most).contains(&texts.len()), &format!("expected 1 to {most} ids"));
    let read = texts.iter().take(most).enumerate();
    let mut ids: Vec<PartnerId> = read.filter_map(|(place, text)| fields.parse(&format!("{field}[{place}]"), text)).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Reads what was typed into a search, where, and how many answers are wanted.
pub fn search(request: &pb::SearchPartnersRequest) -> Result<Search, Violations> {
    let mut fields = Fields::default();
    let query = request.query.trim();
    fields.check("query", (2..=200).contains(&query.chars().count()), "expected 2 to 200 characters");
    let country: Option<CountryCode> = fields.parse_optional("country_iso2", &request.country_iso2);
    let limit = if request.limit == 0 { 10 } else { i64::from(request.limit) };
    fields.check("limit", (1..=50).contains(&limit), "expected 1 to 50, or 0 for 10");
    fields.finish(Some(Search { folded: folded(query), country, limit }))
}

/// Reads a page of proposals.
pub fn proposals(request: &pb::ListPartnerProposalsRequest) -> Result<Page<ProposalId>, Violations> {
    let mut fields = Fields::default();
    let page = page(&mut fields, request.page_size, &request.page_token, 50, 200);
    fields.finish(page)
}

/// Reads which partner's history is asked for, and which page of it.
pub fn history(request: &pb::ListPartnerHistoryRequest) -> Result<(PartnerId, Page<PartnerEntryId>), Violations> {
    let mut fields = Fields::default();
    let id = fields.parse("partner_id", &request.partner_id);
    let page = page(&mut fields, request.page_size, &request.page_token, 50, 200);
    fields.finish(id.zip(page))
}

/// Reads a partner to be added.
pub fn create(request: &pb::CreatePartnerRequest) -> Result<(RequestId, Add), Violations> {
    let mut fields = Fields::default();
    fields.check("partner", request.partner.is_some(), "expected a partner");
    let id = request_id(&mut fields, &request.request_id);
    let partner = partner_fields(&mut fields, "partner.", &request.partner.clone().unwrap_or_default());
    fields.finish(id.zip(partner).map(|(id, partner)| (id, Add(partner))))
}

/// Reads a change of a partner.
pub fn update(request: &pb::UpdatePartnerRequest) -> Result<(RequestId, Update), Violations> {
    let mut fields = Fields::default();
    let id = request_id(&mut fields, &request.request_id);
    let change = change(&mut fields, request.partner.as_ref(), request.update_mask.as_ref());
    fields.finish(id.zip(change).map(|(id, (partner, seen, edit))| (id, Update { partner, seen, edit })))
}

/// Reads a change that is proposed. What a reason says may be of several lines; it is kept as one.
pub fn propose(request: &pb::ProposePartnerChangeRequest) -> Result<(RequestId, Propose), Violations> {
    let mut fields = Fields::default();
    let id = request_id(&mut fields, &request.request_id);
    let change = change(&mut fields, request.partner.as_ref(), request.update_mask.as_ref());
    let reason = said(&mut fields, "reason", &request.reason);
    let parsed = (|| {
        let (partner, seen, edit) = change?;
        Some((id?, Propose { partner, seen, edit, reason: reason? }))
    })();
    fields.finish(parsed)
}

/// Reads what the ministry says to a proposal.
pub fn decide(request: &pb::DecidePartnerProposalRequest) -> Result<(RequestId, Decide), Violations> {
    let mut fields = Fields::default();
    let proposal = fields.parse("proposal_id", &request.proposal_id);
    let id = request_id(&mut fields, &request.request_id);
    let decision = if request.accept {
        fields.check("answer", request.answer.is_empty(), "expected nothing: it is said to a refusal");
        Some(Decision::Accept)
    } else {
        said(&mut fields, "answer", &request.answer).map(Decision::Refuse)
    };
    let parsed = id.zip(proposal).zip(decision).map(|((id, proposal), decision)| (id, Decide { proposal, decision }));
    fields.finish(parsed)
}

/// Reads which partners are one and the same.
pub fn merge(request: &pb::MergePartnersRequest) -> Result<(RequestId, Merge), Violations> {
    let mut fields = Fields::default();
    let id = request_id(&mut fields, &request.request_id);
    let into: Option<PartnerId> = fields.parse("into_partner_id", &request.into_partner_id);
    let partners = ids_in(&mut fields, "partner_ids", &request.partner_ids, 20);
    fields.check("partner_ids", into.is_none_or(|into| !partners.contains(&into)), "expected others than the one that stays");
    fields.finish(id.zip(into).map(|(id, into)| (id, Merge { into, partners })))
}

/// Reads which merge is taken back.
pub fn undo(request: &pb::UndoPartnerMergeRequest) -> Result<(RequestId, Undo), Violations> {
    let mut fields = Fields::default();
    let partner = fields.parse("partner_id", &request.partner_id);
    let id = request_id(&mut fields, &request.request_id);
    fields.finish(id.zip(partner).map(|(id, partner)| (id, Undo(partner))))
}

/// Which partner, as it was read, and what is to change of it.
type Change = (PartnerId, Etag, PartnerEdit);

fn change(fields: &mut Fields, partner: Option<&pb::Partner>, mask: Option<&prost_types::FieldMask>) -> Option<Change> {
    fields.check("partner", partner.is_some(), "expected the partner with its etag");
    let partner = partner.cloned().unwrap_or_default();
    let id = fields.parse("partner.partner_id", &partner.partner_id);
    let seen = fields.parse("partner.etag", &partner.etag);
    let paths = masked(fields, mask, &PATHS);
    let edit = partner_edit(fields, "partner.", &paths, &partner);
    Some((id?, seen?, edit))
}

/// Reads all that may be said of a partner; each field is named with `prefix` before it.
pub fn partner_fields(fields: &mut Fields, prefix: &str, partner: &pb::Partner) -> Option<PartnerFields> {
    let PartnerEdit { country, level, name, other_names, division, place, geonames_id, point, population } =
        partner_edit(fields, prefix, &PATHS, partner);
    Some(PartnerFields {
        country: country?,
        level: level?,
        name: name?,
        other_names: other_names?,
        division: division?,
        place: place?,
        geonames_id: geonames_id?,
        point: point?,
        population: population?,
    })
}

fn partner_edit(fields: &mut Fields, prefix: &str, paths: &[&str], partner: &pb::Partner) -> PartnerEdit {
    let named = |path: &str| paths.contains(&path);
    let field = |path: &str| format!("{prefix}{path}");
    PartnerEdit {
        country: if named("country_iso2") { fields.parse(&field("country_iso2"), &partner.country_iso2) } else { None },
        level: if named("level") { level(fields, &field("level"), partner.level) } else { None },
        name: if named("name") { name(fields, &field("name"), &partner.name) } else { None },
        other_names: named("other_names").then(|| other_names(fields, &field("other_names"), &partner.other_names)),
        division: if named("division") { fields.parse(&field("division"), &partner.division) } else { None },
        place: if named("place") { fields.parse(&field("place"), &partner.place) } else { None },
        geonames_id: named("geonames_id").then(|| geonames_id(fields, &field("geonames_id"), partner.geonames_id)),
        point: named("point").then(|| point(fields, &field("point"), partner.point)),
        population: named("population").then(|| population(fields, &field("population"), partner.population)),
    }
}

fn level(fields: &mut Fields, field: &str, wire: i32) -> Option<PartnerLevel> {
    let level = convert::level(wire);
    fields.check(field, level.is_some(), "expected a level of this contract");
    level
}

fn name(fields: &mut Fields, field: &str, text: &str) -> Option<Text<200>> {
    let name: Option<Text<200>> = fields.parse(field, text);
    let readable = name.as_ref().is_none_or(|name| !folded(name.as_str()).is_empty());
    fields.check(field, readable, "expected a name with a letter or digit in it");
    name
}

fn other_names(fields: &mut Fields, field: &str, names: &[pb::PartnerName]) -> Vec<OtherName> {
    let most = PartnerFields::OTHER_NAMES;
    fields.check(field, names.len() <= most, &format!("expected at most {most} names"));
    let tag = |text: &str| text.len() <= 35 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let read = names.iter().take(most).enumerate().filter_map(|(place, other)| {
        let field = format!("{field}[{place}]");
        fields.check(&format!("{field}.language"), tag(&other.language), "expected a language tag (de, ar, zh-Hant), or nothing");
        let name = name(fields, &format!("{field}.name"), &other.name)?;
        Some(OtherName { name, language: other.language.clone() })
    });
    read.collect()
}

fn geonames_id(fields: &mut Fields, field: &str, wire: Option<u64>) -> Option<i64> {
    let id = wire.map(|id| i64::try_from(id).ok().filter(|id| *id > 0));
    fields.check(field, id != Some(None), "expected a number of geonames.org, or nothing");
    id.flatten()
}

/// Reads a point.
pub fn point(fields: &mut Fields, field: &str, wire: Option<pb::Point>) -> Option<Point> {
    let point = wire.map(|point| Point { latitude: point.latitude, longitude: point.longitude });
    let on_earth = |point: Point| point.latitude.abs() <= 90.0 && point.longitude.abs() <= 180.0;
    fields.check(field, point.is_none_or(on_earth), "expected degrees: latitude −90 to 90, longitude −180 to 180");
    point
}

fn population(fields: &mut Fields, field: &str, wire: Option<i64>) -> Option<i64> {
    fields.check(field, wire.is_none_or(|people| people >= 0), "expected 0 or more");
    wire
}

/// Reads what somebody says, which is not nothing.
fn said(fields: &mut Fields, field: &str, text: &str) -> Option<Text<1000>> {
    let said: Option<Text<1000>> = fields.parse(field, &text.split_whitespace().collect::<Vec<_>>().join(" "));
    fields.check(field, said.as_ref().is_none_or(|said| !said.is_empty()), "expected 1 to 1000 characters");
    said
}
