//! Facts as others hear them: the resource, what happened, and the whole new state (of persons: only that they changed).

use atlas_proto::directory::v1 as pb;
use events::outbox::Event;
use kernel::{CollectiviteId, Version};
use prost::Message;

use crate::{
    domain::{Collectivite, Contact, ContactId, Country, Network, Partner, PartnerId, Territory},
    grpc::{convert, partners::convert as partners},
};

/// The resource of collectivités in subjects and keys.
pub const COLLECTIVITE: &str = "collectivite";
/// The resource of contacts.
pub const CONTACT: &str = "contact";
/// The resource of countries.
pub const COUNTRY: &str = "country";
/// The resource of networks.
pub const NETWORK: &str = "network";
/// The resource of partners.
pub const PARTNER: &str = "partner";
/// The resource of territories.
pub const TERRITORY: &str = "territory";

/// A collectivité as it now stands, after `change`.
#[must_use]
pub fn collectivite(collectivite: &Collectivite, change: &'static str) -> Event {
    let state = pb::CollectiviteEvent { collectivite: Some(convert::collectivite(collectivite)), ..Default::default() };
    Event {
        resource: COLLECTIVITE,
        key: collectivite.id().to_string(),
        version: collectivite.version,
        change,
        state: state.encode_to_vec(),
        removed: false,
    }
}

/// That a contact changed.
#[must_use]
pub fn contact(contact: &Contact, change: &'static str) -> Event {
    told(contact, contact.version, change, false)
}

/// That a contact is gone.
#[must_use]
pub fn contact_removed(contact: &Contact) -> Event {
    told(contact, contact.version.next(), "removed", true)
}

/// That a contact is gone, which had this version.
#[must_use]
pub fn contact_gone(id: ContactId, collectivite: &CollectiviteId, version: Version) -> Event {
    of_contact(id, collectivite, version.next(), "removed", true)
}

fn told(contact: &Contact, version: Version, change: &'static str, removed: bool) -> Event {
    of_contact(contact.id, &contact.collectivite, version, change, removed)
}

fn of_contact(id: ContactId, collectivite: &CollectiviteId, version: Version, change: &'static str, removed: bool) -> Event {
    let (contact_id, collectivite_id) = (id.to_string(), collectivite.to_string());
    let state = pb::ContactEvent { contact_id, collectivite_id, removed, ..Default::default() };
    Event { resource: CONTACT, key: id.to_string(), version, change, state: state.encode_to_vec(), removed }
}

/// A network as it now stands.
#[must_use]
pub fn network(network: &Network, change: &'static str) -> Event {
    let state = pb::NetworkEvent { network: Some(convert::network(network)), ..Default::default() };
    Event { resource: NETWORK, key: network.id.to_string(), version: network.version, change, state: state.encode_to_vec(), removed: false }
}

/// A territory as it now stands.
#[must_use]
pub fn territory(territory: &Territory, change: &'static str) -> Event {
    let state = pb::TerritoryEvent { territory: Some(convert::territory(territory)), ..Default::default() };
    let key = format!("{}-{}", territory.kind.word(), territory.code);
    Event { resource: TERRITORY, key, version: territory.version, change, state: state.encode_to_vec(), removed: false }
}

/// A country as it now stands.
#[must_use]
pub fn country(country: &Country, change: &'static str) -> Event {
    let state = pb::CountryEvent { country: Some(partners::country(country)), ..Default::default() };
    let (key, version) = (country.iso2.to_string(), country.version);
    Event { resource: COUNTRY, key, version, change, state: state.encode_to_vec(), removed: false }
}

/// A partner as it now stands. What was merged is not gone: it says who took its place.
#[must_use]
pub fn partner(partner: &Partner, change: &'static str) -> Event {
    let (key, version) = (partner.id.to_string(), partner.version);
    let state = pb::PartnerEvent { partner: Some(partners::partner(partner)), partner_id: key.clone(), ..Default::default() };
    Event { resource: PARTNER, key, version, change, state: state.encode_to_vec(), removed: false }
}

/// That a partner is gone, which had this version.
#[must_use]
pub fn partner_removed(id: PartnerId, version: Version) -> Event {
    let key = id.to_string();
    let state = pb::PartnerEvent { partner_id: key.clone(), ..Default::default() };
    Event { resource: PARTNER, key, version: version.next(), change: "removed", state: state.encode_to_vec(), removed: true }
}
