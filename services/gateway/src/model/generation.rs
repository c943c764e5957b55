use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use atlas_proto::directory::v1::{
    Collectivite, CollectiviteEvent, CollectiviteState, CollectiviteType, ExportBatch, Network, NetworkEvent, PublicContact, Territory,
    TerritoryEvent, TerritoryKind,
};
use chrono::{DateTime, Utc};

use super::{cooperation::Cooperation, key::Key, shards::Shards, tally::Tally, world::World};

/// The newer one is the truth: epoch, then version.
pub type Stamp = (u64, u64);

/// Something the Atlas shows, with the state of it that it is.
#[derive(Debug, Clone)]
pub struct Record<T> {
    /// Which of its states this is.
    pub stamp: Stamp,
    /// The generation in which what is shown of it last changed.
    pub changed: u64,
    /// Itself.
    pub value: T,
}

/// The contacts of one collectivité that anybody may see.
#[derive(Debug, Clone, Default)]
pub struct Contacts {
    /// The generation in which they last changed.
    pub changed: u64,
    /// By id.
    pub list: BTreeMap<String, PublicContact>,
}

/// A collectivité as lists order it: institutions first, then by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// Communes come last.
    pub rank: Rank,
    /// The name without accents and capitals.
    pub name: Box<str>,
    /// Which one.
    pub key: Key,
}

/// The order of kinds in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Région, département and what takes their place.
    Council,
    /// Groupings of communes.
    Grouping,
    /// Communes.
    Commune,
}

impl Rank {
    /// Where a kind stands.
    #[must_use]
    pub const fn of(kind: CollectiviteType) -> Self {
        match kind {
            CollectiviteType::Commune => Self::Commune,
            CollectiviteType::CommunauteCommunes
            | CollectiviteType::CommunauteAgglomeration
            | CollectiviteType::CommunauteUrbaine
            | CollectiviteType::Metropole
            | CollectiviteType::MetropoleLyon
            | CollectiviteType::Ept => Self::Grouping,
            _ => Self::Council,
        }
    }
}

/// A région or département and what lives in it.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The generation in which its name or its list last changed.
    pub changed: u64,
    /// The generation in which what those of it do abroad last changed.
    pub acted: u64,
    /// Itself; none while only its collectivités are known.
    pub territory: Option<(Stamp, Territory)>,
    /// What lives in it; of a région, only what lives in no département.
    pub members: BTreeSet<Member>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Living communes.
    pub communes: usize,
    /// Living groupings.
    pub groupings: usize,
    /// Living régions, départements and what takes their place.
    pub councils: usize,
    /// Those that say how to reach them.
    pub with_card: usize,
}

/// Everything the public pages show, at one moment; never changes. Generations share what is equal.
#[derive(Debug, Clone, Default)]
pub struct Generation {
    /// Grows with each.
    pub number: u64,
    /// The epoch of the export it began with.
    pub epoch: u64,
    /// What is counted, and the generation in which that last changed.
    pub figures: (u64, Figures),
    /// From when it is, where that is so long ago that readers are told and contacts are left out.
    pub old: Option<DateTime<Utc>>,
    /// The generation in which the field before last changed.
    pub aged: u64,
    pub(super) collectivites: Shards<Key, Arc<Record<Collectivite>>>,
    pub(super) contacts: Shards<Key, Arc<Contacts>>,
    pub(super) networks: Arc<BTreeMap<String, Record<Network>>>,
    pub(super) groupings: BTreeMap<Key, Arc<Place>>,
    pub(super) departments: BTreeMap<String, Arc<Place>>,
    pub(super) regions: BTreeMap<String, Arc<Place>>,
    pub(super) world: World,
    pub(super) cooperation: Cooperation,
    /// What is counted of all that, once somebody asked.
    pub(super) tallied: Arc<OnceLock<Tally>>,
    /// What is gone, as `resource/id`: an older state of it must not bring it back.
    pub(super) gone: Arc<BTreeMap<String, Stamp>>,
}

impl Generation {
    /// One collectivité.
    #[must_use]
    pub fn collectivite(&self, key: Key) -> Option<&Record<Collectivite>> {
        self.collectivites.get(&key).map(|record| &**record)
    }

    /// Its public contacts; none while the data is old.
    #[must_use]
    pub fn contacts(&self, key: Key) -> Option<&Contacts> {
        self.contacts.get(&key).filter(|_| self.old.is_none()).map(|contacts| &**contacts)
    }

    /// One network.
    #[must_use]
    pub fn network(&self, id: &str) -> Option<&Record<Network>> {
        self.networks.get(id)
    }

    /// One département.
    #[must_use]
    pub fn department(&self, code: &str) -> Option<&Place> {
        self.departments.get(code).map(|place| &**place)
    }

    /// One région.
    #[must_use]
    pub fn region(&self, code: &str) -> Option<&Place> {
        self.regions.get(code).map(|place| &**place)
    }

    /// The list of what belongs to a grouping.
    #[must_use]
    pub fn grouping(&self, key: Key) -> Option<&Place> {
        self.groupings.get(&key).map(|place| &**place)
    }

    /// The codes of all régions that have a name.
    pub fn regions(&self) -> impl Iterator<Item = &str> {
        self.regions.iter().filter(|(_, place)| place.territory.is_some()).map(|(code, _)| code.as_str())
    }

    /// The codes of the départements of a région.
    pub fn departments_of(&self, region: &str) -> impl Iterator<Item = &str> {
        let within = move |place: &Place| place.territory.as_ref().is_some_and(|(_, it)| it.region_code == region);
        self.departments.iter().filter(move |(_, place)| within(place)).map(|(code, _)| code.as_str())
    }

    /// Every collectivité, in no order.
    pub fn all(&self) -> impl Iterator<Item = (Key, &Collectivite)> {
        self.collectivites.iter().map(|(key, record)| (*key, &record.value))
    }

    /// How many collectivités it knows, living or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.collectivites.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.collectivites.is_empty()
    }

    /// The names that words of places in search are made of.
    pub(super) fn names_of_places(&self) -> Vec<(String, String)> {
        let territories = [&self.departments, &self.regions].into_iter().flatten();
        let named =
            territories.map(|(code, place)| (code.clone(), place.territory.as_ref().map(|(_, it)| it.name.clone()).unwrap_or_default()));
        named.chain(self.countries().map(|it| (it.iso2.clone(), format!("{} {}", it.name_fr, it.name_en)))).collect()
    }

    /// What directory told, again, in batches as an export has them.
    pub fn batches(&self) -> impl Iterator<Item = ExportBatch> + '_ {
        let places = self.regions.values().chain(self.departments.values());
        let territories = places.filter_map(|place| place.territory.clone()).map(|((epoch, version), territory)| TerritoryEvent {
            epoch,
            version,
            territory: Some(territory),
        });
        let networks = self.networks.values().map(|record| NetworkEvent {
            epoch: record.stamp.0,
            version: record.stamp.1,
            network: Some(record.value.clone()),
        });
        let first = ExportBatch {
            territories: territories.collect(),
            networks: networks.collect(),
            countries: self.country_events(),
            ..ExportBatch::default()
        };
        let collectivites = self.collectivites.parts().map(|part| ExportBatch {
            collectivites: part.values().map(|record| event(record)).collect(),
            contacts: part.keys().filter_map(|key| self.contacts.get(key)).flat_map(|of| of.list.values().cloned()).collect(),
            ..ExportBatch::default()
        });
        std::iter::once(first).chain(collectivites).chain(self.partner_batches())
    }
}

fn event(record: &Record<Collectivite>) -> CollectiviteEvent {
    CollectiviteEvent { epoch: record.stamp.0, version: record.stamp.1, collectivite: Some(record.value.clone()) }
}

/// Whether it still exists.
#[must_use]
pub fn lives(collectivite: &Collectivite) -> bool {
    collectivite.state() != CollectiviteState::Ended
}

/// Whether it says how to reach it.
#[must_use]
pub fn has_card(collectivite: &Collectivite) -> bool {
    let some = |card: &atlas_proto::directory::v1::IdentityCard| {
        [&card.website, &card.email, &card.telephone, &card.service].into_iter().any(|field| !field.is_empty())
    };
    collectivite.identity_card.as_ref().is_some_and(some)
}

/// The kind of a territory, as the key of its events writes it.
#[must_use]
pub fn territory_key(territory: &Territory) -> String {
    let kind = if territory.kind() == TerritoryKind::Region { "region" } else { "department" };
    format!("territory/{kind}-{}", territory.code)
}
