//! Types to words: what the wire shows of each thing.

use atlas_proto::directory::v1 as pb;
use chrono::{DateTime, Utc};
use kernel::Etag;

use crate::{
    commands::{contacts::Removed, successions::Ended},
    domain::{
        Collectivite, CollectiviteType, Contact, ContactKind, IdentityCard, Link, Network, Origin, Point, Relation, Territory,
        TerritoryKind,
    },
    store::history,
};

/// A collectivité.
#[must_use]
pub fn collectivite(from: &Collectivite) -> pb::Collectivite {
    let registered = &from.registered;
    let state = if from.ended_on.is_some() { pb::CollectiviteState::Ended } else { pb::CollectiviteState::Active };
    pb::Collectivite {
        collectivite_id: registered.id.to_string(),
        r#type: pb::CollectiviteType::from(registered.kind).into(),
        name: registered.name.to_string(),
        siren: registered.siren.clone(),
        insee_code: registered.insee_code.clone(),
        postal_codes: registered.postal_codes.clone(),
        department_code: registered.department_code.clone(),
        region_code: registered.region_code.clone(),
        epci_id: registered.epci_id.clone(),
        population: registered.population,
        point: registered.point.map(|Point { latitude, longitude }| pb::Point { latitude, longitude }),
        state: state.into(),
        origin: origin(registered.origin).to_owned(),
        successors: from.successors.iter().map(link).collect(),
        predecessors: from.predecessors.iter().map(link).collect(),
        identity_card: Some(card(&from.card)),
        networks: from.networks.iter().map(relation).collect(),
        version: from.version.wire(),
    }
}

/// An identity card.
#[must_use]
pub fn card(from: &IdentityCard) -> pb::IdentityCard {
    pb::IdentityCard {
        website: from.website.as_str().to_owned(),
        email: from.email.as_str().to_owned(),
        telephone: from.telephone.as_str().to_owned(),
        service: from.service.to_string(),
        etag: Etag(from.revision).to_string(),
        revision: from.revision.wire(),
    }
}

/// A contact with all its fields.
#[must_use]
pub fn contact(from: &Contact) -> pb::Contact {
    let kind = match from.kind {
        ContactKind::Elected => pb::ContactKind::Elected,
        ContactKind::Officer => pb::ContactKind::Officer,
    };
    let visibility =
        pb::ContactVisibility { public: from.visibility.public, first_name: from.visibility.first_name, email: from.visibility.email };
    pb::Contact {
        contact_id: from.id.to_string(),
        collectivite_id: from.collectivite.to_string(),
        kind: kind.into(),
        first_name: from.first_name.to_string(),
        last_name: from.last_name.to_string(),
        title: from.title.to_string(),
        email: from.email.as_str().to_owned(),
        visibility: Some(visibility),
        etag: Etag(from.version).to_string(),
        version: from.version.wire(),
        updated_at: Some(timestamp(from.updated_at)),
        origin: origin(from.origin).to_owned(),
    }
}

/// A network.
#[must_use]
pub fn network(from: &Network) -> pb::Network {
    pb::Network {
        network_id: from.id.to_string(),
        acronym: from.acronym.to_string(),
        name: from.name.to_string(),
        kind: from.kind.to_string(),
        scope: from.scope.to_string(),
        origin: origin(from.origin).to_owned(),
        version: from.version.wire(),
        etag: Etag(from.version).to_string(),
    }
}

/// A tie to a network.
#[must_use]
pub fn relation(from: &Relation) -> pb::NetworkRelation {
    pb::NetworkRelation {
        network_id: from.network.to_string(),
        name: from.name.clone(),
        member: from.member,
        uses: from.uses,
        origin: origin(from.origin).to_owned(),
    }
}

/// A territory.
#[must_use]
pub fn territory(from: &Territory) -> pb::Territory {
    let kind = match from.kind {
        TerritoryKind::Region => pb::TerritoryKind::Region,
        TerritoryKind::Department => pb::TerritoryKind::Department,
    };
    let Territory { code, name, region_code, version, .. } = from.clone();
    pb::Territory { kind: kind.into(), code, name, region_code, version: version.wire() }
}

/// One change of a page.
#[must_use]
pub fn history_entry(from: history::Entry) -> pb::HistoryEntry {
    pb::HistoryEntry {
        entry_id: from.id.to_string(),
        changed_at: Some(timestamp(from.changed_at)),
        changed_by: from.changed_by,
        section: from.section,
        change: from.change,
        fields: from.fields,
    }
}

fn link(from: &Link) -> pb::Succession {
    pb::Succession { collectivite_id: from.id.to_string(), name: from.name.clone(), effective_on: from.effective_on.to_string() }
}

/// The word for where a row comes from.
#[must_use]
pub const fn origin(from: Origin) -> &'static str {
    match from {
        Origin::Officiel => "officiel",
        Origin::Wikipedia => "wikipedia",
        Origin::Demo => "demo",
    }
}

/// A time.
pub(super) fn timestamp(at: DateTime<Utc>) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.timestamp(), nanos: i32::try_from(at.timestamp_subsec_nanos()).unwrap_or_default() }
}

/// Both ways, one row a type.
const TYPES: [(CollectiviteType, pb::CollectiviteType); 12] = [
    (CollectiviteType::Commune, pb::CollectiviteType::Commune),
    (CollectiviteType::Departement, pb::CollectiviteType::Departement),
    (CollectiviteType::Region, pb::CollectiviteType::Region),
    (CollectiviteType::CommunauteCommunes, pb::CollectiviteType::CommunauteCommunes),
    (CollectiviteType::CommunauteAgglomeration, pb::CollectiviteType::CommunauteAgglomeration),
    (CollectiviteType::CommunauteUrbaine, pb::CollectiviteType::CommunauteUrbaine),
    (CollectiviteType::Metropole, pb::CollectiviteType::Metropole),
    (CollectiviteType::MetropoleLyon, pb::CollectiviteType::MetropoleLyon),
    (CollectiviteType::Ept, pb::CollectiviteType::Ept),
    (CollectiviteType::CollectiviteUnique, pb::CollectiviteType::CollectiviteUnique),
    (CollectiviteType::CollectiviteEuropeenne, pb::CollectiviteType::CollectiviteEuropeenne),
    (CollectiviteType::CollectiviteOutreMer, pb::CollectiviteType::CollectiviteOutreMer),
];

impl From<CollectiviteType> for pb::CollectiviteType {
    fn from(kind: CollectiviteType) -> Self {
        TYPES.iter().find(|(ours, _)| *ours == kind).map_or(Self::Unspecified, |(_, wire)| *wire)
    }
}

/// The type that the wire names; none for unspecified and for one that this version does not know.
#[must_use]
pub fn collectivite_type(wire: i32) -> Option<CollectiviteType> {
    TYPES.iter().find(|(_, ours)| i32::from(*ours) == wire).map(|(kind, _)| *kind)
}

impl From<IdentityCard> for pb::UpdateIdentityCardResponse {
    fn from(done: IdentityCard) -> Self {
        Self { identity_card: Some(card(&done)) }
    }
}

impl From<Contact> for pb::CreateContactResponse {
    fn from(done: Contact) -> Self {
        Self { contact: Some(contact(&done)) }
    }
}

impl From<Contact> for pb::UpdateContactResponse {
    fn from(done: Contact) -> Self {
        Self { contact: Some(contact(&done)) }
    }
}

impl From<Removed> for pb::DeleteContactResponse {
    fn from(_: Removed) -> Self {
        Self {}
    }
}

impl From<Network> for pb::CreateNetworkResponse {
    fn from(done: Network) -> Self {
        Self { network: Some(network(&done)) }
    }
}

impl From<Network> for pb::UpdateNetworkResponse {
    fn from(done: Network) -> Self {
        Self { network: Some(network(&done)) }
    }
}

impl From<Collectivite> for pb::SetNetworkRelationsResponse {
    fn from(done: Collectivite) -> Self {
        Self {
            networks: done.networks.iter().map(relation).collect(),
            etag: Etag(done.networks_revision).to_string(),
            revision: done.networks_revision.wire(),
        }
    }
}

impl From<Ended> for pb::RecordSuccessionResponse {
    fn from(Ended(done): Ended) -> Self {
        Self { collectivites: done.iter().map(collectivite).collect() }
    }
}
