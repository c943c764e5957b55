use atlas_proto::projects::v1 as pb;
use kernel::{CollectiviteId, Etag, Fields, RequestId, Violations};

use super::{Part, cents, narrowed, natural_key, page, provenance, request_id};
use crate::record::{
    commands::{
        imports::Sourced,
        partnerships::{Add, Confirm, Remove, Requalify, Update},
    },
    domain::{Convention, Framework, PartnershipEdit, PartnershipId, Standing, Start, Status, Terms, Year},
    store::partnerships::Filter,
};

/// What an agent may write.
const PATHS: [&str; 9] = [
    "partner_id",
    "lead_collectivite_id",
    "collectivite_ids",
    "twinning",
    "oudin_santini",
    "status",
    "start_year",
    "conventions",
    "description",
];
/// What comes along with another path of the same thing.
const ALONG: [(&str, &str); 2] = [("status_since", "status"), ("start_year_unknown", "start_year")];

/// Reads the id of a partnership and nothing else.
pub fn id(text: &str) -> Result<PartnershipId, Violations> {
    let mut fields = Fields::default();
    let id = fields.parse("partnership_id", text);
    fields.finish(id)
}

/// Reads a list's filter and page.
pub fn list(request: pb::ListPartnershipsRequest) -> Result<(Filter, i64), Violations> {
    let mut fields = Fields::default();
    narrowed(&mut fields, &request.collectivite_id, &request.country_iso2, &request.region_code);
    let partner = fields.parse_optional("partner_id", &request.partner_id);
    let page = page(&mut fields, request.page_size, &request.page_token, 100, 500);
    let pb::ListPartnershipsRequest { collectivite_id, country_iso2, region_code, .. } = request;
    let parsed =
        page.map(|page| (Filter { after: page.after, collectivite: collectivite_id, partner, country_iso2, region_code }, page.size));
    fields.finish(parsed)
}

/// Reads a partnership to be added.
pub fn create(request: &pb::CreatePartnershipRequest, next_year: Year) -> Result<(RequestId, Add), Violations> {
    let mut fields = Fields::default();
    fields.check("partnership", request.partnership.is_some(), "expected a partnership");
    let id = request_id(&mut fields, &request.request_id);
    let terms = terms(&mut fields, "partnership", &request.partnership.clone().unwrap_or_default(), next_year);
    fields.finish(id.zip(terms.map(Add)))
}

/// Reads an edit of a partnership.
pub fn update(request: &pb::UpdatePartnershipRequest, next_year: Year) -> Result<(RequestId, Update), Violations> {
    let mut fields = Fields::default();
    let wire = request.partnership.clone().unwrap_or_default();
    fields.check("partnership", request.partnership.is_some(), "expected the partnership with its etag");
    let which = fields.parse("partnership.partnership_id", &wire.partnership_id);
    let seen: Option<Etag> = fields.parse("partnership.etag", &wire.etag);
    let id = request_id(&mut fields, &request.request_id);
    let known = [&PATHS[..], &ALONG.map(|(along, _)| along)].concat();
    let mut part = Part::masked(&mut fields, "partnership", request.update_mask.as_ref(), &known);
    for (along, with) in ALONG {
        if part.has(along) && !part.has(with) {
            part.paths.push(with);
        }
    }
    let edit = edit(&mut fields, &part, &wire, next_year);
    fields.finish(which.zip(seen).zip(id).map(|((partnership, seen), id)| (id, Update { partnership, seen, edit })))
}

/// Reads that a partnership is with or without a convention.
pub fn requalify(request: &pb::RequalifyPartnershipRequest) -> Result<(RequestId, Requalify), Violations> {
    let mut fields = Fields::default();
    let partnership = fields.parse("partnership_id", &request.partnership_id);
    let seen = fields.parse("etag", &request.etag);
    let framework = framework(request.framework);
    fields.check("framework", framework.is_some(), "expected CONVENTION or NONE");
    let id = request_id(&mut fields, &request.request_id);
    let parsed = partnership.zip(seen).zip(framework.zip(id));
    fields.finish(parsed.map(|((partnership, seen), (framework, id))| (id, Requalify { partnership, seen, framework })))
}

/// Reads which partnerships are right.
pub fn confirm(request: &pb::ConfirmPartnershipsRequest) -> Result<(RequestId, Confirm), Violations> {
    let mut fields = Fields::default();
    let texts = &request.partnership_ids;
    fields.check("partnership_ids", (1..=200).contains(&texts.len()), "expected 1 to 200 ids");
    let mut ids: Vec<PartnershipId> =
        texts.iter().take(200).enumerate().filter_map(|(place, text)| fields.parse(&format!("partnership_ids[{place}]"), text)).collect();
    ids.sort();
    ids.dedup();
    let id = request_id(&mut fields, &request.request_id);
    fields.finish(id.map(|id| (id, Confirm(ids))))
}

/// Reads which partnership is to go.
pub fn remove(request: &pb::DeletePartnershipRequest) -> Result<(RequestId, Remove), Violations> {
    let mut fields = Fields::default();
    let partnership = fields.parse("partnership_id", &request.partnership_id);
    let seen = fields.parse("etag", &request.etag);
    let id = request_id(&mut fields, &request.request_id);
    fields.finish(partnership.zip(seen).zip(id).map(|((partnership, seen), id)| (id, Remove { partnership, seen })))
}

/// Reads a partnership as a source has it.
pub fn imported(wire: &pb::ImportedPartnership, next_year: Year) -> Result<Sourced<Terms>, Violations> {
    let mut fields = Fields::default();
    let key = natural_key(&mut fields, &wire.natural_key);
    let partnership = wire.partnership.clone().unwrap_or_default();
    let provenance = provenance(&mut fields, partnership.provenance.as_ref());
    let content = terms(&mut fields, "", &partnership, next_year);
    let parsed = key.zip(provenance).zip(content);
    fields.finish(parsed.map(|((natural_key, provenance), content)| Sourced { natural_key, provenance, content }))
}

/// Reads all that is said of a partnership.
fn terms(fields: &mut Fields, name: &'static str, wire: &pb::Partnership, next_year: Year) -> Option<Terms> {
    let edit = edit(fields, &Part::whole(name, PATHS.to_vec()), wire, next_year);
    let terms = Terms {
        partner: edit.partner?,
        lead: edit.lead?,
        participants: edit.participants?,
        framework: framework(wire.framework),
        twinning: wire.twinning,
        oudin_santini: wire.oudin_santini,
        standing: edit.standing?,
        start: edit.start?,
        conventions: edit.conventions?,
        description: edit.description?,
    };
    Some(terms.ordered())
}

fn edit(fields: &mut Fields, part: &Part<'_>, wire: &pb::Partnership, next_year: Year) -> PartnershipEdit {
    let collectivite = |fields: &mut Fields, field: &str, text: &String| fields.parse::<CollectiviteId>(field, text);
    PartnershipEdit {
        partner: part.text(fields, "partner_id", &wire.partner_id),
        lead: part.text(fields, "lead_collectivite_id", &wire.lead_collectivite_id),
        participants: part.list(fields, "collectivite_ids", &wire.collectivite_ids, Terms::PARTICIPANTS, collectivite),
        twinning: part.has("twinning").then_some(wire.twinning),
        oudin_santini: part.has("oudin_santini").then_some(wire.oudin_santini),
        standing: part.has("status").then(|| standing(fields, part, wire)).flatten(),
        start: part.has("start_year").then(|| start(fields, part, wire, next_year)),
        conventions: part.list(fields, "conventions", &wire.conventions, Terms::CONVENTIONS, convention),
        description: part.text(fields, "description", &wire.description),
    }
}

fn standing(fields: &mut Fields, part: &Part<'_>, wire: &pb::Partnership) -> Option<Standing> {
    let status = match wire.status() {
        pb::PartnershipStatus::Unspecified => None,
        pb::PartnershipStatus::Active => Some(Status::Active),
        pb::PartnershipStatus::Dormant => Some(Status::Dormant),
        pb::PartnershipStatus::Suspended => Some(Status::Suspended),
        pb::PartnershipStatus::Ended => Some(Status::Ended),
    };
    let field = part.field("status_since");
    let is_over = status.is_some_and(Status::is_over);
    fields.check(&field, is_over || wire.status_since.is_empty(), "expected none, unless it is suspended or ended");
    let since = if wire.status_since.is_empty() { None } else { Some(fields.parse(&field, &wire.status_since)?) };
    Some(Standing { status, since })
}

fn start(fields: &mut Fields, part: &Part<'_>, wire: &pb::Partnership, next_year: Year) -> Start {
    let is_both = wire.start_year.is_some() && wire.start_year_unknown;
    fields.check(&part.field("start_year_unknown"), !is_both, "expected a year, or that it is not known");
    let can_be = wire.start_year.is_none_or(|year| (1900..=next_year).contains(&year));
    fields.check(&part.field("start_year"), can_be, &format!("expected a year from 1900 to {next_year}"));
    match wire.start_year {
        Some(year) => Start::In(year),
        None if wire.start_year_unknown => Start::Unknown,
        None => Start::Unsaid,
    }
}

fn convention(fields: &mut Fields, field: &str, wire: &pb::Convention) -> Option<Convention> {
    let object = fields.parse(&format!("{field}.object"), &wire.object);
    let signed_on = fields.parse_optional(&format!("{field}.signed_on"), &wire.signed_on);
    let ends_on = fields.parse_optional(&format!("{field}.ends_on"), &wire.ends_on);
    let ctes_reference = fields.parse(&format!("{field}.ctes_reference"), &wire.ctes_reference);
    let forecast_cents = wire.forecast_cents.map(|amount| cents(fields, &format!("{field}.forecast_cents"), amount));
    let convention = Convention {
        object: object?,
        forecast_cents,
        signed_on,
        ends_on,
        tacit_renewal: wire.tacit_renewal,
        ctes_reference: ctes_reference?,
    };
    let in_order = convention.ends_on.as_ref().zip(convention.signed_on.as_ref()).is_none_or(|(end, start)| !end.is_before(start));
    fields.check(&format!("{field}.ends_on"), in_order, "expected a day that is not before signed_on");
    Some(convention)
}

fn framework(wire: i32) -> Option<Framework> {
    match pb::Framework::try_from(wire) {
        Ok(pb::Framework::Convention) => Some(Framework::Convention),
        Ok(pb::Framework::None) => Some(Framework::None),
        _ => None,
    }
}
