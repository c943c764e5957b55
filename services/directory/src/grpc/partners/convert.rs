use atlas_proto::directory::v1 as pb;
use kernel::Etag;

use crate::{
    commands::partners::{Added, Merged, Unmerged, Updated},
    domain::{Country, OtherName, Partner, PartnerFields, PartnerLevel, Point, Proposal, ProposalState},
    grpc::convert::{origin, timestamp},
    store::partners::history,
};

/// A country.
#[must_use]
pub fn country(from: &Country) -> pb::Country {
    pb::Country {
        iso2: from.iso2.to_string(),
        iso3: from.iso3.clone(),
        name_fr: from.name_fr.to_string(),
        name_en: from.name_en.to_string(),
        continent: from.continent.clone(),
        capital: from.capital.map(point),
        dac_code: from.dac_code.clone(),
        oda_eligible: from.oda_eligible,
        version: from.version.wire(),
    }
}

/// A partner.
#[must_use]
pub fn partner(from: &Partner) -> pb::Partner {
    let state = if from.merged_into.is_some() { pb::PartnerState::Merged } else { pb::PartnerState::Active };
    let PartnerFields { country, level, name, other_names, division, place, geonames_id, point: lies, population } = &from.fields;
    pb::Partner {
        partner_id: from.id.to_string(),
        country_iso2: country.to_string(),
        level: pb::PartnerLevel::from(*level).into(),
        name: name.to_string(),
        other_names: other_names.iter().map(other_name).collect(),
        division: division.to_string(),
        place: place.to_string(),
        geonames_id: geonames_id.map(i64::unsigned_abs),
        point: lies.map(point),
        population: *population,
        origin: origin(from.origin).to_owned(),
        state: state.into(),
        merged_into: from.merged_into.map(|id| id.to_string()).unwrap_or_default(),
        added_by: from.added_by.as_ref().map(ToString::to_string).unwrap_or_default(),
        etag: Etag(from.version).to_string(),
        version: from.version.wire(),
        updated_at: Some(timestamp(from.updated_at)),
    }
}

/// A proposal.
#[must_use]
pub fn proposal(from: &Proposal) -> pb::PartnerProposal {
    let state = match from.state {
        ProposalState::Open => pb::PartnerProposalState::Open,
        ProposalState::Accepted => pb::PartnerProposalState::Accepted,
        ProposalState::Refused => pb::PartnerProposalState::Refused,
    };
    let proposed = Partner { fields: from.proposed.clone(), ..from.before.clone() };
    pb::PartnerProposal {
        proposal_id: from.id.to_string(),
        before: Some(partner(&from.before)),
        proposed: Some(partner(&proposed)),
        collectivite_id: from.collectivite.to_string(),
        reason: from.reason.to_string(),
        state: state.into(),
        proposed_at: Some(timestamp(from.proposed_at)),
        decided_at: from.decided_at.map(timestamp),
        answer: from.answer.to_string(),
    }
}

/// One change of a partner.
#[must_use]
pub fn entry(from: history::Entry) -> pb::PartnerHistoryEntry {
    pb::PartnerHistoryEntry {
        entry_id: from.id.to_string(),
        changed_at: Some(timestamp(from.changed_at)),
        changed_by: from.changed_by,
        change: from.change,
        before: from.before.as_ref().map(partner),
    }
}

const fn point(from: Point) -> pb::Point {
    pb::Point { latitude: from.latitude, longitude: from.longitude }
}

fn other_name(from: &OtherName) -> pb::PartnerName {
    pb::PartnerName { name: from.name.to_string(), language: from.language.clone() }
}

/// Both ways, one row a level.
const LEVELS: [(PartnerLevel, pb::PartnerLevel); 5] = [
    (PartnerLevel::Municipality, pb::PartnerLevel::Municipality),
    (PartnerLevel::Grouping, pb::PartnerLevel::Grouping),
    (PartnerLevel::District, pb::PartnerLevel::District),
    (PartnerLevel::Region, pb::PartnerLevel::Region),
    (PartnerLevel::Other, pb::PartnerLevel::Other),
];

impl From<PartnerLevel> for pb::PartnerLevel {
    fn from(level: PartnerLevel) -> Self {
        LEVELS.iter().find(|(ours, _)| *ours == level).map_or(Self::Unspecified, |(_, wire)| *wire)
    }
}

/// The level that the wire names; none for unspecified and for one that this version does not know.
#[must_use]
pub fn level(wire: i32) -> Option<PartnerLevel> {
    LEVELS.iter().find(|(_, ours)| i32::from(*ours) == wire).map(|(level, _)| *level)
}

impl From<Added> for pb::CreatePartnerResponse {
    fn from(Added(done): Added) -> Self {
        Self { partner: Some(partner(&done)) }
    }
}

impl From<Updated> for pb::UpdatePartnerResponse {
    fn from(Updated(done): Updated) -> Self {
        Self { partner: Some(partner(&done)) }
    }
}

impl From<Merged> for pb::MergePartnersResponse {
    fn from(Merged(done): Merged) -> Self {
        Self { partner: Some(partner(&done)) }
    }
}

impl From<Unmerged> for pb::UndoPartnerMergeResponse {
    fn from(Unmerged(done): Unmerged) -> Self {
        Self { partner: Some(partner(&done)) }
    }
}

impl From<Proposal> for pb::ProposePartnerChangeResponse {
    fn from(done: Proposal) -> Self {
        Self { proposal: Some(proposal(&done)) }
    }
}

impl From<Proposal> for pb::DecidePartnerProposalResponse {
    fn from(done: Proposal) -> Self {
        Self { proposal: Some(proposal(&done)) }
    }
}
